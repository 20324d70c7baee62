/**
 * `npm run bench:p2p-search`: how long a page of the P2P market takes among 100,000 ads of one market, one call after
 * another on a direct socket with local D1, beside a route of the same run that only asks the database for `SELECT 1`.
 */
import path from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { reportReadings, time } from "../http/latency.ts";
import { bundleEntry, start } from "../http/subjects.ts";

const GOAL_MS = 20;

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
  process.exitCode = reportReadings(rows, GOAL_MS) ? 0 : 1;
} finally {
  subject.stop();
}
