import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";
import type { Question } from "./rules.quiz.ts";

/**
 * What must stay true:
 * - A lesson and a quiz belong to one module, and a module to one course, for good.
 * - Customers see a course once it is published, and of it only the lessons that are published too.
 * - A quiz stands behind its module's lessons; there is one at most.
 */

export const courses = sqliteTable(
  "academy_courses",
  {
    id: text().primaryKey(),
    slug: text().notNull(),
    title: text().notNull(),
    summary: text().notNull(),
    state: text({ enum: ["draft", "published"] }).notNull(),
    position: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    unique("academy_courses_slug").on(table.slug),
    index("academy_courses_order").on(table.position, table.id),
    check("academy_course_state", sql`state in ('draft', 'published')`),
  ],
);

export const modules = sqliteTable(
  "academy_modules",
  {
    id: text().primaryKey(),
    courseId: text()
      .notNull()
      .references(() => courses.id, { onDelete: "cascade" }),
    title: text().notNull(),
    position: integer().notNull(),
  },
  (table) => [index("academy_modules_course").on(table.courseId, table.position)],
);

export const lessons = sqliteTable(
  "academy_lessons",
  {
    id: text().primaryKey(),
    courseId: text()
      .notNull()
      .references(() => courses.id, { onDelete: "cascade" }),
    moduleId: text()
      .notNull()
      .references(() => modules.id, { onDelete: "cascade" }),
    title: text().notNull(),
    minutes: integer().notNull(),
    /** Readable without a package. */
    free: integer({ mode: "boolean" }).notNull(),
    body: text().notNull(),
    /** A video elsewhere; one kept here is a file of the kind `video`. */
    videoUrl: text(),
    state: text({ enum: ["draft", "published"] }).notNull(),
    position: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    index("academy_lessons_course").on(table.courseId, table.position),
    check("academy_lesson_state", sql`state in ('draft', 'published')`),
    check("academy_lesson_minutes", sql`minutes between 1 and 600`),
  ],
);

export const lessonFiles = sqliteTable(
  "academy_lesson_files",
  {
    id: text().primaryKey(),
    lessonId: text()
      .notNull()
      .references(() => lessons.id, { onDelete: "cascade" }),
    kind: text({ enum: ["attachment", "video"] }).notNull(),
    name: text().notNull(),
    contentType: text().notNull(),
    bytes: integer().notNull(),
    /** Where the bytes are in the bucket. */
    key: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("academy_lesson_files_lesson").on(table.lessonId, table.id),
    check("academy_lesson_file_kind", sql`kind in ('attachment', 'video')`),
  ],
);

export const quizzes = sqliteTable(
  "academy_quizzes",
  {
    id: text().primaryKey(),
    courseId: text()
      .notNull()
      .references(() => courses.id, { onDelete: "cascade" }),
    moduleId: text()
      .notNull()
      .references(() => modules.id, { onDelete: "cascade" }),
    title: text().notNull(),
    passPercent: integer().notNull(),
    tries: integer().notNull(),
    questions: text({ mode: "json" }).$type<readonly Question[]>().notNull(),
  },
  (table) => [
    unique("academy_quizzes_module").on(table.moduleId),
    index("academy_quizzes_course").on(table.courseId),
    check("academy_quiz_pass", sql`pass_percent between 1 and 100`),
    check("academy_quiz_tries", sql`tries between 1 and 20`),
  ],
);
