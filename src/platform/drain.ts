import { runDueCrons } from "./cron.ts";
import type { Ctx } from "./ctx.ts";
import { withActor } from "./ctx.ts";
import { deliver } from "./deliver.ts";
import type { DeliveryRef } from "./outbox.ts";

const MAX_ROUNDS = 1_000;
const BATCH = 100;

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
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const pending = await pendingDeliveries(ctx);
    if (pending.length === 0) break;
    for (const ref of pending) {
      const outcome = await deliver(ctx, ref, { force: true });
      if (outcome.state === "done") delivered += 1;
      if (outcome.state === "dead") dead += 1;
    }
  }
  return { crons, delivered, dead };
}

async function pendingDeliveries(ctx: Ctx): Promise<DeliveryRef[]> {
  const { results } = await ctx.db
    .sql(
      "select event_id as eventId, handler from platform_deliveries where state = 'pending' order by created_at limit ?",
      BATCH,
    )
    .all<{ eventId: string; handler: string }>();
  return results;
}
