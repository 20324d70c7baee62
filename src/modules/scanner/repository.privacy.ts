import { asc, desc, eq, sql } from "drizzle-orm";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { matches, runs, scans, usage, versions, watchlists } from "./tables.ts";

/** Everything that is kept of a person: scans with their versions, runs and matches, and watchlists. */
export async function exportUser(ctx: Ctx, userId: string): Promise<unknown> {
  const ofScans = sql`scan_id in (select id from scanner_scans where user_id = ${userId})`;
  const [savedScans, savedVersions, savedRuns, savedMatches, savedLists, used] = await Promise.all([
    ctx.db.primary.select().from(scans).where(eq(scans.userId, userId)).orderBy(asc(scans.id)),
    ctx.db.primary.select().from(versions).where(ofScans).orderBy(asc(versions.scanId), asc(versions.version)),
    ctx.db.primary.select().from(runs).where(eq(runs.userId, userId)).orderBy(desc(runs.id)).limit(10_000),
    ctx.db.primary.select().from(matches).where(eq(matches.userId, userId)).orderBy(desc(matches.runId)).limit(50_000),
    ctx.db.primary.select().from(watchlists).where(eq(watchlists.userId, userId)).orderBy(asc(watchlists.id)),
    ctx.db.primary.select().from(usage).where(eq(usage.userId, userId)),
  ]);
  return {
    scans: savedScans,
    versions: savedVersions,
    runs: savedRuns,
    matches: savedMatches.map(({ runId, symbol, state }) => ({ runId, symbol, state })),
    watchlists: savedLists,
    usage: used,
  };
}

/** Takes everything of a person out. */
export function eraseUser(ctx: Ctx, userId: string): Statement[] {
  const ofScans = sql`scan_id in (select id from scanner_scans where user_id = ${userId})`;
  return [
    ctx.db.statement(ctx.db.primary.delete(versions).where(ofScans)),
    ...[matches, runs, watchlists, usage, scans].map((table) =>
      ctx.db.statement(ctx.db.primary.delete(table).where(eq(table.userId, userId))),
    ),
  ];
}
