import type { DomainEvent } from "#kernel/event";
import { MINUTE } from "#kernel/time";
import { AlreadyDone, commit } from "./commit.ts";
import type { Ctx } from "./ctx.ts";
import { withActor, withClaim } from "./ctx.ts";
import { describeFailure } from "./failure.ts";
import type { Job } from "./module.ts";
import type { DeliveryRef } from "./outbox.ts";
import { backoffMs } from "./outbox.ts";

export const MAX_ATTEMPTS = 8;
const LEASE_MS = 2 * MINUTE;

/** What became of one try. `busy`: another consumer has it. `gone`: nothing is left to do. */
export type DeliveryOutcome =
  | { readonly state: "done" | "gone" | "busy" | "dead" }
  | { readonly state: "retry"; readonly delayMs: number };

interface LeasedDelivery {
  readonly attempts: number;
  readonly event: DomainEvent | null;
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
  const job = ctx.composition.job(ref.handler);
  if (!job) return bury(ctx, ref, "handler_unknown");
  if (!leased.event) return bury(ctx, ref, "event_missing");
  if (leased.event.version !== job.on.version) return bury(ctx, ref, "version_unknown");
  try {
    await handle(ctx, job, leased.event);
    return { state: "done" };
  } catch (error) {
    if (error instanceof AlreadyDone) return { state: "gone" };
    ctx.log.warn("A handler failed.", { eventId: ref.eventId, handler: ref.handler, attempts: leased.attempts, error });
    if (leased.attempts >= MAX_ATTEMPTS) return bury(ctx, ref, describeFailure(error));
    return postpone(ctx, ref, { attempts: leased.attempts, reason: describeFailure(error) });
  }
}

/** A handler that commits nothing is settled by a commit of its own. */
async function handle(ctx: Ctx, job: Job, event: DomainEvent): Promise<void> {
  const claim = { kind: "delivery", eventId: event.id, handler: job.name, done: false } as const satisfies object;
  const claimed = withClaim(ctx, { ...claim });
  await job.handle(claimed, event);
  if (claimed.claim?.kind === "delivery" && !claimed.claim.done) await commit(claimed, []);
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

async function postpone(ctx: Ctx, ref: DeliveryRef, failure: Failure): Promise<DeliveryOutcome> {
  const delayMs = backoffMs(failure.attempts);
  await ctx.db.batch([
    ctx.db.sql(
      `update platform_deliveries set lease_until = 0, last_error = ?, next_at = ?
       where event_id = ? and handler = ? and state = 'pending'`,
      failure.reason,
      ctx.now() + delayMs + MINUTE,
      ref.eventId,
      ref.handler,
    ),
  ]);
  return { state: "retry", delayMs };
}

/** Sets a delivery aside as a dead letter, for an operator to look at and replay. */
export async function bury(ctx: Ctx, ref: DeliveryRef, reason: string): Promise<DeliveryOutcome> {
  await ctx.db.batch([
    ctx.db.sql(
      `update platform_deliveries set state = 'dead', lease_until = 0, last_error = coalesce(last_error, ?)
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
