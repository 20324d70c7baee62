import { and, asc, desc, eq, inArray, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Tried } from "./rules.ts";
import { attempts, deliveries, endpoints } from "./tables.ts";

type Branded<Row, Ids> = Omit<Row, keyof Ids> & Ids;
export type Endpoint = Branded<typeof endpoints.$inferSelect, { id: Id<"webhook">; userId: Id<"user"> }>;
export type Delivery = Branded<typeof deliveries.$inferSelect, { id: Id<"delivery">; endpointId: Id<"webhook"> }>;
export type Attempt = typeof attempts.$inferSelect;

/** Names under which a statement refuses its batch. */
export const FULL = "webhooks_endpoints_full";
export const TAKEN = "webhooks_delivery_taken";

/** Where an endpoint's secret stands, to which its encryption is bound. */
export function secretPlace(id: string): string {
  return `webhooks_endpoints.secret:${id}`;
}

export async function listEndpoints(ctx: Ctx, userId: string, page: PageRequest): Promise<Endpoint[]> {
  const after = page.after === null ? undefined : lt(endpoints.id, page.after);
  return (await ctx.db.read
    .select()
    .from(endpoints)
    .where(and(eq(endpoints.userId, userId), after))
    .orderBy(desc(endpoints.id))
    .limit(page.limit + 1)) as Endpoint[];
}

export async function findEndpoint(ctx: Ctx, id: string): Promise<Endpoint | null> {
  const [row] = await ctx.db.primary.select().from(endpoints).where(eq(endpoints.id, id)).limit(1);
  return (row as Endpoint | undefined) ?? null;
}

export async function listEnabled(ctx: Ctx, userId: string): Promise<Endpoint[]> {
  const mine = and(eq(endpoints.userId, userId), eq(endpoints.state, "enabled"));
  return (await ctx.db.primary.select().from(endpoints).where(mine).orderBy(asc(endpoints.id))) as Endpoint[];
}

/** Puts an endpoint down unless the account has as many as its plan allows; refused as `FULL`. */
export function insertEndpoint(ctx: Ctx, row: Endpoint, limit: number): Statement[] {
  const statement = ctx.db.sql(
    `insert into webhooks_endpoints (id, user_id, url, description, secret, state, created_at, updated_at)
     select ?1, ?2, ?3, ?4, ?5, 'enabled', ?6, ?6
     where (select count(*) from webhooks_endpoints where user_id = ?2) < ?7`,
    row.id,
    row.userId,
    row.url,
    row.description,
    row.secret,
    row.createdAt,
    limit,
  );
  return [statement, expectChange(ctx, FULL)];
}

type Change = Partial<Omit<Endpoint, "id" | "userId" | "createdAt">>;

export function updateEndpoint(ctx: Ctx, id: string, change: Change): Statement {
  const set = { ...change, updatedAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.update(endpoints).set(set).where(eq(endpoints.id, id)));
}

/** Removes an endpoint with everything that went to it. */
export function deleteEndpoint(ctx: Ctx, id: string): Statement[] {
  return [
    ctx.db.sql(
      "delete from webhooks_attempts where delivery_id in (select id from webhooks_deliveries where endpoint_id = ?)",
      id,
    ),
    ctx.db.statement(ctx.db.primary.delete(deliveries).where(eq(deliveries.endpointId, id))),
    ctx.db.statement(ctx.db.primary.delete(endpoints).where(eq(endpoints.id, id))),
  ];
}

/** Puts a delivery down; one of the same event to the same endpoint is left as it is. */
export function insertDelivery(ctx: Ctx, row: Delivery): Statement {
  return ctx.db.statement(ctx.db.primary.insert(deliveries).values(row).onConflictDoNothing());
}

export async function findDelivery(ctx: Ctx, id: string): Promise<Delivery | null> {
  const [row] = await ctx.db.primary.select().from(deliveries).where(eq(deliveries.id, id)).limit(1);
  return (row as Delivery | undefined) ?? null;
}

export async function listDeliveries(ctx: Ctx, endpointId: string, page: PageRequest): Promise<Delivery[]> {
  const after = page.after === null ? undefined : lt(deliveries.id, page.after);
  return (await ctx.db.read
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.endpointId, endpointId), after))
    .orderBy(desc(deliveries.id))
    .limit(page.limit + 1)) as Delivery[];
}

/** The tries of some deliveries, in their order. At most a page of deliveries at once. */
export async function listAttempts(ctx: Ctx, ids: readonly string[]): Promise<Attempt[]> {
  if (ids.length === 0) return [];
  const of = inArray(attempts.deliveryId, [...ids].slice(0, 100));
  return await ctx.db.read.select().from(attempts).where(of).orderBy(asc(attempts.deliveryId), asc(attempts.number));
}

/** Asks for a delivery again, whatever became of it. */
export function reopen(ctx: Ctx, id: string): Statement {
  const set = { state: "pending" as const, tries: 0, nextAttemptAt: ctx.now(), settledAt: null };
  return ctx.db.statement(ctx.db.primary.update(deliveries).set(set).where(eq(deliveries.id, id)));
}

/** Notes that a try is about to be made, unless another run makes it; refused as `TAKEN`. */
export function takeDelivery(ctx: Ctx, row: Delivery, heldMs: number): Statement[] {
  const query = ctx.db.primary
    .update(deliveries)
    .set({ tries: row.tries + 1, attempts: row.attempts + 1, nextAttemptAt: ctx.now() + heldMs })
    .where(and(eq(deliveries.id, row.id), eq(deliveries.state, "pending"), eq(deliveries.attempts, row.attempts)));
  return [ctx.db.statement(query), expectChange(ctx, TAKEN)];
}

/** What became of a delivery: settled, or to be tried again at `nextAttemptAt`. */
export interface Settlement {
  readonly state: "pending" | "delivered" | "failed";
  readonly nextAttemptAt: number | null;
}

/** Settles the try of this number, unless the delivery was asked for anew meanwhile. */
export function settleDelivery(ctx: Ctx, row: Delivery, { state, nextAttemptAt }: Settlement): Statement {
  const settledAt = state === "pending" ? null : ctx.now();
  const query = ctx.db.primary
    .update(deliveries)
    .set({ state, nextAttemptAt, settledAt })
    .where(and(eq(deliveries.id, row.id), eq(deliveries.state, "pending"), eq(deliveries.attempts, row.attempts)));
  return ctx.db.statement(query);
}

export function insertAttempt(ctx: Ctx, row: Delivery, { durationMs, status, error }: Tried): Statement {
  const values = { deliveryId: row.id, number: row.attempts, at: ctx.now(), durationMs, status, error };
  return ctx.db.statement(ctx.db.primary.insert(attempts).values(values).onConflictDoNothing());
}

/** Notes that something has arrived. */
export function noteSuccess(ctx: Ctx, id: string): Statement {
  return ctx.db.sql(
    "update webhooks_endpoints set failing_since = null where id = ? and failing_since is not null",
    id,
  );
}

/** Notes that something has not arrived. */
export function noteFailure(ctx: Ctx, id: string): Statement {
  return ctx.db.sql(
    "update webhooks_endpoints set failing_since = ? where id = ? and failing_since is null",
    ctx.now(),
    id,
  );
}

/** Everything that is kept of a person, without the secrets. */
export async function exportUser(ctx: Ctx, userId: string): Promise<unknown> {
  const [own, sent, tried] = await Promise.all([
    ctx.db.primary.select().from(endpoints).where(eq(endpoints.userId, userId)).orderBy(asc(endpoints.id)),
    ctx.db.primary
      .select()
      .from(deliveries)
      .where(eq(deliveries.userId, userId))
      .orderBy(desc(deliveries.id))
      .limit(10_000),
    ctx.db
      .sql(
        `select a.delivery_id as deliveryId, a.at, a.status, a.error from webhooks_attempts a
         join webhooks_deliveries d on d.id = a.delivery_id where d.user_id = ? order by a.at desc limit 10000`,
        userId,
      )
      .all(),
  ]);
  const shown = own.map(({ secret: _secret, previousSecret: _previous, ...row }) => row);
  return { endpoints: shown, deliveries: sent, attempts: tried.results };
}

/** Takes everything of a person out. */
export function eraseUser(ctx: Ctx, userId: string): Statement[] {
  return [
    ctx.db.sql(
      "delete from webhooks_attempts where delivery_id in (select id from webhooks_deliveries where user_id = ?)",
      userId,
    ),
    ctx.db.statement(ctx.db.primary.delete(deliveries).where(eq(deliveries.userId, userId))),
    ctx.db.statement(ctx.db.primary.delete(endpoints).where(eq(endpoints.userId, userId))),
  ];
}

/** Gives up what waited when the database was copied; its owner can ask for it again. */
export function giveUpWaiting(ctx: Ctx): Statement {
  return ctx.db.sql(
    "update webhooks_deliveries set state = 'failed', next_attempt_at = null, settled_at = ? where state = 'pending'",
    ctx.now(),
  );
}
