import { z } from "@hono/zod-openapi";
import { idParam, jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { anyone, defineRoute, signedIn } from "#platform/http/route";
import { certificatePdf } from "./certificate-pdf.ts";
import * as schemas from "./schemas.ts";
import * as quizSchemas from "./schemas.quizzes.ts";
import { getCourse as readCourse, getLesson as readLesson, listCourses as readCourses } from "./service.courses.ts";
import * as learning from "./service.learning.ts";
import * as quizzes from "./service.quizzes.ts";

const read = { access: signedIn("academy:read"), limit: "read" } as const;
const write = { access: signedIn("academy:write"), limit: "write" } as const;
const tag = { tags: ["Academy"] as [string] };
const lessonParams = z.object({ id: idParam("lesson") });
const quizParams = z.object({ id: idParam("quiz") });
const slugParams = z.object({ slug: schemas.courseSlug });

const listCourses = defineRoute(
  { operation: "listCourses", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    ...tag,
    method: "get",
    path: "/courses",
    summary: "The courses, in reading order",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.courseSummary).openapi("CoursePage")) },
  },
  async (c) => c.json({ data: (await readCourses(c.get("ctx"))).map(schemas.presentSummary), nextCursor: null }, 200),
);

const getCourse = defineRoute(
  { operation: "getCourse", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    ...tag,
    method: "get",
    path: "/courses/{slug}",
    summary: "One course with its modules, lessons and quizzes",
    request: { params: slugParams },
    responses: { 200: jsonAnswer("The course, without the lessons' texts.", schemas.course) },
  },
  async (c) => c.json(schemas.presentCourse(await readCourse(c.get("ctx"), c.req.valid("param").slug)), 200),
);

const getLesson = defineRoute(
  { operation: "getLesson", access: anyone, limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/lessons/{id}",
    summary: "One lesson",
    description: "Free lessons are open to everybody; the others need a package with their course.",
    request: { params: lessonParams },
    responses: {
      200: jsonAnswer("The lesson, with links to its files.", schemas.lesson),
      401: { description: "The lesson is not free; sign in." },
      403: { description: "`package_required`: none of your packages holds its course." },
    },
  },
  async (c) => c.json(schemas.presentLesson(await readLesson(c.get("ctx"), c.req.valid("param").id)), 200),
);

const recordProgress = defineRoute(
  { operation: "recordProgress", ...write },
  {
    ...tag,
    method: "post",
    path: "/lessons/{id}/progress",
    summary: "Note how far you are in a lesson",
    description: "Progress never goes back. The last lesson or quiz of a course brings its certificate.",
    request: { params: lessonParams, body: jsonBody(schemas.recordProgress) },
    responses: { 200: jsonAnswer("How far you are.", schemas.progressed) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { percent, positionSeconds = null } = c.req.valid("json");
    const done = await learning.recordProgress(ctx, { lessonId: c.req.valid("param").id, percent, positionSeconds });
    return c.json(schemas.presentProgressed(done, ctx.config.publicOrigin), 200);
  },
);

const getQuiz = defineRoute(
  { operation: "getQuiz", ...read },
  {
    ...tag,
    method: "get",
    path: "/quizzes/{id}",
    summary: "A quiz's questions, and your tries",
    request: { params: quizParams },
    responses: { 200: jsonAnswer("The quiz.", quizSchemas.openQuiz) },
  },
  async (c) => c.json(quizSchemas.presentQuiz(await quizzes.getQuiz(c.get("ctx"), c.req.valid("param").id)), 200),
);

const takeQuiz = defineRoute(
  { operation: "takeQuiz", ...write },
  {
    ...tag,
    method: "post",
    path: "/quizzes/{id}",
    summary: "Take a quiz",
    request: { params: quizParams, body: jsonBody(quizSchemas.takeQuiz) },
    responses: {
      200: jsonAnswer("How it went.", quizSchemas.taken),
      409: { description: "`lessons_unfinished`, `no_tries_left`, or another try at the same moment." },
    },
  },
  async (c) => {
    const input = { quizId: c.req.valid("param").id, answers: c.req.valid("json").answers };
    return c.json(quizSchemas.presentTaken(await quizzes.takeQuiz(c.get("ctx"), input)), 200);
  },
);

const listMyCourses = defineRoute(
  { operation: "listMyCourses", ...read },
  {
    ...tag,
    method: "get",
    path: "/me/courses",
    summary: "The courses you have begun, and where to go on",
    responses: { 200: jsonAnswer("The one read last first.", pageOf(schemas.myCourse).openapi("MyCoursePage")) },
  },
  async (c) => {
    const data = (await learning.listMyCourses(c.get("ctx"))).map(schemas.presentMyCourse);
    return c.json({ data, nextCursor: null }, 200);
  },
);

const listCertificates = defineRoute(
  { operation: "listCertificates", ...read },
  {
    ...tag,
    method: "get",
    path: "/me/certificates",
    summary: "Your certificates",
    responses: { 200: jsonAnswer("The newest first.", pageOf(schemas.certificate).openapi("CertificatePage")) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const rows = await learning.listCertificates(ctx);
    const data = rows.map((row) => schemas.presentCertificate(row, ctx.config.publicOrigin));
    return c.json({ data, nextCursor: null }, 200);
  },
);

const getCertificatePdf = defineRoute(
  { operation: "getCertificatePdf", ...read },
  {
    ...tag,
    method: "get",
    path: "/me/certificates/{id}/pdf",
    summary: "One of your certificates as a PDF",
    request: { params: z.object({ id: idParam("cert") }) },
    responses: {
      200: {
        description: "The sheet.",
        content: { "application/pdf": { schema: z.string().openapi({ format: "binary" }) } },
      },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const row = await learning.getCertificate(ctx, c.req.valid("param").id);
    const bytes = certificatePdf(row, `${ctx.config.publicOrigin}/certificates/${row.code}`);
    const disposition = `attachment; filename="certificate-${row.code}.pdf"`;
    return c.body(bytes, 200, { "Content-Type": "application/pdf", "Content-Disposition": disposition });
  },
);

const rateCourse = defineRoute(
  { operation: "rateCourse", ...write },
  {
    ...tag,
    method: "put",
    path: "/courses/{slug}/rating",
    summary: "Rate a course of which you have finished a lesson",
    request: { params: slugParams, body: jsonBody(schemas.rateCourse) },
    responses: {
      200: jsonAnswer("Your rating.", schemas.courseRating),
      409: { description: "You have finished none of its lessons." },
    },
  },
  async (c) => {
    const { stars, comment = null } = c.req.valid("json");
    const row = await learning.rateCourse(c.get("ctx"), { slug: c.req.valid("param").slug, stars, comment });
    return c.json(schemas.presentRatingRow(row), 200);
  },
);

export const routes = [
  listCourses,
  getCourse,
  getLesson,
  recordProgress,
  getQuiz,
  takeQuiz,
  listMyCourses,
  listCertificates,
  getCertificatePdf,
  rateCourse,
] as const;
