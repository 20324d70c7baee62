import { z } from "zod";
import { deriveEvmAddress, parseEvmAddress } from "./evm.addresses.ts";
import type { EvmLog, EvmReceipt, EvmTransaction } from "./evm.shapes.ts";
import * as shapes from "./evm.shapes.ts";
import type { Node, RpcCall } from "./json-rpc.ts";
import { ask, askAll } from "./json-rpc.ts";
import type { Chain, Output, Search } from "./types.ts";
import { ChainUnavailable } from "./types.ts";

/**
 * Ether and tokens on a chain of Ethereum's kind.
 *
 * What must stay true: a token is told by its contract's address, never by a name that it gives itself; what arrived is
 * read from the receipt of a transaction that succeeded.
 */

export interface Token {
  readonly asset: string;
  readonly contract: string;
  readonly decimals: number;
}

export interface EvmOptions {
  readonly node: Node;
  readonly chainId: number;
  readonly xpub: string;
  readonly tokens: readonly Token[];
  /** Addresses that pay for the sweeping of deposits: what they send to a deposit address is nobody's deposit. */
  readonly gasAddresses: readonly string[];
}

/** `Transfer(address,address,uint256)` */
export const TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
const ETHER_DECIMALS = 18;
const BLOCKS_PER_CALL = 10;
const BLOCKS_PER_PASS = 200;

const toHex = (height: number): string => `0x${height.toString(16)}`;

/** The height of the chain. Throws when the node serves another chain than the configured one. */
export async function readEvmTip(node: Node, chainId: number): Promise<number> {
  const calls = ["eth_chainId", "eth_blockNumber"].map((method) => ({ method, params: [] }));
  const [id = 0, height = 0] = await askAll(node, calls, shapes.quantity);
  if (id !== chainId) throw new ChainUnavailable(`The node serves chain ${id}, not ${chainId}.`);
  return height;
}

export function evmChain(options: EvmOptions): Chain {
  return {
    network: "ethereum",
    blocksPerPass: BLOCKS_PER_PASS,
    parseAddress: parseEvmAddress,
    deriveAddress: (index) => deriveEvmAddress(options.xpub, index),
    readTip: async () => await readEvmTip(options.node, options.chainId),
    findOutputs: async (search) => await findOutputs(options, search),
    locate: async (txids) => await locate(options, txids),
  };
}

/** A transaction that may have paid one of our addresses. */
interface Candidate {
  readonly txid: string;
  readonly address: string;
}

async function findOutputs(options: EvmOptions, search: Search): Promise<Output[]> {
  const candidates: Candidate[] = [];
  for (let from = search.fromHeight; from <= search.toHeight; from += BLOCKS_PER_CALL) {
    const to = Math.min(search.toHeight, from + BLOCKS_PER_CALL - 1);
    candidates.push(...(await readTransfers(options, from, to)), ...(await readTokenTransfers(options, from, to)));
  }
  const ours = await search.ours([...new Set(candidates.map(({ address }) => address))]);
  const txids = new Set(candidates.filter(({ address }) => ours.has(address)).map(({ txid }) => txid));
  const located = await locate(options, [...txids]);
  return [...located.values()].flat().filter(({ address }) => ours.has(address));
}

async function readTransfers({ node }: EvmOptions, from: number, to: number): Promise<Candidate[]> {
  const heights = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const calls = heights.map((height) => ({ method: "eth_getBlockByNumber", params: [toHex(height), true] }));
  const blocks = await askAll(node, calls, shapes.block);
  return blocks.flatMap((block) =>
    (block?.transactions ?? []).flatMap(({ hash, to: address, value }) =>
      address === null || value === 0n ? [] : [{ txid: hash, address: canonical(address) }],
    ),
  );
}

async function readTokenTransfers({ node, tokens }: EvmOptions, from: number, to: number): Promise<Candidate[]> {
  if (tokens.length === 0) return [];
  const filter = {
    fromBlock: toHex(from),
    toBlock: toHex(to),
    address: tokens.map(({ contract }) => contract),
    topics: [TRANSFER_TOPIC],
  };
  const logs = await ask(node, { method: "eth_getLogs", params: [filter] }, z.array(shapes.log));
  return logs.flatMap((log) => {
    const address = recipientOf(log);
    return address === null || log.removed === true ? [] : [{ txid: log.transactionHash, address }];
  });
}

function canonical(address: string): string {
  return parseEvmAddress(address) ?? address;
}

function recipientOf({ topics }: EvmLog): string | null {
  const [signature, , to] = topics;
  return signature === TRANSFER_TOPIC && to !== undefined ? canonical(`0x${to.slice(26)}`) : null;
}

async function locate(options: EvmOptions, txids: readonly string[]): Promise<Map<string, Output[]>> {
  const found = new Map<string, Output[]>();
  for (let start = 0; start < txids.length; start += 50) {
    const part = txids.slice(start, start + 50);
    const call = (method: string): RpcCall[] => part.map((txid) => ({ method, params: [txid] }));
    const transactions = await askAll(options.node, call("eth_getTransactionByHash"), shapes.transaction.nullable());
    const receipts = await askAll(options.node, call("eth_getTransactionReceipt"), shapes.receipt);
    for (const [index, txid] of part.entries()) {
      const transaction = transactions[index];
      const receipt = receipts[index];
      if (transaction && receipt) found.set(txid, outputsOf(options, transaction, receipt));
    }
  }
  return found;
}

/** What a transaction has brought to whom. A failed one has brought nothing, whatever its value says. */
function outputsOf(options: EvmOptions, transaction: EvmTransaction, receipt: EvmReceipt): Output[] {
  if (receipt.status !== 1) return [];
  const place = { txid: transaction.hash, height: receipt.blockNumber, blockHash: receipt.blockHash };
  const tokens = new Map(options.tokens.map((token) => [token.contract.toLowerCase(), token]));
  const outputs: Output[] = [];
  const fromUs = options.gasAddresses.some((address) => address.toLowerCase() === transaction.from);
  if (transaction.to !== null && transaction.value > 0n && !fromUs)
    outputs.push({
      ...place,
      output: "native",
      asset: "ETH",
      address: canonical(transaction.to),
      raw: transaction.value,
      decimals: ETHER_DECIMALS,
    });
  for (const [index, log] of receipt.logs.entries()) {
    const token = tokens.get(log.address);
    const address = recipientOf(log);
    if (!token || address === null || !/^0x[0-9a-f]{64}$/i.test(log.data)) continue;
    const { asset, decimals } = token;
    const raw = BigInt(log.data);
    if (raw > 0n) outputs.push({ ...place, output: `log:${index}`, asset, address, raw, decimals });
  }
  return outputs;
}
