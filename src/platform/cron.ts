import { Cron } from "croner";
import { makeId } from "#kernel/ids";
import { DAY, HOUR, MINUTE, SECOND } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import { withActor } from "./ctx.ts";
import { flushMetrics, meterOf } from "./metrics.ts";
import type { CronJob } from "./module.ts";
import { sweep } from "./outbox.ts";

/** A run that takes longer counts as dead and is taken over; more than a scheduled run may take at all. */
const LEASE_MS = 20 * MINUTE;
const MAX_ATTEMPTS = 5;

/** The newest slot of a schedule that is not after `time`; null when it never came up. */
export function latestSlot(schedule: string, time: number): number | null {
  const [slot] = new Cron(schedule, { timezone: "UTC", mode: "5-part" }).previousRuns(1, new Date(time + 1));
  return slot ? slot.getTime() : null;
}

/**
 * Runs every job whose newest slot nobody has finished. A slot is claimed in one statement, so that two triggers at
 * once run it once; a trigger that never came is made up for by the next; a run that died is taken over.
 */
export async function runDueCrons(ctx: Ctx): Promise<string[]> {
  const due = ctx.composition.crons.flatMap((job) => {
    const slot = latestSlot(job.schedule, ctx.now());
    return slot === null ? [] : [{ job, slot }];
  });
  const claimed = await claim(
    ctx,
    due.map(({ job, slot }) => ({ name: job.name, slot })),
  );
  const mine = due.flatMap(({ job, slot }) => {
    const attempt = claimed.get(`${job.name}@${slot}`);
    return attempt === undefined ? [] : [{ job, slot, attempt }];
  });
  await Promise.all(mine.map((run) => runSlot(ctx, run)));
  await flushMetrics(ctx);
  return mine.map(({ job }) => job.name);
}

/** The attempt that each slot which is now ours is at, by name and slot. */
async function claim(ctx: Ctx, slots: readonly { name: string; slot: number }[]): Promise<Map<string, number>> {
  const { results } = await ctx.db
    .sql(
      `insert into platform_cron_slots (name, slot, claimed_at, attempts)
       select value ->> 'name', value ->> 'slot', ?1, 1 from json_each(?2) where true
       on conflict (name, slot) do update set claimed_at = excluded.claimed_at, attempts = attempts + 1
       where finished_at is null and claimed_at <= ?1 - ?3 and attempts < ?4 returning name, slot, attempts`,
      ctx.now(),
      JSON.stringify(slots),
      LEASE_MS,
      MAX_ATTEMPTS,
    )
    .all<{ name: string; slot: number; attempts: number }>();
  return new Map(results.map(({ name, slot, attempts }) => [`${name}@${slot}`, attempts]));
}

interface SlotRun {
  readonly job: CronJob;
  readonly slot: number;
  readonly attempt: number;
}

/** Runs a slot and finishes or frees it, unless the run was taken for dead meanwhile: then the slot is another's. */
async function runSlot(base: Ctx, { job, slot, attempt }: SlotRun): Promise<void> {
  const ctx = withActor(base, { kind: "system", job: job.name });
  const set = async (change: "finished_at" | "claimed_at", value: number): Promise<void> => {
    await ctx.db.batch([
      ctx.db.sql(
        `update platform_cron_slots set ${change} = ? where name = ? and slot = ? and attempts = ? and finished_at is null`,
        value,
        job.name,
        slot,
        attempt,
      ),
    ]);
  };
  const startedAt = Date.now();
  let outcome = "failed";
  try {
    await job.run(ctx, slot);
    await set("finished_at", ctx.now());
    outcome = "ok";
  } catch (error) {
    ctx.log.error("A cron job failed; the next tick tries it again.", {
      cron: job.name,
      slot,
      attempts: attempt,
      error,
    });
    await set("claimed_at", 0).catch((cause: unknown) =>
      ctx.log.error("A cron slot could not be freed; its lease runs out.", { cron: job.name, slot, error: cause }),
    );
  }
  meterOf(ctx.env).add("cronRuns", [job.name, outcome]);
  meterOf(ctx.env).add("cronSeconds", [job.name], (Date.now() - startedAt) / SECOND);
}

const IDEMPOTENCY_KEPT = DAY;
const SLOTS_KEPT = 7 * DAY;
const DELIVERIES_KEPT = 30 * DAY;
const EVENTS_KEPT = 90 * DAY;
const PRUNE_BATCH = 2_000;
const PRUNE_ROUNDS = 50;

/**
 * Removes what has served its time. Dead letters and unfinished deliveries stay, with their events, and so does each
 * job's newest slot: without it a monthly job would run again. Event ids sort by time, so their key finds the old ones.
 */
async function prune(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const eventBefore = (age: number): string => makeId("evt", now - age, new Uint8Array(10));
  await pruneRows(ctx, "platform_idempotency_keys", ["first_claimed_at < ?", now - IDEMPOTENCY_KEPT - HOUR]);
  await pruneRows(ctx, "platform_cron_slots", [
    "slot < ? and slot < (select max(slot) from platform_cron_slots newer where newer.name = platform_cron_slots.name)",
    now - SLOTS_KEPT,
  ]);
  await pruneRows(ctx, "platform_deliveries", ["event_id < ? and state = 'done'", eventBefore(DELIVERIES_KEPT)]);
  await pruneRows(ctx, "platform_events", [
    "id < ? and not exists (select 1 from platform_deliveries where event_id = platform_events.id)",
    eventBefore(EVENTS_KEPT),
  ]);
}

/** Deletes in small portions, so that no single statement holds the database up. */
async function pruneRows(
  ctx: Ctx,
  table: string,
  [condition, before]: readonly [string, number | string],
): Promise<void> {
  for (let round = 0; round < PRUNE_ROUNDS; round += 1) {
    const [deleted] = await ctx.db.batch([
      ctx.db.sql(
        `delete from ${table} where rowid in (select rowid from ${table} where ${condition} limit ?)`,
        before,
        PRUNE_BATCH,
      ),
    ]);
    if ((deleted?.meta.changes ?? 0) < PRUNE_BATCH) return;
  }
}

/**
 * Puts down what every installation begins with. A first deploy makes up for the slot before it, so this runs within a
 * minute of it, and again for whatever a later version adds.
 */
async function seed(ctx: Ctx): Promise<void> {
  for (const module of ctx.composition.modules) await module.seed?.(ctx, { demo: false });
}

/** The platform's own jobs. */
export const PLATFORM_CRONS: readonly CronJob[] = [
  {
    name: "platform.sweep",
    schedule: "* * * * *",
    run: async (ctx) => {
      await sweep(ctx);
    },
  },
  { name: "platform.prune", schedule: "17 * * * *", run: prune },
  { name: "platform.seed", schedule: "41 3 * * *", run: seed },
];
