import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { payouts } from "./tables.ts";

/**
 * What must stay true:
 * - A payout leaves by a rail once, under a key that was stored before anybody was called.
 * - `asked` means that a call went out: from then on the vendor is asked what became of it, and never told again.
 * - A vendor's state gives way to one of a higher rank alone.
 */
export const sendings = sqliteTable(
  "payouts_sendings",
  {
    payoutId: text()
      .primaryKey()
      .references(() => payouts.id),
    rail: text({ enum: ["razorpayx", "stripe"] }).notNull(),
    /** Our own reference at the vendor, and what makes a repeat known. */
    key: text().notNull(),
    state: text({ enum: ["intended", "asked", "known", "refused"] }).notNull(),
    vendorId: text(),
    vendorState: text({
      enum: [
        "pending",
        "scheduled",
        "queued",
        "processing",
        "processed",
        "cancelled",
        "rejected",
        "failed",
        "reversed",
      ],
    }),
    askedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    unique("payouts_sending_key").on(table.rail, table.key),
    unique("payouts_sending_vendor").on(table.rail, table.vendorId),
    index("payouts_sendings_open").on(table.rail, table.state, table.updatedAt),
    check("payouts_sending_state", sql`state in ('intended', 'asked', 'known', 'refused')`),
    check("payouts_sending_known", sql`(state = 'known') = (vendor_id is not null and vendor_state is not null)`),
    check("payouts_sending_asked", sql`(state = 'intended') = (asked_at is null)`),
  ],
);

/** Where a vendor, the books and we do not agree. As long as a blocking one is open, no money leaves. */
export const differences = sqliteTable(
  "payouts_differences",
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    /** A payout's id, or the vendor's id of one that we do not know. */
    subject: text().notNull(),
    detail: text().notNull(),
    blocking: integer({ mode: "boolean" }).notNull(),
    firstSeenAt: integer().notNull(),
    lastSeenAt: integer().notNull(),
    resolvedAt: integer(),
    /** The operator who has; null where it went by itself. */
    resolvedBy: text(),
    alertedAt: integer(),
  },
  (table) => [
    unique("payouts_difference_known").on(table.kind, table.subject),
    index("payouts_differences_open").on(table.resolvedAt, table.id),
  ],
);

/** When each rail was last compared with us. */
export const comparisons = sqliteTable("payouts_comparisons", {
  rail: text({ enum: ["razorpayx", "stripe"] }).primaryKey(),
  comparedAt: integer().notNull(),
  failure: text(),
});

/** Who wants his wallet paid out by itself, and when it is next. */
export const schedules = sqliteTable(
  "payouts_schedules",
  {
    userId: text().primaryKey(),
    interval: text({ enum: ["weekly", "monthly"] }).notNull(),
    /** Less than this waits for the next time. */
    leastMinor: integer().notNull(),
    nextAt: integer().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("payouts_schedules_due").on(table.nextAt),
    check("payouts_schedule_interval", sql`interval in ('weekly', 'monthly')`),
    check("payouts_schedule_least", sql`least_minor >= 1`),
  ],
);
