import { runDueCrons } from "./cron.ts";
import type { Ctx } from "./ctx.ts";
import { withActor } from "./ctx.ts";
import { deliver } from "./deliver.ts";
import type { DeliveryRef } from "./outbox.ts";
import { SECOND } from "#kernel/time";

const MAX_ROUNDS = 1_000;
const BATCH = 100;
/** What has to wait longer than this is left to its time. */
const PATIENCE_MS = 5 * SECOND;

export interface DrainReport {
  readonly crons: readonly string[];
  readonly delivered: number;
  readonly dead: number;
}

/**
 * Settles every due job and every delivery that is not done, without the queue and without waiting, until nothing is
 * left. What a consumer holds at this moment is taken over; the commit still counts once.
 */
export async function drain(base: Ctx): Promise<DrainReport> {
  const ctx = withActor(base, { kind: "system", job: "drain" });
  const crons = await runDueCrons(ctx);
  let delivered = 0;
  let dead = 0;
  const left: DeliveryRef[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const pending = await pendingDeliveries(ctx, left);
    if (pending.length === 0) break;
    let waitMs = 0;
    for (const ref of pending) {
      const outcome = await deliver(ctx, ref, { force: true });
      if (outcome.state === "done") delivered += 1;
      if (outcome.state === "dead") dead += 1;
      if (outcome.state !== "later") continue;
      if (outcome.delayMs > PATIENCE_MS) left.push(ref);
      else waitMs = Math.max(waitMs, outcome.delayMs);
    }
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  return { crons, delivered, dead };
}

async function pendingDeliveries(ctx: Ctx, left: readonly DeliveryRef[]): Promise<DeliveryRef[]> {
  const { results } = await ctx.db
    .sql(
      `select event_id as eventId, handler from platform_deliveries where state = 'pending' and (event_id, handler) not in
       (select value ->> 'eventId', value ->> 'handler' from json_each(?)) order by created_at limit ?`,
      JSON.stringify(left),
      BATCH,
    )
    .all<{ eventId: string; handler: string }>();
  return results;
}
