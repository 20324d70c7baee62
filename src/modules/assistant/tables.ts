import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A conversation belongs to one user for good. Its messages are in its object; here is what lists and finds it.
 * - A ticket opens one socket: its id is kept until it would be over anyway.
 * - A conversation has one socket; the row of one that is gone does no harm and is swept.
 */

export const conversations = sqliteTable(
  "assistant_conversations",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    title: text().notNull(),
    /** Its owner has named it, so that no first question names it any more. */
    named: integer({ mode: "boolean" }).notNull(),
    messageCount: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("assistant_conversations_user").on(table.userId, table.id),
    check("assistant_conversation_counts", sql`message_count >= 0`),
  ],
);

export const usedTickets = sqliteTable(
  "assistant_used_tickets",
  { id: text().primaryKey(), expiresAt: integer().notNull() },
  (table) => [index("assistant_used_tickets_end").on(table.expiresAt)],
);

export const sockets = sqliteTable(
  "assistant_sockets",
  {
    conversationId: text().primaryKey(),
    userId: text().notNull(),
    sessionId: text().notNull(),
    openedAt: integer().notNull(),
  },
  (table) => [
    index("assistant_sockets_user").on(table.userId, table.openedAt),
    index("assistant_sockets_age").on(table.openedAt),
  ],
);
