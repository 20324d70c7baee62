import { and, asc, desc, eq, gte, lte, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Day } from "./rules.ts";
import { activity, days, features, keyUsage, people, retention } from "./tables.ts";

export interface Activity {
  readonly day: string;
  readonly userId: string;
  readonly feature: string;
  calls: number;
}

export interface KeyUsage {
  readonly day: string;
  readonly keyId: string;
  readonly userId: string;
  readonly route: string;
  calls: number;
  failures: number;
}

export function addActivity(ctx: Ctx, rows: readonly Activity[]): Statement {
  return ctx.db.sql(
    `insert into analytics_activity (day, user_id, feature, calls)
     select value ->> 'day', value ->> 'userId', value ->> 'feature', value ->> 'calls' from json_each(?) where true
     on conflict (day, user_id, feature) do update set calls = calls + excluded.calls`,
    JSON.stringify(rows),
  );
}

export function addKeyUsage(ctx: Ctx, rows: readonly KeyUsage[]): Statement {
  return ctx.db.sql(
    `insert into analytics_key_usage (day, key_id, user_id, route, calls, failures)
     select value ->> 'day', value ->> 'keyId', value ->> 'userId', value ->> 'route', value ->> 'calls', value ->> 'failures'
     from json_each(?) where true
     on conflict (day, key_id, route) do update set calls = calls + excluded.calls, failures = failures + excluded.failures`,
    JSON.stringify(rows),
  );
}

export function addCount(ctx: Ctx, row: { day: string; name: "visits" | "registered"; amount: number }): Statement {
  return ctx.db.sql(
    `insert into analytics_counts (day, name, amount) values (?, ?, ?)
     on conflict (day, name) do update set amount = amount + excluded.amount`,
    row.day,
    row.name,
    row.amount,
  );
}

export function addPerson(ctx: Ctx, userId: string, day: string): Statement {
  return ctx.db.sql(
    "insert into analytics_people (user_id, verified_on) values (?, ?) on conflict (user_id) do nothing",
    userId,
    day,
  );
}

/** The first payment counts. Somebody who was here before this was kept counts as having come that day. */
export function markPaid(ctx: Ctx, userId: string, day: string): Statement {
  return ctx.db.sql(
    `insert into analytics_people (user_id, verified_on, paid_on) values (?1, ?2, ?2)
     on conflict (user_id) do update set paid_on = coalesce(paid_on, excluded.paid_on)`,
    userId,
    day,
  );
}

const countOf = (name: string): string =>
  `coalesce((select amount from analytics_counts where day = ?1 and name = '${name}'), 0)`;

/** What takes a day's rollup, again if need be. `week` and `month` are the first days that WAU and MAU look at. */
export function rollUp(ctx: Ctx, span: { day: string; week: string; month: string }): Statement[] {
  const { day, week, month } = span;
  return [
    ctx.db.sql(
      `insert into analytics_days (day, visits, registered, verified, paid, dau, wau, mau, calls, api_calls, api_failures)
       select ?1, ${countOf("visits")}, ${countOf("registered")},
         (select count(*) from analytics_people where verified_on = ?1), (select count(*) from analytics_people where paid_on = ?1),
         (select count(distinct user_id) from analytics_activity where day = ?1),
         (select count(distinct user_id) from analytics_activity where day between ?2 and ?1),
         (select count(distinct user_id) from analytics_activity where day between ?3 and ?1),
         coalesce((select sum(calls) from analytics_activity where day = ?1), 0),
         coalesce((select sum(calls) from analytics_key_usage where day = ?1), 0),
         coalesce((select sum(failures) from analytics_key_usage where day = ?1), 0)
       where true
       on conflict (day) do update set visits = excluded.visits, registered = excluded.registered, verified = excluded.verified,
         paid = excluded.paid, dau = excluded.dau, wau = excluded.wau, mau = excluded.mau, calls = excluded.calls,
         api_calls = excluded.api_calls, api_failures = excluded.api_failures`,
      day,
      week,
      month,
    ),
    ctx.db.sql(
      `insert into analytics_features (day, feature, users, calls)
       select day, feature, count(*), sum(calls) from analytics_activity where day = ? group by feature
       on conflict (day, feature) do update set users = excluded.users, calls = excluded.calls`,
      day,
    ),
  ];
}

const MONDAY = (column: string): string => `date(${column}, '-6 days', 'weekday 1')`;

/** Counts, for the accounts of each week since `from`, who was active in the week of `monday`. */
export function rollUpRetention(ctx: Ctx, from: string, monday: string): Statement {
  return ctx.db.sql(
    `insert into analytics_retention (cohort, week, size, active)
     select cohort, cast((julianday(?1) - julianday(cohort)) / 7 as integer), count(*), sum(active) from (
       select ${MONDAY("p.verified_on")} as cohort, exists (
         select 1 from analytics_activity a where a.user_id = p.user_id and a.day between ?1 and date(?1, '+6 days')) as active
       from analytics_people p where p.verified_on between ?2 and date(?1, '+6 days'))
     group by cohort
     on conflict (cohort, week) do update set size = excluded.size, active = excluded.active`,
    monday,
    from,
  );
}

export async function listDays(ctx: Ctx, from: string, to: string): Promise<Day[]> {
  return await ctx.db.read
    .select()
    .from(days)
    .where(and(gte(days.day, from), lte(days.day, to)))
    .orderBy(asc(days.day))
    .limit(400);
}

export interface FeatureUse {
  readonly feature: string;
  /** The most on a single day. */
  readonly peakUsers: number;
  readonly calls: number;
}

export async function listFeatures(ctx: Ctx, from: string, to: string): Promise<FeatureUse[]> {
  return await ctx.db.read
    .select({
      feature: features.feature,
      peakUsers: sql<number>`max(${features.users})`,
      calls: sql<number>`sum(${features.calls})`,
    })
    .from(features)
    .where(and(gte(features.day, from), lte(features.day, to)))
    .groupBy(features.feature)
    .orderBy(desc(sql`sum(${features.calls})`))
    .limit(100);
}

export type Retention = typeof retention.$inferSelect;

export async function listRetention(ctx: Ctx, from: string, to: string): Promise<Retention[]> {
  return await ctx.db.read
    .select()
    .from(retention)
    .where(and(gte(retention.cohort, from), lte(retention.cohort, to)))
    .orderBy(asc(retention.cohort), asc(retention.week))
    .limit(3_000);
}

export async function listKeyUsage(ctx: Ctx, from: string, to: string): Promise<Omit<KeyUsage, "day">[]> {
  return await ctx.db.read
    .select({
      keyId: keyUsage.keyId,
      userId: keyUsage.userId,
      route: keyUsage.route,
      calls: sql<number>`sum(${keyUsage.calls})`,
      failures: sql<number>`sum(${keyUsage.failures})`,
    })
    .from(keyUsage)
    .where(and(gte(keyUsage.day, from), lte(keyUsage.day, to)))
    .groupBy(keyUsage.keyId, keyUsage.route)
    .orderBy(desc(sql`sum(${keyUsage.calls})`))
    .limit(100);
}

export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const [used, keys, person] = await Promise.all([
    ctx.db.primary.select().from(activity).where(eq(activity.userId, userId)).limit(50_000),
    ctx.db.primary.select().from(keyUsage).where(eq(keyUsage.userId, userId)).limit(50_000),
    ctx.db.primary.select().from(people).where(eq(people.userId, userId)).limit(1),
  ]);
  return { activity: used, apiKeys: keys, milestones: person };
}

export function eraseUser(ctx: Ctx, userId: Id<"user">): Statement[] {
  return ["activity", "key_usage", "people"].map((table) =>
    ctx.db.sql(`delete from analytics_${table} where user_id = ?`, userId),
  );
}
