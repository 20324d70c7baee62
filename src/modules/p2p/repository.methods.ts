import { and, eq } from "drizzle-orm";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { paymentMethods } from "./tables.ts";

export type PaymentMethod = typeof paymentMethods.$inferSelect;

/** The ways to pay in one fiat, or in all of them. */
export async function listMethods(ctx: Ctx, fiat: string | null): Promise<PaymentMethod[]> {
  return await ctx.db.read
    .select()
    .from(paymentMethods)
    .where(fiat === null ? undefined : eq(paymentMethods.fiat, fiat))
    .orderBy(paymentMethods.fiat, paymentMethods.method);
}

export async function findMethod(ctx: Ctx, fiat: string, method: string): Promise<PaymentMethod | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(paymentMethods)
    .where(and(eq(paymentMethods.fiat, fiat), eq(paymentMethods.method, method)))
    .limit(1);
  return row ?? null;
}

export function putMethod(ctx: Ctx, row: PaymentMethod): Statement {
  const { fiat: _fiat, method: _method, ...rest } = row;
  const target = [paymentMethods.fiat, paymentMethods.method];
  return ctx.db.statement(ctx.db.primary.insert(paymentMethods).values(row).onConflictDoUpdate({ target, set: rest }));
}

/** Puts a method down where there is none. */
export function seedMethod(ctx: Ctx, row: PaymentMethod): Statement {
  return ctx.db.statement(ctx.db.primary.insert(paymentMethods).values(row).onConflictDoNothing());
}
