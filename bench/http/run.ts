/**
 * `npm run bench:http`: what the middleware chain and the limiter cost, as ratios within one run.
 *
 * Every subject is loaded in turn, several times over, and the medians are compared, so that whatever else the machine
 * does falls on all of them alike.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { cpuMicros } from "./cpu.ts";
import { CONNECTIONS, hasWrk, load } from "./load.ts";
import { printGates, printTable } from "./report.ts";
import type { Subject } from "./subjects.ts";
import { bundleAll, start, startRedis } from "./subjects.ts";

const BENCH = path.join(import.meta.dirname, "..");
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const SECONDS = Number(process.env["SECONDS"] ?? 3);
/** Before each measurement: what is measured is the steady state, not the first call of every key. */
const WARM_UP_SECONDS = 1;
/** Wide enough that no run comes to its end. */
const WIDE = "1000";

export interface Measured {
  readonly name: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMicros: number;
  readonly refusedShare: number;
}

interface Case {
  readonly name: string;
  readonly subject: Subject;
  readonly keys: number;
}

async function measure({ name, subject, keys }: Case, seconds: number): Promise<Measured> {
  const before = cpuMicros(subject.pid);
  const outcome = await load({ url: subject.url, keys, seconds });
  return {
    name,
    perSecond: outcome.perSecond,
    p50Ms: outcome.p50Ms,
    p99Ms: outcome.p99Ms,
    cpuMicros: (cpuMicros(subject.pid) - before) / outcome.requests,
    refusedShare: outcome.refused / outcome.requests,
  };
}

function median(runs: readonly Measured[]): Measured {
  const of = (pick: (one: Measured) => number): number =>
    runs.map(pick).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0;
  return {
    name: runs[0]?.name ?? "",
    perSecond: of((one) => one.perSecond),
    p50Ms: of((one) => one.p50Ms),
    p99Ms: of((one) => one.p99Ms),
    cpuMicros: of((one) => one.cpuMicros),
    refusedShare: of((one) => one.refusedShare),
  };
}

async function measureAll(cases: readonly Case[]): Promise<Measured[]> {
  const runs = new Map<string, Measured[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of cases) {
      await measure(one, WARM_UP_SECONDS);
      runs.get(one.name)?.push(await measure(one, SECONDS));
    }
  }
  return [...runs.values()].map(median);
}

async function run(): Promise<boolean> {
  if (!existsSync(path.join(BENCH, "node_modules"))) execFileSync("npm", ["ci"], { cwd: BENCH, stdio: "inherit" });
  if (!hasWrk()) console.log("wrk is not installed (apt-get install wrk); autocannon takes its place and a core.");
  const bundles = await bundleAll();
  const redis = await startRedis();
  if (!redis) console.log("redis-server is not installed (apt-get install redis-server); the peer is left out.");
  const started: Subject[] = [];
  const begin = async (script: string, ...args: string[]): Promise<Subject> => {
    const subject = await start(script, ...args);
    started.push(subject);
    return subject;
  };
  try {
    const empty = await begin("http/bare-server.ts", bundles.empty);
    const limited = await begin("http/server.ts", bundles.product, WIDE);
    const unlimited = await begin("http/server.ts", bundles.unlimited, WIDE);
    const strict = await begin("http/server.ts", bundles.product, "1");
    const cases: Case[] = [
      { name: "empty route", subject: empty, keys: 1 },
      { name: "unlimited, 1 key", subject: unlimited, keys: 1 },
      { name: "limited, 1 key", subject: limited, keys: 1 },
      { name: "unlimited, 1,000 keys", subject: unlimited, keys: 1_000 },
      { name: "limited, 1,000 keys", subject: limited, keys: 1_000 },
      { name: "under attack, 1 key", subject: strict, keys: 1 },
    ];
    if (redis) {
      const peer = String(redis.port);
      const free = await begin("peers/redis-limiter.js", peer, "unlimited");
      const counted = await begin("peers/redis-limiter.js", peer, "limited");
      cases.push({ name: "Node, unlimited", subject: free, keys: 1 });
      cases.push({ name: "Node and Redis, 1 key", subject: counted, keys: 1 });
      cases.push({ name: "Node and Redis, 1,000 keys", subject: counted, keys: 1_000 });
    }
    const measured = await measureAll(cases);
    console.log(`${CONNECTIONS} connections, medians of ${ROUNDS} rounds of ${SECONDS} s\n`);
    printTable(measured);
    return printGates(measured);
  } finally {
    for (const subject of started) subject.stop();
    redis?.stop();
  }
}

process.exitCode = (await run()) ? 0 : 1;
