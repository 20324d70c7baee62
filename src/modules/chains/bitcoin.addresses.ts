import { HDKey } from "@scure/bip32";
import { Address, NETWORK, OutScript, p2wpkh, TEST_NETWORK } from "@scure/btc-signer";

export type BitcoinNetwork = "mainnet" | "testnet";

const PARAMETERS = { mainnet: NETWORK, testnet: TEST_NETWORK } as const;
/** The spellings of an extended public key whose addresses are native segwit: `zpub` and `vpub`. */
const SEGWIT_VERSIONS = [
  { public: 0x04b24746, private: 0x04b2430c },
  { public: 0x045f1cf6, private: 0x045f18bc },
] as const;

/**
 * The canonical spelling of an address of this network: its checksum holds, by base58check, bech32 or bech32m as its
 * version demands. Null when it is none.
 */
export function parseBitcoinAddress(text: string, network: BitcoinNetwork): string | null {
  try {
    const coder = Address(PARAMETERS[network]);
    const decoded = coder.decode(text);
    return OutScript.encode(decoded).length > 0 ? coder.encode(decoded) : null;
  } catch {
    return null;
  }
}

function readExtendedKey(text: string): HDKey {
  if (/^[xt]pub/.test(text)) return HDKey.fromExtendedKey(text, text.startsWith("t") ? TESTNET : undefined);
  return HDKey.fromExtendedKey(text, text.startsWith("z") ? SEGWIT_VERSIONS[0] : SEGWIT_VERSIONS[1]);
}

const TESTNET = { public: 0x043587cf, private: 0x04358394 } as const;

/** The n-th native segwit address of an account's extended public key (BIP 84), on its outer branch. */
export function deriveBitcoinAddress(xpub: string, network: BitcoinNetwork, index: number): string {
  const { publicKey } = readExtendedKey(xpub).deriveChild(0).deriveChild(index);
  const address = publicKey ? p2wpkh(publicKey, PARAMETERS[network]).address : undefined;
  if (address === undefined) throw new TypeError("The extended key has no public part.");
  return address;
}
