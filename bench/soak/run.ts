/**
 * `npm run bench:soak`: people of all products at once on a direct socket, for five minutes (MINUTES=1 is a short one). Few
 * calls may fail, they must stay quick, memory must not grow, and the books must add up afterwards.
 */
import { createHmac } from "node:crypto";
import path from "node:path";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { memoryBytes } from "../chat/processes.ts";
import { bundleEntry, start } from "../http/subjects.ts";

const MINUTES = Number(process.env["MINUTES"] ?? 5);
const PEOPLE = Number(process.env["PEOPLE"] ?? 8);
const PAUSE_MS = 60;
const PASSWORD = "correct-horse-battery-1";
/** The demo administrator's secret, decoded. */
const TOTP_SECRET = Buffer.from("48656c6c6f21deadbeef", "hex");
const ERRORS_BPS = 10;
const P95_MS = 50;
/** What resident memory may gain from the second fifth of the run to its last. */
const GROWTH_BYTES = 96 * 1_024 * 1_024;

type Headers = Readonly<Record<string, string>>;

interface Tally {
  readonly taken: number[];
  readonly failures: Map<string, number>;
  readonly byCall: Map<string, number[]>;
}

interface Step {
  readonly name: string;
  readonly method?: "POST" | "PUT";
  readonly path: string;
  readonly body?: () => unknown;
}

const month = new Date().toISOString().slice(0, 7);
const keyed = (): Headers => ({ "Idempotency-Key": crypto.randomUUID() });

/** A round of every product: mostly reads, as people do, and writes that move money among them. */
const STEPS: readonly Step[] = [
  { name: "me", path: "/api/v1/me" },
  { name: "plans", path: "/api/v1/plans" },
  { name: "usage", path: "/api/v1/billing/usage" },
  { name: "symbols", path: "/api/v1/market/symbols?limit=25" },
  {
    name: "scan",
    method: "POST",
    path: "/api/v1/scanner/run",
    body: () => ({ expression: "close > sma(close, 50) and rsi(14) < 60", limit: 25 }),
  },
  { name: "presets", path: "/api/v1/scanner/presets" },
  { name: "watchlists", path: "/api/v1/watchlists" },
  { name: "wallets", path: "/api/v1/wallets" },
  { name: "entries", path: "/api/v1/wallets/USDT/entries" },
  { name: "trades", path: "/api/v1/p2p/trades" },
  { name: "budget", path: `/api/v1/budgets/${month}` },
  { name: "transactions", path: "/api/v1/transactions?limit=25" },
  {
    name: "transaction",
    method: "POST",
    path: "/api/v1/transactions",
    body: () => ({ date: `${month}-01`, amount: "-12.50", payee: "Baker" }),
  },
  { name: "spending", path: "/api/v1/reports/spending" },
  { name: "conversations", path: "/api/v1/assistant/conversations" },
  { name: "packages", path: "/api/v1/packages" },
  { name: "courses", path: "/api/v1/courses" },
  { name: "affiliate", path: "/api/v1/affiliate" },
  { name: "notifications", path: "/api/v1/notifications" },
  { name: "articles", path: "/api/v1/help/articles" },
  {
    name: "ticket",
    method: "POST",
    path: "/api/v1/support/tickets",
    body: () => ({ subject: "Soak", body: "Is anybody there?" }),
  },
  { name: "tickets", path: "/api/v1/support/tickets" },
  { name: "status", path: "/api/v1/status" },
];

async function call(url: string, step: Omit<Step, "name">, headers: Headers): Promise<Response> {
  const body = step.body?.();
  return await fetch(`${url}${step.path}`, {
    method: step.method ?? "GET",
    headers: {
      ...headers,
      ...(step.method === "POST" ? keyed() : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function json<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** RFC 6238, with the defaults of every authenticator. */
function oneTimeCode(): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", TOTP_SECRET).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function signIn(url: string, email: string): Promise<Headers> {
  const login = { method: "POST", path: "/api/v1/auth/login", body: () => ({ email, password: PASSWORD }) } as const;
  const first = await json<{ accessToken?: string; mfaToken?: string }>(await call(url, login, {}));
  if (first.accessToken !== undefined) return { Authorization: `Bearer ${first.accessToken}` };
  const code = oneTimeCode();
  const body = () => ({ mfaToken: first.mfaToken, code });
  const second = { method: "POST", path: "/api/v1/auth/login/mfa", body } as const;
  const { accessToken } = await json<{ accessToken: string }>(await call(url, second, {}));
  return { Authorization: `Bearer ${accessToken}` };
}

/** One person going round and round, each from a place of their own. */
async function live(url: string, headers: Headers, { until, from, tally }: Life): Promise<void> {
  for (let at = from; Date.now() < until; at += 1) {
    const step = at % 50 === 0 ? funding() : STEPS[at % STEPS.length];
    if (!step) continue;
    const begun = performance.now();
    const outcome = await call(url, step, headers).then(
      async (answer) => (await answer.arrayBuffer(), answer.ok ? "ok" : String(answer.status)),
      () => "unreachable",
    );
    const took = performance.now() - begun;
    tally.taken.push(took);
    tally.byCall.set(step.name, [...(tally.byCall.get(step.name) ?? []), took]);
    if (outcome !== "ok") {
      const failure = `${step.name} ${outcome}`;
      tally.failures.set(failure, (tally.failures.get(failure) ?? 0) + 1);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * PAUSE_MS));
  }
}

interface Life {
  readonly until: number;
  readonly from: number;
  readonly tally: Tally;
}

function funding(): Step {
  const body = () => ({ email: "trader@bourse.test", asset: "USDT", amount: "1.25" });
  return { name: "fund", method: "POST", path: "/dev/fund", body };
}

const quantile = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What memory gained from the second fifth to the last. */
function growth(samples: readonly number[]): number {
  const fifth = Math.max(1, Math.floor(samples.length / 5));
  return mean(samples.slice(-fifth)) - mean(samples.slice(fifth, 2 * fifth));
}

completeDevVars();
const folder = path.join(ROOT, "dist", "bench-soak");
await bundleEntry([path.join(ROOT, "bench", "workers", "budget", "index.ts")], folder);
const subject = await start("http/server.ts", folder, "1000");
const { origin } = new URL(subject.url);
try {
  const emails = ["trader@bourse.test", "buyer@bourse.test", "learner@bourse.test"];
  const bearers = await Promise.all(emails.map(async (email) => await signIn(origin, email)));
  for (const step of STEPS) await (await call(origin, step, bearers[0] ?? {})).arrayBuffer();
  const tally: Tally = { taken: [], failures: new Map(), byCall: new Map() };
  const memory: number[] = [];
  const sampling = setInterval(() => memory.push(memoryBytes(subject.pid)), 2_000);
  const until = Date.now() + MINUTES * 60_000;
  const lives = Array.from({ length: PEOPLE }, async (_, at) =>
    live(origin, bearers[at % bearers.length] ?? {}, { until, from: 1 + at * 7, tally }),
  );
  await Promise.all(lives);
  clearInterval(sampling);
  await (await fetch(`${origin}/dev/jobs/drain`, { method: "POST" })).arrayBuffer();
  const operator = await signIn(origin, "admin@bourse.test");
  const books = await json<{ ok: boolean }>(await call(origin, { path: "/api/v1/admin/ledger/audit" }, operator));
  const chain = await json<{ ok: boolean }>(await call(origin, { path: "/api/v1/admin/audit/verify" }, operator));
  const failed = [...tally.failures.values()].reduce((sum, count) => sum + count, 0);
  const sorted = tally.taken.toSorted((a, b) => a - b);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(sorted, share));
  const grown = growth(memory);
  const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  console.log(
    `${tally.taken.length} calls in ${MINUTES} min, ${(tally.taken.length / MINUTES / 60).toFixed(0)} a second`,
  );
  console.log(`p50 ${p50?.toFixed(1)} ms, p95 ${p95?.toFixed(1)} ms, p99 ${p99?.toFixed(1)} ms`);
  console.log(`memory ${mib(memory[0] ?? 0)} to ${mib(memory.at(-1) ?? 0)} MiB, grown by ${mib(grown)} MiB`);
  for (const [failure, count] of tally.failures) console.log(`failed: ${failure}, ${count} times`);
  const slowest = [...tally.byCall].map(([name, taken]) => {
    const own = taken.toSorted((a, b) => a - b);
    return { name, p95: quantile(own, 0.95) };
  });
  for (const { name, p95: own } of slowest.toSorted((a, b) => b.p95 - a.p95).slice(0, 5))
    console.log(`slowest: ${name}, p95 ${own.toFixed(1)} ms`);
  const gates: readonly (readonly [string, boolean])[] = [
    ["failed calls under 0.1 %", failed * 10_000 < ERRORS_BPS * tally.taken.length],
    [`p95 under ${P95_MS} ms`, (p95 ?? Infinity) < P95_MS],
    [`memory grown by under ${mib(GROWTH_BYTES)} MiB`, grown < GROWTH_BYTES],
    ["the books add up", books.ok],
    ["the audit is as it was written", chain.ok],
  ];
  for (const [name, holds] of gates) console.log(`${holds ? "holds" : "FAILS"}  ${name}`);
  process.exitCode = gates.every(([, holds]) => holds) ? 0 : 1;
} finally {
  subject.stop();
}
