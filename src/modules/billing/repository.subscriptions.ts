import { and, asc, desc, eq, inArray, lt, ne, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Terms } from "./rules.subscription.ts";
import { movements, operations, subscriptions } from "./tables.subscriptions.ts";

export type Subscription = Omit<typeof subscriptions.$inferSelect, "id" | "userId"> & {
  id: Id<"sub">;
  userId: Id<"user">;
};
export type GatewayRef = Pick<Subscription, "gateway" | "gatewayRef">;
export type Operation = Omit<typeof operations.$inferSelect, "id" | "subscriptionId"> & {
  id: Id<"op">;
  subscriptionId: Id<"sub">;
};
export type Movement = typeof movements.$inferSelect;

/** Refuses a change that was decided on another version than the present one. */
export const CHANGED = "billing_subscription_changed";
/** Refuses a second thing asked of a gateway while the first is open. */
export const OPERATION_OPEN = "billing_operations.subscription_id";

/** Of some people, the subscription that is not over. */
export async function listLive(ctx: Ctx, userIds: readonly Id<"user">[]): Promise<Subscription[]> {
  const ids = JSON.stringify(userIds);
  const rows = await ctx.db.primary
    .select()
    .from(subscriptions)
    .where(
      and(
        inArray(subscriptions.userId, sql`(select value from json_each(${ids}))`),
        ne(subscriptions.status, "canceled"),
      ),
    );
  return rows as Subscription[];
}

export async function findLive(ctx: Ctx, userId: Id<"user">): Promise<Subscription | null> {
  return (await listLive(ctx, [userId]))[0] ?? null;
}

/** The subscription that is not over, or else the last one. */
export async function findLatest(ctx: Ctx, userId: Id<"user">): Promise<Subscription | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.userId, userId), eq(subscriptions.surplus, false)))
    .orderBy(asc(sql`status = 'canceled'`), desc(subscriptions.id))
    .limit(1);
  return (row as Subscription | undefined) ?? null;
}

export async function findByRef(ctx: Ctx, { gateway, gatewayRef }: GatewayRef): Promise<Subscription | null> {
  const [row] = await ctx.db.primary
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.gateway, gateway), eq(subscriptions.gatewayRef, gatewayRef)))
    .limit(1);
  return (row as Subscription | undefined) ?? null;
}

/** Those of which the gateway was not asked since a moment, the longest ago first. */
export async function listStale(ctx: Ctx, before: number, limit: number): Promise<Subscription[]> {
  const rows = await ctx.db.primary
    .select()
    .from(subscriptions)
    .where(and(ne(subscriptions.status, "canceled"), lt(subscriptions.syncedAt, before)))
    .orderBy(asc(subscriptions.syncedAt))
    .limit(limit);
  return rows as Subscription[];
}

/** Those whose period should have been over, or whose operation should have been answered, some time ago. */
export async function listOverdue(ctx: Ctx, before: number, limit: number): Promise<Subscription[]> {
  const rows = await ctx.db.primary
    .select()
    .from(subscriptions)
    .where(
      and(
        ne(subscriptions.status, "canceled"),
        sql`((current_period_end < ${before} and status in ('active', 'trialing') and synced_at < ${before}) or exists (select 1 from
          billing_operations o where o.subscription_id = billing_subscriptions.id and o.state = 'begun' and o.begun_at < ${before}))`,
      ),
    )
    .limit(limit);
  return rows as Subscription[];
}

/** Puts the first state of a subscription down. */
export function insertSubscription(ctx: Ctx, row: Subscription): Statement {
  return ctx.db.statement(ctx.db.primary.insert(subscriptions).values(row));
}

/** Moves a subscription on from the version before; refused as `billing_subscription_changed`. */
export function updateSubscription(ctx: Ctx, row: Subscription): Statement[] {
  const { id, userId: _userId, createdAt: _createdAt, ...rest } = row;
  const query = ctx.db.primary
    .update(subscriptions)
    .set(rest)
    .where(and(eq(subscriptions.id, id), eq(subscriptions.version, row.version - 1)));
  return [ctx.db.statement(query), expectChange(ctx, CHANGED)];
}

/** Notes that the gateway was asked and had nothing new to say. */
export function noteSync(ctx: Ctx, id: Id<"sub">): Statement {
  return ctx.db.statement(
    ctx.db.primary.update(subscriptions).set({ syncedAt: ctx.now() }).where(eq(subscriptions.id, id)),
  );
}

export function insertMovement(ctx: Ctx, row: Omit<Movement, "seq">): Statement {
  return ctx.db.statement(ctx.db.primary.insert(movements).values(row));
}

/** Whether somebody has ever paid for a plan. */
export async function hasPaid(ctx: Ctx, userId: Id<"user">): Promise<boolean> {
  const [row] = await ctx.db.primary
    .select({ seq: movements.seq })
    .from(movements)
    .where(eq(movements.userId, userId))
    .limit(1);
  return row !== undefined;
}

/** Writes down what a gateway is about to be asked. */
export function insertOperation(ctx: Ctx, row: Operation): Statement {
  return ctx.db.statement(ctx.db.primary.insert(operations).values(row));
}

export async function findOperation(ctx: Ctx, id: Id<"op">): Promise<Operation | null> {
  const [row] = await ctx.db.primary.select().from(operations).where(eq(operations.id, id)).limit(1);
  return (row as Operation | undefined) ?? null;
}

export function settleOperation(ctx: Ctx, id: Id<"op">, state: "done" | "failed"): Statement {
  const query = ctx.db.primary
    .update(operations)
    .set({ state, settledAt: ctx.now() })
    .where(and(eq(operations.id, id), eq(operations.state, "begun")));
  return ctx.db.statement(query);
}

/** Settles what a gateway was asked of a subscription some time ago: its state, read afresh, says how it went. */
export function settleOld(
  ctx: Ctx,
  subscriptionId: Id<"sub">,
  { before, reached }: { readonly before: number; readonly reached: Terms },
): Statement {
  return ctx.db.sql(
    `update billing_operations set settled_at = ?1,
       state = case when kind in ('upgrade', 'downgrade') and not (level = ?3 and interval = ?4) then 'failed' else 'done' end
     where subscription_id = ?2 and state = 'begun' and begun_at < ?5`,
    ctx.now(),
    subscriptionId,
    reached.level,
    reached.interval,
    before,
  );
}
