import { env as bindings } from "cloudflare:workers";
import * as ledger from "#modules/ledger";
import { fundWallet } from "#modules/wallet";
import type { Id } from "#kernel/ids";
import { runDueCrons } from "#platform/cron";
import type { Ctx } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import { consume } from "#platform/queue";
import type { App } from "../../../src/app.ts";
import { createApp } from "../../../src/app.ts";
import { EscrowTrade as Trade } from "../../../durable-objects/escrow-trade/object.ts";
import { actors } from "../actors.ts";
import { anAd } from "../p2p.ts";

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

/** Longer than any test looks. The runtime itself would end what waits for nothing. */
const FOR_EVER_MS = 600_000;

/** What a commit must hold for its caller never to hear of it; null for none. */
let unheard: string | null = null;
const texts = new WeakMap<D1PreparedStatement, string>();

function prepare(session: D1DatabaseSession, sql: string): D1PreparedStatement {
  const statement = session.prepare(sql);
  const bind = statement.bind.bind(statement);
  statement.bind = (...values: unknown[]) => {
    const bound = bind(...values);
    texts.set(bound, sql);
    return bound;
  };
  return statement;
}

async function answerUnlessUnheard<T>(statements: readonly D1PreparedStatement[], results: T): Promise<T> {
  const held = unheard;
  if (held !== null && statements.some((statement) => texts.get(statement)?.includes(held)))
    await new Promise((resolve) => setTimeout(resolve, FOR_EVER_MS));
  return results;
}

function slowSession(session: D1DatabaseSession): D1DatabaseSession {
  return {
    prepare: (sql) => prepare(session, sql),
    batch: async <T>(statements: D1PreparedStatement[]) =>
      await answerUnlessUnheard(statements, await slowly(async () => session.batch<T>(statements))),
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

/** A trade's object waits as the Worker does. */
export class EscrowTrade extends Trade {
  constructor(state: DurableObjectState) {
    super(state, slow);
  }
}

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

/** An ad of somebody's who has ten thousand of what it sells. */
async function openMarket(ctx: Ctx, seller: string): Promise<Response> {
  await fundWallet(ctx, { userId: seller as Id<"user">, asset: "USDT", amount: 10_000_000_000 });
  const ad = await anAd(app, { userId: seller as Id<"user">, paymentWindowMinutes: 360 });
  return Response.json({ adId: ad.id });
}

/** Everything that a trade has left, and what the ledger says to it. */
async function dumpTrades(ctx: Ctx): Promise<Response> {
  const statements = [
    "select trade_id as tradeId, version, to_state as state from trades_transitions order by trade_id, version",
    "select id, credits_posted - debits_posted as balance, closed from ledger_accounts where asset = 'USDT'",
    "select target, action from platform_audit_entries where target like 'trade_%'",
  ];
  const names = ["transitions", "accounts", "audit"];
  const results = await bindings.DB.batch(statements.map((sql) => bindings.DB.prepare(sql)));
  const found = Object.fromEntries(names.map((name, index) => [name, results[index]?.results]));
  return Response.json({ ...found, failures: (await ledger.audit(ctx)).failures });
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
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/kill/dump") return dump();
    if (pathname === "/kill/cron") return await runCron(searchParams.get("name"), execution);
    if (pathname === "/kill/market") return await openMarket(jobCtx(execution), searchParams.get("seller") ?? "");
    if (pathname === "/kill/trades") return await dumpTrades(jobCtx(execution));
    if (pathname === "/kill/unheard") {
      unheard = searchParams.get("holding");
      return new Response(null, { status: 204 });
    }
    if (pathname === "/kill/tick") return Response.json(await runDueCrons(jobCtx(execution)));
    return app.http.fetch(request, slow, execution);
  },
  async queue(batch, _, execution) {
    await slowly(async () => consume(batch, jobCtx(execution)));
  },
} satisfies ExportedHandler<Env>;
