import { and, asc, desc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { attempts, certificates, progress, ratings } from "./tables.learning.ts";

export type ProgressRow = Omit<typeof progress.$inferSelect, "userId" | "lessonId" | "courseId"> & {
  userId: Id<"user">;
  lessonId: Id<"lesson">;
  courseId: Id<"course">;
};
export type AttemptRow = Omit<typeof attempts.$inferSelect, "userId" | "quizId"> & {
  userId: Id<"user">;
  quizId: Id<"quiz">;
};
export type CertificateRow = Omit<typeof certificates.$inferSelect, "id" | "userId" | "courseId"> & {
  id: Id<"cert">;
  userId: Id<"user">;
  courseId: Id<"course">;
};
export type RatingRow = typeof ratings.$inferSelect;

export async function listProgress(ctx: Ctx, userId: Id<"user">, courseId?: Id<"course">): Promise<ProgressRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(progress)
    .where(and(eq(progress.userId, userId), courseId === undefined ? undefined : eq(progress.courseId, courseId)));
  return rows as ProgressRow[];
}

/** Notes how far somebody is in a lesson. Progress never goes back, and what was finished stays finished. */
export function putProgress(ctx: Ctx, row: ProgressRow): Statement {
  return ctx.db.sql(
    `insert into academy_progress (user_id, lesson_id, course_id, percent, position_seconds, completed_at, updated_at)
     values (?1, ?2, ?3, ?4, ?5, iif(?4 = 100, ?6, null), ?6)
     on conflict (user_id, lesson_id) do update set
       percent = max(percent, excluded.percent), completed_at = coalesce(completed_at, excluded.completed_at),
       position_seconds = coalesce(excluded.position_seconds, position_seconds), updated_at = excluded.updated_at`,
    row.userId,
    row.lessonId,
    row.courseId,
    row.percent,
    row.positionSeconds,
    row.updatedAt,
  );
}

export async function listAttempts(ctx: Ctx, userId: Id<"user">, quizIds: readonly string[]): Promise<AttemptRow[]> {
  const ids = JSON.stringify(quizIds);
  const rows = await ctx.db.primary
    .select()
    .from(attempts)
    .where(and(eq(attempts.userId, userId), inArray(attempts.quizId, sql`(select value from json_each(${ids}))`)))
    .orderBy(asc(attempts.quizId), asc(attempts.number));
  return rows as AttemptRow[];
}

export function insertAttempt(ctx: Ctx, row: AttemptRow): Statement {
  return ctx.db.statement(ctx.db.primary.insert(attempts).values(row));
}

/**
 * Issues a certificate if nothing of the course is left undone: decided where the rows are, so that of two last steps at
 * the same moment the later one finds the other's. A course without a published lesson certifies nothing.
 */
export function issueCertificate(ctx: Ctx, row: CertificateRow): Statement {
  return ctx.db.sql(
    `insert into academy_certificates (id, code, user_id, course_id, course_title, holder_name, issued_at)
     select ?1, ?2, ?3, ?4, ?5, ?6, ?7
     where exists (select 1 from academy_lessons where course_id = ?4 and state = 'published')
       and not exists (select 1 from academy_lessons l where l.course_id = ?4 and l.state = 'published' and not exists
         (select 1 from academy_progress p where p.user_id = ?3 and p.lesson_id = l.id and p.completed_at is not null))
       and not exists (select 1 from academy_quizzes q where q.course_id = ?4 and not exists
         (select 1 from academy_attempts a where a.user_id = ?3 and a.quiz_id = q.id and a.passed = 1))
     on conflict (user_id, course_id) do nothing`,
    row.id,
    row.code,
    row.userId,
    row.courseId,
    row.courseTitle,
    row.holderName,
    row.issuedAt,
  );
}

export async function listCertificates(ctx: Ctx, userId: Id<"user">): Promise<CertificateRow[]> {
  const rows = await ctx.db.read
    .select()
    .from(certificates)
    .where(eq(certificates.userId, userId))
    .orderBy(desc(certificates.issuedAt), desc(certificates.id));
  return rows as CertificateRow[];
}

export async function findCertificate(
  ctx: Ctx,
  by: { readonly code: string } | { readonly userId: Id<"user">; readonly courseId: Id<"course"> },
): Promise<CertificateRow | null> {
  const key =
    "code" in by
      ? eq(certificates.code, by.code)
      : and(eq(certificates.userId, by.userId), eq(certificates.courseId, by.courseId));
  const [row] = await ctx.db.primary.select().from(certificates).where(key).limit(1);
  return (row as CertificateRow | undefined) ?? null;
}

/** Rates a course; somebody who has finished none of its lessons is refused as `academy_rating_unlearned`. */
export function putRating(ctx: Ctx, row: RatingRow): Statement[] {
  const put = ctx.db.sql(
    `insert into academy_ratings (user_id, course_id, stars, comment, updated_at)
     select ?1, ?2, ?3, ?4, ?5
     where exists (select 1 from academy_progress where user_id = ?1 and course_id = ?2 and completed_at is not null)
     on conflict (user_id, course_id) do update set stars = excluded.stars, comment = excluded.comment,
       updated_at = excluded.updated_at`,
    row.userId,
    row.courseId,
    row.stars,
    row.comment,
    row.updatedAt,
  );
  return [put, expectChange(ctx, "academy_rating_unlearned")];
}

export async function exportLearning(ctx: Ctx, userId: Id<"user">): Promise<unknown> {
  const { read } = ctx.db;
  const [lessons, tries, earned, rated] = await Promise.all([
    read.select().from(progress).where(eq(progress.userId, userId)),
    read.select().from(attempts).where(eq(attempts.userId, userId)),
    read.select().from(certificates).where(eq(certificates.userId, userId)),
    read.select().from(ratings).where(eq(ratings.userId, userId)),
  ]);
  return { progress: lessons, attempts: tries, certificates: earned, ratings: rated };
}

/** Takes a person out. Certificates go too, since they name him; their codes are then unknown. */
export function eraseLearning(ctx: Ctx, userId: Id<"user">): Statement[] {
  return [progress, attempts, certificates, ratings].map((table) =>
    ctx.db.statement(ctx.db.primary.delete(table).where(eq(table.userId, userId))),
  );
}

/** The courses in which somebody has begun to read, the one read last first. */
export async function listBegun(ctx: Ctx, userId: Id<"user">): Promise<{ courseId: Id<"course">; done: number }[]> {
  const rows = await ctx.db.read
    .select({ courseId: progress.courseId, done: sql<number>`count(${progress.completedAt})` })
    .from(progress)
    .where(and(eq(progress.userId, userId), isNotNull(progress.courseId)))
    .groupBy(progress.courseId)
    .orderBy(desc(sql`max(${progress.updatedAt})`));
  return rows as { courseId: Id<"course">; done: number }[];
}
