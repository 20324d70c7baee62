import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { ReadinessItem } from "#platform/module";
import type { states } from "./tables.ts";

export type StateRow = typeof states.$inferSelect;

export async function listStates(ctx: Ctx): Promise<StateRow[]> {
  return (await ctx.db.sql("select id, status, since from readiness_states").all<StateRow>()).results;
}

export function putStates(ctx: Ctx, items: readonly Pick<ReadinessItem, "id" | "status">[]): Statement[] {
  return [
    ctx.db.sql(
      `insert into readiness_states (id, status, since) select value ->> 'id', value ->> 'status', ?1 from json_each(?2) where true
       on conflict (id) do update set status = excluded.status, since = excluded.since where status <> excluded.status`,
      ctx.now(),
      JSON.stringify(items.map(({ id, status }) => ({ id, status }))),
    ),
    ctx.db.sql(
      "delete from readiness_states where id not in (select value from json_each(?))",
      JSON.stringify(items.map(({ id }) => id)),
    ),
  ];
}

export interface Vitals {
  readonly migration: string | null;
  readonly dead: number;
  readonly oldestOverdue: number | null;
  readonly lastSweep: number | null;
  readonly unfinishedCrons: number;
  readonly bytes: number;
}

const NOTHING = { dead: 0, oldestOverdue: null, lastSweep: null, unfinishedCrons: 0 } as const;

/** What the database says of itself and of the work that waits. */
export async function readVitals(ctx: Ctx, overdueBefore: number): Promise<Vitals> {
  const asked = ctx.db
    .sql(
      `select
         (select count(*) from platform_deliveries where state = 'dead') as dead,
         (select min(next_at) from platform_deliveries where state = 'pending' and next_at < ?1) as oldestOverdue,
         (select max(finished_at) from platform_cron_slots where name = 'platform.sweep') as lastSweep,
         (select count(*) from platform_cron_slots where finished_at is null and attempts >= 5) as unfinishedCrons`,
      overdueBefore,
    )
    .all<Omit<Vitals, "migration" | "bytes">>();
  const named = ctx.db
    .sql("select name from d1_migrations order by id desc limit 1")
    .first<{ name: string }>()
    .catch(() => null);
  const [result, migrated] = await Promise.all([asked, named]);
  const [row = NOTHING] = result.results;
  return { ...row, migration: migrated?.name ?? null, bytes: result.meta.size_after };
}
