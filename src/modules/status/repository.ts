import { asc, desc, eq, gt, gte, inArray, isNull, lt, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Day, IncidentState } from "./rules.ts";
import { days, incidents, subscribers, updates } from "./tables.ts";

export type IncidentRow = Omit<typeof incidents.$inferSelect, "id"> & { id: Id<"inc"> };
export type Update = Omit<typeof updates.$inferSelect, "incidentId" | "seq">;
export type Incident = IncidentRow & { readonly updates: readonly Update[] };
export type Subscriber = typeof subscribers.$inferSelect;

export const CLOSED = "status_incident_over";

export async function listDays(ctx: Ctx, from: string): Promise<Day[]> {
  return await ctx.db.read.select().from(days).where(gte(days.day, from)).orderBy(asc(days.component), asc(days.day));
}

/** Counts a minute's check. */
export function countCheck(ctx: Ctx, check: Pick<Day, "component" | "day" | "ok" | "latencyMs">): Statement {
  const { component, day, ok, latencyMs } = check;
  return ctx.db.sql(
    `insert into status_days (component, day, passed, failed, ok, latency_ms, checked_at)
     values (?1, ?2, ?3, 1 - ?3, ?3, ?4, ?5)
     on conflict (component, day) do update set passed = passed + excluded.passed, failed = failed + excluded.failed,
       ok = excluded.ok, latency_ms = excluded.latency_ms, checked_at = excluded.checked_at
     where excluded.checked_at > status_days.checked_at`,
    component,
    day,
    ok ? 1 : 0,
    latencyMs,
    ctx.now(),
  );
}

async function withUpdates(ctx: Ctx, rows: readonly IncidentRow[]): Promise<Incident[]> {
  if (rows.length === 0) return [];
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const found = await ctx.db.read
    .select()
    .from(updates)
    .where(inArray(updates.incidentId, sql`(select value from json_each(${ids}))`))
    .orderBy(desc(updates.seq));
  const own = Map.groupBy(found, ({ incidentId }) => incidentId);
  return rows.map((row) => ({ ...row, updates: own.get(row.id) ?? [] }));
}

export async function listOpen(ctx: Ctx): Promise<Incident[]> {
  const rows = await ctx.db.read
    .select()
    .from(incidents)
    .where(isNull(incidents.resolvedAt))
    .orderBy(desc(incidents.id))
    .limit(50);
  return await withUpdates(ctx, rows as IncidentRow[]);
}

export async function listIncidents(ctx: Ctx, page: PageRequest): Promise<Incident[]> {
  const rows = await ctx.db.read
    .select()
    .from(incidents)
    .where(page.after === null ? undefined : lt(incidents.id, page.after))
    .orderBy(desc(incidents.id))
    .limit(page.limit + 1);
  return await withUpdates(ctx, rows as IncidentRow[]);
}

export async function findIncident(ctx: Ctx, id: Id<"inc">): Promise<Incident | null> {
  const rows = await ctx.db.primary.select().from(incidents).where(eq(incidents.id, id)).limit(1);
  const [incident] = await withUpdates(ctx, rows as IncidentRow[]);
  return incident ?? null;
}

export function insertIncident(ctx: Ctx, row: IncidentRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(incidents).values(row));
}

export function insertUpdate(ctx: Ctx, id: Id<"inc">, update: Update): Statement {
  return ctx.db.statement(ctx.db.primary.insert(updates).values({ ...update, incidentId: id }));
}

/** Moves an incident on, unless it is over; refused as `status_incident_over`. */
export function moveIncident(ctx: Ctx, id: Id<"inc">, state: IncidentState): Statement[] {
  const move = ctx.db.sql(
    "update status_incidents set state = ?1, resolved_at = iif(?1 = 'resolved', ?2, null) where id = ?3 and resolved_at is null",
    state,
    ctx.now(),
    id,
  );
  return [move, expectChange(ctx, CLOSED)];
}

export function putSubscriber(ctx: Ctx, row: Subscriber): Statement {
  return ctx.db.statement(ctx.db.primary.insert(subscribers).values(row).onConflictDoNothing());
}

export function deleteSubscriber(ctx: Ctx, id: string): Statement {
  return ctx.db.statement(ctx.db.primary.delete(subscribers).where(eq(subscribers.id, id)));
}

export async function findSubscriber(ctx: Ctx, id: string): Promise<Subscriber | null> {
  const [row] = await ctx.db.primary.select().from(subscribers).where(eq(subscribers.id, id)).limit(1);
  return row ?? null;
}

export async function listSubscribers(ctx: Ctx, after: string, limit: number): Promise<Subscriber[]> {
  return await ctx.db.primary
    .select()
    .from(subscribers)
    .where(gt(subscribers.id, after))
    .orderBy(asc(subscribers.id))
    .limit(limit);
}
