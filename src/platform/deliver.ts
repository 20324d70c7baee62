import type { DomainEvent } from "#kernel/event";
import { MINUTE, SECOND } from "#kernel/time";
import { AlreadyDone, commit } from "./commit.ts";
import type { Ctx, Progress } from "./ctx.ts";
import { noProgress, withActor, withClaim } from "./ctx.ts";
import { describeFailure, NotYet, SetAside } from "./failure.ts";
import { flushBeside, meterOf } from "./metrics.ts";
import type { Job } from "./module.ts";
import type { DeliveryRef } from "./outbox.ts";
import { backoffMs } from "./outbox.ts";

/** With the waiting times between them, a vendor may be away for half an hour before its events are given up on. */
export const MAX_ATTEMPTS = 12;
const LEASE_MS = 2 * MINUTE;
/** A handler that takes longer has failed; its lease must outlive it. */
const HANDLER_TIMEOUT_MS = 100 * SECOND;

/**
 * What became of one try. `busy`: another consumer has it. `gone`: nothing is left to do. `later`: its time has not
 * come, and the try did not count.
 */
export type DeliveryOutcome =
  | { readonly state: "done" | "gone" | "busy" | "dead" }
  | { readonly state: "retry" | "later"; readonly delayMs: number };

interface LeasedDelivery {
  readonly attempts: number;
  readonly event: DomainEvent | null;
}

class HandlerTimeout extends Error {
  override readonly name = "HandlerTimeout";
}

/** Runs one handler for one event: leases the delivery, handles, and settles it as done, to be tried again, or dead. */
export async function deliver(
  base: Ctx,
  ref: DeliveryRef,
  options: { readonly force?: boolean } = {},
): Promise<DeliveryOutcome> {
  const ctx = withActor(base, { kind: "system", job: ref.handler });
  const leased = await lease(ctx, ref, options.force ?? false);
  if (typeof leased === "string") return { state: leased };
  const work = workOf(leased, ctx.composition.job(ref.handler));
  const outcome =
    typeof work === "string"
      ? await bury(ctx, ref, work)
      : await attempt(ctx, ref, { ...work, attempts: leased.attempts });
  countDelivery(ctx, leased, { handler: ref.handler, state: outcome.state });
  return outcome;
}

function countDelivery(
  ctx: Ctx,
  { event }: LeasedDelivery,
  { handler, state }: { handler: string; state: string },
): void {
  const meter = meterOf(ctx.env);
  const known = ctx.composition.job(handler) === null ? "unknown" : handler;
  meter.add("deliveries", [known, state]);
  if (state === "done" && event) meter.observe("deliveryLag", [event.type], (ctx.now() - event.occurredAt) / SECOND);
  flushBeside(ctx);
}

interface Work {
  readonly job: Job;
  readonly event: DomainEvent;
}

/** What there is to do, or the reason for which it cannot be tried at all. */
function workOf({ attempts, event }: LeasedDelivery, job: Job | null): Work | string {
  if (attempts > MAX_ATTEMPTS) return "attempts_exhausted";
  if (!job) return "handler_unknown";
  if (!event) return "event_missing";
  return event.version === job.on.version ? { job, event } : "version_unknown";
}

async function attempt(
  ctx: Ctx,
  ref: DeliveryRef,
  { job, event, attempts }: Work & { attempts: number },
): Promise<DeliveryOutcome> {
  const progress = noProgress();
  try {
    await withTimeout(handle(ctx, job, { event, progress, attempts }));
    return { state: "done" };
  } catch (error) {
    if (error instanceof AlreadyDone) return { state: "gone" };
    if (error instanceof NotYet) return await putOff(ctx, ref, { attempts, delayMs: error.delayMs });
    ctx.log.warn("A handler failed.", { eventId: ref.eventId, handler: ref.handler, attempts, error });
    if (progress.closed) return { state: "done" };
    const reason = describeFailure(error);
    if (attempts >= MAX_ATTEMPTS || error instanceof SetAside) return await bury(ctx, ref, reason);
    return await retry(ctx, ref, { attempts, reason });
  }
}

/** A handler that commits nothing is settled by a commit of its own. */
async function handle(
  ctx: Ctx,
  job: Job,
  { event, progress, attempts }: { event: DomainEvent; progress: Progress; attempts: number },
): Promise<void> {
  const claimed = withClaim(ctx, { kind: "delivery", progress, attempts, eventId: event.id, handler: job.name });
  await job.handle(claimed, event);
  if (!progress.closed) await commit(claimed, []);
}

/** Gives up waiting, not the work: should it commit after all, that counts and the repeat does not. */
async function withTimeout(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HandlerTimeout("The handler took too long.")), HANDLER_TIMEOUT_MS);
  });
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

async function lease(ctx: Ctx, ref: DeliveryRef, force: boolean): Promise<LeasedDelivery | "gone" | "busy"> {
  const now = ctx.now();
  const [leased, found] = await ctx.db.batch([
    ctx.db.sql(
      `update platform_deliveries set attempts = attempts + 1, lease_until = ?1 + ?2, next_at = max(next_at, ?1 + ?2)
       where event_id = ?3 and handler = ?4 and state = 'pending' and (lease_until <= ?1 or ?5) returning attempts`,
      now,
      LEASE_MS,
      ref.eventId,
      ref.handler,
      force ? 1 : 0,
    ),
    ctx.db.sql(
      `select d.state, e.id, e.type, e.version, e.data, e.request_id as requestId, e.occurred_at as occurredAt
       from platform_deliveries d left join platform_events e on e.id = d.event_id where d.event_id = ? and d.handler = ?`,
      ref.eventId,
      ref.handler,
    ),
  ]);
  const row = found?.results[0] as ({ state: string; data: string } & DomainEvent) | undefined;
  const attempts = (leased?.results[0] as { attempts: number } | undefined)?.attempts;
  if (attempts === undefined) return row?.state === "pending" ? "busy" : "gone";
  if (!row || row.id === null) return { attempts, event: null };
  const { id, type, version, data, requestId, occurredAt } = row;
  return { attempts, event: { id, type, version, data: JSON.parse(data) as unknown, requestId, occurredAt } };
}

interface Failure {
  readonly attempts: number;
  readonly reason: string;
}

async function retry(ctx: Ctx, ref: DeliveryRef, failure: Failure): Promise<DeliveryOutcome> {
  const delayMs = backoffMs(failure.attempts);
  await ctx.db.batch([
    ctx.db.sql(
      `update platform_deliveries set lease_until = 0, last_error = ?, next_at = ?
       where event_id = ? and handler = ? and attempts = ? and state = 'pending'`,
      failure.reason,
      ctx.now() + delayMs + MINUTE,
      ref.eventId,
      ref.handler,
      failure.attempts,
    ),
  ]);
  return { state: "retry", delayMs };
}

/** Takes a try back and comes again later. */
async function putOff(
  ctx: Ctx,
  ref: DeliveryRef,
  { attempts, delayMs }: { attempts: number; delayMs: number },
): Promise<DeliveryOutcome> {
  await ctx.db.batch([
    ctx.db.sql(
      `update platform_deliveries set lease_until = 0, attempts = attempts - 1, next_at = ?
       where event_id = ? and handler = ? and attempts = ? and state = 'pending'`,
      ctx.now() + delayMs + MINUTE,
      ref.eventId,
      ref.handler,
      attempts,
    ),
  ]);
  return { state: "later", delayMs };
}

/** Sets a delivery aside as a dead letter, for an operator to look at and replay. */
async function bury(ctx: Ctx, ref: DeliveryRef, reason: string): Promise<DeliveryOutcome> {
  await ctx.db.batch([
    ctx.db.sql(
      `update platform_deliveries set state = 'dead', lease_until = 0, last_error = ?
       where event_id = ? and handler = ? and state = 'pending'`,
      reason,
      ref.eventId,
      ref.handler,
    ),
  ]);
  ctx.log.error("An event was set aside as a dead letter.", {
    eventId: ref.eventId,
    handler: ref.handler,
    code: reason,
  });
  return { state: "dead" };
}

/** Settles what the queue gave up on: dead when its tries are used up, else due for the sweeper. */
export async function giveUp(ctx: Ctx, ref: DeliveryRef): Promise<void> {
  const place = [ref.eventId, ref.handler] as const;
  const row = await ctx.db
    .sql("select attempts from platform_deliveries where event_id = ? and handler = ? and state = 'pending'", ...place)
    .first<{ attempts: number }>();
  if (!row) return;
  if (row.attempts >= MAX_ATTEMPTS) {
    await bury(ctx, ref, "retries_exhausted");
    return;
  }
  ctx.log.error("The queue gave up on a message; the sweeper will send it again.", { ...ref, attempts: row.attempts });
}
