import { and, desc, eq, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { goals } from "./tables.ts";

export type GoalRow = Omit<typeof goals.$inferSelect, "id" | "userId"> & { id: Id<"goal">; userId: Id<"user"> };

export async function listGoals(ctx: Ctx, userId: Id<"user">, page: PageRequest): Promise<GoalRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(goals)
    .where(and(eq(goals.userId, userId), page.after === null ? undefined : lt(goals.id, page.after)))
    .orderBy(desc(goals.id))
    .limit(page.limit + 1);
  return rows as GoalRow[];
}

export async function findGoal(ctx: Ctx, id: string): Promise<GoalRow | null> {
  const [row] = await ctx.db.primary.select().from(goals).where(eq(goals.id, id)).limit(1);
  return (row as GoalRow | undefined) ?? null;
}

export function insertGoal(ctx: Ctx, row: GoalRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(goals).values(row));
}

export function updateGoal(ctx: Ctx, { id, userId: _userId, createdAt: _createdAt, ...rest }: GoalRow): Statement[] {
  const query = ctx.db.primary.update(goals).set(rest).where(eq(goals.id, id));
  return [ctx.db.statement(query), expectChange(ctx, "budget_goal_gone")];
}

export function deleteGoal(ctx: Ctx, id: Id<"goal">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(goals).where(eq(goals.id, id)));
}
