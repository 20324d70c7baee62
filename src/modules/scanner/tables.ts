import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A scan, its runs and its watchlists belong to one user for good.
 * - Every version of a scan's expression is kept, and a run names the one that it ran.
 * - A slot (an evening, an hour, one press of a button) has one run of a scan, however often it is asked for.
 * - A run is finished once; its matches are those of that moment and never change.
 */

export const scans = sqliteTable(
  "scanner_scans",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    name: text().notNull(),
    version: integer().notNull(),
    expression: text().notNull(),
    normalForm: text().notNull(),
    universe: text({ mode: "json" }).$type<StoredUniverse>().notNull(),
    /** `daily`, `hourly` or a cron line; null runs when asked. */
    schedule: text(),
    alert: text({ mode: "json" }).$type<StoredAlert>(),
    nextRunAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("scanner_scans_user").on(table.userId, table.id),
    index("scanner_scans_due")
      .on(table.nextRunAt)
      .where(sql`next_run_at is not null`),
    index("scanner_scans_daily")
      .on(table.id)
      .where(sql`schedule = 'daily'`),
  ],
);

export interface StoredUniverse {
  readonly exchanges?: readonly string[] | undefined;
  readonly sectors?: readonly string[] | undefined;
  readonly symbols?: readonly string[] | undefined;
  readonly watchlistId?: string | undefined;
}

export interface StoredAlert {
  readonly channels: readonly ("email" | "inApp" | "webhook")[];
  readonly on: "new" | "left" | "any";
}

export const versions = sqliteTable(
  "scanner_versions",
  {
    scanId: text().notNull(),
    version: integer().notNull(),
    expression: text().notNull(),
    universe: text({ mode: "json" }).$type<StoredUniverse>().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.scanId, table.version] })],
);

export const runs = sqliteTable(
  "scanner_runs",
  {
    id: text().primaryKey(),
    scanId: text().notNull(),
    userId: text().notNull(),
    version: integer().notNull(),
    /** What it is the run of: `daily:2026-11-20`, `cron:…`, `asked:…`. */
    slot: text().notNull(),
    status: text({ enum: ["queued", "done"] }).notNull(),
    asOf: integer(),
    universeSize: integer().notNull().default(0),
    stale: integer().notNull().default(0),
    matched: integer().notNull().default(0),
    elapsedMs: integer().notNull().default(0),
    createdAt: integer().notNull(),
    finishedAt: integer(),
  },
  (table) => [
    uniqueIndex("scanner_runs_slot").on(table.scanId, table.slot),
    index("scanner_runs_scan").on(table.scanId, table.id),
    index("scanner_runs_user").on(table.userId, table.id),
    check("scanner_run_status", sql`status in ('queued', 'done')`),
  ],
);

/** One symbol in one run: it matched (and was new or not), or had matched in the run before and no longer does. */
export const matches = sqliteTable(
  "scanner_matches",
  {
    runId: text().notNull(),
    symbol: text().notNull(),
    userId: text().notNull(),
    scanId: text().notNull(),
    state: text({ enum: ["entered", "stayed", "left"] }).notNull(),
    asOf: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.symbol] }),
    index("scanner_matches_symbol").on(table.userId, table.symbol, table.asOf),
    check("scanner_match_state", sql`state in ('entered', 'stayed', 'left')`),
  ],
);

export const watchlists = sqliteTable(
  "scanner_watchlists",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    name: text().notNull(),
    symbols: text({ mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [index("scanner_watchlists_user").on(table.userId, table.id)],
);

/** How many backtests an account has run in a month. */
export const usage = sqliteTable(
  "scanner_usage",
  {
    userId: text().notNull(),
    month: text().notNull(),
    backtests: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.month] })],
);
