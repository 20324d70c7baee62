import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A ticket belongs to one user for good, and holds at least the message that opened it.
 * - Messages are only added; their order is that of their ids.
 * - A note is for operators alone. A customer rates a ticket once; a second rating takes the first one's place.
 */

export const articles = sqliteTable(
  "support_articles",
  {
    slug: text().primaryKey(),
    title: text().notNull(),
    summary: text().notNull(),
    body: text().notNull(),
    topic: text().notNull(),
    position: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [index("support_articles_order").on(table.position, table.slug)],
);

export const tickets = sqliteTable(
  "support_tickets",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    subject: text().notNull(),
    status: text({ enum: ["open", "answered", "closed"] }).notNull(),
    priority: text({ enum: ["low", "normal", "high", "urgent"] }).notNull(),
    respondBy: integer().notNull(),
    /** The operator who looks after it. */
    assignedTo: text(),
    /** When it was answered first. */
    answeredAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("support_tickets_user").on(table.userId, table.id),
    index("support_tickets_queue").on(table.status, table.respondBy),
    check("support_ticket_status", sql`status in ('open', 'answered', 'closed')`),
    check("support_ticket_priority", sql`priority in ('low', 'normal', 'high', 'urgent')`),
  ],
);

export const messages = sqliteTable(
  "support_messages",
  {
    id: text().primaryKey(),
    ticketId: text()
      .notNull()
      .references(() => tickets.id),
    author: text({ enum: ["customer", "support", "bourse"] }).notNull(),
    authorId: text(),
    body: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    index("support_messages_ticket").on(table.ticketId, table.id),
    check("support_message_author", sql`author in ('customer', 'support', 'bourse')`),
  ],
);

export const notes = sqliteTable(
  "support_notes",
  {
    id: text().primaryKey(),
    ticketId: text()
      .notNull()
      .references(() => tickets.id),
    authorId: text().notNull(),
    body: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [index("support_notes_ticket").on(table.ticketId, table.id)],
);

export const ratings = sqliteTable(
  "support_ratings",
  {
    ticketId: text()
      .primaryKey()
      .references(() => tickets.id),
    stars: integer().notNull(),
    comment: text(),
    at: integer().notNull(),
  },
  () => [check("support_rating_stars", sql`stars between 1 and 5`)],
);

export const cannedAnswers = sqliteTable("support_canned_answers", {
  name: text().primaryKey(),
  body: text().notNull(),
  updatedBy: text().notNull(),
  updatedAt: integer().notNull(),
});
