import { eq, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { CourseRow, FileRow, LessonRow, ModuleRow, QuizRow } from "./repository.courses.ts";
import { courses, lessonFiles, lessons, modules, quizzes } from "./tables.ts";

/** Refuses a course to be published without a lesson that can be read. */
export const COURSE_EMPTY = "academy_course_empty";
/** Refuses to delete a course that customers see. */
export const COURSE_PUBLISHED = "academy_course_published";

export function insertCourse(ctx: Ctx, row: CourseRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(courses).values(row));
}

export type CourseChange = Partial<Pick<CourseRow, "slug" | "title" | "summary" | "state" | "position">>;

/** Changes a course; publishing one without a published lesson is refused as `academy_course_empty`. */
export function updateCourse(ctx: Ctx, id: Id<"course">, change: CourseChange): Statement[] {
  const readable = sql`exists (select 1 from academy_lessons where course_id = ${id} and state = 'published')`;
  const query = ctx.db.primary
    .update(courses)
    .set({ ...change, updatedAt: ctx.now() })
    .where(change.state === "published" ? sql`${courses.id} = ${id} and ${readable}` : eq(courses.id, id));
  return [ctx.db.statement(query), expectChange(ctx, COURSE_EMPTY)];
}

/** Deletes a draft with everything in it; refused as `academy_course_published`. */
export function deleteCourse(ctx: Ctx, id: Id<"course">): Statement[] {
  return [
    ctx.db.sql("delete from academy_courses where id = ? and state = 'draft'", id),
    expectChange(ctx, COURSE_PUBLISHED),
  ];
}

export function insertModule(ctx: Ctx, row: ModuleRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(modules).values(row));
}

export function updateModule(
  ctx: Ctx,
  id: Id<"module">,
  change: Partial<Pick<ModuleRow, "title" | "position">>,
): Statement {
  return ctx.db.statement(ctx.db.primary.update(modules).set(change).where(eq(modules.id, id)));
}

export function deleteModule(ctx: Ctx, id: Id<"module">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(modules).where(eq(modules.id, id)));
}

export function insertLesson(ctx: Ctx, row: LessonRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(lessons).values(row));
}

export type LessonChange = Partial<
  Pick<LessonRow, "title" | "minutes" | "free" | "body" | "videoUrl" | "state" | "position" | "moduleId">
>;

export function updateLesson(ctx: Ctx, id: Id<"lesson">, change: LessonChange): Statement {
  const set = { ...change, updatedAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.update(lessons).set(set).where(eq(lessons.id, id)));
}

export function deleteLesson(ctx: Ctx, id: Id<"lesson">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(lessons).where(eq(lessons.id, id)));
}

/** The place behind the last part of a list. */
export function nextPosition(parts: readonly { readonly position: number }[]): number {
  return parts.reduce((last, { position }) => Math.max(last, position), 0) + 1;
}

export function putQuiz(ctx: Ctx, row: QuizRow): Statement {
  const { id: _id, ...set } = row;
  const query = ctx.db.primary.insert(quizzes).values(row).onConflictDoUpdate({ target: quizzes.moduleId, set });
  return ctx.db.statement(query);
}

export function deleteQuiz(ctx: Ctx, moduleId: Id<"module">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(quizzes).where(eq(quizzes.moduleId, moduleId)));
}

export function insertFile(ctx: Ctx, row: FileRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(lessonFiles).values(row));
}

export function deleteFile(ctx: Ctx, id: Id<"file">): Statement {
  return ctx.db.statement(ctx.db.primary.delete(lessonFiles).where(eq(lessonFiles.id, id)));
}
