/**
 * `npm run bench:payments`: processor time that a webhook costs from its bytes to the durable row, beside a route of the
 * same run that does nothing, and 1,000 of them at once. The events are of a type that nobody handles, so that what is
 * measured is verifying and storing alone.
 */
import { createHmac, randomUUID } from "node:crypto";
import { bundle } from "../../scripts/bundle.ts";
import { completeDevVars, fileVariables } from "../../scripts/variables.ts";
import { cpuMicros } from "../http/cpu.ts";
import { start } from "../http/subjects.ts";

const EVENTS = Number(process.env["EVENTS"] ?? 4_000);
const CONNECTIONS = 64;
const AT_ONCE = 1_000;
const LIMIT_MS = 5;

interface Signed {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An event of some three kilobytes, as Stripe's are, signed as Stripe signs. */
function event(secret: string): Signed {
  const object = { id: "cus_bench", object: "customer", metadata: { filler: "x".repeat(2_800) } };
  const body = JSON.stringify({
    id: `evt_${randomUUID()}`,
    type: "customer.created",
    livemode: false,
    data: { object },
  });
  const at = Math.floor(Date.now() / 1_000);
  const signature = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
  return { body, headers: { "Stripe-Signature": `t=${at},v1=${signature}` } };
}

interface Figures {
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly refused: number;
}

interface Run {
  readonly pid: number;
  readonly count: number;
  readonly connections: number;
  readonly call: () => Promise<boolean>;
}

async function measure({ pid, count, connections, call }: Run): Promise<Figures> {
  const times: number[] = [];
  let left = count;
  let refused = 0;
  const before = cpuMicros(pid);
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const begun = performance.now();
      if (!(await call())) refused += 1;
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const cpuMs = (cpuMicros(pid) - before) / 1_000 / count;
  return { cpuMs, p50Ms: times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0, refused };
}

async function ask(url: string, init: RequestInit = {}): Promise<boolean> {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response.ok;
}

async function main(): Promise<boolean> {
  completeDevVars();
  const secret = fileVariables()["STRIPE_WEBHOOK_SECRET"] ?? "";
  const subject = await start("ledger/server.ts", await bundle());
  const { origin } = new URL(subject.url);
  try {
    const nothing = async () => await ask(`${origin}/api/v1/health`);
    const webhook = async () => await ask(`${origin}/webhooks/stripe`, { method: "POST", ...event(secret) });
    await measure({ pid: subject.pid, count: 500, connections: CONNECTIONS, call: webhook });
    const floor = await measure({ pid: subject.pid, count: EVENTS, connections: CONNECTIONS, call: nothing });
    const stored = await measure({ pid: subject.pid, count: EVENTS, connections: CONNECTIONS, call: webhook });
    const storm = await measure({ pid: subject.pid, count: AT_ONCE, connections: AT_ONCE, call: webhook });
    console.log("| call | CPU ms | p50 ms | refused |\n| --- | --- | --- | --- |");
    for (const [name, { cpuMs, p50Ms, refused }] of Object.entries({
      "a route that does nothing": floor,
      "a webhook": stored,
      "1,000 at once": storm,
    }))
      console.log(`| ${name} | ${cpuMs.toFixed(3)} | ${p50Ms.toFixed(1)} | ${refused} |`);
    const holds = stored.cpuMs < LIMIT_MS && stored.refused + storm.refused === 0;
    console.log(
      `\n${holds ? "holds" : "FAILS"}  a webhook: ${stored.cpuMs.toFixed(3)} ms of CPU (under ${LIMIT_MS}), ${(stored.cpuMs / floor.cpuMs).toFixed(1)} times the floor`,
    );
    return holds;
  } finally {
    subject.stop();
  }
}

process.exitCode = (await main()) ? 0 : 1;
