import type { DomainEvent, EventDraft } from "#kernel/event";
import type { Problem } from "#kernel/problem";
import { MINUTE } from "#kernel/time";
import { makeId } from "#kernel/ids";
import { randomBytes, sha256Hex } from "./crypto.ts";
import type { Claim, Ctx } from "./ctx.ts";
import { placeOf } from "./ctx.ts";
import type { Statement } from "./db.ts";
import { isRefusedBy } from "./db.ts";
import { constraintOf } from "./log.ts";
import type { DeliveryRef } from "./outbox.ts";
import { relay } from "./outbox.ts";

export interface AuditDraft {
  /** `flag.updated`: noun and past verb. */
  readonly action: string;
  /** The id of what was changed. */
  readonly target: string;
  readonly reason?: string;
  /** What it was and what it became: no secrets, for these rows are kept. */
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface CommitOptions {
  readonly audit?: AuditDraft;
  readonly events?: readonly EventDraft[];
  /**
   * What the verb returns; a verb that returns nothing leaves it out. Under an idempotency key it is kept with the
   * change, for a run whose answer was lost.
   */
  readonly result?: unknown;
  /** A commit on the way to the last one, such as the intent of a vendor call: the claim must hold, and stays open. */
  readonly partial?: boolean;
  /** Which problem stands for which constraint, unique columns, trigger code or expectation. */
  readonly refusals?: Readonly<Record<string, () => Problem>>;
}

/** Thrown when another run has already done what this one is about to do; the caller gives up quietly. */
export class AlreadyDone extends Error {
  override readonly name = "AlreadyDone";
}

/** How long the queue has to deliver an event before the sweeper sends it again. */
export const FIRST_SWEEP_MS = MINUTE;

/**
 * Commits a change: domain rows, ledger transfers, audit row and events, in one transaction, once.
 *
 * Every writing verb ends in one call of this. Results come back in the order of `statements`. Under a claim a second
 * closing commit throws: its effect would be lost or doubled by a repeat.
 */
export async function commit(
  ctx: Ctx,
  statements: readonly Statement[],
  options: CommitOptions = {},
): Promise<D1Result[]> {
  const events = (options.events ?? []).map((draft) => toEvent(ctx, draft));
  const guards = await guard(ctx, options);
  const deliveries = events.flatMap(({ id, type }) =>
    ctx.composition.handlersOf(type).map((handler) => ({ eventId: id, handler })),
  );
  const batch = [...guards, ...statements, ...(await audit(ctx, options.audit)), ...outbox(ctx, events, deliveries)];
  const results = await ctx.db.batch(batch).catch((error: unknown) => {
    throw translate(error, options.refusals ?? {});
  });
  if (ctx.claim) {
    ctx.claim.progress.committed = true;
    ctx.claim.progress.closed = options.partial !== true;
  }
  if (deliveries.length > 0) ctx.defer(relay(ctx, deliveries));
  if (options.audit) ctx.defer(ctx.composition.afterAudit(ctx));
  return results.slice(guards.length, guards.length + statements.length);
}

/**
 * Refuses the whole batch under `name` unless the statement before it changed a row: how a conditional update becomes
 * a condition of the commit.
 */
export function expectChange(ctx: Ctx, name: string): Statement {
  return ctx.db.sql("insert into platform_expectations (name, holds) values (?, changes() > 0)", name);
}

/**
 * Remembers what an earlier run under the same idempotency key returned, and does not run again. One key stands for
 * one verb: a route that calls two of these, or one inside another, would get the first one's result for both.
 */
export function once<Input, Result>(
  verb: (ctx: Ctx, input: Input) => Promise<Result>,
): (ctx: Ctx, input: Input) => Promise<Result> {
  return async (ctx, input) => {
    if (ctx.claim?.kind !== "idempotency") return verb(ctx, input);
    if (ctx.claim.progress.entered) throw new TypeError("One idempotency key stands for one verb.");
    ctx.claim.progress.entered = true;
    return ctx.claim.result ? (ctx.claim.result.value as Result) : verb(ctx, input);
  };
}

/** Statements that refuse the batch unless the claim is still held, and close it with the last commit. */
async function guard(ctx: Ctx, options: CommitOptions): Promise<Statement[]> {
  const { claim } = ctx;
  if (!claim) return [];
  if (claim.progress.closed) throw new TypeError("A claim has one closing commit.");
  if (claim.kind === "delivery") return guardDelivery(ctx, claim, options.partial === true);
  return await guardIdempotency(ctx, claim, options);
}

function guardDelivery(ctx: Ctx, claim: Extract<Claim, { kind: "delivery" }>, partial: boolean): Statement[] {
  const place = [claim.eventId, claim.handler] as const;
  const statement = partial
    ? ctx.db.sql("update platform_deliveries set state = state where event_id = ? and handler = ?", ...place)
    : ctx.db.sql(
        "update platform_deliveries set state = 'done', done_at = ?, last_error = null where event_id = ? and handler = ?",
        ctx.now(),
        ...place,
      );
  return [statement, expectChange(ctx, "platform_delivery_missing")];
}

/** Nothing is told apart from null, so that a run whose answer was lost returns exactly what the first one did. */
function serialise(result: unknown): string {
  return result === undefined ? "" : JSON.stringify(result);
}

async function guardIdempotency(
  ctx: Ctx,
  claim: Extract<Claim, { kind: "idempotency" }>,
  options: CommitOptions,
): Promise<Statement[]> {
  const held = [claim.owner, claim.route, claim.key, claim.attempt] as const;
  const where = "where owner = ? and route = ? and key = ? and attempt = ? and result is null and status is null";
  const statement =
    options.partial === true
      ? ctx.db.sql(`update platform_idempotency_keys set attempt = attempt ${where}`, ...held)
      : ctx.db.sql(
          `update platform_idempotency_keys set result = ? ${where}`,
          await ctx.cipher.encrypt(serialise(options.result), placeOf(claim, "result")),
          ...held,
        );
  return [statement, expectChange(ctx, "platform_claim_lost")];
}

async function audit(ctx: Ctx, draft: AuditDraft | undefined): Promise<Statement[]> {
  if (!draft) return [];
  const row = {
    at: ctx.now(),
    ...describeActor(ctx),
    action: draft.action,
    target: draft.target,
    reason: draft.reason ?? null,
    before: draft.before === undefined ? null : JSON.stringify(draft.before),
    after: draft.after === undefined ? null : JSON.stringify(draft.after),
    ip: ctx.source.ip,
    userAgent: ctx.source.userAgent,
    requestId: ctx.requestId,
  };
  const columns = "at, actor, role, action, target, reason, before, after, ip, user_agent, request_id, content_hash";
  const values = Object.values(row);
  return [
    ctx.db.sql(
      `insert into platform_audit_entries (${columns}) values (${columns.replaceAll(/[a-z_]+/g, "?")})`,
      ...values,
      await sha256Hex(JSON.stringify(values)),
    ),
  ];
}

/** The actor as audit rows name it. */
export function describeActor(ctx: Ctx): { actor: string; role: string } {
  const { actor } = ctx;
  if (actor.kind === "user") return { actor: actor.userId, role: actor.role };
  if (actor.kind === "apiKey") return { actor: actor.keyId, role: "apiKey" };
  if (actor.kind === "system") return { actor: actor.job, role: "system" };
  if (actor.kind === "webhook") return { actor: actor.vendor, role: "webhook" };
  if (actor.kind === "operator") return { actor: actor.name, role: "operator" };
  return { actor: "anonymous", role: "anonymous" };
}

/** An event's id is new in every run, under an idempotency key too: only what commits is ever seen. */
function toEvent(ctx: Ctx, draft: EventDraft): DomainEvent {
  return { ...draft, id: makeId("evt", ctx.now(), randomBytes(10)), occurredAt: ctx.now(), requestId: ctx.requestId };
}

function outbox(ctx: Ctx, events: readonly DomainEvent[], deliveries: readonly DeliveryRef[]): Statement[] {
  if (events.length === 0) return [];
  const rows = events.map((event) => ({ ...event, data: JSON.stringify(event.data) }));
  const at = ctx.now();
  return [
    ctx.db.sql(
      `insert into platform_events (id, type, version, data, request_id, occurred_at)
       select value ->> 'id', value ->> 'type', value ->> 'version', value ->> 'data', value ->> 'requestId', value ->> 'occurredAt'
       from json_each(?)`,
      JSON.stringify(rows),
    ),
    ctx.db.sql(
      `insert into platform_deliveries (event_id, handler, state, attempts, next_at, created_at)
       select value ->> 'eventId', value ->> 'handler', 'pending', 0, ?, ? from json_each(?)`,
      at + FIRST_SWEEP_MS,
      at,
      JSON.stringify(deliveries),
    ),
  ];
}

function translate(error: unknown, refusals: Readonly<Record<string, () => Problem>>): unknown {
  if (isRefusedBy(error, "platform_delivery_done", "platform_delivery_missing", "platform_claim_lost")) {
    return new AlreadyDone("Another run was here first.", { cause: error });
  }
  const constraint = constraintOf(error);
  if (constraint === null) return error;
  return (refusals[constraint] ?? refusals[reasonOf(constraint)])?.() ?? error;
}

/** The code alone, where a trigger names the row after a dot: `exceeds_credits.payout_…`. */
function reasonOf(constraint: string): string {
  return constraint.replace(/\..*$/, "");
}
