import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What must stay true: who has accepted which version of which document, and when, is written once and never changed. */
export const acceptances = sqliteTable(
  "legal_acceptances",
  {
    userId: text().notNull(),
    document: text({ enum: ["privacy", "terms", "referral"] }).notNull(),
    version: text().notNull(),
    acceptedAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.document, table.version] })],
);
