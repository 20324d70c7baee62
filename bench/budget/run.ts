/**
 * `npm run bench:budget`: how long readings take for somebody with five years and 50,000 transactions, one call after
 * another on a direct socket with local D1, beside a route of the same run that only asks the database for `SELECT 1`.
 */
import path from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { reportReadings, time } from "../http/latency.ts";
import { bundleEntry, start } from "../http/subjects.ts";

const GOAL_MS = 10;

const PAYEES = 400;

/** Five years of an account, as a bank would write them, by a simple sequence. */
function statementOf(categories: readonly string[], rows: number): string {
  const lines = ["date,amount,payee,category"];
  let state = 42;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
  for (let row = 0; row < rows; row += 1) {
    const date = new Date(Date.UTC(2022, 0, 1) + Math.floor((row / rows) * 1_795) * 86_400_000)
      .toISOString()
      .slice(0, 10);
    const amount = row % 100 === 0 ? `${next(5_000)}.00` : `-${next(200)}.${String(next(100)).padStart(2, "0")}`;
    lines.push(`${date},${amount},Payee ${next(PAYEES)},${categories[next(categories.length)]}`);
  }
  return lines.join("\n");
}

async function call(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<Record<string, string>> {
  const type = typeof body === "string" ? "text/csv" : "application/json";
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(url, { method, headers: { ...headers, "Content-Type": type }, body: text });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}

/** Somebody with forty categories, sixty months of allocations and 50,000 transactions. */
async function fill(api: string): Promise<Record<string, string>> {
  const { accessToken } = await call(
    `${api}/auth/login`,
    "POST",
    {},
    { email: "buyer@bourse.test", password: "correct-horse-battery-1" },
  );
  const headers = { Authorization: `Bearer ${accessToken}` };
  const names = Array.from({ length: 40 }, (_, index) => `Category ${index}`);
  const ids: string[] = [];
  for (const [index, name] of names.entries())
    ids.push(
      (await call(`${api}/categories`, "POST", headers, { name, kind: index === 0 ? "income" : "expense" }))["id"] ??
        "",
    );
  for (let month = 0; month < 60; month += 1) {
    const allocations = ids.slice(1).map((categoryId) => ({ categoryId, amount: "100.00" }));
    const date = `${2022 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
    await call(`${api}/allocations`, "PUT", headers, { month: date, allocations });
  }
  const begun = performance.now();
  const report = await call(`${api}/transactions/import`, "POST", headers, statementOf(names, 50_000));
  console.log(
    `50,000 rows imported in ${((performance.now() - begun) / 1_000).toFixed(1)} s, created ${report["created"]}.\n`,
  );
  return headers;
}

completeDevVars();
const folder = path.join(ROOT, "dist", "bench-budget");
await bundleEntry([path.join(ROOT, "bench", "workers", "budget", "index.ts")], folder);
const subject = await start("http/server.ts", folder, "1000");
const origin = new URL(subject.url).origin;
const api = `${origin}/api/v1`;
try {
  const headers = await fill(api);
  const reads = [
    "/allocations",
    "/allocations?month=2026-11",
    "/budgets/2026-11",
    "/transactions",
    "/transactions?limit=100&month=2026-03",
    "/transactions?text=payee%20399",
    "/transactions?text=nowhere",
    "/reports/spending",
    "/reports/net-worth",
    "/reports/payees",
    "/reports/age-of-money",
  ];
  const rows = [await time("SELECT 1", `${origin}/bench/floor`, {})];
  for (const read of reads) rows.push(await time(`GET ${read}`, `${api}${read}`, headers));
  process.exitCode = reportReadings(rows, GOAL_MS) ? 0 : 1;
} finally {
  subject.stop();
}
