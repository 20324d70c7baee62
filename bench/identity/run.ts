/**
 * `npm run bench:identity`: a session check at 64 connections beside better-auth on Node with SQLite, and a sign-in
 * beside it and beside its own hash in workerd, in turn and several times over, as ratios of medians within one run.
 */
import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/project.ts";
import { cpuMicros } from "../http/cpu.ts";
import { CONNECTIONS, hasWrk } from "../http/load.ts";
import type { Subject as Served } from "../http/subjects.ts";
import { bundleAll, bundleEntry, start } from "../http/subjects.ts";

const BENCH = path.join(import.meta.dirname, "..");
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const SECONDS = Number(process.env["SECONDS"] ?? 3);
const SIGN_INS = Number(process.env["SIGN_INS"] ?? 60);
const SIGN_INS_EACH = 3;
const OURS = { email: "trader@bourse.test", password: "correct-horse-battery-1" };
const THEIRS = { email: "trader@example.com", password: "correct-horse-battery-1", name: "Tara" };

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

interface Subject {
  readonly name: string;
  readonly pid: number;
  readonly signIn: () => Promise<Response>;
  readonly checks: readonly { readonly name: string; readonly url: string; readonly header: string }[];
}

async function post(url: string, body: unknown): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

function hashSubject(name: string, { url, pid }: Served, where: string): Subject {
  const target = `${new URL(url).origin}${where}`;
  const signIn = async (): Promise<Response> => await fetch(target, { method: "POST", body: OURS.password });
  return { name, pid, signIn, checks: [] };
}

async function ourSubject(served: Served): Promise<Subject> {
  const url = new URL(served.url).origin;
  const signIn = async (): Promise<Response> => await post(`${url}/api/v1/auth/login`, OURS);
  const { accessToken } = (await (await signIn()).json()) as { accessToken: string };
  const header = `Authorization: Bearer ${accessToken}`;
  const checks = [
    { name: "Bourse, session", url: `${url}/session`, header },
    { name: "Bourse, session and a read of D1", url: `${url}/api/v1/me`, header },
  ];
  return { name: "Bourse", pid: served.pid, signIn, checks };
}

async function theirSubject(served: Served): Promise<Subject> {
  const url = new URL(served.url).origin;
  await post(`${url}/api/auth/sign-up/email`, THEIRS);
  const signIn = async (): Promise<Response> => await post(`${url}/api/auth/sign-in/email`, THEIRS);
  const cookie = (await signIn()).headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");
  const check = { name: "better-auth", url: `${url}/api/auth/get-session`, header: `Cookie: ${cookie}` };
  return { name: "better-auth", pid: served.pid, signIn, checks: [check] };
}

async function perSecond(url: string, header: string): Promise<number> {
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "-H", header, url];
  const { stdout } = await promisify(execFile)("wrk", args);
  if (/Non-2xx/.test(stdout)) throw new Error(`${url} refused:\n${stdout}`);
  return Number(/Requests\/sec:\s+([0-9.]+)/.exec(stdout)?.[1]);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * One after another in turn, so that all of them have the same machine: milliseconds by the clock and of processors.
 * Every subject is warm by then: it has signed in `CONNECTIONS * SIGN_INS_EACH` times at once.
 */
async function oneByOne(subjects: readonly Subject[]): Promise<Map<string, Cost>> {
  const before = subjects.map(({ pid }) => cpuMicros(pid));
  const times = subjects.map((): number[] => []);
  for (let turn = 0; turn < SIGN_INS; turn += 1) {
    for (const [index, { signIn }] of subjects.entries()) {
      const startedAt = performance.now();
      await (await signIn()).text();
      times[index]?.push(performance.now() - startedAt);
    }
  }
  const costs = subjects.map(({ name, pid }, index): [string, Cost] => {
    const cpuMs = (cpuMicros(pid) - (before[index] ?? 0)) / 1_000 / SIGN_INS;
    return [name, { ms: median(times[index] ?? []), cpuMs }];
  });
  return new Map(costs);
}

/** As many at once as the session check has connections; sign-ins a second. */
async function atOnce({ signIn }: Subject): Promise<number> {
  const startedAt = performance.now();
  const loop = async (): Promise<void> => {
    for (let turn = 0; turn < SIGN_INS_EACH; turn += 1) await (await signIn()).text();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, loop));
  return (CONNECTIONS * SIGN_INS_EACH * 1_000) / (performance.now() - startedAt);
}

function reportChecks(checks: ReadonlyMap<string, number>): boolean {
  const peer = checks.get("better-auth") ?? 1;
  console.log("| session check, 64 connections | requests/s | to better-auth |\n| --- | --- | --- |");
  for (const [name, rate] of checks) console.log(`| ${name} | ${Math.round(rate)} | ${(rate / peer).toFixed(2)} |`);
  const ratio = (checks.get("Bourse, session") ?? 0) / peer;
  console.log(`\nsession check to better-auth: ${ratio.toFixed(2)} (at least 4): ${ratio >= 4 ? "holds" : "FAILS"}\n`);
  return ratio >= 4;
}

function reportSignIns(costs: ReadonlyMap<string, Cost>, rates: ReadonlyMap<string, number>): boolean {
  const costOf = (name: string): Cost => costs.get(name) ?? { ms: Number.NaN, cpuMs: Number.NaN };
  const bare = costOf("bare hash");
  console.log(
    "| sign-in | median ms | CPU ms | CPU to the hash | 64 at once, a second |\n| --- | --- | --- | --- | --- |",
  );
  for (const [name, { ms, cpuMs }] of costs) {
    const cells = [ms.toFixed(1), cpuMs.toFixed(1), (cpuMs / bare.cpuMs).toFixed(2), rates.get(name)?.toFixed(1)];
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
  const rest = costOf("Bourse").ms - bare.ms;
  console.log(`\nsign-in beside its hash: ${rest.toFixed(1)} ms (under 5): ${rest < 5 ? "holds" : "FAILS"}`);
  return rest < 5;
}

async function run(): Promise<void> {
  if (!hasWrk()) throw new Error("This bench needs wrk: apt-get install wrk.");
  if (!existsSync(path.join(BENCH, "node_modules"))) execFileSync("npm", ["ci", "--silent"], { cwd: BENCH });
  const { unlimited } = await bundleAll();
  const hash = path.join(ROOT, "dist", "bench-hash");
  await bundleEntry(["--config", path.join(BENCH, "workers", "hash", "wrangler.toml")], hash);
  const floor = await start("http/bare-server.ts", hash, "DB");
  const stored = await start("http/bare-server.ts", hash, "DB");
  const own = await start("http/server.ts", unlimited, "1000");
  const peer = await start("peers/better-auth.js", path.join(os.tmpdir(), `bench-${process.pid}.sqlite`));
  try {
    const subjects = [
      hashSubject("bare hash", floor, "/"),
      hashSubject("bare hash, one read and one write of D1", stored, "/stored"),
      await ourSubject(own),
      await theirSubject(peer),
    ];
    const checks = subjects.flatMap((subject) => subject.checks);
    const rates = new Map<string, number[]>(checks.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { name, url, header } of checks) rates.get(name)?.push(await perSecond(url, header));
    }
    const quick = reportChecks(new Map([...rates].map(([name, all]) => [name, median(all)])));
    const loaded = new Map<string, number>();
    for (const subject of subjects) loaded.set(subject.name, await atOnce(subject));
    const costs = await oneByOne(subjects);
    process.exitCode = reportSignIns(costs, loaded) && quick ? 0 : 1;
  } finally {
    for (const subject of [floor, stored, own, peer]) subject.stop();
  }
}

await run();
process.exit();
