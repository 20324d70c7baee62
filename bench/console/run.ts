/**
 * `npm run bench:console`: how long the server takes for each of the console's main pages, on a direct socket with local
 * D1, beside an empty page of the same Worker (which runs all of the middleware and asks nobody anything) as the floor.
 * `PAGES=/admin,/app/p2p` looks at those alone, `ROUNDS` says how often. With `LIGHTHOUSE=1` also what Lighthouse says of
 * the pages in Debian's Chromium.
 */
import path from "node:path";
import { prepareAssets } from "../../scripts/assets.ts";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { bundleEntry, start } from "../http/subjects.ts";
import { lighthouseOf } from "./lighthouse.ts";
import { signInAs } from "./people.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 120);
const WARM_UP = 20;
const BOUND_MS = 5;

const FLOOR = "/robots.txt";
const CHOSEN = process.env["PAGES"]?.split(",");
const chosen = (pages: readonly string[]): readonly string[] =>
  pages.filter((page) => CHOSEN === undefined || CHOSEN.includes(page));

const OPEN = chosen(["/", "/sign-in", "/help", "/status"]);
const CUSTOMER = chosen([
  "/app",
  "/app/wallet",
  "/app/wallet/USDT",
  "/app/scanner",
  "/app/scanner?expression=close+%3E+sma(50)",
  "/app/p2p",
  "/app/budget",
  "/app/budget/reports",
  "/app/academy",
  "/app/affiliate",
  "/app/billing",
  "/app/settings",
]);
const OPERATOR = chosen([
  "/admin",
  "/admin/users",
  "/admin/disputes",
  "/admin/withdrawals",
  "/admin/audit",
  "/admin/readiness",
]);

interface Timing {
  readonly page: string;
  readonly p50: number;
  readonly p99: number;
  readonly kib: number;
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function look(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const answer = await fetch(url, { headers, redirect: "manual" });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  return (await answer.arrayBuffer()).byteLength;
}

/** One page after the other, so that whatever else the machine does falls on all of them alike. */
async function measure(
  origin: string,
  pages: readonly string[],
  headers: Readonly<Record<string, string>>,
): Promise<Timing[]> {
  const times = new Map<string, number[]>(pages.map((page) => [page, []]));
  const sizes = new Map<string, number>();
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    for (const page of pages) {
      const begun = performance.now();
      sizes.set(page, await look(origin + page, headers));
      if (round >= WARM_UP) times.get(page)?.push(performance.now() - begun);
    }
  }
  return pages.map((page) => {
    const taken = times.get(page) ?? [];
    return { page, p50: at(taken, 0.5), p99: at(taken, 0.99), kib: (sizes.get(page) ?? 0) / 1_024 };
  });
}

function print(rows: readonly Timing[]): boolean {
  const floor = rows.find(({ page }) => page === FLOOR)?.p50 ?? 1;
  console.log("| page | p50 ms | p99 ms | p50 to the floor | KiB |\n| --- | --- | --- | --- | --- |");
  for (const { page, p50, p99, kib } of rows) {
    const cells = [p50.toFixed(2), p99.toFixed(2), (p50 / floor).toFixed(1), kib.toFixed(1)];
    console.log(`| ${page} | ${cells.join(" | ")} |`);
  }
  const slow = rows.filter(({ p50 }) => p50 >= BOUND_MS);
  console.log(
    `\n${slow.length === 0 ? "holds" : "FAILS"}  p50 under ${BOUND_MS} ms: ${rows.length - slow.length} of ${rows.length} pages`,
  );
  return slow.length === 0;
}

completeDevVars();
prepareAssets();
const folder = path.join(ROOT, "dist", "bench-console");
await bundleEntry([path.join(ROOT, "bench", "workers", "console", "index.ts")], folder);
const subject = await start("http/server.ts", folder, "100000");
const { origin } = new URL(subject.url);
try {
  const customer = await signInAs(origin, "trader@bourse.test");
  const operator = await signInAs(origin, "admin@bourse.test");
  const rows = [
    ...(await measure(origin, [FLOOR, ...OPEN, ...CUSTOMER], { Cookie: customer })),
    ...(await measure(origin, OPERATOR, { Cookie: operator })),
  ];
  const quick = print(rows);
  const good =
    process.env["LIGHTHOUSE"] === "1"
      ? await lighthouseOf(origin, { customer, operator }, (page) => chosen([page]).length > 0)
      : true;
  process.exitCode = quick && good ? 0 : 1;
} finally {
  subject.stop();
}
