import { and, desc, eq, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { allocations, carries, categories } from "./tables.ts";

export type Category = Omit<typeof categories.$inferSelect, "id" | "userId"> & { id: Id<"cat">; userId: Id<"user"> };

export async function listCategories(
  ctx: Ctx,
  filter: { readonly userId: Id<"user">; readonly archived: boolean | null },
  page: PageRequest,
): Promise<Category[]> {
  const { userId, archived } = filter;
  const rows = await ctx.db.read
    .select()
    .from(categories)
    .where(
      and(
        eq(categories.userId, userId),
        archived === null ? undefined : eq(categories.archived, archived),
        page.after === null ? undefined : lt(categories.id, page.after),
      ),
    )
    .orderBy(desc(categories.id))
    .limit(page.limit + 1);
  return rows as Category[];
}

/** All of them, in the order in which they are shown. */
export async function readCategories(ctx: Ctx, userId: Id<"user">): Promise<Category[]> {
  const rows = await ctx.db.read
    .select()
    .from(categories)
    .where(eq(categories.userId, userId))
    .orderBy(categories.archived, categories.group, categories.position, categories.id);
  return rows as Category[];
}

export async function findCategory(ctx: Ctx, id: Id<"cat">): Promise<Category | null> {
  const [row] = await ctx.db.primary.select().from(categories).where(eq(categories.id, id)).limit(1);
  return (row as Category | undefined) ?? null;
}

const LIMIT = 300;

/** Puts a category down unless there are as many as one budget may have; refused as `budget_categories_full`. */
export function insertCategory(ctx: Ctx, row: Category): Statement[] {
  return [
    ctx.db.sql(
      `insert into budget_categories (id, user_id, name, folded, group_name, kind, icon, position, archived, created_at, updated_at)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10
       where (select count(*) from budget_categories where user_id = ?2) < ${LIMIT}`,
      row.id,
      row.userId,
      row.name,
      row.folded,
      row.group,
      row.kind,
      row.icon,
      row.position,
      row.archived ? 1 : 0,
      row.createdAt,
    ),
    expectChange(ctx, "budget_categories_full"),
  ];
}

/** Puts several down at once, those whose names are not in use. */
export function insertCategories(ctx: Ctx, rows: readonly Category[]): Statement {
  return ctx.db.sql(
    `insert into budget_categories (id, user_id, name, folded, group_name, kind, icon, position, archived, created_at, updated_at)
     select value ->> 'id', value ->> 'userId', value ->> 'name', value ->> 'folded', value ->> 'group', value ->> 'kind',
       value ->> 'icon', value ->> 'position', 0, value ->> 'createdAt', value ->> 'createdAt'
     from json_each(?) where true on conflict do nothing`,
    JSON.stringify(rows),
  );
}

export function updateCategory(
  ctx: Ctx,
  { id, userId: _userId, createdAt: _createdAt, ...rest }: Category,
): Statement[] {
  const query = ctx.db.primary.update(categories).set(rest).where(eq(categories.id, id));
  return [ctx.db.statement(query), expectChange(ctx, "budget_category_gone")];
}

/** What a category leaves to another: transactions and parts of them, rules, series and goals, and what was assigned to it. */
export function moveCategory(ctx: Ctx, category: Category, to: Id<"cat">): Statement[] {
  const { id, userId } = category;
  const now = ctx.now();
  return [
    ctx.db.sql(
      "update budget_transactions set category_id = ?, updated_at = ? where user_id = ? and category_id = ?",
      to,
      now,
      userId,
      id,
    ),
    ctx.db.sql("update budget_splits set category_id = ? where user_id = ? and category_id = ?", to, userId, id),
    ctx.db.sql(
      `update budget_allocations as kept set updated_at = ?4, amount = amount + (select amount from budget_allocations gone
         where gone.user_id = kept.user_id and gone.category_id = ?3 and gone.month = kept.month)
       where user_id = ?1 and category_id = ?2 and month in (
         select month from budget_allocations where user_id = ?1 and category_id = ?3)`,
      userId,
      to,
      id,
      now,
    ),
    ctx.db.sql(
      `delete from budget_allocations where user_id = ?1 and category_id = ?3 and month in (
         select month from budget_allocations where user_id = ?1 and category_id = ?2)`,
      userId,
      to,
      id,
    ),
    ...["allocations", "rules", "recurring", "goals"].map((table) =>
      ctx.db.sql(`update budget_${table} set category_id = ? where user_id = ? and category_id = ?`, to, userId, id),
    ),
  ];
}

/** Removes a category that nothing names; a foreign key refuses any other. */
export function deleteCategory(ctx: Ctx, { id, userId }: Category): Statement[] {
  const ofIt = and(eq(carries.userId, userId), eq(carries.categoryId, id));
  const empty = and(eq(allocations.userId, userId), eq(allocations.categoryId, id), eq(allocations.amount, 0));
  return [
    ctx.db.statement(ctx.db.primary.delete(carries).where(ofIt)),
    ctx.db.statement(ctx.db.primary.delete(allocations).where(empty)),
    ctx.db.sql("delete from budget_sums where user_id = ? and category_id = ? and entries = 0", userId, id),
    ctx.db.statement(ctx.db.primary.delete(categories).where(eq(categories.id, id))),
  ];
}
