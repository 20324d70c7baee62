import { and, asc, desc, eq, gte, lt, lte, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { matches, runs, scans, versions, watchlists } from "./tables.ts";

type Branded<Row, Ids> = Omit<Row, keyof Ids> & Ids;
export type Scan = Branded<typeof scans.$inferSelect, { id: Id<"scan">; userId: Id<"user"> }>;
export type Run = Branded<typeof runs.$inferSelect, { id: Id<"run">; scanId: Id<"scan">; userId: Id<"user"> }>;
export type Match = typeof matches.$inferSelect;
export type Watchlist = Branded<typeof watchlists.$inferSelect, { id: Id<"watch">; userId: Id<"user"> }>;
export type Version = typeof versions.$inferSelect;

export async function listScans(ctx: Ctx, userId: string, page: PageRequest): Promise<Scan[]> {
  const after = page.after === null ? undefined : lt(scans.id, page.after);
  return (await ctx.db.read
    .select()
    .from(scans)
    .where(and(eq(scans.userId, userId), after))
    .orderBy(desc(scans.id))
    .limit(page.limit + 1)) as Scan[];
}

export async function findScan(ctx: Ctx, id: string): Promise<Scan | null> {
  const [row] = await ctx.db.read.select().from(scans).where(eq(scans.id, id)).limit(1);
  return (row as Scan | undefined) ?? null;
}

export async function listVersions(ctx: Ctx, scanId: string): Promise<Version[]> {
  return await ctx.db.read
    .select()
    .from(versions)
    .where(eq(versions.scanId, scanId))
    .orderBy(desc(versions.version))
    .limit(100);
}

/**
 * Puts a scan down unless the account has as many as its plan allows; refused as `scanner_scans_full`, or as
 * `scanner_alerts_full` where it is one alert too many.
 */
export function insertScan(
  ctx: Ctx,
  scan: Scan,
  limits: { readonly savedScans: number; readonly alerts: number },
): Statement[] {
  const { id, userId, name, version, expression, normalForm, schedule, nextRunAt, createdAt, updatedAt } = scan;
  return [
    ctx.db.sql(
      `insert into scanner_scans (id, user_id, name, version, expression, normal_form, universe, schedule, alert,
         next_run_at, created_at, updated_at)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
       where (select count(*) from scanner_scans where user_id = ?2) < ?13`,
      id,
      userId,
      name,
      version,
      expression,
      normalForm,
      JSON.stringify(scan.universe),
      schedule,
      scan.alert === null ? null : JSON.stringify(scan.alert),
      nextRunAt,
      createdAt,
      updatedAt,
      limits.savedScans,
    ),
    expectChange(ctx, "scanner_scans_full"),
    ...expectRoomForAlerts(ctx, scan, limits.alerts),
    insertVersion(ctx, scan),
  ];
}

/** Refuses the batch as `scanner_alerts_full` when the scan, just written, is one alert too many. */
function expectRoomForAlerts(ctx: Ctx, { id, userId, alert }: Scan, alerts: number): Statement[] {
  if (alert === null) return [];
  return [
    ctx.db.sql(
      `update scanner_scans set alert = alert where id = ?1
       and (select count(*) from scanner_scans where user_id = ?2 and alert is not null) <= ?3`,
      id,
      userId,
      alerts,
    ),
    expectChange(ctx, "scanner_alerts_full"),
  ];
}

function insertVersion(ctx: Ctx, { id, version, expression, universe, updatedAt }: Scan): Statement {
  const row = { scanId: id, version, expression, universe, createdAt: updatedAt };
  return ctx.db.statement(ctx.db.primary.insert(versions).values(row).onConflictDoNothing());
}

/**
 * Replaces a scan, unless it was changed since it was read; refused as `scanner_scan_changed`, or as
 * `scanner_alerts_full` where it is one alert too many.
 */
export function updateScan(
  ctx: Ctx,
  scan: Scan,
  { readAt, alerts }: { readonly readAt: number; readonly alerts: number },
): Statement[] {
  const { id, userId: _userId, createdAt: _createdAt, ...rest } = scan;
  const query = ctx.db.primary
    .update(scans)
    .set(rest)
    .where(and(eq(scans.id, id), eq(scans.updatedAt, readAt)));
  return [
    ctx.db.statement(query),
    expectChange(ctx, "scanner_scan_changed"),
    ...expectRoomForAlerts(ctx, scan, alerts),
    insertVersion(ctx, scan),
  ];
}

/** Removes a scan with everything that it left behind. */
export function deleteScan(ctx: Ctx, id: string): Statement[] {
  return [
    ctx.db.statement(
      ctx.db.primary.delete(matches).where(sql`run_id in (select id from scanner_runs where scan_id = ${id})`),
    ),
    ctx.db.statement(ctx.db.primary.delete(runs).where(eq(runs.scanId, id))),
    ctx.db.statement(ctx.db.primary.delete(versions).where(eq(versions.scanId, id))),
    ctx.db.statement(ctx.db.primary.delete(scans).where(eq(scans.id, id))),
  ];
}

export interface DueScan {
  readonly id: Id<"scan">;
  readonly userId: Id<"user">;
  readonly version: number;
  readonly schedule: string;
  readonly nextRunAt: number | null;
}

/** Scans whose time has come, the longest overdue first. */
export async function listDueScans(ctx: Ctx, limit: number): Promise<DueScan[]> {
  const rows = await ctx.db.primary
    .select({
      id: scans.id,
      userId: scans.userId,
      version: scans.version,
      schedule: scans.schedule,
      nextRunAt: scans.nextRunAt,
    })
    .from(scans)
    .where(lte(scans.nextRunAt, ctx.now()))
    .orderBy(asc(scans.nextRunAt))
    .limit(limit);
  return rows as DueScan[];
}

/** Daily scans that have no run of a slot yet. */
export async function listDailyScans(ctx: Ctx, slot: string, limit: number): Promise<DueScan[]> {
  const query = ctx.db.sql(
    `select id, user_id as userId, version, schedule, next_run_at as nextRunAt from scanner_scans s
     where schedule = 'daily' and not exists (select 1 from scanner_runs r where r.scan_id = s.id and r.slot = ?)
     order by id limit ?`,
    slot,
    limit,
  );
  return (await query.all<DueScan>()).results;
}

export function moveOn(
  ctx: Ctx,
  moves: readonly { readonly id: string; readonly nextRunAt: number | null }[],
): Statement {
  return ctx.db.sql(
    `update scanner_scans set next_run_at = (select value ->> 'nextRunAt' from json_each(?1) where value ->> 'id' = scanner_scans.id)
     where id in (select value ->> 'id' from json_each(?1))`,
    JSON.stringify(moves),
  );
}

export type QueuedRun = Pick<Run, "id" | "scanId" | "userId" | "version" | "slot">;

/** Puts runs down; one whose slot has a run already is left out. */
export function insertRuns(ctx: Ctx, queued: readonly QueuedRun[]): Statement {
  return ctx.db.sql(
    `insert into scanner_runs (id, scan_id, user_id, version, slot, status, created_at)
     select value ->> 'id', value ->> 'scanId', value ->> 'userId', value ->> 'version', value ->> 'slot', 'queued', ?1
     from json_each(?2) where true on conflict (scan_id, slot) do nothing`,
    ctx.now(),
    JSON.stringify(queued),
  );
}

export async function findRun(ctx: Ctx, id: string): Promise<Run | null> {
  const [row] = await ctx.db.read.select().from(runs).where(eq(runs.id, id)).limit(1);
  return (row as Run | undefined) ?? null;
}

export async function listRuns(ctx: Ctx, scanId: string, page: PageRequest): Promise<Run[]> {
  const after = page.after === null ? undefined : lt(runs.id, page.after);
  return (await ctx.db.read
    .select()
    .from(runs)
    .where(and(eq(runs.scanId, scanId), after))
    .orderBy(desc(runs.id))
    .limit(page.limit + 1)) as Run[];
}

/** The symbols of the newest finished run of a scan before another; null where there was none. */
export async function findMatchesBefore(ctx: Ctx, run: Run): Promise<string[] | null> {
  const [before] = await ctx.db.primary
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.scanId, run.scanId), eq(runs.status, "done"), lt(runs.id, run.id)))
    .orderBy(desc(runs.id))
    .limit(1);
  if (!before) return null;
  const rows = await listMatches(ctx, before.id);
  return rows.filter(({ state }) => state !== "left").map(({ symbol }) => symbol);
}

export async function listMatches(ctx: Ctx, runId: string): Promise<Match[]> {
  return await ctx.db.read.select().from(matches).where(eq(matches.runId, runId)).orderBy(asc(matches.symbol));
}

/** Finishes a run with its matches, once; refused as `scanner_run_done`. */
export function finishRun(ctx: Ctx, run: Run, rows: readonly Match[]): Statement[] {
  const { asOf, universeSize, stale, matched, elapsedMs, finishedAt } = run;
  const query = ctx.db.primary
    .update(runs)
    .set({ status: "done", asOf, universeSize, stale, matched, elapsedMs, finishedAt })
    .where(and(eq(runs.id, run.id), eq(runs.status, "queued")));
  const insert = ctx.db.sql(
    `insert into scanner_matches (run_id, symbol, user_id, scan_id, state, as_of)
     select value ->> 'runId', value ->> 'symbol', value ->> 'userId', value ->> 'scanId', value ->> 'state', value ->> 'asOf'
     from json_each(?)`,
    JSON.stringify(rows),
  );
  return [ctx.db.statement(query), expectChange(ctx, "scanner_run_done"), insert];
}

export interface SymbolMatch {
  readonly scanId: string;
  readonly name: string;
  readonly runId: string;
  readonly state: string;
  readonly asOf: number;
}

/** Which of a user's scans a symbol entered, stayed in or left since a day, newest first. */
export async function listSymbolMatches(
  ctx: Ctx,
  of: { userId: string; symbol: string; since: number },
): Promise<SymbolMatch[]> {
  return await ctx.db.read
    .select({
      scanId: matches.scanId,
      name: scans.name,
      runId: matches.runId,
      state: matches.state,
      asOf: matches.asOf,
    })
    .from(matches)
    .innerJoin(scans, eq(scans.id, matches.scanId))
    .where(and(eq(matches.userId, of.userId), eq(matches.symbol, of.symbol), gte(matches.asOf, of.since)))
    .orderBy(desc(matches.asOf), desc(matches.runId))
    .limit(500);
}

export async function listWatchlists(ctx: Ctx, userId: string, page: PageRequest): Promise<Watchlist[]> {
  const after = page.after === null ? undefined : lt(watchlists.id, page.after);
  return (await ctx.db.read
    .select()
    .from(watchlists)
    .where(and(eq(watchlists.userId, userId), after))
    .orderBy(desc(watchlists.id))
    .limit(page.limit + 1)) as Watchlist[];
}

export async function findWatchlist(ctx: Ctx, id: string): Promise<Watchlist | null> {
  const [row] = await ctx.db.read.select().from(watchlists).where(eq(watchlists.id, id)).limit(1);
  return (row as Watchlist | undefined) ?? null;
}

export function putWatchlist(ctx: Ctx, list: Watchlist): Statement {
  const { name, symbols, updatedAt } = list;
  const set = { name, symbols, updatedAt };
  return ctx.db.statement(
    ctx.db.primary.insert(watchlists).values(list).onConflictDoUpdate({ target: watchlists.id, set }),
  );
}

export function deleteWatchlist(ctx: Ctx, id: string): Statement {
  return ctx.db.statement(ctx.db.primary.delete(watchlists).where(eq(watchlists.id, id)));
}
