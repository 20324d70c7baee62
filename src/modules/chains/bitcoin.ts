import { z } from "zod";
import type { BitcoinNetwork } from "./bitcoin.addresses.ts";
import { deriveBitcoinAddress, parseBitcoinAddress } from "./bitcoin.addresses.ts";
import type { Node } from "./json-rpc.ts";
import { readBody } from "./json-rpc.ts";
import type { Chain, Output, Search } from "./types.ts";
import { ChainUnavailable } from "./types.ts";

/** Bitcoin by Esplora's HTTP API: addresses are watched, nothing is signed. */

export interface BitcoinOptions {
  /** The address of an Esplora, such as `https://blockstream.info/api`. */
  readonly node: Node;
  readonly bitcoinNetwork: BitcoinNetwork;
  readonly xpub: string;
}

const DECIMALS = 8;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

const txid = z.string().regex(/^[0-9a-f]{64}$/);
const transaction = z.object({
  txid,
  vout: z.array(z.object({ scriptpubkey_address: z.string().optional(), value: z.int().min(0) })),
  status: z.object({
    confirmed: z.boolean(),
    block_height: z.int().min(0).optional(),
    block_hash: z.string().optional(),
  }),
});

type Transaction = z.output<typeof transaction>;

async function get({ url, timeoutMs }: Node, path: string): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${url}${path}`, { redirect: "manual", signal });
    const text = await readBody(response, MAX_BODY_BYTES);
    if (response.status === 404) return null;
    if (!response.ok) throw new ChainUnavailable(`The explorer answered ${response.status}.`);
    return text;
  } catch (error) {
    if (error instanceof ChainUnavailable) throw error;
    throw new ChainUnavailable("The explorer did not answer.", { cause: error });
  }
}

function read<S extends z.ZodType>(text: string, shape: S): z.output<S> {
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new ChainUnavailable("The explorer answered in a shape that is not known.", { cause });
  }
}

export function bitcoinChain(options: BitcoinOptions): Chain {
  const { node, bitcoinNetwork, xpub } = options;
  return {
    network: "bitcoin",
    blocksPerPass: Number.MAX_SAFE_INTEGER,
    parseAddress: (text) => parseBitcoinAddress(text, bitcoinNetwork),
    deriveAddress: (index) => deriveBitcoinAddress(xpub, bitcoinNetwork, index),
    readTip: async () => read((await get(node, "/blocks/tip/height")) ?? "", z.int().min(0)),
    findOutputs: async (search) => await findOutputs(node, search),
    locate: async (txids) => await locate(node, txids),
  };
}

/** Newest first; an explorer gives at least the last twenty-five, and all that wait for a block. */
async function findOutputs(node: Node, search: Search): Promise<Output[]> {
  const found: Output[] = [];
  for (const address of await search.due()) {
    const text = await get(node, `/address/${address}/txs`);
    const transactions = text === null ? [] : read(text, z.array(transaction));
    found.push(...transactions.flatMap(outputsOf).filter((output) => output.address === address));
  }
  return found;
}

async function locate(node: Node, txids: readonly string[]): Promise<Map<string, Output[]>> {
  const found = new Map<string, Output[]>();
  for (const id of txids) {
    const text = await get(node, `/tx/${id}`);
    if (text !== null) found.set(id, outputsOf(read(text, transaction)));
  }
  return found;
}

function outputsOf({ txid: id, vout, status }: Transaction): Output[] {
  const height = status.confirmed ? (status.block_height ?? null) : null;
  const blockHash = status.confirmed ? (status.block_hash ?? null) : null;
  return vout.flatMap(({ scriptpubkey_address: address, value }, index) => {
    if (address === undefined || value === 0) return [];
    const output = `vout:${index}`;
    return [{ txid: id, output, asset: "BTC", address, raw: BigInt(value), decimals: DECIMALS, height, blockHash }];
  });
}
