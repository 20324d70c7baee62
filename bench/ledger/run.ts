/**
 * `npm run bench:ledger`: transfers a second through an HTTP route to a durable answer, beside a ledger of PostgreSQL
 * functions on the same machine in the same run. The peer is driven without HTTP, over its own sockets.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { bundleEntry, start } from "../http/subjects.ts";
import { startPostgres } from "./postgres.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
const SECONDS = Number(process.env["SECONDS"] ?? 3);
const ACCOUNTS = 1_000;

interface Case {
  readonly name: string;
  /** Transfers a second. */
  readonly run: () => Promise<number>;
}

interface Calls {
  readonly road: "gathered" | "direct";
  readonly connections: number;
  readonly rows: number;
  readonly hot: boolean;
}

let runs = 0;

async function post(origin: string, calls: Calls): Promise<number> {
  runs += 1;
  const script = path.join(import.meta.dirname, "transfers.lua");
  const env = {
    ...process.env,
    PREFIX: `bench${runs}`,
    ROWS: String(calls.rows),
    ACCOUNTS: String(ACCOUNTS),
    HOT: calls.hot ? "1" : "0",
  };
  const url = `${origin}/bench/transfers/${calls.road}`;
  const args = ["-t1", `-c${calls.connections}`, `-d${SECONDS}s`, "--timeout", "20s", "-s", script, url];
  const { stdout } = await promisify(execFile)("wrk", args, { env });
  const line = stdout.split("\n").find((text) => text.startsWith("{")) ?? "{}";
  const report = JSON.parse(line) as { requests: number; micros: number; refused: number; broken: number };
  if (report.refused + report.broken > 0) throw new Error(`${report.refused} refused, ${report.broken} broken.`);
  return (report.requests * calls.rows * 1e6) / report.micros;
}

const SPREAD = `\\set a random(1, ${ACCOUNTS - 2})
\\set b :a + 1
SELECT create_transfer('bench:' || :a::int, 'bench:' || :b::int, 1);`;
const HOT = `\\set a random(1, ${ACCOUNTS - 1})
SELECT create_transfer('bench:' || :a::int, 'bench:${ACCOUNTS}', 1);`;
const BULK = `SELECT create_transfers(1000, ${ACCOUNTS});`;

async function json<T>(url: string, body?: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return (await response.json()) as T;
}

async function measure(cases: readonly Case[]): Promise<ReadonlyMap<string, number>> {
  const figures = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, run } of cases) figures.get(name)?.push(await run());
  }
  const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  return new Map([...figures].map(([name, list]) => [name, median(list)]));
}

function print(figures: ReadonlyMap<string, number>): boolean {
  console.log(`medians of ${ROUNDS} rounds of ${SECONDS} s\n\n| transfers/s | |\n| --- | --- |`);
  for (const [name, value] of figures) console.log(`| ${name} | ${Math.round(value).toLocaleString("en")} |`);
  const of = (name: string): number => figures.get(name) ?? Number.NaN;
  const gates = [
    {
      name: "spread, 64 connections",
      value: of("Bourse, spread, 64") / of("PostgreSQL, spread, 64"),
      floor: 2,
      goal: 3,
    },
    {
      name: "one hot account, 64 connections",
      value: of("Bourse, hot, 64") / of("PostgreSQL, hot, 64"),
      floor: 5,
      goal: 8,
    },
    {
      name: "1,000 a call, to the peer's spread",
      value: of("Bourse, 1,000 a call") / of("PostgreSQL, spread, 64"),
      floor: 20,
      goal: 20,
    },
  ];
  console.log();
  for (const { name, value, floor, goal } of gates)
    console.log(`${value >= floor ? "holds" : "FAILS"}  ${name}: ${value.toFixed(2)} (floor ${floor}, goal ${goal})`);
  return gates.every(({ value, floor }) => value >= floor);
}

async function main(): Promise<boolean> {
  completeDevVars();
  const folder = path.join(ROOT, "dist", "bench-ledger");
  await bundleEntry([path.join(ROOT, "bench", "workers", "ledger", "index.ts")], folder);
  const subject = await start("ledger/server.ts", folder);
  const { origin } = new URL(subject.url);
  const postgres = startPostgres(ACCOUNTS);
  try {
    if (!postgres) throw new Error("PostgreSQL is not installed (apt-get install postgresql).");
    await json(
      `${origin}/bench/accounts`,
      Array.from({ length: ACCOUNTS }, (_, index) => `bench:${index + 1}`),
    );
    const ours = (calls: Calls) => async (): Promise<number> => await post(origin, calls);
    const peer =
      (script: string, connections: number, rows = 1) =>
      async (): Promise<number> =>
        rows * (await postgres.perSecond(script, connections, SECONDS));
    const one = { rows: 1, hot: false };
    const figures = await measure([
      { name: "PostgreSQL, spread, 64", run: peer(SPREAD, 64) },
      { name: "PostgreSQL, spread, 8", run: peer(SPREAD, 8) },
      { name: "PostgreSQL, hot, 64", run: peer(HOT, 64) },
      { name: "PostgreSQL, hot, 8", run: peer(HOT, 8) },
      { name: "PostgreSQL, 1,000 a call", run: peer(BULK, 1, 1_000) },
      { name: "Bourse, spread, 64", run: ours({ ...one, road: "gathered", connections: 64 }) },
      { name: "Bourse, hot, 64", run: ours({ ...one, road: "gathered", connections: 64, hot: true }) },
      { name: "Bourse, 1,000 a call", run: ours({ road: "gathered", connections: 4, rows: 1_000, hot: false }) },
      { name: "Bourse, spread, 1", run: ours({ ...one, road: "gathered", connections: 1 }) },
      { name: "Bourse without gathering, spread, 64", run: ours({ ...one, road: "direct", connections: 64 }) },
      { name: "Bourse without gathering, spread, 1", run: ours({ ...one, road: "direct", connections: 1 }) },
    ]);
    const { ok } = await json<{ ok: boolean }>(`${origin}/bench/audit`);
    if (!ok) throw new Error("The books do not add up after the load.");
    return print(figures);
  } finally {
    subject.stop();
    postgres?.stop();
  }
}

process.exitCode = (await main()) ? 0 : 1;
