import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - Costs are whole millionths of a dollar, tokens whole numbers; neither is ever negative.
 * - A turn is reserved before its model is asked, in the same statement that holds every limit, and settled once.
 * - What a meter has reserved is the sum of what its open turns have; what it has used never shrinks.
 */

export const turns = sqliteTable(
  "assistant_turns",
  {
    /** The id of the answer. */
    id: text().primaryKey(),
    userId: text().notNull(),
    month: text().notNull(),
    day: text().notNull(),
    state: text({ enum: ["reserved", "expired", "settled"] }).notNull(),
    reservedTokens: integer().notNull(),
    reservedMicros: integer().notNull(),
    inputTokens: integer().notNull().default(0),
    outputTokens: integer().notNull().default(0),
    costMicros: integer().notNull().default(0),
    model: text(),
    promptVersion: text().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
    settledAt: integer(),
  },
  (table) => [
    index("assistant_turns_user").on(table.userId, table.id),
    index("assistant_turns_open")
      .on(table.expiresAt)
      .where(sql`state = 'reserved'`),
    check("assistant_turn_state", sql`state in ('reserved', 'expired', 'settled')`),
    check(
      "assistant_turn_counts",
      sql`reserved_tokens >= 0 and reserved_micros >= 0 and input_tokens >= 0 and output_tokens >= 0 and cost_micros >= 0`,
    ),
  ],
);

/** What was used and is reserved, by whom (a user's id, or `installation`) and when (`2026-11` or `2026-11-21`). */
export const meters = sqliteTable(
  "assistant_meters",
  {
    scope: text().notNull(),
    period: text().notNull(),
    usedTokens: integer().notNull().default(0),
    reservedTokens: integer().notNull().default(0),
    usedMicros: integer().notNull().default(0),
    reservedMicros: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.period] }),
    check(
      "assistant_meter_counts",
      sql`used_tokens >= 0 and reserved_tokens >= 0 and used_micros >= 0 and reserved_micros >= 0`,
    ),
  ],
);

/** Answers to common questions, which hold nothing personal. */
export const answers = sqliteTable(
  "assistant_answers",
  {
    /** A hash of the question in its normal form, the locale and the version of the prompt. */
    key: text().primaryKey(),
    question: text().notNull(),
    content: text().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [index("assistant_answers_end").on(table.expiresAt)],
);

export const answerDays = sqliteTable(
  "assistant_answer_days",
  { day: text().primaryKey(), hits: integer().notNull(), misses: integer().notNull() },
  () => [check("assistant_answer_day_counts", sql`hits >= 0 and misses >= 0`)],
);
