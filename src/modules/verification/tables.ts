import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A tier is set by an operator, never by its owner.
 * - A document's bytes lie sealed among the files, and go when its time is over.
 */

export const tiers = sqliteTable(
  "verification_tiers",
  {
    userId: text().primaryKey(),
    tier: integer().notNull(),
    setBy: text().notNull(),
    reason: text(),
    updatedAt: integer().notNull(),
  },
  () => [check("verification_tier", sql`tier between 0 and 2`)],
);

export const DOCUMENT_KINDS = ["passport", "national_id", "driving_licence", "proof_of_address", "selfie"] as const;

export const documents = sqliteTable(
  "verification_documents",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    kind: text({ enum: DOCUMENT_KINDS }).notNull(),
    contentType: text().notNull(),
    bytes: integer().notNull(),
    fileKey: text().notNull(),
    /** The file's own key, encrypted; null once the file is gone. */
    sealedKey: text(),
    createdAt: integer().notNull(),
    /** When the file is deleted; null while nobody has decided. */
    deleteAt: integer(),
  },
  (table) => [
    index("verification_documents_user").on(table.userId, table.id),
    index("verification_documents_due")
      .on(table.deleteAt)
      .where(sql`sealed_key is not null`),
    check(
      "verification_document_kind",
      sql`kind in ('passport', 'national_id', 'driving_licence', 'proof_of_address', 'selfie')`,
    ),
  ],
);
