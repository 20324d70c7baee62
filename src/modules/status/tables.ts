import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - An incident's updates are only added; its state is that of the newest.
 * - A check counts once for its minute.
 * - Whoever is subscribed has confirmed the address; an address stands here once, encrypted, under its keyed hash.
 */

export const incidents = sqliteTable(
  "status_incidents",
  {
    id: text().primaryKey(),
    title: text().notNull(),
    impact: text({ enum: ["minor", "major", "critical"] }).notNull(),
    state: text({ enum: ["investigating", "identified", "monitoring", "resolved"] }).notNull(),
    startedAt: integer().notNull(),
    resolvedAt: integer(),
  },
  (table) => [
    index("status_incidents_open")
      .on(table.id)
      .where(sql`resolved_at is null`),
    check("status_incident_impact", sql`impact in ('minor', 'major', 'critical')`),
    check("status_incident_state", sql`state in ('investigating', 'identified', 'monitoring', 'resolved')`),
    check("status_incident_resolved", sql`(state = 'resolved') = (resolved_at is not null)`),
  ],
);

export const updates = sqliteTable(
  "status_updates",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    incidentId: text()
      .notNull()
      .references(() => incidents.id),
    state: text({ enum: ["investigating", "identified", "monitoring", "resolved"] }).notNull(),
    message: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [index("status_updates_incident").on(table.incidentId, table.seq)],
);

/** How the checks of a day went, by component; the newest row says how it is now. */
export const days = sqliteTable(
  "status_days",
  {
    component: text().notNull(),
    /** `2026-11-21`. */
    day: text().notNull(),
    passed: integer().notNull(),
    failed: integer().notNull(),
    /** Of the newest check. */
    ok: integer({ mode: "boolean" }).notNull(),
    latencyMs: integer().notNull(),
    checkedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.component, table.day] }),
    check("status_day_counts", sql`passed >= 0 and failed >= 0`),
  ],
);

export const subscribers = sqliteTable("status_subscribers", {
  /** Keyed hash of the address. */
  id: text().primaryKey(),
  address: text().notNull(),
  confirmedAt: integer().notNull(),
});
