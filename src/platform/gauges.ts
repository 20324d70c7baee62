import { SECOND } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import { remember } from "./memory.ts";
import type { Gauge } from "./metrics-catalogue.ts";

/** What is measured when Prometheus asks: the platform's own queues and database, and what the modules add. */

const PATIENCE_MS = 3 * SECOND;
/** Several scrapers, or one in haste, cost one measurement. */
const MEMORY_MS = 5 * SECOND;

/** One module's failure hides its own gauges alone, and is a gauge itself. */
export const gauges = remember(MEMORY_MS, async (ctx): Promise<readonly Gauge[]> => {
  const sources = [
    { name: "platform", measure: platformGauges },
    ...ctx.composition.modules.flatMap(({ name, gauges: measure }) => (measure ? [{ name, measure }] : [])),
  ];
  const measured = await Promise.all(
    sources.map(async ({ name, measure }) => {
      const found = await inTime(measure(ctx)).catch((error: unknown) => {
        ctx.log.warn("A module could not be measured.", { module: name, error });
        return null;
      });
      return [...(found ?? []), collected(name, found !== null)];
    }),
  );
  return measured.flat();
});

function collected(source: string, ok: boolean): Gauge {
  return {
    name: "collector_up",
    help: "Whether the gauges of a module could be measured.",
    labels: { source },
    value: ok ? 1 : 0,
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("It took too long.")), PATIENCE_MS);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

interface QueueRow {
  readonly waiting: number;
  readonly overdue: number;
  readonly oldest: number | null;
  readonly dead: number;
}

async function platformGauges(ctx: Ctx): Promise<readonly Gauge[]> {
  const now = ctx.now();
  const [queue, slots] = await ctx.db.batch([
    ctx.db.sql(
      `select count(*) as waiting, coalesce(sum(next_at <= ?1), 0) as overdue, min(created_at) as oldest,
         (select count(*) from platform_deliveries where state = 'dead') as dead
       from platform_deliveries where state = 'pending'`,
      now,
    ),
    ctx.db.sql(
      "select name, max(slot) as slot from platform_cron_slots where finished_at is not null group by name limit 500",
    ),
  ]);
  const size = { name: "database_bytes", help: "Size of the database.", value: queue?.meta.size_after ?? 0 };
  const rows = (queue?.results ?? []) as QueueRow[];
  return [size, ...rows.flatMap((row) => queueGauges(row, now)), ...((slots?.results ?? []) as Slot[]).map(slotGauge)];
}

function queueGauges({ waiting, overdue, oldest, dead }: QueueRow, now: number): readonly Gauge[] {
  const age = oldest === null ? 0 : Math.max(0, now - oldest) / SECOND;
  return [
    { name: "queue_depth", help: "Deliveries that are not done.", value: waiting },
    { name: "queue_overdue", help: "Deliveries that the sweeper should have sent.", value: overdue },
    { name: "queue_oldest_age_seconds", help: "Age of the oldest delivery that is not done.", value: age },
    { name: "dead_letters", help: "Deliveries that were given up on.", value: dead },
  ];
}

interface Slot {
  readonly name: string;
  readonly slot: number;
}

function slotGauge({ name, slot }: Slot): Gauge {
  return {
    name: "cron_last_slot_seconds",
    help: "The newest slot of a scheduled job that was finished, in seconds since 1970.",
    labels: { cron: name },
    value: slot / SECOND,
  };
}
