import { env as bindings } from "cloudflare:workers";
import { runDueCrons } from "#platform/cron";
import type { Ctx } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import { consume } from "#platform/queue";
import type { App } from "../../../src/app.ts";
import { createApp } from "../../../src/app.ts";
import { actors } from "../actors.ts";

/**
 * The product for the kill test: its own sources, with a pause before and after everything that leaves a trace, so
 * that a kill lands between any two steps, and with a clock that is set ahead at each start.
 */

export * from "../../../src/index.ts";

interface Knobs {
  /** How far the clock is ahead, in milliseconds. */
  readonly CLOCK_AHEAD_MS: string;
  /** The longest pause before and after a step, in milliseconds. */
  readonly PAUSE_MS: string;
}

const knobs = bindings as Env & Knobs;
const realNow = Date.now.bind(Date);
Date.now = () => realNow() + Number(knobs.CLOCK_AHEAD_MS);

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * Number(knobs.PAUSE_MS)));
}

async function slowly<T>(step: () => Promise<T>): Promise<T> {
  await pause();
  const result = await step();
  await pause();
  return result;
}

function slowSession(session: D1DatabaseSession): D1DatabaseSession {
  return {
    prepare: (sql) => session.prepare(sql),
    batch: async <T>(statements: D1PreparedStatement[]) => slowly(async () => session.batch<T>(statements)),
    getBookmark: () => session.getBookmark(),
  };
}

const slow: Env = {
  ...bindings,
  DB: Object.assign(Object.create(bindings.DB) as D1Database, {
    withSession: (start: string) => slowSession(bindings.DB.withSession(start)),
  }),
  EVENTS: Object.assign(Object.create(bindings.EVENTS) as Queue, {
    sendBatch: async (messages: Iterable<MessageSendRequest>) =>
      slowly(async () => bindings.EVENTS.sendBatch(messages)),
  }),
};

const app: App = createApp(null, [actors]);

function jobCtx(execution: ExecutionContext): Ctx {
  return createCtx({
    env: slow,
    actor: { kind: "system", job: "kill" },
    requestId: "kill",
    composition: app.composition,
    defer: (work) => execution.waitUntil(work),
  });
}

async function dump(): Promise<Response> {
  const statements = [
    "select id, user_id as userId, status from support_tickets",
    "select ticket_id as ticketId, author from support_messages",
    "select id, data ->> 'ticketId' as ticketId from platform_events where type = 'ticket.opened'",
    "select event_id as eventId, state, lease_until as leaseUntil from platform_deliveries where handler = 'support.acknowledgeTicket'",
    "select owner, status, result is not null as committed from platform_idempotency_keys",
    "select target, action from platform_audit_entries",
  ];
  const names = ["tickets", "messages", "events", "deliveries", "keys", "audit"];
  const results = await bindings.DB.batch(statements.map((sql) => bindings.DB.prepare(sql)));
  return Response.json(Object.fromEntries(names.map((name, index) => [name, results[index]?.results])));
}

/** Runs one cron now, whether or not its slot has been claimed. */
async function runCron(name: string | null, execution: ExecutionContext): Promise<Response> {
  const cron = app.composition.crons.find((candidate) => candidate.name === name);
  await cron?.run(jobCtx(execution), Date.now());
  return Response.json({ ran: cron?.name ?? null });
}

// oxlint-disable-next-line import/no-default-export -- a Worker is its default export
export default {
  async fetch(request, _, execution) {
    const { pathname } = new URL(request.url);
    if (pathname === "/kill/dump") return dump();
    if (pathname === "/kill/cron") return await runCron(new URL(request.url).searchParams.get("name"), execution);
    if (pathname === "/kill/tick") return Response.json(await runDueCrons(jobCtx(execution)));
    return app.http.fetch(request, slow, execution);
  },
  async queue(batch, _, execution) {
    await slowly(async () => consume(batch, jobCtx(execution)));
  },
} satisfies ExportedHandler<Env>;
