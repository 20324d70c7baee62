import { and, desc, eq, inArray, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { deposits } from "./tables.ts";

export type Deposit = Omit<typeof deposits.$inferSelect, "id" | "userId"> & { id: Id<"dep">; userId: Id<"user"> };

export function insertDeposit(ctx: Ctx, deposit: Deposit): Statement {
  return ctx.db.statement(ctx.db.primary.insert(deposits).values(deposit));
}

export async function findDeposit(ctx: Ctx, id: string): Promise<Deposit | null> {
  const [row] = await ctx.db.primary.select().from(deposits).where(eq(deposits.id, id)).limit(1);
  return (row as Deposit | undefined) ?? null;
}

/** A user's deposits, newest first; one row more than the page holds. */
export async function listDeposits(ctx: Ctx, userId: string, page: PageRequest): Promise<Deposit[]> {
  const after = page.after === null ? undefined : lt(deposits.id, page.after);
  return (await ctx.db.read
    .select()
    .from(deposits)
    .where(and(eq(deposits.userId, userId), after))
    .orderBy(desc(deposits.id))
    .limit(page.limit + 1)) as Deposit[];
}

/** Whether something is on its way to a user. */
export async function hasOpenDeposit(ctx: Ctx, userId: string): Promise<boolean> {
  const rows = await ctx.db.primary
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(eq(deposits.userId, userId), inArray(deposits.status, ["detected", "confirming"])))
    .limit(1);
  return rows.length > 0;
}
