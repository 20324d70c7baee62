import { describe, expect, it } from "vitest";
import { compileCondition } from "#modules/language";
import type { Question } from "../../src/modules/academy/rules.quiz.ts";
import { markQuiz } from "../../src/modules/academy/rules.quiz.ts";
import { BUDGETING } from "../../src/modules/academy/starter.budgeting.ts";
import { ESCROW } from "../../src/modules/academy/starter.escrow.ts";
import { SCANS } from "../../src/modules/academy/starter.scans.ts";

const asked = { prompt: "?", explanation: "!" };
const single: Question = { ...asked, kind: "single", options: ["a", "b"], answer: 1 };
const multiple: Question = { ...asked, kind: "multiple", options: ["a", "b", "c"], answers: [0, 2] };
const number: Question = { ...asked, kind: "number", answer: "4000", tolerance: "0.5" };

const isRight = (question: Question, answer: Parameters<typeof markQuiz>[1][number]): boolean =>
  markQuiz([question], [answer], 100).passed;

describe("a quiz", () => {
  it("counts a question whole or not at all", () => {
    for (const [answer, right] of [
      [1, true],
      [0, false],
      ["1", false],
      [[1], false],
      [null, false],
    ] as const)
      expect(isRight(single, answer)).toBe(right);
    for (const [answer, right] of [
      [[0, 2], true],
      [[2, 0], true],
      [[2, 0, 0], true],
      [[0], false],
      [[0, 1, 2], false],
      [2, false],
      [null, false],
    ] as const)
      expect(isRight(multiple, answer)).toBe(right);
    for (const [answer, right] of [
      ["4000", true],
      ["4,000", true],
      [" 4000.5 ", true],
      ["3999.5", true],
      ["4000.500000001", false],
      ["-4000", false],
      ["4e3", false],
      ["", false],
      [4000, false],
    ] as const)
      expect(isRight(number, answer)).toBe(right);
  });

  it("is passed at its mark, and with a missing answer marked wrong", () => {
    const questions = [single, single, single];
    expect(markQuiz(questions, [1, 1], 67)).toMatchObject({ scorePercent: 67, passed: false });
    expect(markQuiz(questions, [1, 1], 66)).toMatchObject({ passed: true });
    expect(markQuiz(questions, [1, 1, 1, 1], 100)).toMatchObject({ scorePercent: 100, passed: true });
    expect(markQuiz(questions, [], 1)).toMatchObject({ scorePercent: 0, passed: false });
  });
});

describe("the starting courses", () => {
  const courses = [BUDGETING, ESCROW, SCANS];
  const modules = courses.flatMap((course) => course.modules);

  it("are three of five lessons each, with a free one and quizzes whose answers are among their options", () => {
    for (const course of courses) {
      const lessons = course.modules.flatMap((part) => part.lessons);
      expect(lessons).toHaveLength(5);
      expect(lessons.filter(({ free }) => free)).toHaveLength(1);
      for (const { body } of lessons) expect(body.split(/\s+/).length).toBeGreaterThan(200);
    }
    const questions = modules.flatMap(({ quiz }) => quiz.questions);
    expect(questions.length).toBeGreaterThanOrEqual(24);
    for (const question of questions) {
      const right = question.kind === "multiple" ? question.answers : question.answer;
      expect(markQuiz([question], [right], 100).passed).toBe(true);
      if (question.kind === "number") continue;
      for (const option of [right].flat()) expect(question.options[Number(option)]).toBeDefined();
    }
  });

  it("teach no scan that the language does not understand", () => {
    const bodies = SCANS.modules.flatMap((part) => part.lessons.map(({ body }) => body));
    const scans = bodies.flatMap((body) => [...body.matchAll(/```\n([^`]+)\n```/g)].map(([, scan = ""]) => scan));
    expect(scans.length).toBeGreaterThanOrEqual(3);
    for (const scan of scans) expect(compileCondition(scan), scan).toMatchObject({ ok: true });
  });
});
