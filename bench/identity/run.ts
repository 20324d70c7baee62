/**
 * `npm run bench:identity`: a session check at 64 connections and a sign-in, beside better-auth on Node with SQLite, in
 * turn and several times over, as ratios of medians within one run.
 */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import setup from "argon2id/lib/setup.js";
import { CONNECTIONS, hasWrk } from "../http/load.ts";
import { bundleAll, start } from "../http/subjects.ts";

const BENCH = path.join(import.meta.dirname, "..");
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const SECONDS = Number(process.env["SECONDS"] ?? 3);
const SIGN_INS = 20;
const OURS = { email: "trader@bourse.test", password: "correct-horse-battery-1" };
const THEIRS = { email: "trader@example.com", password: "correct-horse-battery-1", name: "Tara" };

interface Subject {
  readonly name: string;
  readonly signIn: () => Promise<Response>;
  readonly checks: readonly { readonly name: string; readonly url: string; readonly header: string }[];
}

async function post(url: string, body: unknown): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

async function ourSubject(url: string): Promise<Subject> {
  const signIn = async (): Promise<Response> => await post(`${url}/api/v1/auth/login`, OURS);
  const { accessToken } = (await (await signIn()).json()) as { accessToken: string };
  const header = `Authorization: Bearer ${accessToken}`;
  const checks = [
    { name: "Bourse, session", url: `${url}/session`, header },
    { name: "Bourse, session and a read of D1", url: `${url}/api/v1/me`, header },
  ];
  return { name: "Bourse", signIn, checks };
}

async function theirSubject(url: string): Promise<Subject> {
  await post(`${url}/api/auth/sign-up/email`, THEIRS);
  const signIn = async (): Promise<Response> => await post(`${url}/api/auth/sign-in/email`, THEIRS);
  const cookie = (await signIn()).headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");
  const check = { name: "better-auth", url: `${url}/api/auth/get-session`, header: `Cookie: ${cookie}` };
  return { name: "better-auth", signIn, checks: [check] };
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

async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** The hash by itself, by the very library that signs in, in this process. */
async function bareHash(): Promise<() => Uint8Array> {
  const wasm = (name: string) => async (imports: WebAssembly.Imports) =>
    await WebAssembly.instantiate(readFileSync(path.join(BENCH, "..", "node_modules/argon2id/dist", name)), imports);
  const compute = await setup(wasm("simd.wasm"), wasm("no-simd.wasm"));
  const password = new TextEncoder().encode(OURS.password);
  return () =>
    compute({ password, salt: new Uint8Array(16), parallelism: 1, passes: 2, memorySize: 19_456, tagLength: 32 });
}

async function signIns(subjects: readonly Subject[]): Promise<Map<string, number>> {
  const hash = await bareHash();
  const times = new Map<string, number[]>([
    ["bare hash", []],
    ...subjects.map(({ name }): [string, number[]] => [name, []]),
  ]);
  for (let turn = 0; turn < SIGN_INS; turn += 1) {
    times.get("bare hash")?.push(await timed(hash));
    for (const { name, signIn } of subjects)
      times.get(name)?.push(await timed(async () => await (await signIn()).text()));
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

function report(checks: ReadonlyMap<string, number>, logins: ReadonlyMap<string, number>): boolean {
  const peer = checks.get("better-auth") ?? 1;
  console.log("| session check, 64 connections | requests/s | to better-auth |\n| --- | --- | --- |");
  for (const [name, rate] of checks) console.log(`| ${name} | ${Math.round(rate)} | ${(rate / peer).toFixed(2)} |`);
  console.log("\n| sign-in | median ms |\n| --- | --- |");
  for (const [name, ms] of logins) console.log(`| ${name} | ${ms.toFixed(1)} |`);
  const ratio = (checks.get("Bourse, session") ?? 0) / peer;
  const rest = (logins.get("Bourse") ?? 0) - (logins.get("bare hash") ?? 0);
  console.log(`\nsession check to better-auth: ${ratio.toFixed(2)} (at least 4): ${ratio >= 4 ? "holds" : "FAILS"}`);
  console.log(`sign-in beside its hash: ${rest.toFixed(1)} ms (under 5): ${rest < 5 ? "holds" : "FAILS"}`);
  return ratio >= 4 && rest < 5;
}

async function run(): Promise<void> {
  if (!hasWrk()) throw new Error("This bench needs wrk: apt-get install wrk.");
  if (!existsSync(path.join(BENCH, "node_modules"))) execFileSync("npm", ["ci", "--silent"], { cwd: BENCH });
  const { unlimited } = await bundleAll();
  const own = await start("http/server.ts", unlimited, "1000");
  const peer = await start("peers/better-auth.js", path.join(os.tmpdir(), `bench-${process.pid}.sqlite`));
  try {
    const subjects = [await ourSubject(new URL(own.url).origin), await theirSubject(new URL(peer.url).origin)];
    const checks = subjects.flatMap((subject) => subject.checks);
    const rates = new Map<string, number[]>(checks.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { name, url, header } of checks) rates.get(name)?.push(await perSecond(url, header));
    }
    const medians = new Map([...rates].map(([name, all]) => [name, median(all)]));
    process.exitCode = report(medians, await signIns(subjects)) ? 0 : 1;
  } finally {
    own.stop();
    peer.stop();
  }
}

await run();
process.exit();
