import { sql } from "drizzle-orm";
import { check, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - At most one backup is being written at a time; one run at a time works on it.
 * - A backup counts as stored once its manifest lies among the files; the manifest is written last.
 * - While a restore is not settled, no money leaves.
 */

export const backups = sqliteTable(
  "backups_backups",
  {
    id: text().primaryKey(),
    reason: text({ enum: ["daily", "manual"] }).notNull(),
    status: text({ enum: ["writing", "stored", "failed", "deleted"] }).notNull(),
    startedAt: integer().notNull(),
    /** The moment that the backup shows. */
    takenAt: integer(),
    /** D1's place at that moment, for its own time travel. */
    bookmark: text(),
    rowCount: integer().notNull().default(0),
    bytes: integer().notNull().default(0),
    parts: integer().notNull().default(0),
    /** The backup's own key, encrypted under the first of the field keys. */
    sealedKey: text().notNull(),
    /** Where writing stands, as JSON; null once it is over. */
    progress: text(),
    leaseUntil: integer().notNull().default(0),
    verification: text({ enum: ["passed", "failed"] }),
    verifiedAt: integer(),
    verifiedMs: integer(),
    /** What went wrong, in a sentence. */
    finding: text(),
  },
  (table) => [
    check("backups_backup_status", sql`status in ('writing', 'stored', 'failed', 'deleted')`),
    uniqueIndex("backups_one_writing")
      .on(table.status)
      .where(sql`status = 'writing'`),
  ],
);

/** Rows that were written while a backup is being read. Filled by triggers that stand only for so long. */
export const changes = sqliteTable("backups_changes", {
  seq: integer().primaryKey(),
  tbl: text().notNull(),
  key: text().notNull(),
});

export const restores = sqliteTable("backups_restores", {
  id: text().primaryKey(),
  backupId: text().notNull(),
  takenAt: integer().notNull(),
  restoredAt: integer().notNull(),
  /** When each module had put right what a restore leaves behind. */
  mendedAt: integer(),
  settledAt: integer(),
  settledBy: text(),
});
