import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bitcoinChain } from "../../src/modules/chains/bitcoin.ts";
import type { Chain } from "../../src/modules/chains/types.ts";

const OURS = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
const XPUB =
  "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V";
const TXID = "ab".repeat(32);
const block = { block_height: 99, block_hash: "00" };

/** An Esplora of one transaction, which pays somebody else, us, and nobody. */
const explorer = { confirmed: true, mode: "ok" as "ok" | "down" | "nonsense" };
let server: Server;
let chain: Chain;

beforeAll(async () => {
  server = createServer((request, response) => {
    const status = explorer.confirmed ? { confirmed: true, ...block } : { confirmed: false };
    const vout = [
      { scriptpubkey_address: "bc1qother", value: 5 },
      { scriptpubkey_address: OURS, value: 70_000 },
    ];
    const transaction = { txid: TXID, vout: [...vout, { value: 0 }], status };
    const pages: Record<string, unknown> = {
      "/blocks/tip/height": 100,
      [`/address/${OURS}/txs`]: [transaction],
      [`/tx/${TXID}`]: transaction,
    };
    const page = pages[request.url ?? ""];
    if (explorer.mode === "down") response.writeHead(503).end();
    else if (explorer.mode === "nonsense") response.end("<html>");
    else response.writeHead(page === undefined ? 404 : 200).end(JSON.stringify(page ?? "not found"));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  chain = bitcoinChain({ node: { url, timeoutMs: 1_000 }, bitcoinNetwork: "mainnet", xpub: XPUB });
});

afterAll(() => void server.close());

const search = { fromHeight: 0, toHeight: 100, ours: async () => new Set<string>(), due: async () => [OURS] };

describe("Bitcoin by an explorer", () => {
  it("finds what was paid to a watched address, in a block or before it is in one", async () => {
    expect(await chain.readTip()).toBe(100);
    const found = { txid: TXID, output: "vout:1", asset: "BTC", address: OURS, raw: 70_000n, decimals: 8 };
    expect(await chain.findOutputs(search)).toEqual([{ ...found, height: 99, blockHash: "00" }]);
    explorer.confirmed = false;
    expect(await chain.findOutputs(search)).toEqual([{ ...found, height: null, blockHash: null }]);
    explorer.confirmed = true;
  });

  it("says of a transaction that is nowhere nothing at all", async () => {
    expect([...(await chain.locate([TXID, "cd".repeat(32)])).keys()]).toEqual([TXID]);
  });

  it("concludes nothing from an explorer that is down or answers nonsense", async () => {
    for (const mode of ["down", "nonsense"] as const) {
      explorer.mode = mode;
      await expect(chain.readTip()).rejects.toThrow(/explorer/);
      await expect(chain.findOutputs(search)).rejects.toThrow(/explorer/);
      await expect(chain.locate([TXID])).rejects.toThrow(/explorer/);
    }
    explorer.mode = "ok";
  });
});
