import { MINUTE, SECOND } from "#kernel/time";
import type { Ctx } from "./ctx.ts";

/** One event on its way to one handler. */
export interface DeliveryRef {
  readonly eventId: string;
  readonly handler: string;
}

/** What travels through the queue: a reference, never data, so that nothing personal is left in a queue. */
export interface DeliveryMessage extends DeliveryRef {
  readonly v: 1;
}

const SEND_BATCH = 100;
const SWEEP_BATCH = 500;
const SWEEP_ROUNDS = 20;

/**
 * Hands deliveries to the queue. A failure here is not an error of the caller: the rows are committed, and the sweeper
 * sends whatever has not been done by its time.
 */
export async function relay(ctx: Ctx, deliveries: readonly DeliveryRef[]): Promise<void> {
  for (let start = 0; start < deliveries.length; start += SEND_BATCH) {
    const slice = deliveries.slice(start, start + SEND_BATCH);
    try {
      await ctx.env.EVENTS.sendBatch(
        slice.map(({ eventId, handler }) => ({ body: { v: 1, eventId, handler } satisfies DeliveryMessage })),
      );
    } catch (error) {
      ctx.log.warn("The queue took no messages; the sweeper will send them.", { count: slice.length, error });
    }
  }
}

/**
 * Sends again what is overdue: the process died before it could send, the queue lost or expired the message, or a
 * consumer died over it. Each delivery moves its next date on before it is sent, so that sweeps do not pile up.
 */
export async function sweep(ctx: Ctx): Promise<number> {
  let total = 0;
  for (let round = 0; round < SWEEP_ROUNDS; round += 1) {
    const due = await claimOverdue(ctx);
    await relay(ctx, due);
    total += due.length;
    if (due.length < SWEEP_BATCH) break;
  }
  return total;
}

async function claimOverdue(ctx: Ctx): Promise<DeliveryRef[]> {
  const now = ctx.now();
  const { results } = await ctx.db
    .sql(
      `update platform_deliveries set next_at = ?1 + ?2 * (1 + attempts)
       where (event_id, handler) in (
         select event_id, handler from platform_deliveries
         where state = 'pending' and next_at <= ?1 and lease_until <= ?1 order by next_at limit ?3)
       returning event_id as eventId, handler`,
      now,
      MINUTE,
      SWEEP_BATCH,
    )
    .all<{ eventId: string; handler: string }>();
  return results;
}

const BACKOFF_FIRST = 2 * SECOND;
const BACKOFF_LAST = 15 * MINUTE;

/** Waiting time before the next try: doubling from two seconds to fifteen minutes, with up to half of it at random. */
export function backoffMs(attempts: number, random: () => number = Math.random): number {
  const full = Math.min(BACKOFF_LAST, BACKOFF_FIRST * 2 ** Math.max(0, attempts - 1));
  return Math.round(full * (0.5 + random() / 2));
}
