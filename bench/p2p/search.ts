/**
 * `npm run bench:p2p-search`: how long a page of the P2P market takes among 100,000 ads of one market, one call after
 * another on a direct socket with local D1, beside a route of the same run that only asks the database for `SELECT 1`.
 */
import path from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { bundleEntry, start } from "../http/subjects.ts";

const CALLS = Number(process.env["CALLS"] ?? 300);
const WARM_UP = 50;
const GOAL_MS = 20;

interface Timed {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
}

async function time(name: string, url: string, headers: Record<string, string>): Promise<Timed> {
  const taken: number[] = [];
  for (let round = -WARM_UP; round < CALLS; round += 1) {
    const begun = performance.now();
    const answer = await fetch(url, { headers });
    await answer.text();
    if (!answer.ok) throw new Error(`${name} answered ${answer.status}.`);
    if (round >= 0) taken.push(performance.now() - begun);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number): number => taken[Math.floor(taken.length * share)] ?? 0;
  return { name, p50: at(0.5), p95: at(0.95) };
}

async function signIn(api: string): Promise<Record<string, string>> {
  const json = { email: "buyer@bourse.test", password: "correct-horse-battery-1" };
  const answer = await fetch(`${api}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(json),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  return { Authorization: `Bearer ${accessToken}` };
}

/** The cursor of a page so many pages deep. */
async function deep(url: string, headers: Record<string, string>, pages: number): Promise<string> {
  let cursor = "";
  for (let page = 0; page < pages; page += 1) {
    const answer = await fetch(`${url}&limit=100${cursor && `&cursor=${cursor}`}`, { headers });
    cursor = ((await answer.json()) as { nextCursor: string }).nextCursor;
  }
  return cursor;
}

completeDevVars();
const folder = path.join(ROOT, "dist", "bench-p2p");
await bundleEntry([path.join(ROOT, "bench", "workers", "market", "index.ts")], folder);
const subject = await start("http/server.ts", folder, "1000");
const origin = new URL(subject.url).origin;
const api = `${origin}/api/v1`;
try {
  const headers = await signIn(api);
  console.log(`${await (await fetch(`${origin}/bench/fill`, { method: "POST" })).text()}\n`);
  const market = `${api}/p2p/ads?side=sell&asset=USDT&fiat=INR`;
  const searches = [
    ["a market", market],
    ["a market, 30 pages deep", `${market}&cursor=${await deep(market, headers, 30)}`],
    ["a market by UPI", `${market}&paymentMethod=upi`],
    ["a market by NEFT, one ad in a hundred", `${market}&paymentMethod=neft`],
    ["a market, an amount that few take", `${market}&amount=49000`],
    ["the newest of all", `${api}/p2p/ads`],
  ] as const;
  const rows = [await time("SELECT 1", `${origin}/bench/floor`, {})];
  for (const [name, url] of searches) rows.push(await time(name, url, headers));
  const floor = rows[0]?.p50 ?? 1;
  console.log("| search | p50 ms | p95 ms | p50 to the floor |\n| --- | --- | --- | --- |");
  for (const { name, p50, p95 } of rows)
    console.log(`| ${name} | ${p50.toFixed(2)} | ${p95.toFixed(2)} | ${(p50 / floor).toFixed(1)} |`);
  for (const { name, p95 } of rows.slice(1))
    console.log(`${p95 < GOAL_MS ? "holds" : "FAILS"}  ${name}: p95 ${p95.toFixed(2)} ms (under ${GOAL_MS})`);
  process.exitCode = rows.slice(1).every(({ p95 }) => p95 < GOAL_MS) ? 0 : 1;
} finally {
  subject.stop();
}
