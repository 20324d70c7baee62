import { and, asc, eq, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { courses, lessonFiles, lessons, modules, quizzes } from "./tables.ts";

export type CourseRow = Omit<typeof courses.$inferSelect, "id"> & { id: Id<"course"> };
export type ModuleRow = Omit<typeof modules.$inferSelect, "id" | "courseId"> & {
  id: Id<"module">;
  courseId: Id<"course">;
};
export type LessonRow = Omit<typeof lessons.$inferSelect, "id" | "moduleId" | "courseId"> & {
  id: Id<"lesson">;
  moduleId: Id<"module">;
  courseId: Id<"course">;
};
export type QuizRow = Omit<typeof quizzes.$inferSelect, "id" | "moduleId" | "courseId"> & {
  id: Id<"quiz">;
  moduleId: Id<"module">;
  courseId: Id<"course">;
};
export type FileRow = Omit<typeof lessonFiles.$inferSelect, "id" | "lessonId"> & {
  id: Id<"file">;
  lessonId: Id<"lesson">;
};

/** A lesson without its text, as outlines list it. */
export type LessonEntry = Omit<LessonRow, "body">;
export type QuizEntry = Pick<QuizRow, "id" | "moduleId" | "title" | "passPercent" | "tries"> & {
  questionCount: number;
};

export interface CourseSummary extends CourseRow {
  readonly lessonCount: number;
  readonly minutes: number;
  readonly ratingCount: number;
  /** In tenths of a star; null before the first rating. */
  readonly ratingTenths: number | null;
}

export interface Outline {
  readonly course: CourseRow;
  readonly modules: readonly ModuleRow[];
  readonly lessons: readonly LessonEntry[];
  readonly quizzes: readonly QuizEntry[];
}

/** What can be bought and read; a draft is seen by operators alone. */
export type Sight = "published" | "all";

const { body: _body, ...entryColumns } = {
  id: lessons.id,
  courseId: lessons.courseId,
  moduleId: lessons.moduleId,
  title: lessons.title,
  minutes: lessons.minutes,
  free: lessons.free,
  body: lessons.body,
  videoUrl: lessons.videoUrl,
  state: lessons.state,
  position: lessons.position,
  updatedAt: lessons.updatedAt,
};

const ofLessons = (expression: string) =>
  sql<number>`(select ${sql.raw(expression)} from academy_lessons l where l.course_id = academy_courses.id and l.state = 'published')`;
const ofRatings = (expression: string) =>
  sql<number | null>`(select ${sql.raw(expression)} from academy_ratings r where r.course_id = academy_courses.id)`;

/** Courses in reading order, with what their published lessons add up to. */
export async function listCourses(ctx: Ctx, sight: Sight): Promise<CourseSummary[]> {
  const rows = await ctx.db.read
    .select({
      id: courses.id,
      slug: courses.slug,
      title: courses.title,
      summary: courses.summary,
      state: courses.state,
      position: courses.position,
      createdAt: courses.createdAt,
      updatedAt: courses.updatedAt,
      lessonCount: ofLessons("count(*)"),
      minutes: ofLessons("coalesce(sum(l.minutes), 0)"),
      ratingCount: ofRatings("count(*)"),
      ratingTenths: ofRatings("cast(round(avg(r.stars) * 10) as integer)"),
    })
    .from(courses)
    .where(sight === "all" ? undefined : eq(courses.state, "published"))
    .orderBy(asc(courses.position), asc(courses.id));
  return rows as CourseSummary[];
}

/** A course with its parts in order, by its id or by the name in its address. */
export async function findOutline(
  ctx: Ctx,
  by: { id: string } | { slug: string },
  sight: Sight,
): Promise<Outline | null> {
  const { primary } = ctx.db;
  const key = "id" in by ? eq(courses.id, by.id) : eq(courses.slug, by.slug);
  const id = sql`(select id from academy_courses where ${"id" in by ? sql`id = ${by.id}` : sql`slug = ${by.slug}`})`;
  const seen = sight === "all" ? undefined : eq(lessons.state, "published");
  const [found, parts, entries, quizEntries] = await Promise.all([
    primary.select().from(courses).where(key).limit(1),
    primary.select().from(modules).where(eq(modules.courseId, id)).orderBy(asc(modules.position), asc(modules.id)),
    primary
      .select(entryColumns)
      .from(lessons)
      .where(and(eq(lessons.courseId, id), seen))
      .orderBy(asc(lessons.position), asc(lessons.id)),
    primary
      .select({
        id: quizzes.id,
        moduleId: quizzes.moduleId,
        title: quizzes.title,
        passPercent: quizzes.passPercent,
        tries: quizzes.tries,
        questionCount: sql<number>`json_array_length(${quizzes.questions})`,
      })
      .from(quizzes)
      .where(eq(quizzes.courseId, id)),
  ]);
  const [course] = found as CourseRow[];
  if (!course || (sight === "published" && course.state !== "published")) return null;
  return {
    course,
    modules: parts as ModuleRow[],
    lessons: entries as LessonEntry[],
    quizzes: quizEntries as QuizEntry[],
  };
}

export interface LessonWithCourse {
  readonly lesson: LessonRow;
  readonly course: CourseRow;
  readonly files: readonly FileRow[];
}

export async function findLesson(ctx: Ctx, id: Id<"lesson">): Promise<LessonWithCourse | null> {
  const [rows, files] = await Promise.all([
    ctx.db.read
      .select({ lesson: lessons, course: courses })
      .from(lessons)
      .innerJoin(courses, eq(courses.id, lessons.courseId))
      .where(eq(lessons.id, id))
      .limit(1),
    ctx.db.read.select().from(lessonFiles).where(eq(lessonFiles.lessonId, id)).orderBy(asc(lessonFiles.id)),
  ]);
  const [found] = rows as { lesson: LessonRow; course: CourseRow }[];
  return found ? { ...found, files: files as FileRow[] } : null;
}

export async function findModule(ctx: Ctx, id: Id<"module">): Promise<ModuleRow | null> {
  const [row] = await ctx.db.primary.select().from(modules).where(eq(modules.id, id)).limit(1);
  return (row as ModuleRow | undefined) ?? null;
}

export async function findFile(ctx: Ctx, id: Id<"file">): Promise<FileRow | null> {
  const [row] = await ctx.db.primary.select().from(lessonFiles).where(eq(lessonFiles.id, id)).limit(1);
  return (row as FileRow | undefined) ?? null;
}

export interface QuizWithCourse {
  readonly quiz: QuizRow;
  readonly course: CourseRow;
}

export async function findQuiz(
  ctx: Ctx,
  by: { id: Id<"quiz"> } | { moduleId: Id<"module"> },
): Promise<QuizWithCourse | null> {
  const [row] = await ctx.db.primary
    .select({ quiz: quizzes, course: courses })
    .from(quizzes)
    .innerJoin(courses, eq(courses.id, quizzes.courseId))
    .where("id" in by ? eq(quizzes.id, by.id) : eq(quizzes.moduleId, by.moduleId))
    .limit(1);
  return (row as QuizWithCourse | undefined) ?? null;
}

/** Where the files of a part of a course are in the bucket: they go when it goes. */
export async function listFileKeys(ctx: Ctx, part: { courseId: string } | { moduleId: string }): Promise<string[]> {
  const within = "courseId" in part ? eq(lessons.courseId, part.courseId) : eq(lessons.moduleId, part.moduleId);
  const rows = await ctx.db.primary
    .select({ key: lessonFiles.key })
    .from(lessonFiles)
    .innerJoin(lessons, eq(lessons.id, lessonFiles.lessonId))
    .where(within);
  return rows.map(({ key }) => key);
}
