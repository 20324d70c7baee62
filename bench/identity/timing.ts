/**
 * `npm run bench:timing`: whether the clock tells a known address from one that nobody has. For sign-in, registration,
 * forgotten passwords and codes, 300 calls of each side in a random order; printed is the area under the curve of the
 * best classifier by time alone: 0.5 is a coin, 1 is certainty, and from 0.6 on it fails.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { bundleAll, start } from "../http/subjects.ts";

const SAMPLES = Number(process.env["SAMPLES"] ?? 300);
const PEOPLE = 12;
const PAUSE_MS = 3;
const BOUND = 0.6;
const PASSWORD = "four words in a row";

interface Mail {
  readonly text: string;
  readonly links: readonly string[];
}

let origin = "";
let calls = 0;

async function call(path: string, body: unknown): Promise<Response> {
  calls += 1;
  const address = `2001:db8:${(calls >> 16).toString(16)}:${(calls & 0xffff).toString(16)}::1`;
  const headers = { "Content-Type": "application/json", "CF-Connecting-IP": address };
  return await fetch(`${origin}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function newestMail(to: string): Promise<Mail> {
  await call("/dev/jobs/drain", {});
  const answer = await fetch(`${origin}/dev/outbox?to=${encodeURIComponent(to)}`);
  const { data } = (await answer.json()) as { data: Mail[] };
  const [mail] = data;
  if (!mail) throw new Error("A mail must have come.");
  return mail;
}

const emailOf = (who: string): string => `${who}@timing.test`;
const phoneOf = (who: number): string => `+91987654${String(who).padStart(4, "0")}`;

/** Puts down people with an address and people with a phone. */
async function settle(): Promise<void> {
  for (let who = 0; who < PEOPLE; who += 1) {
    const email = emailOf(`known${who}`);
    await call("/api/v1/auth/register", { email, password: PASSWORD, acceptTerms: true });
    const [link = ""] = (await newestMail(email)).links;
    await call("/api/v1/auth/verify-email", { token: new URL(link, origin).searchParams.get("token") });
    const phone = phoneOf(who);
    await call("/api/v1/auth/otp", { phone });
    const code = /[0-9]{6}/.exec((await newestMail(phone)).text)?.[0];
    await call("/api/v1/auth/otp/verify", { phone, code, acceptTerms: true });
  }
}

type Ask = (known: boolean, turn: number) => Promise<Response>;

const whoOf = (known: boolean, turn: number): string => `${known ? "known" : "nobody"}${turn % PEOPLE}`;

const SUBJECTS: Readonly<Record<string, Ask>> = {
  login: async (known, turn) =>
    await call("/api/v1/auth/login", { email: emailOf(whoOf(known, turn)), password: "not the password" }),
  register: async (known, turn) => {
    const email = known ? emailOf(whoOf(true, turn)) : emailOf(`fresh${turn}`);
    return await call("/api/v1/auth/register", { email, password: PASSWORD, acceptTerms: true });
  },
  forgot: async (known, turn) => await call("/api/v1/auth/password/forgot", { email: emailOf(whoOf(known, turn)) }),
  otp: async (known, turn) => await call("/api/v1/auth/otp", { phone: phoneOf((turn % PEOPLE) + (known ? 0 : 5_000)) }),
};

async function timings(ask: Ask): Promise<{ readonly known: number[]; readonly unknown: number[] }> {
  const known: number[] = [];
  const unknown: number[] = [];
  for (let turn = 0; turn < SAMPLES; turn += 1) {
    const first = Math.random() < 0.5;
    for (const side of [first, !first]) {
      await sleep(PAUSE_MS);
      const before = performance.now();
      await (await ask(side, turn)).text();
      (side ? known : unknown).push(performance.now() - before);
    }
  }
  return { known, unknown };
}

/** The chance that a random call of one side took longer than one of the other: Mann and Whitney's statistic. */
export function areaUnderCurve(one: readonly number[], other: readonly number[]): number {
  const wins = one.reduce((sum, a) => sum + other.reduce((won, b) => won + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0);
  const area = wins / (one.length * other.length);
  return Math.max(area, 1 - area);
}

async function run(): Promise<void> {
  const { product } = await bundleAll();
  const subject = await start("http/server.ts", product, "100000");
  origin = new URL(subject.url).origin;
  try {
    await settle();
    console.log("| call | known, median ms | unknown, median ms | AUC |\n| --- | --- | --- | --- |");
    for (const [name, ask] of Object.entries(SUBJECTS)) {
      const { known, unknown } = await timings(ask);
      const middle = (all: number[]): string => (all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0).toFixed(2);
      const area = areaUnderCurve(known, unknown);
      console.log(`| ${name} | ${middle(known)} | ${middle(unknown)} | ${area.toFixed(3)} |`);
      if (area >= BOUND) process.exitCode = 1;
    }
  } finally {
    subject.stop();
  }
}

await run();
process.exit();
