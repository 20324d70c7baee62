import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Killable } from "./support/killable.ts";
import { bundleForKills, startKillable } from "./support/killable.ts";
import { makeId } from "../../src/kernel/ids.ts";

const ROUNDS = Number(process.env["KILL_ROUNDS"] ?? 12);
const CALLS = 6;
const PAUSE_MS = 60;
const MINUTE = 60_000;

interface Dump {
  tickets: { id: string; userId: string; status: string }[];
  messages: { ticketId: string; author: string }[];
  events: { id: string; ticketId: string }[];
  deliveries: { eventId: string; state: string; leaseUntil: number }[];
  keys: { owner: string; status: number | null; committed: number }[];
  audit: { target: string; action: string }[];
}

function someone(role: "user" | "admin") {
  const id = (prefix: "user" | "sess") => makeId(prefix, Date.now(), randomBytes(10));
  const rights = { role, plan: "enterprise", mfa: true, raisedUntil: Number.MAX_SAFE_INTEGER };
  return { kind: "user", userId: id("user"), sessionId: id("sess"), ...rights };
}

/** A call that is repeated under its key until it is answered. */
interface Intent {
  readonly actor: ReturnType<typeof someone>;
  readonly path: string;
  readonly body: object | null;
  readonly key: string;
  answer: { id: string; status: string } | null;
}

/** What the kills hit, counted right after each. */
const hits = { kills: 0, undelivered: 0, underLease: 0, answerLost: 0, beforeCommit: 0, repeated: 0 };

let folder: string;
let bundle: string;
let server: Killable | null = null;
let clockAheadMs = 0;
const intents: Intent[] = [];

/** Later by ten minutes: leases and claims of the dead have run out. */
async function restart(): Promise<Killable> {
  const diedAt = Date.now() + clockAheadMs;
  clockAheadMs += 10 * MINUTE;
  server = await startKillable({ bundle, stateDir: path.join(folder, "state"), clockAheadMs, pauseMs: PAUSE_MS });
  countHits(await dump(server), diedAt);
  await fetch(`${server.url}/kill/tick`);
  return server;
}

async function dump({ url }: Killable): Promise<Dump> {
  return (await (await fetch(`${url}/kill/dump`)).json()) as Dump;
}

/** Sends a call; a kill on the way leaves it unanswered. */
async function send({ url }: Killable, intent: Intent): Promise<void> {
  const response = await fetch(`${url}/api/v1${intent.path}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": intent.key,
      "X-Test-Actor": JSON.stringify(intent.actor),
    },
    body: intent.body === null ? null : JSON.stringify(intent.body),
  }).catch(() => null);
  const body = (await response?.json().catch(() => null)) as { id: string; status: string } | null | undefined;
  if (!response?.ok || !body) return;
  if (intent.answer) expect(body).toEqual(intent.answer);
  intent.answer = body;
}

function openTicket(): Intent {
  const body = { subject: "Late", body: "Where is it?" };
  return { actor: someone("user"), path: "/support/tickets", body, key: randomUUID(), answer: null };
}

function closeTicket(id: string): Intent {
  return { actor: someone("admin"), path: `/admin/tickets/${id}/close`, body: null, key: randomUUID(), answer: null };
}

/** New calls, the unanswered ones again, and one that was answered long ago. */
function nextCalls(): Intent[] {
  const fresh = Array.from({ length: CALLS }, openTicket);
  const answered = intents.filter(({ answer, path: at }) => answer?.status === "open" && at === "/support/tickets");
  const toClose = answered[Math.floor(Math.random() * answered.length)]?.answer;
  if (toClose) fresh.push(closeTicket(toClose.id));
  const repeated = intents.filter(({ answer }) => answer === null);
  const replayed = answered.slice(0, 1);
  hits.repeated += repeated.length;
  intents.push(...fresh);
  return [...fresh, ...repeated, ...replayed];
}

/** Between the steps of the calls, or a second later, when the queue has handed their messages out. */
function momentOfDeath(): number {
  return Math.random() < 0.5 ? Math.random() * 400 : 900 + Math.random() * 1_500;
}

/** Looks at what the kill before left, while nothing moves yet. */
function countHits({ deliveries, keys }: Dump, diedAt: number): void {
  const pending = deliveries.filter(({ state }) => state === "pending");
  hits.undelivered += pending.length;
  hits.underLease += pending.filter(({ leaseUntil }) => leaseUntil > diedAt).length;
  const open = keys.filter(({ status }) => status === null);
  hits.answerLost += open.filter(({ committed }) => committed === 1).length;
  hits.beforeCommit += open.filter(({ committed }) => committed === 0).length;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "bourse-kill-"));
  bundle = await bundleForKills(path.join(folder, "bundle"));
});

afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe("a process that is killed at any moment", () => {
  it(
    `loses no event and handles none twice, ${ROUNDS} times`,
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const running = await restart();
        const calls = nextCalls().map(async (intent) => send(running, intent));
        await new Promise((resolve) => setTimeout(resolve, momentOfDeath()));
        await running.kill();
        hits.kills += 1;
        await Promise.all(calls);
      }
      const state = await settle();
      process.stdout.write(
        `${JSON.stringify({ ...hits, tickets: state.tickets.length, closed: closedIn(state).length })}\n`,
      );
      expectNothingLostNorDoubled(state);
    },
    ROUNDS * 15_000 + 120_000,
  );
});

function closedIn({ tickets }: Dump): string[] {
  return tickets.filter(({ status }) => status === "closed").map(({ id }) => id);
}

/** Lets everything that is under way come to its end. */
async function settle(): Promise<Dump> {
  for (let start = 0; start < 5; start += 1) {
    const running = await restart();
    await Promise.all(intents.filter(({ answer }) => answer === null).map(async (intent) => send(running, intent)));
    for (let look = 0; look < 40; look += 1) {
      const state = await dump(running);
      const open = state.deliveries.some((delivery) => delivery.state !== "done");
      if (!open && intents.every(({ answer }) => answer !== null)) return state;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await running.kill();
  }
  throw new Error("Something never came to its end.");
}

function expectNothingLostNorDoubled(state: Dump): void {
  const opened = intents.filter(({ path: at }) => at === "/support/tickets");
  const ids = state.tickets.map(({ id }) => id).toSorted();
  expect(ids).toEqual(opened.map(({ answer }) => answer?.id ?? "none").toSorted());
  expect(state.tickets.map(({ userId }) => userId).toSorted()).toEqual(
    opened.map(({ actor }) => actor.userId).toSorted(),
  );
  expect(state.events.map(({ ticketId }) => ticketId).toSorted()).toEqual(ids);
  expect(state.deliveries.map(({ eventId }) => eventId).toSorted()).toEqual(
    state.events.map(({ id }) => id).toSorted(),
  );
  for (const author of ["customer", "bourse"]) {
    const written = state.messages.filter((message) => message.author === author);
    expect(written.map(({ ticketId }) => ticketId).toSorted()).toEqual(ids);
  }
  const closings = state.audit.filter(({ action }) => action === "ticket.closed").map(({ target }) => target);
  expect(closings.toSorted()).toEqual(closedIn(state).toSorted());
}
