import { describe, expect, it } from "vitest";
import { BUDGETING } from "../../src/modules/academy/starter.budgeting.ts";
import type { Question } from "../../src/modules/academy/rules.quiz.ts";
import type { CourseBody } from "../support/academy.ts";
import { aLearner, theCourse } from "../support/academy.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { aPng, bytesOf } from "../support/files.ts";
import { count } from "../support/platform.ts";

const app = testApp();
type Learner = ReturnType<typeof aUser>;

const rightAnswer = (question: Question) => (question.kind === "multiple" ? [...question.answers] : question.answer);

async function finish(as: Learner, lessonId: string): Promise<Response> {
  return await app.call(`POST /api/v1/lessons/${lessonId}/progress`, { as, json: { percent: 100 } });
}

async function answer(as: Learner, course: CourseBody, index: number, answers: unknown[]): Promise<Response> {
  return await app.call(`POST /api/v1/quizzes/${course.modules[index]?.quiz?.id}`, { as, json: { answers } });
}

describe("a lesson", () => {
  it("is open to everybody when it is free, and to owners of a package otherwise", async () => {
    const course = await theCourse(app, "p2p-escrow");
    const [free, paid] = course.modules.flatMap(({ lessons }) => lessons);
    const read = async (id: string | undefined, as?: Learner) =>
      await app.call(`GET /api/v1/lessons/${id}`, as ? { as } : {});
    expect((await read(free?.id)).status).toBe(200);
    expect((await read(paid?.id)).status).toBe(401);
    expect(await bodyOf(await read(paid?.id, aUser()))).toMatchObject({ status: 403, code: "package_required" });
    expect(await bodyOf(await read(paid?.id, await aLearner(app, "silver")))).toMatchObject({ status: 403 });
    const opened = await read(paid?.id, await aLearner(app, "gold"));
    expect(opened.status).toBe(200);
    expect(await bodyOf(opened)).toMatchObject({ course: { slug: "p2p-escrow" } });
  });

  it("keeps how far somebody is, and never goes back", async () => {
    const as = await aLearner(app, "silver");
    const [lesson] = (await theCourse(app)).modules[0]?.lessons ?? [];
    const put = async (json: object) =>
      await bodyOf(await app.call(`POST /api/v1/lessons/${lesson?.id}/progress`, { as, json }));
    expect(await put({ percent: 40, positionSeconds: 90 })).toMatchObject({ percent: 40, completedAt: null });
    expect(await put({ percent: 20 })).toMatchObject({ percent: 40, positionSeconds: 90 });
    const done = await put({ percent: 100 });
    expect(await put({ percent: 10 })).toMatchObject({ percent: 100, completedAt: done["completedAt"] });
  });
});

describe("a course", () => {
  it("brings one certificate, with the last lesson or quiz, which anybody can check", async () => {
    const { actor: as } = await anAccount(app);
    const course = await theCourse(app);
    const owner = await aLearner(app, "silver");
    const learner = { ...owner, userId: owner.userId };
    for (const { id } of course.modules.flatMap(({ lessons }) => lessons)) await finish(learner, id);
    const [first = [], second = []] = BUDGETING.modules.map(({ quiz }) => quiz.questions.map(rightAnswer));
    expect(await bodyOf(await answer(learner, course, 0, first))).toMatchObject({ passed: true, scorePercent: 100 });
    const none = await bodyOf<{ data: object[] }>(await app.call("GET /api/v1/me/certificates", { as: learner }));
    expect(none.data).toEqual([]);
    await Promise.all([answer(learner, course, 1, second), answer(learner, course, 1, second)]);
    const { data } = await bodyOf<{ data: { id: string; code: string; url: string }[] }>(
      await app.call("GET /api/v1/me/certificates", { as: learner }),
    );
    expect(data).toHaveLength(1);
    const code = data[0]?.code ?? "";
    expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);

    const page = await app.call(`GET /certificates/${code.toLowerCase()}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Personal budgeting");
    const json = await app.call(`GET /certificates/${code}`, { headers: { Accept: "application/json" } });
    expect(await bodyOf(json)).toMatchObject({ code, course: "Personal budgeting" });
    expect((await app.call("GET /certificates/AAAA-BBBB-CCCC")).status).toBe(404);

    const pdf = await app.call(`GET /api/v1/me/certificates/${data[0]?.id}/pdf`, { as: learner });
    expect(pdf.headers.get("Content-Type")).toBe("application/pdf");
    expect(new TextDecoder().decode(new Uint8Array(await pdf.arrayBuffer()).subarray(0, 5))).toBe("%PDF-");
    expect((await app.call(`GET /api/v1/me/certificates/${data[0]?.id}/pdf`, { as })).status).toBe(404);
  });

  it("goes on where it was left", async () => {
    const as = await aLearner(app, "silver");
    const course = await theCourse(app);
    const [first, second] = course.modules[0]?.lessons ?? [];
    await finish(as, first?.id ?? "");
    const { data } = await bodyOf<{ data: object[] }>(await app.call("GET /api/v1/me/courses", { as }));
    expect(data).toMatchObject([
      { slug: "personal-budgeting", lessonCount: 5, completedCount: 1, percent: 20, nextLessonId: second?.id },
    ]);
  });

  it("is rated once by whoever has learned something in it", async () => {
    const as = await aLearner(app, "silver");
    const course = await theCourse(app);
    const rate = async (stars: number) =>
      await app.call("PUT /api/v1/courses/personal-budgeting/rating", { as, json: { stars } });
    expect(await bodyOf(await rate(5))).toMatchObject({ status: 409, code: "lessons_unfinished" });
    await finish(as, course.modules[0]?.lessons[0]?.id ?? "");
    expect((await rate(2)).status).toBe(200);
    expect(await bodyOf(await rate(4))).toMatchObject({ stars: 4 });
    expect(await count("academy_ratings", "user_id = ?", as.userId)).toBe(1);
    const listed = await testApp().call("GET /api/v1/courses");
    const { data } = await bodyOf<{ data: { slug: string; lessonCount: number; minutes: number; rating: object }[] }>(
      listed,
    );
    expect(data.find(({ slug }) => slug === course.slug)).toMatchObject({
      lessonCount: 5,
      minutes: 38,
      rating: { count: 1, stars: 4 },
    });
  });
});

describe("a quiz", () => {
  it("waits for its lessons, tells nothing beforehand, and ends with its tries", async () => {
    const as = await aLearner(app, "silver");
    const course = await theCourse(app);
    expect(await bodyOf(await answer(as, course, 0, []))).toMatchObject({ code: "lessons_unfinished" });
    for (const { id } of course.modules[0]?.lessons ?? []) await finish(as, id);
    const asked = await (await app.call(`GET /api/v1/quizzes/${course.modules[0]?.quiz?.id}`, { as })).text();
    expect(asked).not.toContain("explanation");
    expect(asked).not.toContain("answer");
    const tries = await Promise.all(Array.from({ length: 16 }, async () => await answer(as, course, 0, [])));
    for (const response of tries) expect([200, 409]).toContain(response.status);
    while ((await answer(as, course, 0, [])).status === 200);
    expect(await count("academy_attempts", "user_id = ?", as.userId)).toBe(3);
    expect(await bodyOf(await answer(as, course, 0, []))).toMatchObject({ status: 409, code: "no_tries_left" });
  });
});

describe("an operator", () => {
  it("writes a course, adds files, publishes it, and takes it back before deleting it", async () => {
    const as = anOperator();
    const send = async <T = { id: string }>(line: string, json?: unknown) =>
      await bodyOf<T>(await app.call(line, { as, json }));
    const slug = `course-${crypto.randomUUID().slice(0, 8)}`;
    const { id } = await send("POST /api/v1/admin/courses", { slug, title: "Options", summary: "What they are." });
    expect(await send(`PATCH /api/v1/admin/courses/${id}`, { state: "published" })).toMatchObject({
      code: "course_empty",
    });
    const part = await send(`POST /api/v1/admin/courses/${id}/modules`, { title: "One" });
    const other = await send(`POST /api/v1/admin/courses/${id}/modules`, { title: "Two" });
    const text = { title: "Calls", minutes: 5, free: true, body: "# Calls" };
    const lesson = await send(`POST /api/v1/admin/modules/${part.id}/lessons`, text);
    expect((await app.call(`GET /api/v1/lessons/${lesson.id}`, { as: aUser() })).status).toBe(404);
    await send(`PATCH /api/v1/admin/lessons/${lesson.id}`, { state: "published" });
    expect(await send(`PATCH /api/v1/admin/courses/${id}`, { state: "published" })).toMatchObject({
      state: "published",
    });

    const order = {
      modules: [
        { id: other.id, lessons: [lesson.id] },
        { id: part.id, lessons: [] },
      ],
    };
    expect(await send(`PUT /api/v1/admin/courses/${id}/order`, order)).toMatchObject({
      modules: [{ id: other.id, lessons: [{ id: lesson.id }] }, { id: part.id }],
    });
    const stale = {
      modules: [
        { id: other.id, lessons: [] },
        { id: part.id, lessons: [] },
      ],
    };
    expect(await send(`PUT /api/v1/admin/courses/${id}/order`, stale)).toMatchObject({ code: "order_stale" });
    expect((await app.call(`DELETE /api/v1/admin/courses/${id}`, { as })).status).toBe(409);
    await send(`PATCH /api/v1/admin/courses/${id}`, { state: "draft" });
    expect((await app.call(`DELETE /api/v1/admin/courses/${id}`, { as })).status).toBe(204);
    expect(await count("academy_lessons", "course_id = ?", id)).toBe(0);
  });

  it("adds files that are what they say, which readers fetch by signed links, whole and in parts", async () => {
    const as = anOperator();
    const course = await theCourse(app);
    const [lesson] = course.modules[0]?.lessons ?? [];
    const path = `POST /api/v1/admin/lessons/${lesson?.id}/files`;
    const upload = async (query: string, body: Uint8Array<ArrayBuffer>, type: string) =>
      await app.call(`${path}?${query}`, { as, body, headers: { "Content-Type": type } });
    const film = bytesOf([0, 0, 0, 24], `ftypmp42${"x".repeat(988)}`);
    expect((await upload("kind=video", aPng(), "video/mp4")).status).toBe(415);
    expect((await upload("kind=attachment", bytesOf("<svg/>"), "image/png")).status).toBe(415);
    expect((await upload("kind=video&name=film.avi", film, "video/mp4")).status).toBe(201);

    interface Files {
      files: { id: string; name: string; url: string }[];
    }
    const { files } = await bodyOf<Files>(await app.call(`GET /api/v1/lessons/${lesson?.id}`));
    const [file] = files;
    expect(file?.name).toBe("film.mp4");
    const link = new URL(file?.url ?? "").pathname;
    const get = async (range?: string) =>
      await app.call(`GET ${link}`, range === undefined ? {} : { headers: { Range: range } });
    const whole = await get();
    expect(whole.headers.get("Accept-Ranges")).toBe("bytes");
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(film);
    for (const [range, status, expected] of [
      ["bytes=0-3", 206, "bytes 0-3/1000"],
      ["bytes=990-", 206, "bytes 990-999/1000"],
      ["bytes=-10", 206, "bytes 990-999/1000"],
      ["bytes=990-5000", 206, "bytes 990-999/1000"],
      ["bytes=1000-", 416, "bytes */1000"],
      ["bytes=-0", 416, "bytes */1000"],
      ["bytes=5-2", 200, null],
      ["bytes=0-1,4-5", 200, null],
      ["bytes=-", 200, null],
    ] as const) {
      const part = await get(range);
      expect([part.status, part.headers.get("Content-Range")], range).toEqual([status, expected]);
      await part.arrayBuffer();
    }
    expect((await app.call(`GET ${link}x`)).status).toBe(404);
    expect((await app.call(`DELETE /api/v1/admin/files/${file?.id}`, { as })).status).toBe(204);
    expect((await get()).status).toBe(404);
  });
});
