import { aLearner, seeded, theCourse } from "../../support/academy.ts";
import { anOperator, aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf } from "../../support/app.ts";
import { aPng } from "../../support/files.ts";
import { rows } from "../../support/platform.ts";
import type { Samples } from "./sample.ts";

const text = { title: "Calls", minutes: 5, free: true, body: "# Calls" };
const question = { kind: "single", prompt: "1 + 1?", options: ["2", "3"], answer: 0, explanation: "It is 2." };
const quiz = { title: "Sums", passPercent: 50, tries: 3, questions: [question] };

interface Draft {
  courseId: string;
  moduleId: string;
  lessonId: string;
}

/** A course of an operator's own, with a module and a lesson in it. */
async function aDraft(app: TestApp): Promise<Draft> {
  const as = anOperator();
  const make = async (line: string, json: object) =>
    (await bodyOf<{ id: string }>(await app.call(line, { as, json }))).id;
  const head = { slug: `course-${crypto.randomUUID().slice(0, 13)}`, title: "Options", summary: "What they are." };
  const courseId = await make("POST /api/v1/admin/courses", head);
  const moduleId = await make(`POST /api/v1/admin/courses/${courseId}/modules`, { title: "One" });
  const lessonId = await make(`POST /api/v1/admin/modules/${moduleId}/lessons`, text);
  return { courseId, moduleId, lessonId };
}

async function aFreeLesson(app: TestApp): Promise<string> {
  const course = await theCourse(app);
  return course.modules[0]?.lessons.find(({ free }) => free)?.id ?? "";
}

/** A course of one module that somebody has read, with its quiz. */
async function aReadQuiz(app: TestApp) {
  const as = await aLearner(app);
  const { courseId, moduleId, lessonId } = await aDraft(app);
  const by = anOperator();
  const { id } = await bodyOf<{ id: string }>(
    await app.call(`PUT /api/v1/admin/modules/${moduleId}/quiz`, { as: by, json: quiz }),
  );
  for (const path of [`lessons/${lessonId}`, `courses/${courseId}`])
    await app.call(`PATCH /api/v1/admin/${path}`, { as: by, json: { state: "published" } });
  await app.call(`POST /api/v1/lessons/${lessonId}/progress`, { as, json: {} });
  return { as, params: { id } };
}

async function aCertificate(app: TestApp) {
  const { as, params } = await aReadQuiz(app);
  await app.call(`POST /api/v1/quizzes/${params.id}`, { as, json: { answers: [0] } });
  const [row] = await rows<{ id: string }>("select id from academy_certificates where user_id = ?", as.userId);
  return { as, params: { id: row?.id ?? "" } };
}

const aPackage = () => ({
  slug: `pack-${crypto.randomUUID().slice(0, 13)}`,
  name: "Bronze",
  rank: 10 + (Math.floor(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 990),
  prices: [{ asset: "INR", amount: "999.00" }],
  courses: ["personal-budgeting"],
  level1Bps: 1_000,
  level2Bps: 100,
  offered: false,
});

async function theCatalogue(app: TestApp) {
  await seeded(app);
  return { status: 200 };
}

const packages: Samples = {
  listPackages: theCatalogue,
  getPackage: async (app) => ({ ...(await theCatalogue(app)), params: { slug: "gold" } }),
  purchasePackage: async (app) => {
    await seeded(app);
    return { params: { slug: "gold" }, json: { provider: "sandbox" }, status: 201, shared: true };
  },
  listMyPackages: async (app) => ({ as: await aLearner(app), status: 200 }),
  listAllPackages: theCatalogue,
  createPackage: () => ({ json: aPackage(), status: 201 }),
  updatePackage: async (app) => ({ ...(await theCatalogue(app)), params: { slug: "gold" }, json: { name: "Gold" } }),
  listPackageVersions: async (app) => ({ ...(await theCatalogue(app)), params: { slug: "gold" } }),
};

export const academy: Samples = {
  ...packages,
  listCourses: theCatalogue,
  getCourse: async (app) => ({ ...(await theCatalogue(app)), params: { slug: "personal-budgeting" } }),
  getLesson: async (app) => ({ params: { id: await aFreeLesson(app) }, status: 200 }),
  recordProgress: async (app) => ({
    as: aUser(),
    params: { id: await aFreeLesson(app) },
    json: { percent: 50 },
    status: 200,
    shared: true,
  }),
  getQuiz: async (app) => ({ ...(await aReadQuiz(app)), status: 200, shared: true }),
  takeQuiz: async (app) => ({ ...(await aReadQuiz(app)), json: { answers: [0] }, status: 200, shared: true }),
  listMyCourses: async (app) => ({ as: (await aReadQuiz(app)).as, status: 200 }),
  listCertificates: async (app) => ({ as: (await aCertificate(app)).as, status: 200 }),
  getCertificatePdf: async (app) => ({ ...(await aCertificate(app)), status: 200 }),
  rateCourse: async (app) => {
    const as = aUser();
    await app.call(`POST /api/v1/lessons/${await aFreeLesson(app)}/progress`, { as, json: {} });
    return {
      as,
      params: { slug: "personal-budgeting" },
      json: { stars: 5, comment: "Clear." },
      status: 200,
      shared: true,
    };
  },
  listAllCourses: theCatalogue,
  createCourse: () => ({
    json: { slug: `course-${crypto.randomUUID().slice(0, 13)}`, title: "Options", summary: "What they are." },
    status: 201,
  }),
  getCourseOutline: async (app) => ({ params: { id: (await aDraft(app)).courseId }, status: 200 }),
  updateCourse: async (app) => ({ params: { id: (await aDraft(app)).courseId }, json: { title: "Puts" }, status: 200 }),
  deleteCourse: async (app) => ({ params: { id: (await aDraft(app)).courseId }, status: 204 }),
  orderCourse: async (app) => {
    const { courseId, moduleId, lessonId } = await aDraft(app);
    return { params: { id: courseId }, json: { modules: [{ id: moduleId, lessons: [lessonId] }] }, status: 200 };
  },
  createModule: async (app) => ({ params: { id: (await aDraft(app)).courseId }, json: { title: "Two" }, status: 201 }),
  updateModule: async (app) => ({ params: { id: (await aDraft(app)).moduleId }, json: { title: "Two" }, status: 200 }),
  deleteModule: async (app) => ({ params: { id: (await aDraft(app)).moduleId }, status: 204 }),
  putQuiz: async (app) => ({ params: { id: (await aDraft(app)).moduleId }, json: quiz, status: 200 }),
  getQuizDraft: async (app) => {
    const { moduleId } = await aDraft(app);
    await app.call(`PUT /api/v1/admin/modules/${moduleId}/quiz`, { as: anOperator(), json: quiz });
    return { params: { id: moduleId }, status: 200 };
  },
  deleteQuiz: async (app) => ({ params: { id: (await aDraft(app)).moduleId }, status: 204 }),
  createLesson: async (app) => ({ params: { id: (await aDraft(app)).moduleId }, json: text, status: 201 }),
  getLessonDraft: async (app) => ({ params: { id: (await aDraft(app)).lessonId }, status: 200 }),
  updateLesson: async (app) => ({ params: { id: (await aDraft(app)).lessonId }, json: { minutes: 6 }, status: 200 }),
  deleteLesson: async (app) => ({ params: { id: (await aDraft(app)).lessonId }, status: 204 }),
  addLessonFile: async (app) => ({
    params: { id: (await aDraft(app)).lessonId },
    query: "name=chart.png",
    body: aPng(),
    contentType: "image/png",
    status: 201,
  }),
  deleteLessonFile: async (app) => {
    const { lessonId } = await aDraft(app);
    const response = await app.call(`POST /api/v1/admin/lessons/${lessonId}/files`, {
      as: anOperator(),
      body: aPng(),
      headers: { "Content-Type": "image/png" },
    });
    return { params: { id: (await bodyOf<{ id: string }>(response)).id }, status: 204 };
  },
};
