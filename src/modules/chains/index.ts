export { bitcoinChain } from "./bitcoin.ts";
export {
  addressOfKey,
  callOf,
  estimateGas,
  handOver,
  hasPaid,
  readBalance,
  readFees,
  readNonce,
  readReceipts,
  signWithKey,
} from "./evm.sender.ts";
export type { EvmPayment, SignedTransaction, UnsignedTransaction } from "./evm.sender.ts";
export { evmChain, readEvmTip } from "./evm.ts";
export { signExternally } from "./external-signer.ts";
export type { Node } from "./json-rpc.ts";
export { ChainUnavailable, toMinor, toRaw } from "./types.ts";
export type { Chain, Output } from "./types.ts";
