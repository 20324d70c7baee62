import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Esplora's HTTP API over made-up chains, one under each place: tests say what stands in them. */

interface Transaction {
  readonly txid: string;
  readonly vout: readonly { readonly scriptpubkey_address: string; readonly value: number }[];
  readonly status: { readonly confirmed: boolean; readonly block_height?: number; readonly block_hash?: string };
}

interface Chain {
  readonly tip: number;
  readonly transactions: readonly Transaction[];
  readonly mode: "ok" | "down" | "hang" | "nonsense";
}

const chains = new Map<string, Chain>();

export async function startEsplora(): Promise<{ port: number; stop: () => void }> {
  const server = createServer((request, response) => {
    void (async () => {
      const [, place = "", ...rest] = (request.url ?? "").split("/");
      if (request.method === "PUT") {
        chains.set(place, JSON.parse(await read(request)) as Chain);
        return response.writeHead(204).end();
      }
      const chain = chains.get(place);
      if (!chain || chain.mode === "down") return response.writeHead(503).end();
      if (chain.mode === "hang") return undefined;
      if (chain.mode === "nonsense") return response.end("<html>");
      const page = pageOf(chain, rest);
      return response.writeHead(page === undefined ? 404 : 200).end(JSON.stringify(page ?? "Transaction not found"));
    })();
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

function pageOf({ tip, transactions }: Chain, [kind, id, what]: readonly string[]): unknown {
  if (kind === "blocks") return tip;
  if (kind === "tx") return transactions.find(({ txid }) => txid === id);
  if (kind !== "address" || what !== "txs") return undefined;
  return transactions.filter(({ vout }) => vout.some((output) => output.scriptpubkey_address === id));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
