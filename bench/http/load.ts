/** Load on one address: by wrk where the machine has it, else by autocannon, which takes a core for itself. */
import { execFile, execFileSync } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

export const CONNECTIONS = 64;
const BENCH = path.join(import.meta.dirname, "..");

export interface Load {
  readonly url: string;
  /** How many addresses call in turn. */
  readonly keys: number;
  readonly seconds: number;
}

export interface Outcome {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers outside 2xx and 3xx. */
  readonly refused: number;
}

export function hasWrk(): boolean {
  try {
    execFileSync("wrk", ["--version"], { stdio: "ignore" });
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== "ENOENT";
  }
}

export async function load(run: Load): Promise<Outcome> {
  return hasWrk() ? await byWrk(run) : await byAutocannon(run);
}

interface WrkReport {
  readonly requests: number;
  readonly micros: number;
  readonly p50: number;
  readonly p99: number;
  readonly refused: number;
  readonly broken: number;
}

async function byWrk({ url, keys, seconds }: Load): Promise<Outcome> {
  const script = path.join(import.meta.dirname, "keys.lua");
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, url];
  const { stdout } = await promisify(execFile)("wrk", args, { env: { ...process.env, KEYS: String(keys) } });
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  const report = JSON.parse(line ?? "{}") as WrkReport;
  if (report.broken > 0) throw new Error(`${report.broken} connections to ${url} broke.`);
  return {
    requests: report.requests,
    perSecond: (report.requests / report.micros) * 1e6,
    p50Ms: report.p50 / 1_000,
    p99Ms: report.p99 / 1_000,
    refused: report.refused,
  };
}

interface CannonReport {
  readonly requests: { readonly total: number; readonly average: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
}

async function byAutocannon({ url, keys, seconds }: Load): Promise<Outcome> {
  const script = path.join(BENCH, "peers", "cannon.js");
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, String(keys), String(seconds)]);
  const report = JSON.parse(stdout) as CannonReport;
  if (report.errors > 0) throw new Error(`${report.errors} calls to ${url} broke.`);
  return {
    requests: report.requests.total,
    perSecond: report.requests.average,
    p50Ms: report.latency.p50,
    p99Ms: report.latency.p99,
    refused: report.non2xx,
  };
}
