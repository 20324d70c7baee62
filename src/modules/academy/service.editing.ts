import type { Id } from "#kernel/ids";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { deleteWithSizes } from "#platform/images";
import { problems } from "./errors.ts";
import type {
  CourseRow,
  CourseSummary,
  LessonRow,
  LessonWithCourse,
  ModuleRow,
  Outline,
  QuizRow,
} from "./repository.courses.ts";
import * as courses from "./repository.courses.ts";
import type { CourseChange, LessonChange } from "./repository.editing.ts";
import * as repository from "./repository.editing.ts";

/** What operators do with courses. Everything that changes is audited; texts are named, not repeated. */

const SLUG_TAKEN = { "academy_courses.slug": problems.slugTaken } as const;

export async function listAllCourses(ctx: Ctx): Promise<CourseSummary[]> {
  return await courses.listCourses(ctx, "all");
}

export async function getOutline(ctx: Ctx, id: Id<"course">): Promise<Outline> {
  const outline = await courses.findOutline(ctx, { id }, "all");
  if (!outline) throw problems.courseNotFound();
  return outline;
}

export type CreateCourse = Pick<CourseRow, "slug" | "title" | "summary">;

/** Puts down an empty draft behind the other courses. */
export const createCourse = once(async (ctx: Ctx, input: CreateCourse): Promise<CourseRow> => {
  const now = ctx.now();
  const position = repository.nextPosition(await courses.listCourses(ctx, "all"));
  const row: CourseRow = {
    ...input,
    id: ctx.newId("course"),
    state: "draft",
    position,
    createdAt: now,
    updatedAt: now,
  };
  await commit(ctx, [repository.insertCourse(ctx, row)], {
    audit: { action: "course.created", target: row.id, after: input },
    result: row,
    refusals: SLUG_TAKEN,
  });
  return row;
});

export async function updateCourse(ctx: Ctx, id: Id<"course">, change: CourseChange): Promise<Outline> {
  const { course } = await getOutline(ctx, id);
  await commit(ctx, repository.updateCourse(ctx, id, change), {
    audit: { action: "course.updated", target: id, before: pick(course, change), after: change },
    refusals: {
      ...SLUG_TAKEN,
      [repository.COURSE_EMPTY]: () =>
        problems.courseEmpty({ detail: "Publish a lesson of it first: PATCH /api/v1/admin/lessons/{id}." }),
    },
  });
  return await getOutline(ctx, id);
}

export async function deleteCourse(ctx: Ctx, id: Id<"course">): Promise<void> {
  const { course } = await getOutline(ctx, id);
  const keys = await courses.listFileKeys(ctx, { courseId: id });
  await commit(ctx, repository.deleteCourse(ctx, id), {
    audit: { action: "course.deleted", target: id, before: { slug: course.slug, title: course.title } },
    refusals: {
      [repository.COURSE_PUBLISHED]: () =>
        problems.coursePublished({ detail: "Make it a draft first, so that nobody is in the middle of it." }),
    },
  });
  discard(ctx, keys);
}

/** Removes files after the rows that named them; what stays behind when this fails is named by nothing. */
function discard(ctx: Ctx, keys: readonly string[]): void {
  if (keys.length > 0) ctx.defer(deleteWithSizes(ctx, keys));
}

export interface CreateModule {
  readonly courseId: Id<"course">;
  readonly title: string;
}

export const createModule = once(async (ctx: Ctx, { courseId, title }: CreateModule): Promise<ModuleRow> => {
  const outline = await getOutline(ctx, courseId);
  const position = repository.nextPosition(outline.modules);
  const row: ModuleRow = { id: ctx.newId("module"), courseId, title, position };
  const audit = { action: "course.moduleAdded", target: courseId, after: { moduleId: row.id, title } };
  await commit(ctx, [repository.insertModule(ctx, row)], { audit, result: row });
  return row;
});

async function getModule(ctx: Ctx, id: Id<"module">): Promise<ModuleRow> {
  const row = await courses.findModule(ctx, id);
  if (!row) throw problems.moduleNotFound();
  return row;
}

export async function updateModule(ctx: Ctx, id: Id<"module">, title: string): Promise<ModuleRow> {
  const row = await getModule(ctx, id);
  const audit = {
    action: "course.moduleUpdated",
    target: row.courseId,
    before: { title: row.title },
    after: { title },
  };
  await commit(ctx, [repository.updateModule(ctx, id, { title })], { audit });
  return { ...row, title };
}

/** Deletes a module with its lessons and quiz, and what customers have done in them. */
export async function deleteModule(ctx: Ctx, id: Id<"module">): Promise<void> {
  const row = await getModule(ctx, id);
  const keys = await courses.listFileKeys(ctx, { moduleId: id });
  const audit = { action: "course.moduleDeleted", target: row.courseId, before: { moduleId: id, title: row.title } };
  await commit(ctx, [repository.deleteModule(ctx, id)], { audit });
  discard(ctx, keys);
}

export type CreateLesson = Pick<LessonRow, "moduleId" | "title" | "minutes" | "free" | "body" | "videoUrl">;

export const createLesson = once(async (ctx: Ctx, input: CreateLesson): Promise<LessonRow> => {
  const { courseId } = await getModule(ctx, input.moduleId);
  const { lessons } = await getOutline(ctx, courseId);
  const row: LessonRow = {
    ...input,
    id: ctx.newId("lesson"),
    courseId,
    state: "draft",
    position: repository.nextPosition(lessons),
    updatedAt: ctx.now(),
  };
  const audit = { action: "course.lessonAdded", target: courseId, after: { lessonId: row.id, title: row.title } };
  await commit(ctx, [repository.insertLesson(ctx, row)], { audit, result: row });
  return row;
});

export async function getLesson(ctx: Ctx, id: Id<"lesson">): Promise<LessonWithCourse> {
  const found = await courses.findLesson(ctx, id);
  if (!found) throw problems.lessonNotFound();
  return found;
}

export async function updateLesson(ctx: Ctx, id: Id<"lesson">, change: LessonChange): Promise<LessonWithCourse> {
  const { course } = await getLesson(ctx, id);
  const audit = {
    action: "course.lessonUpdated",
    target: course.id,
    after: { lessonId: id, fields: Object.keys(change) },
  };
  await commit(ctx, [repository.updateLesson(ctx, id, change)], { audit });
  return await getLesson(ctx, id);
}

export async function deleteLesson(ctx: Ctx, id: Id<"lesson">): Promise<void> {
  const { course, lesson, files } = await getLesson(ctx, id);
  const audit = { action: "course.lessonDeleted", target: course.id, before: { lessonId: id, title: lesson.title } };
  await commit(ctx, [repository.deleteLesson(ctx, id)], { audit });
  discard(
    ctx,
    files.map(({ key }) => key),
  );
}

export type PutQuiz = Pick<QuizRow, "moduleId" | "title" | "passPercent" | "tries" | "questions">;

/** Puts a module's quiz down or in the place of the one before; tries that were made keep their result. */
export async function putQuiz(ctx: Ctx, input: PutQuiz): Promise<QuizRow> {
  const { courseId } = await getModule(ctx, input.moduleId);
  const known = await courses.findQuiz(ctx, { moduleId: input.moduleId });
  const row: QuizRow = { ...input, id: known?.quiz.id ?? ctx.newId("quiz"), courseId };
  const after = { moduleId: input.moduleId, questions: input.questions.length };
  await commit(ctx, [repository.putQuiz(ctx, row)], {
    audit: { action: "course.quizUpdated", target: courseId, after },
  });
  return row;
}

/** A module's quiz with what is right. */
export async function getQuiz(ctx: Ctx, moduleId: Id<"module">): Promise<QuizRow> {
  const found = await courses.findQuiz(ctx, { moduleId });
  if (!found) throw problems.quizNotFound();
  return found.quiz;
}

export async function deleteQuiz(ctx: Ctx, moduleId: Id<"module">): Promise<void> {
  const { courseId } = await getModule(ctx, moduleId);
  const audit = { action: "course.quizDeleted", target: courseId, before: { moduleId } };
  await commit(ctx, [repository.deleteQuiz(ctx, moduleId)], { audit });
}

export interface OrderCourse {
  readonly id: Id<"course">;
  readonly modules: readonly { readonly id: Id<"module">; readonly lessons: readonly Id<"lesson">[] }[];
}

/** Puts a course's parts into an order that names each of them once; lessons may move to another module with it. */
export async function orderCourse(ctx: Ctx, { id, modules }: OrderCourse): Promise<Outline> {
  const outline = await getOutline(ctx, id);
  const lessonIds = modules.flatMap(({ lessons }) => lessons);
  if (
    !same(
      modules.map((part) => part.id),
      outline.modules,
    ) ||
    !same(lessonIds, outline.lessons)
  )
    throw problems.orderStale({ detail: "Read the course again: name each module and each lesson of it once." });
  const statements: Statement[] = modules.flatMap((part, index) => [
    repository.updateModule(ctx, part.id, { position: index + 1 }),
    ...part.lessons.map((lessonId) =>
      repository.updateLesson(ctx, lessonId, { moduleId: part.id, position: lessonIds.indexOf(lessonId) + 1 }),
    ),
  ]);
  await commit(ctx, statements, { audit: { action: "course.ordered", target: id } });
  return await getOutline(ctx, id);
}

/** Whether each part is named once, and nothing else. */
function same(given: readonly string[], known: readonly { readonly id: string }[]): boolean {
  return given.length === known.length && new Set(given).isSupersetOf(new Set(known.map(({ id }) => id)));
}

function pick(row: CourseRow, change: CourseChange): Partial<CourseRow> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name in change));
}
