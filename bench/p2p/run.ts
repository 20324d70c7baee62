/**
 * `npm run bench:p2p`: full trades (take, paid, release) over HTTP on a direct socket with local D1, how long each step
 * takes, beside a route of the same run that only asks the database for `SELECT 1`; and the ledger's audit afterwards.
 */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { bundleEntry, start } from "../http/subjects.ts";

const TRADES = Number(process.env["TRADES"] ?? 400);
const CONNECTIONS = Number(process.env["CONNECTIONS"] ?? 8);
const WARM_UP = 40;

type Step = "take" | "paid" | "release";

async function call<T>(url: string, headers: Record<string, string>, body?: object): Promise<T> {
  const answer = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

interface Person {
  readonly id: string;
  readonly headers: Record<string, string>;
}

async function signIn(api: string, email: string): Promise<Person> {
  const login = { email, password: "correct-horse-battery-1" };
  const { accessToken, user } = await call<{ accessToken: string; user: { id: string } }>(
    `${api}/auth/login`,
    {},
    login,
  );
  return { id: user.id, headers: { Authorization: `Bearer ${accessToken}` } };
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function timed<T>(times: number[], work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  times.push(performance.now() - begun);
  return result;
}

interface Market {
  readonly api: string;
  readonly adId: string;
  readonly seller: Person;
  readonly buyer: Person;
}

async function trade({ api, adId, seller, buyer }: Market, times: Readonly<Record<Step, number[]>>): Promise<void> {
  const key = { "Idempotency-Key": randomUUID() };
  const wanted = { fiatAmount: "90.00", paymentMethod: "bench" };
  const { id } = await timed(times.take, async () =>
    call<{ id: string }>(`${api}/p2p/ads/${adId}/trades`, { ...buyer.headers, ...key }, wanted),
  );
  await timed(times.paid, async () => call(`${api}/p2p/trades/${id}/paid`, buyer.headers, {}));
  await timed(times.release, async () => call(`${api}/p2p/trades/${id}/release`, seller.headers, {}));
}

const noTimes = (): Record<Step, number[]> => ({ take: [], paid: [], release: [] });

async function trades(market: Market, count: number, connections: number): Promise<[number, Record<Step, number[]>]> {
  const times = noTimes();
  let left = count;
  const begun = performance.now();
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await trade(market, times);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return [count / ((performance.now() - begun) / 1_000), times];
}

completeDevVars();
const folder = path.join(ROOT, "dist", "bench-p2p");
await bundleEntry([path.join(ROOT, "bench", "workers", "p2p", "index.ts")], folder);
const subject = await start("http/server.ts", folder, "1000");
const { origin } = new URL(subject.url);
const api = `${origin}/api/v1`;
try {
  const [seller, buyer] = [await signIn(api, "trader@bourse.test"), await signIn(api, "buyer@bourse.test")];
  const { id: adId } = await call<{ id: string }>(`${origin}/bench/ad?seller=${seller.id}`, {});
  const market = { api, adId, seller, buyer };
  await trades(market, WARM_UP, CONNECTIONS);
  const floors: number[] = [];
  for (let round = 0; round < 200; round += 1)
    await timed(floors, async () => call(`${origin}/bench/floor`, buyer.headers));
  const [, alone] = await trades(market, Math.ceil(TRADES / 4), 1);
  const [perSecond, crowded] = await trades(market, TRADES, CONNECTIONS);
  const floor = at(floors, 0.5);
  console.log(`| step | p50 ms | p99 ms | p50 to \`SELECT 1\` | p50 ms at ${CONNECTIONS} | p99 ms at ${CONNECTIONS} |`);
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const step of ["take", "paid", "release"] as const) {
    const [one, many] = [alone[step], crowded[step]];
    const cells = [at(one, 0.5), at(one, 0.99), at(one, 0.5) / floor, at(many, 0.5), at(many, 0.99)];
    console.log(`| ${step} | ${cells.map((cell) => cell.toFixed(1)).join(" | ")} |`);
  }
  const proof = await call<{ ok: boolean; failures: unknown[] }>(`${origin}/bench/audit`, buyer.headers);
  console.log(
    `\n${perSecond.toFixed(1)} full trades a second on ${CONNECTIONS} connections; SELECT 1: ${floor.toFixed(2)} ms.`,
  );
  console.log(
    `${proof.ok ? "holds" : "FAILS"}  the ledger's audit after ${TRADES + WARM_UP + Math.ceil(TRADES / 4)} trades`,
  );
  process.exitCode = proof.ok ? 0 : 1;
} finally {
  subject.stop();
}
