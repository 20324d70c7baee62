import { and, asc, eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { rules } from "./tables.imports.ts";

export type Rule = Omit<typeof rules.$inferSelect, "id" | "userId"> & { id: Id<"rule">; userId: Id<"user"> };

/** All of them, in the order in which they decide. */
export async function readRules(ctx: Ctx, userId: Id<"user">): Promise<Rule[]> {
  const rows = await ctx.db.primary
    .select()
    .from(rules)
    .where(eq(rules.userId, userId))
    .orderBy(asc(rules.position), asc(rules.id));
  return rows as Rule[];
}

const LIMIT = 500;

/** Puts a rule down at its place unless there are too many; refused as `budget_rules_full`. */
export function insertRule(ctx: Ctx, row: Rule): Statement[] {
  return [
    ctx.db.sql(
      `insert into budget_rules (id, user_id, position, match, pattern, payee, category_id, created_at)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where (select count(*) from budget_rules where user_id = ?2) < ${LIMIT}`,
      row.id,
      row.userId,
      row.position,
      row.match,
      row.pattern,
      row.payee,
      row.categoryId,
      row.createdAt,
    ),
    expectChange(ctx, "budget_rules_full"),
  ];
}

export async function findRule(ctx: Ctx, id: Id<"rule">): Promise<Rule | null> {
  const [row] = await ctx.db.primary.select().from(rules).where(eq(rules.id, id)).limit(1);
  return (row as Rule | undefined) ?? null;
}

/** Replaces what a rule says; refused as `budget_rule_gone` where it is not there or somebody else's. */
export function updateRule(ctx: Ctx, { id, userId, createdAt: _createdAt, ...rest }: Rule): Statement[] {
  const own = and(eq(rules.id, id), eq(rules.userId, userId));
  return [ctx.db.statement(ctx.db.primary.update(rules).set(rest).where(own)), expectChange(ctx, "budget_rule_gone")];
}

/** Removes a rule; refused as `budget_rule_gone` where it is not there or somebody else's. */
export function deleteRule(ctx: Ctx, userId: Id<"user">, id: Id<"rule">): Statement[] {
  const query = ctx.db.primary.delete(rules).where(and(eq(rules.id, id), eq(rules.userId, userId)));
  return [ctx.db.statement(query), expectChange(ctx, "budget_rule_gone")];
}

export interface Sorted {
  readonly id: string;
  readonly date: string;
  readonly payee: string;
  readonly categoryId: string | null;
}

/** Transactions that rules may sort: whole ones with a payee, without a category or, if asked for, with one too. */
export async function listSortable(ctx: Ctx, userId: Id<"user">, overwrite: boolean): Promise<Sorted[]> {
  const query = ctx.db.sql(
    `select id, date, payee, category_id as categoryId from budget_transactions
     where user_id = ? and payee is not null and split = 0 and transfer_id is null ${overwrite ? "" : "and category_id is null"}
     order by date desc, id desc`,
    userId,
  );
  return (await query.all<Sorted>()).results;
}

export interface Assigned {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
}

/** Gives transactions their categories, those that are still as they were read. */
export function assignCategories(ctx: Ctx, rows: readonly Assigned[]): Statement {
  return ctx.db.sql(
    `update budget_transactions as t set category_id = v.value ->> 2, updated_at = ?1 from json_each(?2) v
     where t.id = v.value ->> 0 and t.category_id is (v.value ->> 1) and t.split = 0`,
    ctx.now(),
    JSON.stringify(rows.map(({ id, from, to }) => [id, from, to])),
  );
}

/** One more than the page holds, in the order in which they decide. */
export async function listRules(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<Rule[]> {
  const rows = await readRules(ctx, userId);
  const start = page.after === null ? 0 : rows.findIndex(({ id }) => id === page.after) + 1;
  return rows.slice(start, start + page.limit + 1);
}
