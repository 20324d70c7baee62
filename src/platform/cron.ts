import { Cron } from "croner";
import { DAY, HOUR, MINUTE } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import { withActor } from "./ctx.ts";
import type { CronJob } from "./module.ts";
import { sweep } from "./outbox.ts";

const LEASE_MS = 10 * MINUTE;
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
  const mine = due.filter(({ job, slot }) => claimed.has(`${job.name}@${slot}`));
  await Promise.all(mine.map(({ job, slot }) => runSlot(ctx, job, slot)));
  return mine.map(({ job }) => job.name);
}

async function claim(ctx: Ctx, slots: readonly { name: string; slot: number }[]): Promise<Set<string>> {
  const { results } = await ctx.db
    .sql(
      `insert into platform_cron_slots (name, slot, claimed_at, attempts)
       select value ->> 'name', value ->> 'slot', ?1, 1 from json_each(?2) where true
       on conflict (name, slot) do update set claimed_at = excluded.claimed_at, attempts = attempts + 1
       where finished_at is null and claimed_at <= ?1 - ?3 and attempts < ?4 returning name, slot`,
      ctx.now(),
      JSON.stringify(slots),
      LEASE_MS,
      MAX_ATTEMPTS,
    )
    .all<{ name: string; slot: number }>();
  return new Set(results.map(({ name, slot }) => `${name}@${slot}`));
}

async function runSlot(base: Ctx, job: CronJob, slot: number): Promise<void> {
  const ctx = withActor(base, { kind: "system", job: job.name });
  try {
    await job.run(ctx, slot);
    await ctx.db.batch([
      ctx.db.sql(
        "update platform_cron_slots set finished_at = ? where name = ? and slot = ?",
        ctx.now(),
        job.name,
        slot,
      ),
    ]);
  } catch (error) {
    ctx.log.error("A cron job failed; the next tick tries it again.", { cron: job.name, slot, error });
    await ctx.db.batch([
      ctx.db.sql(
        "update platform_cron_slots set claimed_at = 0 where name = ? and slot = ? and finished_at is null",
        job.name,
        slot,
      ),
    ]);
  }
}

const IDEMPOTENCY_KEPT = DAY;
const SLOTS_KEPT = 7 * DAY;
const DELIVERIES_KEPT = 30 * DAY;
const EVENTS_KEPT = 90 * DAY;

/** Removes what has served its time. Dead letters and unfinished deliveries stay, with their events. */
async function prune(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  await ctx.db.batch([
    ctx.db.sql("delete from platform_idempotency_keys where first_claimed_at < ?", now - IDEMPOTENCY_KEPT - HOUR),
    ctx.db.sql("delete from platform_cron_slots where slot < ?", now - SLOTS_KEPT),
    ctx.db.sql("delete from platform_deliveries where state = 'done' and created_at < ?", now - DELIVERIES_KEPT),
    ctx.db.sql(
      `delete from platform_events where occurred_at < ? and not exists
       (select 1 from platform_deliveries where event_id = platform_events.id)`,
      now - EVENTS_KEPT,
    ),
  ]);
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
];
