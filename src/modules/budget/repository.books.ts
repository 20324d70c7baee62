import { eq, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { expectChange } from "#platform/commit";
import type { Statement } from "#platform/db";
import { defaultAccountOf } from "./owner.ts";
import type { Books, CategoryKind, Months } from "./rules.envelope.ts";
import { profiles } from "./tables.ts";

export type Profile = Omit<typeof profiles.$inferSelect, "userId"> & { userId: Id<"user"> };

export async function findProfile(ctx: Ctx, userId: Id<"user">): Promise<Profile | null> {
  const [row] = await ctx.db.read.select().from(profiles).where(eq(profiles.userId, userId)).limit(1);
  return (row as Profile | undefined) ?? null;
}

/** Opens a budget with its first account, unless they are there. Goes before whatever stands on them. */
export function openBudget(
  ctx: Ctx,
  userId: Id<"user">,
  profile: { asset: string; country: string | null },
): Statement[] {
  const now = ctx.now();
  return [
    ctx.db.sql(
      `insert into budget_profiles (user_id, asset, country, created_at, updated_at) values (?, ?, ?, ?, ?)
       on conflict (user_id) do nothing`,
      userId,
      profile.asset,
      profile.country,
      now,
      now,
    ),
    ctx.db.sql(
      `insert into budget_accounts (id, user_id, name, type, asset, on_budget, created_at, updated_at)
       values (?1, ?2, 'Everyday', 'checking', (select asset from budget_profiles where user_id = ?2), 1, ?3, ?3)
       on conflict (id) do nothing`,
      defaultAccountOf(userId),
      userId,
      now,
    ),
  ];
}

/** Changes a budget's profile. Its asset changes only while nothing is counted in it; refused as `budget_asset_in_use`. */
export function updateProfile(
  ctx: Ctx,
  userId: Id<"user">,
  change: { asset: string; country: string | null; startedAt: number | null; moved: boolean },
): Statement[] {
  const unused = ["allocations", "transactions", "goals", "rates"]
    .map((table) => `not exists (select 1 from budget_${table} where user_id = ?1)`)
    .join(" and ");
  const { asset, country, startedAt, moved } = change;
  return [
    ctx.db.sql(
      `update budget_profiles set asset = ?2, country = ?3, started_at = ?4, updated_at = ?5
       where user_id = ?1 and (asset = ?2 or (${unused}))`,
      userId,
      asset,
      country,
      startedAt,
      ctx.now(),
    ),
    expectChange(ctx, "budget_asset_in_use"),
    ...(moved
      ? [ctx.db.sql("update budget_accounts set asset = ? where id = ?", asset, defaultAccountOf(userId))]
      : []),
  ];
}

export interface BookRow {
  readonly asset: string | null;
  readonly note: string | null;
  readonly books: Books;
}

type Grouped<T> = readonly (readonly [categoryId: string, cells: Readonly<Record<string, T>>])[];

/**
 * Reads all that a month follows from in one statement of one row: what has been assigned and spent by category and
 * month, from two covering indexes, however many transactions there are.
 */
export async function readBooks(ctx: Ctx, userId: Id<"user">, month: string): Promise<BookRow> {
  const cells = (table: string, value: string) => sql`
    (select json_group_array(json_array(category_id, json(cells))) from (
      select category_id, json_group_object(month, ${sql.raw(value)}) as cells from ${sql.raw(table)}
      where user_id = ${userId} and month <= ${month} group by category_id))`;
  const row = await ctx.db.read.get<Record<string, string | null>>(sql`select
    (select asset from budget_profiles where user_id = ${userId}) as asset,
    (select note from budget_months where user_id = ${userId} and month = ${month}) as note,
    (select json_group_array(json_array(id, kind)) from (
      select id, kind from budget_categories where user_id = ${userId} order by archived, group_name, position, id)) as kinds,
    ${cells("budget_allocations", "amount")} as assigned,
    ${cells("budget_sums", "amount")} as activity,
    ${cells("budget_carries", "carry")} as carries,
    (select json_group_array(json_array(month, income, held)) from budget_months
      where user_id = ${userId} and month <= ${month}) as months`);
  const kinds = parse(row["kinds"]) as [string, CategoryKind][];
  const carries = (parse(row["carries"]) as Grouped<number>).map(
    ([id, flags]) => [id, Object.fromEntries(Object.entries(flags).map(([at, flag]) => [at, flag === 1]))] as const,
  );
  const settings = parse(row["months"]) as [string, number | null, number | null][];
  return {
    asset: row["asset"] ?? null,
    note: row["note"] ?? null,
    books: {
      kinds: new Map(kinds),
      assigned: new Map<string, Months>(parse(row["assigned"]) as Grouped<number>),
      activity: new Map<string, Months>(parse(row["activity"]) as Grouped<number>),
      carries: new Map(carries),
      months: new Map(settings.map(([at, income, held]) => [at, { income, held }])),
    },
  };
}

function parse(text: string | null | undefined): unknown {
  return JSON.parse(text ?? "[]");
}
