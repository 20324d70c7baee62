import { z } from "@hono/zod-openapi";
import { idParam, textField } from "#platform/http/fields";
import type {
  CourseRow,
  CourseSummary,
  LessonRow,
  LessonWithCourse,
  ModuleRow,
  Outline,
} from "./repository.courses.ts";
import * as shapes from "./schemas.ts";

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const state = z.enum(["draft", "published"]);

export const adminCourseSummary = shapes.courseSummary
  .extend({ state, position: z.int() })
  .openapi("AdminCourseSummary");
export const courseHead = z
  .object({
    id: z.string(),
    slug: z.string(),
    title: z.string(),
    summary: z.string(),
    state,
    position: z.int(),
  })
  .openapi("CourseHead");
export const adminCourse = courseHead
  .extend({
    modules: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        lessons: z.array(z.object({ id: z.string(), title: z.string(), minutes: z.int(), free: z.boolean(), state })),
        quizId: z.string().nullable(),
      }),
    ),
  })
  .openapi("AdminCourse");

export const createCourse = z
  .strictObject({
    slug: z.string().max(100).regex(SLUG).openapi({ example: "first-steps-in-crypto" }),
    title: textField(200).openapi({ example: "First steps in crypto" }),
    summary: textField(1_000).openapi({ example: "What it is, and what it is not." }),
  })
  .openapi("CreateCourse");
export const updateCourse = createCourse
  .extend({ state, position: z.int().min(0).max(10_000).openapi({ example: 4 }) })
  .partial()
  .openapi("UpdateCourse");

export const courseModule = z
  .object({ id: z.string(), courseId: z.string(), title: z.string(), position: z.int() })
  .openapi("CourseModule");
export const putModule = z
  .strictObject({ title: textField(200).openapi({ example: "Begin with what is" }) })
  .openapi("PutModule");

const videoUrl = z
  .url({ protocol: /^https$/ })
  .max(2_000)
  .nullable()
  .openapi({ description: "A video elsewhere.", example: null });
const lessonFields = {
  title: textField(200).openapi({ example: "Where does it go?" }),
  minutes: z.int().min(1).max(600).openapi({ example: 7 }),
  free: z.boolean().openapi({ description: "Readable without a package.", example: false }),
  body: textField(100_000).openapi({ description: "Markdown.", example: "# Three numbers" }),
};

export const adminLesson = z
  .object({
    id: z.string(),
    courseId: z.string(),
    moduleId: z.string(),
    title: z.string(),
    minutes: z.int(),
    free: z.boolean(),
    body: z.string(),
    videoUrl: z.string().nullable(),
    state,
    position: z.int(),
    files: z.array(
      z.object({ id: z.string(), kind: z.enum(["attachment", "video"]), name: z.string(), bytes: z.int() }),
    ),
  })
  .openapi("AdminLesson");
export const createLesson = z
  .strictObject({ ...lessonFields, videoUrl: videoUrl.default(null) })
  .openapi("CreateLesson");
export const updateLesson = z
  .strictObject({ ...lessonFields, videoUrl, state })
  .partial()
  .openapi("UpdateLesson");

const moduleId = idParam("module");
const lessonId = idParam("lesson");
export const orderCourse = z
  .strictObject({
    modules: z
      .array(z.strictObject({ id: moduleId, lessons: z.array(lessonId).max(500) }))
      .max(200)
      .openapi({
        example: [{ id: "module_01k0gq2v9eft6tmd4y6n3k9b2x", lessons: ["lesson_01k0gq2v9eft6tmd4y6n3k9b2x"] }],
      }),
  })
  .openapi("OrderCourse");

export const fileAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(["attachment", "video"]),
    name: z.string(),
    contentType: z.string(),
    bytes: z.int(),
  })
  .openapi("LessonFileEntry");
export const fileQuery = z.strictObject({
  kind: z.enum(["attachment", "video"]).default("attachment"),
  name: z.string().max(300).default("file").openapi({ example: "worksheet.pdf" }),
});

export function presentHead({ id, slug, title, summary, state: now, position }: CourseRow): z.infer<typeof courseHead> {
  return { id, slug, title, summary, state: now, position };
}

export function presentAdminSummary(row: CourseSummary): z.infer<typeof adminCourseSummary> {
  return { ...shapes.presentSummary(row), state: row.state, position: row.position };
}

export function presentAdminCourse({ course, modules, lessons, quizzes }: Outline): z.infer<typeof adminCourse> {
  return {
    ...presentHead(course),
    modules: modules.map((part) => ({
      id: part.id,
      title: part.title,
      lessons: lessons
        .filter((entry) => entry.moduleId === part.id)
        .map(({ id, title, minutes, free, state: now }) => ({ id, title, minutes, free, state: now })),
      quizId: quizzes.find((quiz) => quiz.moduleId === part.id)?.id ?? null,
    })),
  };
}

export function presentModule({ id, courseId, title, position }: ModuleRow): z.infer<typeof courseModule> {
  return { id, courseId, title, position };
}

export function presentAdminLesson(
  lesson: LessonRow,
  files: LessonWithCourse["files"] = [],
): z.infer<typeof adminLesson> {
  const { updatedAt: _, ...rest } = lesson;
  return { ...rest, files: files.map(({ id, kind, name, bytes }) => ({ id, kind, name, bytes })) };
}
