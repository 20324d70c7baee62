import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import { courses, lessons, quizzes } from "./tables.ts";

/**
 * What must stay true:
 * - A lesson that was finished stays finished.
 * - Tries of a quiz are numbered from 1, so that two at once cannot both be the last one.
 * - A person has one certificate of a course; it names what was learned even when the course is gone.
 */

export const progress = sqliteTable(
  "academy_progress",
  {
    userId: text().notNull(),
    lessonId: text()
      .notNull()
      .references(() => lessons.id, { onDelete: "cascade" }),
    courseId: text()
      .notNull()
      .references(() => courses.id, { onDelete: "cascade" }),
    percent: integer().notNull(),
    /** Where a video was left. */
    positionSeconds: integer(),
    completedAt: integer(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ name: "academy_progress_key", columns: [table.userId, table.lessonId] }),
    index("academy_progress_course").on(table.userId, table.courseId),
    check("academy_progress_percent", sql`percent between 0 and 100`),
    check("academy_progress_completed", sql`(percent = 100) = (completed_at is not null)`),
  ],
);

export const attempts = sqliteTable(
  "academy_attempts",
  {
    userId: text().notNull(),
    quizId: text()
      .notNull()
      .references(() => quizzes.id, { onDelete: "cascade" }),
    number: integer().notNull(),
    scorePercent: integer().notNull(),
    passed: integer({ mode: "boolean" }).notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ name: "academy_attempts_key", columns: [table.userId, table.quizId, table.number] }),
    check("academy_attempt_score", sql`score_percent between 0 and 100`),
  ],
);

export const certificates = sqliteTable(
  "academy_certificates",
  {
    id: text().primaryKey(),
    /** What the public check asks for. */
    code: text().notNull(),
    userId: text().notNull(),
    courseId: text().notNull(),
    courseTitle: text().notNull(),
    holderName: text().notNull(),
    issuedAt: integer().notNull(),
  },
  (table) => [
    unique("academy_certificates_code").on(table.code),
    unique("academy_certificates_once").on(table.userId, table.courseId),
  ],
);

export const ratings = sqliteTable(
  "academy_ratings",
  {
    userId: text().notNull(),
    courseId: text()
      .notNull()
      .references(() => courses.id, { onDelete: "cascade" }),
    stars: integer().notNull(),
    comment: text(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ name: "academy_ratings_key", columns: [table.userId, table.courseId] }),
    index("academy_ratings_course").on(table.courseId, table.stars),
    check("academy_rating_stars", sql`stars between 1 and 5`),
  ],
);
