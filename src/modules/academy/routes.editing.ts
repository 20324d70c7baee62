import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import type { Id, IdPrefix } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { idParam, jsonAnswer, jsonBody, pageOf } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.editing.ts";
import { adminQuiz, presentAdminQuiz, putQuiz as quizBody } from "./schemas.quizzes.ts";
import { deleteFile } from "./service.files.ts";
import * as service from "./service.editing.ts";

/** Editing is written once for what all parts share: who may do it, and how one of them is taken away. */

const read = { access: operators("support", "admin"), limit: "read" } as const;
const write = { access: operators("admin"), limit: "write" } as const;
const tag = { tags: ["Administration"] as [string] };
const courseParams = z.object({ id: idParam("course") });
const moduleParams = z.object({ id: idParam("module") });
const lessonParams = z.object({ id: idParam("lesson") });
const listAllCourses = defineRoute(
  { operation: "listAllCourses", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/courses",
    summary: "All courses, drafts too",
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.adminCourseSummary).openapi("AdminCoursePage")) },
  },
  async (c) => {
    const data = (await service.listAllCourses(c.get("ctx"))).map(schemas.presentAdminSummary);
    return c.json({ data, nextCursor: null }, 200);
  },
);

const createCourse = defineRoute(
  { operation: "createCourse", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/courses",
    summary: "Begin a course",
    request: { body: jsonBody(schemas.createCourse) },
    responses: { 201: jsonAnswer("An empty draft.", schemas.courseHead), 409: { description: "Its slug is taken." } },
  },
  async (c) => c.json(schemas.presentHead(await service.createCourse(c.get("ctx"), c.req.valid("json"))), 201),
);

const getOutline = defineRoute(
  { operation: "getCourseOutline", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/courses/{id}",
    summary: "One course with its parts, drafts too",
    request: { params: courseParams },
    responses: { 200: jsonAnswer("The course.", schemas.adminCourse) },
  },
  async (c) => c.json(schemas.presentAdminCourse(await service.getOutline(c.get("ctx"), c.req.valid("param").id)), 200),
);

const updateCourse = defineRoute(
  { operation: "updateCourse", ...write },
  {
    ...tag,
    method: "patch",
    path: "/admin/courses/{id}",
    summary: "Change a course, publish it, or take it back",
    request: { params: courseParams, body: jsonBody(schemas.updateCourse) },
    responses: {
      200: jsonAnswer("The course.", schemas.adminCourse),
      409: { description: "Its slug is taken, or it has nothing to read." },
    },
  },
  async (c) => {
    const outline = await service.updateCourse(c.get("ctx"), c.req.valid("param").id, given(c.req.valid("json")));
    return c.json(schemas.presentAdminCourse(outline), 200);
  },
);

const orderCourse = defineRoute(
  { operation: "orderCourse", ...write },
  {
    ...tag,
    method: "put",
    path: "/admin/courses/{id}/order",
    summary: "Put a course's modules and lessons into an order",
    request: { params: courseParams, body: jsonBody(schemas.orderCourse) },
    responses: {
      200: jsonAnswer("The course.", schemas.adminCourse),
      409: { description: "A part is missing, named twice, or not of this course." },
    },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, modules: c.req.valid("json").modules };
    return c.json(schemas.presentAdminCourse(await service.orderCourse(c.get("ctx"), input)), 200);
  },
);

const createModule = defineRoute(
  { operation: "createModule", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/courses/{id}/modules",
    summary: "Add a module",
    request: { params: courseParams, body: jsonBody(schemas.putModule) },
    responses: { 201: jsonAnswer("The module.", schemas.courseModule) },
  },
  async (c) => {
    const input = { courseId: c.req.valid("param").id, title: c.req.valid("json").title };
    return c.json(schemas.presentModule(await service.createModule(c.get("ctx"), input)), 201);
  },
);

const updateModule = defineRoute(
  { operation: "updateModule", ...write },
  {
    ...tag,
    method: "patch",
    path: "/admin/modules/{id}",
    summary: "Rename a module",
    request: { params: moduleParams, body: jsonBody(schemas.putModule) },
    responses: { 200: jsonAnswer("The module.", schemas.courseModule) },
  },
  async (c) => {
    const row = await service.updateModule(c.get("ctx"), c.req.valid("param").id, c.req.valid("json").title);
    return c.json(schemas.presentModule(row), 200);
  },
);

const putQuiz = defineRoute(
  { operation: "putQuiz", ...write },
  {
    ...tag,
    method: "put",
    path: "/admin/modules/{id}/quiz",
    summary: "Set a module's quiz",
    request: { params: moduleParams, body: jsonBody(quizBody) },
    responses: { 200: jsonAnswer("The quiz with its answers.", adminQuiz) },
  },
  async (c) => {
    const input = { moduleId: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(presentAdminQuiz(await service.putQuiz(c.get("ctx"), input)), 200);
  },
);

const getQuiz = defineRoute(
  { operation: "getQuizDraft", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/modules/{id}/quiz",
    summary: "A module's quiz as it is edited, with what is right",
    request: { params: moduleParams },
    responses: { 200: jsonAnswer("The quiz with its answers.", adminQuiz) },
  },
  async (c) => c.json(presentAdminQuiz(await service.getQuiz(c.get("ctx"), c.req.valid("param").id)), 200),
);

const createLesson = defineRoute(
  { operation: "createLesson", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/modules/{id}/lessons",
    summary: "Add a lesson as a draft",
    request: { params: moduleParams, body: jsonBody(schemas.createLesson) },
    responses: { 201: jsonAnswer("The lesson.", schemas.adminLesson) },
  },
  async (c) => {
    const input = { moduleId: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentAdminLesson(await service.createLesson(c.get("ctx"), input)), 201);
  },
);

const getLesson = defineRoute(
  { operation: "getLessonDraft", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/lessons/{id}",
    summary: "One lesson as it is edited",
    request: { params: lessonParams },
    responses: { 200: jsonAnswer("The lesson.", schemas.adminLesson) },
  },
  async (c) => {
    const { lesson, files } = await service.getLesson(c.get("ctx"), c.req.valid("param").id);
    return c.json(schemas.presentAdminLesson(lesson, files), 200);
  },
);

const updateLesson = defineRoute(
  { operation: "updateLesson", ...write },
  {
    ...tag,
    method: "patch",
    path: "/admin/lessons/{id}",
    summary: "Change a lesson, publish it, or take it back",
    request: { params: lessonParams, body: jsonBody(schemas.updateLesson) },
    responses: { 200: jsonAnswer("The lesson.", schemas.adminLesson) },
  },
  async (c) => {
    const change = given(c.req.valid("json"));
    const { lesson, files } = await service.updateLesson(c.get("ctx"), c.req.valid("param").id, change);
    return c.json(schemas.presentAdminLesson(lesson, files), 200);
  },
);

interface Removal<P extends string, Of extends IdPrefix> {
  readonly operation: string;
  readonly path: P;
  readonly summary: string;
  readonly id: Of;
  readonly remove: (ctx: Ctx, id: Id<Of>) => Promise<void>;
  readonly refusals?: Readonly<Record<409, { readonly description: string }>>;
}

/** A route that takes something away: all of them are the same but for what they take. */
function removal<const P extends string, Of extends IdPrefix>({ operation, path, summary, ...of }: Removal<P, Of>) {
  return defineRoute(
    { operation, ...write },
    {
      ...tag,
      method: "delete",
      path,
      summary,
      request: { params: z.object({ id: idParam(of.id) }) },
      responses: { 204: { description: "It is gone." }, ...of.refusals },
    },
    async (c) => {
      await of.remove(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    },
  );
}

const removals = [
  removal({
    operation: "deleteCourse",
    path: "/admin/courses/{id}",
    summary: "Delete a draft with everything in it",
    id: "course",
    remove: service.deleteCourse,
    refusals: { 409: { description: "It is published." } },
  }),
  removal({
    operation: "deleteModule",
    path: "/admin/modules/{id}",
    summary: "Delete a module with its lessons and quiz",
    id: "module",
    remove: service.deleteModule,
  }),
  removal({
    operation: "deleteQuiz",
    path: "/admin/modules/{id}/quiz",
    summary: "Remove a module's quiz",
    id: "module",
    remove: service.deleteQuiz,
  }),
  removal({
    operation: "deleteLesson",
    path: "/admin/lessons/{id}",
    summary: "Delete a lesson with its files",
    id: "lesson",
    remove: service.deleteLesson,
  }),
  removal({
    operation: "deleteLessonFile",
    path: "/admin/files/{id}",
    summary: "Remove a lesson's file",
    id: "file",
    remove: deleteFile,
  }),
] as const;

export const editingRoutes = [
  listAllCourses,
  createCourse,
  getOutline,
  updateCourse,
  orderCourse,
  createModule,
  updateModule,
  getQuiz,
  putQuiz,
  createLesson,
  getLesson,
  updateLesson,
  ...removals,
] as const;
