import { eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { checkouts, customers, payments, subscriptions } from "./tables.ts";

/** What is kept of a person. */
export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const { primary } = ctx.db;
  const [known, paid, opened, subscribed, refunded, disputed] = await Promise.all([
    primary.select().from(customers).where(eq(customers.userId, userId)),
    primary.select().from(payments).where(eq(payments.userId, userId)),
    primary.select().from(checkouts).where(eq(checkouts.userId, userId)),
    primary.select().from(subscriptions).where(eq(subscriptions.userId, userId)),
    ctx.db
      .sql(
        `select r.id, r.payment_id as paymentId, r.amount, r.state, r.created_at as createdAt
         from payments_refunds r join payments_payments p on p.id = r.payment_id where p.user_id = ?`,
        userId,
      )
      .all(),
    ctx.db
      .sql(
        `select d.id, d.payment_id as paymentId, d.amount, d.state, d.opened_at as openedAt, d.closed_at as closedAt
         from payments_disputes d join payments_payments p on p.id = d.payment_id where p.user_id = ?`,
        userId,
      )
      .all(),
  ]);
  return {
    customers: known,
    payments: paid,
    checkouts: opened,
    subscriptions: subscribed,
    refunds: refunded.results,
    disputes: disputed.results,
  };
}

/**
 * Takes a person's ways to the vendors out. The rows of money stay, under an id that leads to nobody any more: they must be
 * kept, and refunds and disputes may still come.
 */
export function eraseUser(ctx: Ctx, userId: Id<"user">): Statement[] {
  return [
    ctx.db.sql("update payments_checkouts set url = null where user_id = ?", userId),
    ctx.db.sql(
      "update payments_refunds set reason = '' where payment_id in (select id from payments_payments where user_id = ?)",
      userId,
    ),
  ];
}

/** Whether money of somebody's is on its way back. */
export async function isRefunding(ctx: Ctx, userId: Id<"user">): Promise<boolean> {
  const row = await ctx.db
    .sql("select 1 as found from payments_payments where user_id = ? and refunding > 0 limit 1", userId)
    .first<{ found: number }>();
  return row !== null;
}
