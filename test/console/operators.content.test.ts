import { describe, expect, it } from "vitest";
import { anAccount } from "../support/accounts.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { aPdf } from "../support/documents.ts";
import { aPng } from "../support/files.ts";
import type { OperatorAtDesk } from "../support/operators.ts";
import { act, anOperatorAtDesk, saidOf } from "../support/operators.ts";

const app = testApp();
const HOSTILE = `<script>alert(1)</script>`;

/** A course of two modules, begun at the desk: the addresses of its page and of its first module's quiz. */
async function aCourse(desk: OperatorAtDesk): Promise<{ course: string; quiz: string }> {
  const head = { title: "Options", slug: `options-${crypto.randomUUID().slice(0, 8)}`, summary: "What they are." };
  const begun = await act(desk, await desk.browser.get("/admin/courses"), ["begin", head]);
  const course = begun.location?.split("?")[0] ?? "";
  for (const title of ["Calls", "Puts"]) {
    await act(desk, await desk.browser.get(course), ["module", { of: "", title }]);
  }
  const { html } = await desk.browser.get(course);
  return { course, quiz: /href="(\/admin\/courses\/[^"]+\/quiz)"/.exec(html)?.[1] ?? "" };
}

const QUIZ = { title: "Sums", passPercent: "60", tries: "2" };
const SUM = {
  "questions.0.prompt": `1 + 1? ${HOSTILE}`,
  "questions.0.kind": "single",
  "questions.0.options": "* 2\n3",
  "questions.0.explanation": "It is 2.",
};

describe("a quiz at the desk", () => {
  it("is written, read again with what is right, changed, and removed", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const { course, quiz } = await aCourse(desk);
    const page = await desk.browser.get(quiz);
    const written = {
      ...QUIZ,
      ...SUM,
      "questions.2.prompt": "Which are even?",
      "questions.2.kind": "multiple",
      "questions.2.options": "*2\r\n3\r\n\r\n* 4",
      "questions.2.explanation": "Two of them.",
      "questions.3.prompt": "Half of one?",
      "questions.3.kind": "number",
      "questions.3.number": "0.5",
      "questions.3.tolerance": "0",
      "questions.3.explanation": "A half.",
    };
    expect(saidOf(await act(desk, page, ["save", written]))).toBe("");
    const saved = await desk.browser.get(quiz);
    expect(saved.html).toContain("* 2\n3</textarea>");
    expect(saved.html).toContain("* 2\n3\n* 4</textarea>");
    expect(saved.html).toContain('name="questions.2.number"');
    expect(saved.html).toContain('value="0.5"');
    expect(saved.html).not.toContain("<script>alert");
    expect((await desk.browser.get(course)).html).toContain("Change the quiz");
    expect((await act(desk, saved, ["delete", {}])).location).toContain(course);
    expect((await desk.browser.get(quiz)).html).not.toContain("Half of one?");
  });

  it("tells beside its field what is wrong with a question, and keeps the others", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get((await aCourse(desk)).quiz);
    const unmarked = { ...QUIZ, ...SUM, "questions.0.options": "2\n3" };
    const refused = await act(desk, page, ["save", unmarked]);
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('id="questions.0.options-wrong"');
    const bare = { ...QUIZ, ...SUM, "questions.0.kind": "multiple", "questions.0.options": "* 2" };
    const alone = await act(desk, page, ["save", { ...bare, "questions.0.explanation": "" }]);
    expect(alone.html).toContain('id="questions.0.options-wrong"');
    expect(alone.html).toContain('id="questions.0.explanation-wrong"');
    expect((await act(desk, page, ["save", QUIZ])).status).toBe(422);
  });
});

describe("the parts of a course", () => {
  it("are renamed and put into another order", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const { course } = await aCourse(desk);
    const page = await desk.browser.get(course);
    const ids = [...page.html.matchAll(/value="(module_[^"]+)"/g)].map(([, id = ""]) => id);
    const [calls = "", puts = ""] = [...new Set(ids)];
    await act(desk, page, ["rename", { of: calls, renamed: "Calls first" }]);
    await act(desk, await desk.browser.get(course), ["move", { of: puts, way: "up" }]);
    const { html } = await desk.browser.get(course);
    expect(html).toMatch(/<h3>Puts<\/h3>.*<h3>Calls first<\/h3>/s);
    const still = await act(desk, await desk.browser.get(course), ["move", { of: puts, way: "up" }]);
    expect(still.status).toBe(303);
  });
});

/** Sends a form with a file, as a browser does. */
async function sendFile(desk: OperatorAtDesk, lesson: string, of: { file: File; replaces?: string }) {
  const { html } = await desk.browser.get(lesson);
  const form = new FormData();
  form.set("csrf", /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? "");
  form.set("key", crypto.randomUUID());
  if (of.replaces !== undefined) form.set("replaces", of.replaces);
  form.set("file", of.file);
  return await desk.browser.postForm(`${lesson}/files`, form);
}

describe("the files of a lesson", () => {
  it("are added, replaced and removed, and refused for what they are", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const { course } = await aCourse(desk);
    const made = await act(desk, await desk.browser.get(course), ["lesson", { title: "Bodies", minutes: "4" }]);
    const lesson = made.location?.split("?")[0] ?? "";
    const sheet = new File([aPdf()], "sheet.pdf", { type: "application/pdf" });
    expect((await sendFile(desk, lesson, { file: sheet })).location).toBe(`${lesson}?done=kept`);
    const page = await desk.browser.get(`${lesson}?done=kept`);
    expect(saidOf(page)).toContain("The file is kept.");
    expect(page.html).toContain("sheet.pdf");
    const old = /name="replaces" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
    const chart = new File([aPng()], "chart.png", { type: "image/png" });
    expect((await sendFile(desk, lesson, { file: chart, replaces: old })).location).toContain("done=kept");
    const replaced = await desk.browser.get(lesson);
    expect(replaced.html).toContain("chart.png");
    expect(replaced.html).not.toContain("sheet.pdf");
    const lie = new File(["MZ"], "tool.pdf", { type: "application/pdf" });
    const refused = await sendFile(desk, lesson, { file: lie });
    expect(refused.location).toBe(`${lesson}?done=notKept`);
    expect(saidOf(await desk.browser.get(refused.location ?? ""))).toContain("was not taken");
    const last = /name="replaces" value="([^"]+)"/.exec(replaced.html)?.[1] ?? "";
    await act(desk, replaced, ["removeFile", { of: last }]);
    expect((await desk.browser.get(lesson)).html).toContain("No file is attached.");
  });
});

describe("identity at the desk", () => {
  it("waits with its documents until a tier is set for a reason", async () => {
    const { user, actor } = await anAccount(app);
    const shown = await app.call("POST /api/v1/me/verification/documents?kind=passport", {
      as: actor,
      headers: { "Content-Type": "application/pdf" },
      body: aPdf(),
    });
    const { id } = await bodyOf<{ id: string }>(shown);
    const desk = await anOperatorAtDesk(app, "admin");
    const path = `/admin/users/${user.id}/verification`;
    expect((await desk.browser.get("/admin/verifications")).html).toContain(path);
    const page = await desk.browser.get(path);
    expect(page.html).toContain(`/api/v1/admin/verification-documents/${id}`);
    const support = await anOperatorAtDesk(app, "support");
    const read = await support.browser.get(path);
    expect(read.html).not.toContain(`/api/v1/admin/verification-documents/${id}`);
    expect(read.html).not.toContain('value="tier"');
    expect((await act(desk, page, ["tier", { tier: "1", reason: "Passport seen." }])).location).toBe(
      `${path}?done=set`,
    );
    expect((await desk.browser.get(path)).html).toContain("1: identity is shown");
    expect((await desk.browser.get("/admin/verifications")).html).not.toContain(path);
    expect((await desk.browser.get(`/admin/users/${user.id}`)).html).toContain(path);
  });
});
