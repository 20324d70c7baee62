import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What an account of the simulator holds. */
export interface Account {
  readonly databases: readonly { readonly uuid: string; readonly name: string }[];
  readonly queues: readonly string[];
  readonly buckets: readonly string[];
  /** Names of the secrets of each Worker. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
}

/** Cloudflare's API as far as a check-up asks it. Answers the variables that point wrangler at it. */
export async function simulateCloudflare(account: Account): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://cloudflare.test");
    const result = request.headers.authorization === "Bearer simulated" ? find(account, pathname, searchParams) : null;
    response.writeHead(result === null ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer(result)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`,
    CLOUDFLARE_API_TOKEN: "simulated",
    CLOUDFLARE_ACCOUNT_ID: "account",
  };
}

function answer(result: unknown): object {
  const errors = result === null ? [{ code: 10_007, message: "There is no such thing." }] : [];
  return { success: result !== null, errors, messages: [], result, result_info: { page: 1, total_pages: 1 } };
}

type Lookup = (account: Account, name: string) => unknown;

/** Addresses below an account, each with what it shows. */
const RESOURCES: readonly (readonly [RegExp, Lookup])[] = [
  [/^d1\/database$/, ({ databases }) => databases],
  [/^queues\?name=(.+)$/, ({ queues }, name) => queues.filter((queue) => queue === name).map(describeQueue)],
  [/^queues\/id-(.+)$/, ({ queues }, name) => (queues.includes(name) ? describeQueue(name) : null)],
  [/^r2\/buckets\/(.+)$/, ({ buckets }, name) => (buckets.includes(name) ? { name } : null)],
  [
    /^workers\/scripts\/(.+)\/secrets$/,
    ({ secrets }, worker) => secrets[worker]?.map((name) => ({ name, type: "secret_text" })) ?? null,
  ],
];

function find(account: Account, path: string, query: URLSearchParams): unknown {
  if (path === "/graphql") return {};
  const name = query.get("name");
  const address = path.replace("/accounts/account/", "") + (name === null ? "" : `?name=${name}`);
  for (const [pattern, lookup] of RESOURCES) {
    const match = pattern.exec(address);
    if (match) return lookup(account, match[1] ?? "");
  }
  return null;
}

function describeQueue(name: string): object {
  return {
    queue_id: `id-${name}`,
    queue_name: name,
    producers: [],
    consumers: [],
    producers_total_count: 0,
    consumers_total_count: 0,
  };
}
