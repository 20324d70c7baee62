import { sql } from "drizzle-orm";
import { check, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - There is at most one maintenance row.
 * - A flag's percentage is 0 to 100; its lists are JSON arrays of text.
 */

export const maintenance = sqliteTable(
  "admin_maintenance",
  {
    id: integer().primaryKey(),
    enabled: integer({ mode: "boolean" }).notNull(),
    message: text().notNull(),
    until: integer(),
    updatedAt: integer().notNull(),
  },
  () => [check("admin_maintenance_single", sql`id = 1`)],
);

export const flags = sqliteTable(
  "admin_flags",
  {
    name: text().primaryKey(),
    description: text().notNull(),
    percentage: integer().notNull(),
    plans: text({ mode: "json" }).$type<string[]>().notNull(),
    users: text({ mode: "json" }).$type<string[]>().notNull(),
    updatedAt: integer().notNull(),
  },
  () => [check("admin_flag_percentage", sql`percentage between 0 and 100`)],
);
