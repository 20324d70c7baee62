import { sql } from "drizzle-orm";
import { check, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What must stay true: an item stands here as it was found at the last daily look, since when it is so. */
export const states = sqliteTable(
  "readiness_states",
  {
    id: text().primaryKey(),
    status: text({ enum: ["pass", "warn", "fail"] }).notNull(),
    since: integer().notNull(),
  },
  () => [check("readiness_state_status", sql`status in ('pass', 'warn', 'fail')`)],
);
