import { secp256k1 } from "@noble/curves/secp256k1.js";
import { HDKey } from "@scure/bip32";
import { publicKeyToAddress } from "viem/accounts";
import { bytesToHex, getAddress, isAddress } from "viem/utils";

/** The checksummed spelling; null when it is no address, or mixes cases in another way than EIP-55 does. */
export function parseEvmAddress(text: string): string | null {
  return isAddress(text) ? getAddress(text) : null;
}

/** The n-th address of an account's extended public key, on its outer branch: below `m/44'/60'/0'` it is `0/n`. */
export function deriveEvmAddress(xpub: string, index: number): string {
  const { publicKey } = HDKey.fromExtendedKey(xpub).deriveChild(0).deriveChild(index);
  if (!publicKey) throw new TypeError("The extended key has no public part.");
  return publicKeyToAddress(bytesToHex(secp256k1.Point.fromBytes(publicKey).toBytes(false)));
}
