import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { textField, timestamp } from "#platform/http/fields";
import type { CourseSummary, FileRow, LessonEntry, Outline, QuizEntry } from "./repository.courses.ts";
import type { CertificateRow, ProgressRow, RatingRow } from "./repository.learning.ts";
import type { Standing } from "./rules.learning.ts";
import type { ReadableLesson } from "./service.courses.ts";
import type { MyCourse, Progressed } from "./service.learning.ts";

export const courseSlug = z
  .string()
  .max(100)
  .openapi({ param: { name: "slug", in: "path" }, example: "personal-budgeting" });

const rating = z
  .object({ count: z.int(), stars: z.number().nullable().openapi({ example: 4.6 }) })
  .openapi({ description: "The mean of all ratings; null before the first." });

const head = {
  slug: z.string().openapi({ example: "personal-budgeting" }),
  title: z.string().openapi({ example: "Personal budgeting" }),
  summary: z.string(),
};

export const courseSummary = z
  .object({ id: z.string(), ...head, lessonCount: z.int(), minutes: z.int(), rating, updatedAt: timestamp })
  .openapi("CourseSummary");

const lessonEntry = z.object({ id: z.string(), title: z.string(), minutes: z.int(), free: z.boolean() });
const quizEntry = z.object({
  id: z.string(),
  title: z.string(),
  questionCount: z.int(),
  passPercent: z.int(),
  tries: z.int(),
});

export const course = z
  .object({
    id: z.string(),
    ...head,
    modules: z.array(
      z.object({ id: z.string(), title: z.string(), lessons: z.array(lessonEntry), quiz: quizEntry.nullable() }),
    ),
    updatedAt: timestamp,
  })
  .openapi("Course");

const lessonFile = z
  .object({
    id: z.string(),
    kind: z.enum(["attachment", "video"]),
    name: z.string(),
    contentType: z.string(),
    bytes: z.int(),
    url: z
      .string()
      .openapi({ description: "Good for four hours; takes range requests, and for a picture `?width=` in pixels." }),
  })
  .openapi("LessonFile");

export const lesson = z
  .object({
    id: z.string(),
    course: z.object({ slug: z.string(), title: z.string() }),
    moduleId: z.string(),
    title: z.string(),
    minutes: z.int(),
    free: z.boolean(),
    body: z.string().openapi({ description: "Markdown." }),
    videoUrl: z.string().nullable(),
    files: z.array(lessonFile),
    updatedAt: timestamp,
  })
  .openapi("Lesson");

export const recordProgress = z
  .strictObject({
    percent: z.int().min(0).max(100).default(100).openapi({ description: "100 finishes it.", example: 100 }),
    positionSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .optional()
      .openapi({ description: "Where a video was left.", example: 95 }),
  })
  .openapi("RecordProgress");

const standing = z.object({
  lessonCount: z.int(),
  completedCount: z.int(),
  percent: z.int(),
  nextLessonId: z.string().nullable().openapi({ description: "Where to go on; null when all is read." }),
});

export const certificate = z
  .object({
    id: z.string(),
    code: z.string().openapi({ example: "4Y6N-3K9B-2XQ7" }),
    course: z.string(),
    holder: z.string(),
    issuedAt: timestamp,
    url: z.string().openapi({ description: "Where anybody can check it." }),
  })
  .openapi("Certificate");

export const progressed = z
  .object({
    lessonId: z.string(),
    percent: z.int(),
    positionSeconds: z.int().nullable(),
    completedAt: timestamp.nullable(),
    course: standing,
    certificate: certificate.nullable(),
  })
  .openapi("Progress");

export const myCourse = z.object({ slug: z.string(), title: z.string(), ...standing.shape }).openapi("MyCourse");

export const rateCourse = z
  .strictObject({
    stars: z.int().min(1).max(5).openapi({ example: 5 }),
    comment: textField(1_000).optional().openapi({ example: "I now know where it goes." }),
  })
  .openapi("RateCourse");

export const courseRating = z
  .object({ stars: z.int(), comment: z.string().nullable(), updatedAt: timestamp })
  .openapi("CourseRating");

function presentRating(row: { ratingCount: number; ratingTenths: number | null }): z.infer<typeof rating> {
  return { count: row.ratingCount, stars: row.ratingTenths === null ? null : row.ratingTenths / 10 };
}

export function presentSummary(row: CourseSummary): z.infer<typeof courseSummary> {
  const { id, slug, title, summary, lessonCount, minutes } = row;
  const updatedAt = toTimestamp(row.updatedAt);
  return { id, slug, title, summary, lessonCount, minutes, rating: presentRating(row), updatedAt };
}

const presentEntry = ({ id, title, minutes, free }: LessonEntry) => ({ id, title, minutes, free });
const presentQuizEntry = ({ id, title, questionCount, passPercent, tries }: QuizEntry) => ({
  id,
  title,
  questionCount,
  passPercent,
  tries,
});

export function presentCourse({ course: row, modules, lessons, quizzes }: Outline): z.infer<typeof course> {
  const { id, slug, title, summary } = row;
  const quizOf = (moduleId: string) => quizzes.find((quiz) => quiz.moduleId === moduleId);
  return {
    id,
    slug,
    title,
    summary,
    modules: modules.map((part) => {
      const quiz = quizOf(part.id);
      const entries = lessons.filter(({ moduleId }) => moduleId === part.id).map(presentEntry);
      return { id: part.id, title: part.title, lessons: entries, quiz: quiz ? presentQuizEntry(quiz) : null };
    }),
    updatedAt: toTimestamp(row.updatedAt),
  };
}

export function presentFile({ id, kind, name, contentType, bytes }: FileRow, url: string): z.infer<typeof lessonFile> {
  return { id, kind, name, contentType, bytes, url };
}

export function presentLesson({ lesson: row, course: parent, files, links }: ReadableLesson): z.infer<typeof lesson> {
  const { id, moduleId, title, minutes, free, body, videoUrl } = row;
  return {
    id,
    course: { slug: parent.slug, title: parent.title },
    moduleId,
    title,
    minutes,
    free,
    body,
    videoUrl,
    files: files.map((file) => presentFile(file, links.get(file.id) ?? "")),
    updatedAt: toTimestamp(row.updatedAt),
  };
}

/** @param origin where the product answers, for the address of the public check */
export function presentCertificate(row: CertificateRow, origin: string): z.infer<typeof certificate> {
  const { id, code, courseTitle, holderName, issuedAt } = row;
  const url = `${origin}/certificates/${code}`;
  return { id, code, course: courseTitle, holder: holderName, issuedAt: toTimestamp(issuedAt), url };
}

function presentProgressRow({ lessonId, percent, positionSeconds, completedAt }: ProgressRow) {
  return { lessonId, percent, positionSeconds, completedAt: completedAt === null ? null : toTimestamp(completedAt) };
}

export function presentProgressed(
  { progress, standing: row, certificate: earned }: Progressed,
  origin: string,
): z.infer<typeof progressed> {
  return {
    ...presentProgressRow(progress),
    course: presentStanding(row),
    certificate: earned && presentCertificate(earned, origin),
  };
}

function presentStanding(row: Standing): z.infer<typeof standing> {
  return { ...row };
}

export function presentMyCourse({ outline, standing: row }: MyCourse): z.infer<typeof myCourse> {
  return { slug: outline.course.slug, title: outline.course.title, ...presentStanding(row) };
}

export function presentRatingRow({ stars, comment, updatedAt }: RatingRow): z.infer<typeof courseRating> {
  return { stars, comment, updatedAt: toTimestamp(updatedAt) };
}
