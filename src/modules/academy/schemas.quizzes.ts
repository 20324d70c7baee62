import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { textField, timestamp } from "#platform/http/fields";
import type { QuizRow } from "./repository.courses.ts";
import type { AttemptRow } from "./repository.learning.ts";
import type { Question } from "./rules.quiz.ts";
import { toBillionths } from "./rules.quiz.ts";
import type { OpenQuiz, Taken } from "./service.quizzes.ts";

const attempt = z.object({ number: z.int(), scorePercent: z.int(), passed: z.boolean(), at: timestamp });

export const openQuiz = z
  .object({
    id: z.string(),
    title: z.string(),
    passPercent: z.int(),
    questions: z.array(
      z.object({
        kind: z.enum(["single", "multiple", "number"]),
        prompt: z.string(),
        options: z.array(z.string()).openapi({ description: "Empty for a number." }),
      }),
    ),
    attempts: z.array(attempt),
    triesLeft: z.int(),
  })
  .openapi("Quiz");

const option = z.int().min(0).max(19);

export const takeQuiz = z
  .strictObject({
    answers: z
      .array(z.union([option, z.array(option).max(20), z.string().max(40), z.null()]))
      .max(50)
      .openapi({
        description:
          "One for each question in its order: the number of an option from 0, a list of them, a decimal as a text, or null.",
        example: [1, [0, 2], "4000"],
      }),
  })
  .openapi("TakeQuiz");

export const taken = z
  .object({
    ...attempt.shape,
    triesLeft: z.int(),
    questions: z.array(z.object({ correct: z.boolean(), explanation: z.string() })),
  })
  .openapi("QuizResult");

const words = { prompt: textField(1_000), explanation: textField(1_000) };
const options = z.array(textField(300)).min(2).max(20);
const decimal = z
  .string()
  .max(40)
  .refine((text) => toBillionths(text) !== null, { error: "Write a plain decimal such as 4000 or 0.5." });

const single = z
  .strictObject({ kind: z.literal("single"), ...words, options, answer: option })
  .refine((question) => question.answer < question.options.length, {
    path: ["answer"],
    error: "There is no such option.",
  });
const multiple = z
  .strictObject({ kind: z.literal("multiple"), ...words, options, answers: z.array(option).min(1).max(20) })
  .refine((question) => question.answers.every((answer) => answer < question.options.length), {
    path: ["answers"],
    error: "There is no such option.",
  })
  .refine((question) => new Set(question.answers).size === question.answers.length, {
    path: ["answers"],
    error: "Name each option once.",
  });
const number = z.strictObject({ kind: z.literal("number"), ...words, answer: decimal, tolerance: decimal });

const asked = z.discriminatedUnion("kind", [single, multiple, number]);

const example: z.input<typeof single> = {
  kind: "single",
  prompt: "What happens to what is left in a category?",
  options: ["It is lost", "It stays"],
  answer: 1,
  explanation: "It rolls over.",
};

export const putQuiz = z
  .strictObject({
    title: textField(200).openapi({ example: "Envelopes" }),
    passPercent: z.int().min(1).max(100).openapi({ example: 70 }),
    tries: z.int().min(1).max(20).openapi({ example: 3 }),
    questions: z
      .array(asked)
      .min(1)
      .max(50)
      .openapi({ example: [example] }),
  })
  .openapi("PutQuiz");

export const adminQuiz = z
  .object({
    id: z.string(),
    moduleId: z.string(),
    title: z.string(),
    passPercent: z.int(),
    tries: z.int(),
    questions: z.array(asked),
  })
  .openapi("AdminQuiz");

function presentAttempt({ number: count, scorePercent, passed, at }: AttemptRow): z.infer<typeof attempt> {
  return { number: count, scorePercent, passed, at: toTimestamp(at) };
}

function presentQuestion(question: Question) {
  const { kind, prompt } = question;
  return { kind, prompt, options: question.kind === "number" ? [] : [...question.options] };
}

export function presentAdminQuiz({ id, moduleId, title, passPercent, tries, questions }: QuizRow) {
  return { id, moduleId, title, passPercent, tries, questions: questions.map(presentAnswered) };
}

function presentAnswered(item: Question): z.infer<typeof asked> {
  if (item.kind === "number") return { ...item };
  const offered = [...item.options];
  return item.kind === "single"
    ? { ...item, options: offered }
    : { ...item, options: offered, answers: [...item.answers] };
}

export function presentQuiz({ quiz, attempts }: OpenQuiz): z.infer<typeof openQuiz> {
  const { id, title, passPercent, tries, questions } = quiz;
  return {
    id,
    title,
    passPercent,
    questions: questions.map(presentQuestion),
    attempts: attempts.map(presentAttempt),
    triesLeft: Math.max(0, tries - attempts.length),
  };
}

export function presentTaken({ attempt: row, result, triesLeft }: Taken): z.infer<typeof taken> {
  return { ...presentAttempt(row), triesLeft, questions: result.questions.map((question) => ({ ...question })) };
}
