import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { expectChange } from "#platform/commit";

/** How many failures lock, within what time, and for how long at first; each lock in a row lasts twice as long. */
export interface LockPolicy {
  readonly limit: number;
  readonly windowMs: number;
  readonly lockMs: number;
  /** How often a lock in a row is doubled. */
  readonly doublings: number;
}

/** How often something may be done within a time. */
export interface Budget {
  readonly limit: number;
  readonly windowMs: number;
}

export interface CounterKey {
  readonly key: string;
  /** What all counters of one account are found by. */
  readonly subject: string | null;
}

/** Counts a failure, and locks when there are enough of them. */
export function countFailure(ctx: Ctx, { key, subject }: CounterKey, policy: LockPolicy): Statement {
  return ctx.db.sql(
    `insert into identity_counters (key, subject, count, started_at, updated_at) values (?1, ?7, 1, ?2, ?2)
     on conflict (key) do update set
       count = case when started_at <= ?2 - ?3 then 1 when count + 1 >= ?4 then 0 else count + 1 end,
       started_at = case when started_at <= ?2 - ?3 or count + 1 >= ?4 then ?2 else started_at end,
       locked_until = case when started_at > ?2 - ?3 and count + 1 >= ?4
         then ?2 + ?5 * (1 << min(locks, ?6)) else locked_until end,
       locks = case when started_at > ?2 - ?3 and count + 1 >= ?4 then locks + 1 else locks end,
       updated_at = ?2`,
    key,
    ctx.now(),
    policy.windowMs,
    policy.limit,
    policy.lockMs,
    policy.doublings,
    subject,
  );
}

/** Spends one from a budget; refused as `name` when it is used up. */
export function spend(ctx: Ctx, key: string, { limit, windowMs, name }: Budget & { name: string }): Statement[] {
  const statement = ctx.db.sql(
    `insert into identity_counters (key, count, started_at, updated_at) select ?1, 1, ?2, ?2 where ?4 > 0
     on conflict (key) do update set
       count = case when started_at <= ?2 - ?3 then 1 else count + 1 end,
       started_at = case when started_at <= ?2 - ?3 then ?2 else started_at end,
       updated_at = ?2
     where started_at <= ?2 - ?3 or count < ?4`,
    key,
    ctx.now(),
    windowMs,
    limit,
  );
  return [statement, expectChange(ctx, name)];
}

/** Counts what is only watched. */
export function countUse(ctx: Ctx, key: string, windowMs: number): Statement {
  return ctx.db.sql(
    `insert into identity_counters (key, count, started_at, updated_at) values (?1, 1, ?2, ?2)
     on conflict (key) do update set
       count = case when started_at <= ?2 - ?3 then 1 else count + 1 end,
       started_at = case when started_at <= ?2 - ?3 then ?2 else started_at end,
       updated_at = ?2`,
    key,
    ctx.now(),
    windowMs,
  );
}

export function clearCounter(ctx: Ctx, key: string): Statement {
  return ctx.db.sql("delete from identity_counters where key = ?", key);
}

export function clearCounters(ctx: Ctx, subject: string): Statement {
  return ctx.db.sql("delete from identity_counters where subject = ?", subject);
}

/** Refuses the commit as `name` while a key is locked. */
export function expectUnlocked(ctx: Ctx, key: string, name: string): Statement {
  return ctx.db.sql(
    `insert into platform_expectations (name, holds)
     values (?, not exists (select 1 from identity_counters where key = ? and locked_until > ?))`,
    name,
    key,
    ctx.now(),
  );
}

/** Whether anything has been counted under a key. */
export async function isCounting(ctx: Ctx, key: string): Promise<boolean> {
  return (await ctx.db.sql("select 1 from identity_counters where key = ?", key).first()) !== null;
}

/** Until when a key is locked; 0 when it is not. */
export async function findLock(ctx: Ctx, key: string): Promise<number> {
  const row = await ctx.db
    .sql("select locked_until as lockedUntil from identity_counters where key = ?", key)
    .first<{ lockedUntil: number }>();
  return row?.lockedUntil ?? 0;
}
