import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { privateKeyToAccount } from "viem/accounts";

/** Whoever holds the hot wallet's key: signs what it is asked to in requests that are signed themselves. */

/** The third of a development node's accounts. */
const KEY = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";
const account = privateKeyToAccount(KEY);
const other = privateKeyToAccount("0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6");
export const SIGNER_ADDRESS = account.address;
export const SIGNER_SECRET = "development-signer-secret-of-32-characters";

/** How a request is answered. `another` signs with somebody else's key, `raised` another transaction than asked for. */
export type Manner = "ok" | "down" | "hang" | "garbage" | "another" | "raised";

export interface Signer {
  readonly url: string;
  /** Asked for each request. */
  manner: (count: number) => Manner;
  /** Ids of requests, as often as they came. */
  readonly asked: string[];
  /** Requests that were not signed by the secret that both know. */
  readonly refused: number;
  stop(): void;
}

interface Asked {
  readonly id: string;
  readonly from: string;
  readonly transaction: Readonly<Record<string, string | number>>;
}

export async function startSigner(): Promise<Signer> {
  const state = { refused: 0 };
  const asked: string[] = [];
  const hooks = new Webhook(SIGNER_SECRET, { format: "raw" });
  const server = createServer((request, response) => {
    void (async () => {
      const body = await read(request);
      try {
        hooks.verify(body, request.headers as Record<string, string>);
      } catch {
        state.refused += 1;
        return response.writeHead(401).end();
      }
      const wanted = JSON.parse(body) as Asked;
      asked.push(wanted.id);
      const manner = signer.manner(asked.length);
      if (manner === "hang") return undefined;
      if (manner === "down") return response.writeHead(503).end();
      if (manner === "garbage") return response.writeHead(200).end("<html>");
      const rawTransaction = await sign(wanted, manner);
      return response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ rawTransaction }));
    })().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const signer: Signer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    manner: () => "ok",
    asked,
    get refused() {
      return state.refused;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return signer;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function sign({ transaction }: Asked, manner: "ok" | "another" | "raised"): Promise<string> {
  const { chainId, nonce, to, value, data, gas, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  return await (manner === "another" ? other : account).signTransaction({
    chainId: Number(chainId),
    nonce: Number(nonce),
    to: String(to) as `0x${string}`,
    value: BigInt(value ?? 0) + (manner === "raised" ? 1n : 0n),
    data: String(data ?? "0x") as `0x${string}`,
    gas: BigInt(gas ?? 0),
    maxFeePerGas: BigInt(maxFeePerGas ?? 0),
    maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas ?? 0),
  });
}
