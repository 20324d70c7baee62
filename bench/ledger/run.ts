/**
 * `npm run bench:ledger`: transfers a second through an HTTP route to a durable answer, beside a ledger of PostgreSQL
 * functions on the same machine in the same run, behind an HTTP route of Node. What pgbench gets out of the same
 * functions over their own sockets, without HTTP, stands beside it.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { bundle } from "../../scripts/bundle.ts";
import { cpuMicros } from "../http/cpu.ts";
import type { Subject } from "../http/subjects.ts";
import { bundleEntry, start } from "../http/subjects.ts";
import type { Postgres } from "./postgres.ts";
import { startPostgres } from "./postgres.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
const SECONDS = Number(process.env["SECONDS"] ?? 3);
const ACCOUNTS = 1_000;

interface Case {
  readonly name: string;
  /** Transfers a second. */
  readonly run: () => Promise<number>;
  /** Whose processes' time counts; where they end with the load it cannot be told. */
  readonly pids?: readonly number[];
}

interface Figure {
  readonly perSecond: number;
  /** Processor time for each transfer. */
  readonly cpuMicros: number;
}

interface Calls {
  readonly connections: number;
  readonly rows: number;
  readonly hot: boolean;
}

let runs = 0;

async function post(address: string, calls: Calls): Promise<number> {
  runs += 1;
  const script = path.join(import.meta.dirname, "transfers.lua");
  const env = {
    ...process.env,
    PREFIX: `bench${runs}`,
    ROWS: String(calls.rows),
    ACCOUNTS: String(ACCOUNTS),
    HOT: calls.hot ? "1" : "0",
  };
  const args = ["-t1", `-c${calls.connections}`, `-d${SECONDS}s`, "--timeout", "20s", "-s", script, address];
  const { stdout, stderr } = await promisify(execFile)("wrk", args, { env });
  const line = stdout.split("\n").find((text) => text.startsWith("{")) ?? "{}";
  const report = JSON.parse(line) as { requests: number; micros: number; refused: number; broken: number };
  if (report.refused + report.broken > 0)
    throw new Error(`${address}: ${report.refused} refused, ${report.broken} broken. ${stderr}`);
  return (report.requests * calls.rows * 1e6) / report.micros;
}

const SPREAD = `\\set a random(1, ${ACCOUNTS - 2})
\\set b :a + 1
SELECT create_transfer('bench:' || :a::int, 'bench:' || :b::int, 1);`;
const HOT = `\\set a random(1, ${ACCOUNTS - 1})
SELECT create_transfer('bench:' || :a::int, 'bench:${ACCOUNTS}', 1);`;
const BULK = `SELECT create_random_transfers(1000, ${ACCOUNTS});`;

async function json<T>(url: string, body?: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return (await response.json()) as T;
}

const cpuOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuMicros(pid), 0);

async function once({ run, pids = [] }: Case): Promise<Figure> {
  const [startedAt, before] = [performance.now(), cpuOf(pids)];
  const perSecond = await run();
  const transfers = (perSecond * (performance.now() - startedAt)) / 1_000;
  return { perSecond, cpuMicros: (cpuOf(pids) - before) / transfers };
}

async function measure(cases: readonly Case[]): Promise<ReadonlyMap<string, Figure>> {
  const figures = new Map<string, Figure[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) for (const one of cases) figures.get(one.name)?.push(await once(one));
  const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  return new Map(
    [...figures].map(([name, list]) => [
      name,
      {
        perSecond: median(list.map(({ perSecond }) => perSecond)),
        cpuMicros: median(list.map(({ cpuMicros: micros }) => micros)),
      },
    ]),
  );
}

const GATES = [
  { name: "spread", ours: "Bourse, spread, 64", peer: "PostgreSQL behind HTTP, spread, 64", floor: 2, goal: 3 },
  { name: "one hot account", ours: "Bourse, hot, 64", peer: "PostgreSQL behind HTTP, hot, 64", floor: 5, goal: 8 },
  {
    name: "1,000 a call, to the peer's spread",
    ours: "Bourse, 1,000 a call",
    peer: "PostgreSQL behind HTTP, spread, 64",
    floor: 20,
    goal: 20,
  },
];

function print(figures: ReadonlyMap<string, Figure>): boolean {
  console.log(`medians of ${ROUNDS} rounds of ${SECONDS} s\n\n| | transfers/s | CPU µs |\n| --- | --- | --- |`);
  for (const [name, { perSecond, cpuMicros: micros }] of figures)
    console.log(
      `| ${name} | ${Math.round(perSecond).toLocaleString("en")} | ${micros === 0 ? "" : micros.toFixed(1)} |`,
    );
  const of = (name: string): number => figures.get(name)?.perSecond ?? Number.NaN;
  const gates = GATES.map((gate) => ({ ...gate, value: of(gate.ours) / of(gate.peer) }));
  console.log();
  for (const { name, value, floor, goal } of gates)
    console.log(`${value >= floor ? "holds" : "FAILS"}  ${name}: ${value.toFixed(2)} (floor ${floor}, goal ${goal})`);
  return gates.every(({ value, floor }) => value >= floor);
}

/** Connections that the peer's server keeps to its database: more than this gained nothing, and cost on a hot account. */
const POOL = 16;

interface Subjects {
  readonly bourse: Subject;
  readonly rival: Subject;
  readonly gather: Subject;
  readonly postgres: Postgres;
}

async function prepare({ bourse, rival, gather, postgres }: Subjects): Promise<Case[]> {
  const [ours, peer] = [new URL(bourse.url).origin, new URL(rival.url).origin];
  const pids = { Bourse: [bourse.pid], PostgreSQL: [rival.pid, postgres.pid], Bare: [gather.pid] };
  await json(
    `${ours}/bench/accounts`,
    Array.from({ length: ACCOUNTS }, (_, index) => `bench:${index + 1}`),
  );
  const to = (address: string, calls: Calls) => async (): Promise<number> => await post(address, calls);
  const gathered = `${ours}/bench/transfers/gathered`;
  const direct = `${ours}/bench/transfers/direct`;
  const bench =
    (script: string, connections: number, rows = 1) =>
    async (): Promise<number> =>
      rows * (await postgres.perSecond(script, connections, SECONDS));
  const spread = { rows: 1, hot: false, connections: 64 };
  const hot = { ...spread, hot: true };
  const bulk = { rows: 1_000, hot: false, connections: 4 };
  const cases: Case[] = [
    { name: "PostgreSQL behind HTTP, spread, 64", run: to(peer, spread) },
    { name: "Bourse, spread, 64", run: to(gathered, spread) },
    { name: "PostgreSQL behind HTTP, hot, 64", run: to(peer, hot) },
    { name: "Bourse, hot, 64", run: to(gathered, hot) },
    { name: "PostgreSQL behind HTTP, 1,000 a call", run: to(peer, { ...bulk, connections: 1 }) },
    { name: "Bourse, 1,000 a call", run: to(gathered, bulk) },
    { name: "PostgreSQL by pgbench, spread, 64", run: bench(SPREAD, 64) },
    { name: "PostgreSQL by pgbench, spread, 8", run: bench(SPREAD, 8) },
    { name: "PostgreSQL by pgbench, hot, 64", run: bench(HOT, 64) },
    { name: "PostgreSQL by pgbench, hot, 8", run: bench(HOT, 8) },
    { name: "PostgreSQL by pgbench, 1,000 a call", run: bench(BULK, 1, 1_000) },
    { name: "Bourse, a route that does nothing, 64", run: to(`${ours}/bench/transfers/nothing`, spread) },
    { name: "Bare gathering object around select 1, 64", run: to(new URL(gather.url).origin, spread) },
    { name: "Bourse, spread, 1", run: to(gathered, { ...spread, connections: 1 }) },
    { name: "Bourse without gathering, spread, 64", run: to(direct, spread) },
    { name: "Bourse without gathering, spread, 1", run: to(direct, { ...spread, connections: 1 }) },
  ];
  return cases
    .filter(({ name }) => name.includes(process.env["ONLY"] ?? ""))
    .map((one) => {
      if (one.name.includes("pgbench")) return one;
      const [side = ""] = one.name.split(/[ ,]/);
      return { ...one, pids: pids[side as keyof typeof pids] };
    });
}

async function main(): Promise<boolean> {
  completeDevVars();
  await bundle();
  const folder = path.join(ROOT, "dist", "bench-ledger");
  const bare = path.join(ROOT, "dist", "bench-gather");
  await bundleEntry([path.join(ROOT, "bench", "workers", "ledger", "index.ts")], folder);
  await bundleEntry([path.join(ROOT, "bench", "workers", "gather", "index.ts")], bare);
  const postgres = startPostgres(ACCOUNTS);
  if (!postgres) throw new Error("PostgreSQL is not installed (apt-get install postgresql).");
  const rival = await start("peers/postgres-ledger.js", postgres.folder, String(POOL));
  const bourse = await start("ledger/server.ts", folder);
  const gather = await start("ledger/server.ts", bare);
  const { origin } = new URL(bourse.url);
  try {
    const figures = await measure(await prepare({ bourse, rival, gather, postgres }));
    const { ok } = await json<{ ok: boolean }>(`${origin}/bench/audit`);
    if (!ok) throw new Error("The books do not add up after the load.");
    return print(figures);
  } finally {
    for (const subject of [bourse, rival, gather, postgres]) subject.stop();
  }
}

process.exitCode = (await main()) ? 0 : 1;
