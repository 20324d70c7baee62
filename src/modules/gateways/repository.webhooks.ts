import { and, desc, eq, inArray, lt, max } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { Millis } from "#kernel/time";
import { SECOND } from "#kernel/time";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Gauge } from "#platform/metrics-catalogue";
import type { GatewayName, Notice } from "./gateway.ts";
import { webhooks } from "./tables.ts";

export type WebhookRow = Omit<typeof webhooks.$inferSelect, "id"> & { id: Id<"hook"> };
type WebhookState = WebhookRow["state"];

/** The columns that refuse an event that is stored already. */
export const KNOWN = "gateways_webhooks.provider, gateways_webhooks.event_id";

export function insertWebhook(
  ctx: Ctx,
  row: Notice & { readonly id: Id<"hook">; readonly provider: GatewayName; readonly body: string },
): Statement {
  const { refusedFor, ...rest } = row;
  const reason = refusedFor ?? (row.topic === null ? "unknown_type" : null);
  const now = ctx.now();
  const state: WebhookState = reason === null ? "received" : "ignored";
  const settledAt = reason === null ? null : now;
  return ctx.db.statement(
    ctx.db.primary.insert(webhooks).values({ ...rest, state, reason, receivedAt: now, settledAt }),
  );
}

export async function findWebhook(ctx: Ctx, id: Id<"hook">): Promise<WebhookRow | null> {
  const [row] = await ctx.db.primary.select().from(webhooks).where(eq(webhooks.id, id)).limit(1);
  return (row as WebhookRow | undefined) ?? null;
}

export async function listWebhooks(
  ctx: Ctx,
  filter: { readonly state: WebhookState | null; readonly provider: GatewayName | null },
  page: PageRequest,
): Promise<WebhookRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(webhooks)
    .where(
      and(
        filter.state === null ? undefined : eq(webhooks.state, filter.state),
        filter.provider === null ? undefined : eq(webhooks.provider, filter.provider),
        page.after === null ? undefined : lt(webhooks.id, page.after),
      ),
    )
    .orderBy(desc(webhooks.id))
    .limit(page.limit + 1);
  return rows as WebhookRow[];
}

export interface Settled {
  readonly state: "handled" | "ignored";
  readonly reason: string | null;
  readonly userId: string | null;
}

/** Marks an event as dealt with, unless another run has done so; refused then as `gateways_webhook_settled`. */
export function settle(ctx: Ctx, id: Id<"hook">, settled: Settled): Statement[] {
  const query = ctx.db.primary
    .update(webhooks)
    .set({ ...settled, settledAt: ctx.now() })
    .where(and(eq(webhooks.id, id), eq(webhooks.state, "received")));
  return [ctx.db.statement(query), expectChange(ctx, "gateways_webhook_settled")];
}

/** Lets an event be handled again. */
export function reopen(ctx: Ctx, id: Id<"hook">): Statement {
  const query = ctx.db.primary
    .update(webhooks)
    .set({ state: "received", reason: null, settledAt: null })
    .where(eq(webhooks.id, id));
  return ctx.db.statement(query);
}

/** When each vendor was last heard of. */
export async function lastReceived(ctx: Ctx): Promise<ReadonlyMap<string, Millis>> {
  const rows = await ctx.db.primary
    .select({ provider: webhooks.provider, at: max(webhooks.receivedAt) })
    .from(webhooks)
    .groupBy(webhooks.provider);
  return new Map(rows.map(({ provider, at }) => [provider, at ?? 0]));
}

/** Takes the bodies out whose time is over. */
export function forgetBodies(ctx: Ctx, before: Millis): Statement {
  return ctx.db.sql("update gateways_webhooks set body = null where received_at < ? and body is not null", before);
}

/** Takes a person out of what vendors have sent. */
export function eraseUser(ctx: Ctx, userId: Id<"user">): Statement {
  return ctx.db.statement(ctx.db.primary.update(webhooks).set({ body: null }).where(eq(webhooks.userId, userId)));
}

export async function exportUser(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  return await ctx.db.primary
    .select({ provider: webhooks.provider, type: webhooks.type, receivedAt: webhooks.receivedAt })
    .from(webhooks)
    .where(and(eq(webhooks.userId, userId), inArray(webhooks.state, ["handled", "ignored"])));
}

/** How many events of vendors wait to be handled, and for how long the oldest has. */
export async function gauges(ctx: Ctx): Promise<readonly Gauge[]> {
  const row = await ctx.db
    .sql("select count(*) as waiting, min(received_at) as oldest from gateways_webhooks where state = 'received'")
    .first<{ waiting: number; oldest: number | null }>();
  const oldest = row?.oldest ?? ctx.now();
  return [
    { name: "webhooks_waiting", help: "Stored events of vendors that are not handled.", value: row?.waiting ?? 0 },
    {
      name: "webhooks_oldest_age_seconds",
      help: "Age of the oldest stored event that is not handled.",
      value: Math.max(0, ctx.now() - oldest) / SECOND,
    },
  ];
}
