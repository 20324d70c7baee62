import { z } from "zod";
import { privateKeyToAccount } from "viem/accounts";
import { recoverTransactionAddress } from "viem";
import { encodeFunctionData, keccak256, parseTransaction } from "viem/utils";
import { parseEvmAddress } from "./evm.addresses.ts";
import type { EvmReceipt } from "./evm.shapes.ts";
import * as shapes from "./evm.shapes.ts";
import { TRANSFER_TOPIC } from "./evm.ts";
import type { Node } from "./json-rpc.ts";
import { ask, askAll, askNode } from "./json-rpc.ts";
import { ChainUnavailable } from "./types.ts";

/**
 * Making, signing and handing over transactions.
 *
 * What must stay true: what is handed over twice is the same bytes, so that the chain takes it once; an answer that
 * did not come says nothing.
 */

type Hex = `0x${string}`;

/** Everything that a signature covers, as it is stored. Quantities are decimal texts. */
export interface UnsignedTransaction {
  readonly chainId: number;
  readonly nonce: number;
  readonly to: string;
  readonly value: string;
  readonly data: string;
  readonly gas: string;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
}

export interface SignedTransaction {
  readonly hash: string;
  readonly raw: string;
}

export interface EvmPayment {
  readonly to: string;
  /** In the chain's smallest unit, as a decimal text. */
  readonly raw: string;
  /** Null for the chain's own coin. */
  readonly contract: string | null;
}

const TRANSFER = [
  {
    type: "function",
    name: "transfer",
    stateMutability: "nonpayable",
    inputs: [
      { name: "to", type: "address" },
      { name: "value", type: "uint256" },
    ],
    outputs: [],
  },
] as const;

/** What a payment calls: the recipient with a value, or the token's contract. */
export function callOf({ to, raw, contract }: EvmPayment): Pick<UnsignedTransaction, "to" | "value" | "data"> {
  if (contract === null) return { to, value: raw, data: "0x" };
  const args = [to as Hex, BigInt(raw)] as const;
  return { to: contract, value: "0", data: encodeFunctionData({ abi: TRANSFER, functionName: "transfer", args }) };
}

/** The address of a private key. */
export function addressOfKey(key: Hex): string {
  return privateKeyToAccount(key).address;
}

function toViem(unsigned: UnsignedTransaction) {
  return {
    type: "eip1559",
    chainId: unsigned.chainId,
    nonce: unsigned.nonce,
    to: unsigned.to as Hex,
    value: BigInt(unsigned.value),
    data: unsigned.data as Hex,
    gas: BigInt(unsigned.gas),
    maxFeePerGas: BigInt(unsigned.maxFeePerGas),
    maxPriorityFeePerGas: BigInt(unsigned.maxPriorityFeePerGas),
  } as const;
}

/** Signs; the same transaction gives the same bytes again (RFC 6979). */
export async function signWithKey(key: Hex, unsigned: UnsignedTransaction): Promise<SignedTransaction> {
  const raw = await privateKeyToAccount(key).signTransaction(toViem(unsigned));
  return { raw, hash: keccak256(raw) };
}

/** Everything that a signature covers, as one text; what a parser leaves out is nothing. */
function fingerprint(of: Partial<ReturnType<typeof toViem>>): string {
  const { chainId, nonce = 0, to, value = 0n, data = "0x", gas, maxFeePerGas, maxPriorityFeePerGas = 0n } = of;
  return [chainId, nonce, to?.toLowerCase(), value, data, gas, maxFeePerGas, maxPriorityFeePerGas].join(" ");
}

/** Takes what somebody else has signed, if it is the very transaction that was asked for, by the right key. */
export async function acceptSigned(
  raw: string,
  unsigned: UnsignedTransaction,
  from: string,
): Promise<SignedTransaction | null> {
  try {
    const bytes = raw as `0x02${string}`;
    const same =
      fingerprint(parseTransaction(bytes) as Partial<ReturnType<typeof toViem>>) === fingerprint(toViem(unsigned));
    const signer = await recoverTransactionAddress({ serializedTransaction: bytes });
    return same && signer.toLowerCase() === from.toLowerCase() ? { raw, hash: keccak256(bytes) } : null;
  } catch {
    return null;
  }
}

/** What the node said to a transaction. Only the chain says what became of it. */
export type Handed = "taken" | "refused" | "unknown";

export async function handOver(node: Node, raw: string): Promise<Handed> {
  try {
    const [answer] = await askNode(node, [{ method: "eth_sendRawTransaction", params: [raw] }]);
    if (answer?.ok === true || /already known|known transaction|already imported/i.test(answer?.message ?? ""))
      return "taken";
    return "refused";
  } catch (error) {
    if (error instanceof ChainUnavailable) return "unknown";
    throw error;
  }
}

/** How many transactions of an address the chain has; `pending` counts those that wait as well. */
export async function readNonce(node: Node, address: string, tag: "latest" | "pending"): Promise<number> {
  return await ask(node, { method: "eth_getTransactionCount", params: [address, tag] }, shapes.quantity);
}

export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What a transaction should offer now: twice the base fee, so that it survives some full blocks. */
export async function readFees(node: Node): Promise<Fees> {
  const head = z.object({ baseFeePerGas: shapes.bigQuantity });
  const { baseFeePerGas } = await ask(node, { method: "eth_getBlockByNumber", params: ["latest", false] }, head);
  const priority = await ask(node, { method: "eth_maxPriorityFeePerGas", params: [] }, shapes.bigQuantity);
  return { maxFeePerGas: baseFeePerGas * 2n + priority, maxPriorityFeePerGas: priority };
}

/** Gas for a call, with a fifth more than the node expects; null when the call would fail. */
export async function estimateGas(
  node: Node,
  from: string,
  call: Pick<UnsignedTransaction, "to" | "value" | "data">,
): Promise<bigint | null> {
  const params = [{ from, to: call.to, data: call.data, value: `0x${BigInt(call.value).toString(16)}` }];
  const [answer] = await askNode(node, [{ method: "eth_estimateGas", params }]);
  if (answer?.ok === false && /revert/i.test(answer.message)) return null;
  const gas = answer?.ok === true ? shapes.bigQuantity.safeParse(answer.result).data : undefined;
  if (gas === undefined) throw new ChainUnavailable("The node did not say how much gas a call takes.");
  return gas === 21_000n ? gas : (gas * 6n) / 5n;
}

export async function readReceipts(node: Node, hashes: readonly string[]): Promise<Map<string, EvmReceipt>> {
  const calls = hashes.map((hash) => ({ method: "eth_getTransactionReceipt", params: [hash] }));
  const receipts = await askAll(node, calls, shapes.receipt);
  return new Map(receipts.flatMap((receipt) => (receipt ? [[receipt.transactionHash, receipt] as const] : [])));
}

/** Whether a receipt shows that the payment arrived; a token that says nothing of it may not have moved. */
export function hasPaid(receipt: EvmReceipt, { to, raw, contract }: EvmPayment): boolean {
  if (contract === null) return true;
  return receipt.logs.some(
    ({ address, topics, data }) =>
      address === contract.toLowerCase() &&
      topics[0] === TRANSFER_TOPIC &&
      parseEvmAddress(`0x${(topics[2] ?? "").slice(26)}`) === parseEvmAddress(to) &&
      BigInt(data === "0x" ? 0 : data) === BigInt(raw),
  );
}

const BALANCE_OF = "0x70a08231";

/** What an address has of the chain's coin (null) or of a token, in its smallest unit. */
export async function readBalance(node: Node, address: string, contract: string | null): Promise<bigint> {
  if (contract === null)
    return await ask(node, { method: "eth_getBalance", params: [address, "latest"] }, shapes.bigQuantity);
  const data = `${BALANCE_OF}${address.slice(2).toLowerCase().padStart(64, "0")}`;
  return await ask(node, { method: "eth_call", params: [{ to: contract, data }, "latest"] }, shapes.bigQuantity);
}
