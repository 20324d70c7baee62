import type { Id } from "#kernel/ids";
import { findAccount } from "#modules/identity";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { CourseRow, Outline } from "./repository.courses.ts";
import * as courses from "./repository.courses.ts";
import type { CertificateRow, ProgressRow, RatingRow } from "./repository.learning.ts";
import * as learning from "./repository.learning.ts";
import type { Standing } from "./rules.learning.ts";
import { certificateCode, standingOf } from "./rules.learning.ts";
import { getCourse, readableLesson } from "./service.courses.ts";

export interface RecordProgress {
  readonly lessonId: Id<"lesson">;
  readonly percent: number;
  readonly positionSeconds: number | null;
}

export interface Progressed {
  readonly progress: ProgressRow;
  readonly standing: Standing;
  readonly certificate: CertificateRow | null;
}

/** Notes how far the caller is in a lesson; the last one finished brings the certificate. */
export const recordProgress = once(async (ctx: Ctx, input: RecordProgress): Promise<Progressed> => {
  const userId = customerOf(ctx);
  const { course } = await readableLesson(ctx, input.lessonId);
  const row: ProgressRow = { ...input, userId, courseId: course.id, completedAt: null, updatedAt: ctx.now() };
  const statements = [learning.putProgress(ctx, row)];
  if (input.percent === 100) statements.push(await certify(ctx, course, userId));
  await commit(ctx, statements);
  const [outline, rows, certificate] = await Promise.all([
    courses.findOutline(ctx, { id: course.id }, "published"),
    learning.listProgress(ctx, userId, course.id),
    learning.findCertificate(ctx, { userId, courseId: course.id }),
  ]);
  const progress = rows.find(({ lessonId }) => lessonId === input.lessonId) ?? row;
  return { progress, standing: standingOf(outline?.lessons ?? [], rows), certificate };
});

/** The statement that issues the course's certificate once nothing is left undone. */
export async function certify(ctx: Ctx, course: CourseRow, userId: Id<"user">): Promise<Statement> {
  const account = await findAccount(ctx, userId);
  const id = ctx.newId("cert");
  return learning.issueCertificate(ctx, {
    id,
    code: certificateCode(id),
    userId,
    courseId: course.id,
    courseTitle: course.title,
    holderName: account?.name ?? "",
    issuedAt: ctx.now(),
  });
}

export interface MyCourse {
  readonly outline: Outline;
  readonly standing: Standing;
}

/** The courses that the caller has begun, the one read last first, each with where to go on. */
export async function listMyCourses(ctx: Ctx): Promise<MyCourse[]> {
  const userId = customerOf(ctx);
  const [begun, rows] = await Promise.all([learning.listBegun(ctx, userId), learning.listProgress(ctx, userId)]);
  const found = await Promise.all(
    begun.map(async ({ courseId }) => await courses.findOutline(ctx, { id: courseId }, "published")),
  );
  return found.flatMap((outline) => {
    if (!outline) return [];
    const own = rows.filter(({ courseId }) => courseId === outline.course.id);
    return [{ outline, standing: standingOf(outline.lessons, own) }];
  });
}

export async function listCertificates(ctx: Ctx): Promise<CertificateRow[]> {
  return await learning.listCertificates(ctx, customerOf(ctx));
}

export async function getCertificate(ctx: Ctx, id: Id<"cert">): Promise<CertificateRow> {
  const row = (await learning.listCertificates(ctx, customerOf(ctx))).find((certificate) => certificate.id === id);
  if (!row) throw problems.certificateNotFound();
  return row;
}

/** A certificate by the code on it, for whoever wants to know whether it is real. */
export async function checkCertificate(ctx: Ctx, code: string): Promise<CertificateRow> {
  const row = await learning.findCertificate(ctx, { code: code.toUpperCase() });
  if (!row) throw problems.certificateNotFound({ detail: "Check the code's letters; it was never issued as written." });
  return row;
}

export interface RateCourse {
  readonly slug: string;
  readonly stars: number;
  readonly comment: string | null;
}

/** Rates a course of which the caller has finished a lesson; a second rating takes the first one's place. */
export async function rateCourse(ctx: Ctx, { slug, stars, comment }: RateCourse): Promise<RatingRow> {
  const userId = customerOf(ctx);
  const { course } = await getCourse(ctx, slug);
  const row: RatingRow = { userId, courseId: course.id, stars, comment, updatedAt: ctx.now() };
  await commit(ctx, learning.putRating(ctx, row), {
    refusals: {
      academy_rating_unlearned: () =>
        problems.lessonsUnfinished({ detail: "Finish a lesson of the course before you rate it." }),
    },
  });
  return row;
}
