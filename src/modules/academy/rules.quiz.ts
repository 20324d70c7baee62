import { divideHalfEven } from "#kernel/money";

/**
 * What must stay true: a question counts whole or not at all; a quiz is passed at its mark, not just above it; what is
 * right is told only after a try.
 */

interface Asked {
  readonly prompt: string;
  readonly explanation: string;
}

export type Question =
  | (Asked & { readonly kind: "single"; readonly options: readonly string[]; readonly answer: number })
  | (Asked & { readonly kind: "multiple"; readonly options: readonly string[]; readonly answers: readonly number[] })
  | (Asked & {
      readonly kind: "number";
      /** Decimal strings: what is right, and how far from it still is. */
      readonly answer: string;
      readonly tolerance: string;
    });

/** One answer: the number of an option, several of them, or a decimal as a text; null where nothing was said. */
export type Answer = number | readonly number[] | string | null;

export interface Marked {
  readonly correct: boolean;
  readonly explanation: string;
}

export interface Result {
  readonly scorePercent: number;
  readonly passed: boolean;
  readonly questions: readonly Marked[];
}

/** Marks a try. Missing answers are wrong; the score is in whole percent, rounded half to even. */
export function markQuiz(questions: readonly Question[], answers: readonly Answer[], passPercent: number): Result {
  const marked = questions.map((question, index) => ({
    correct: isCorrect(question, answers[index] ?? null),
    explanation: question.explanation,
  }));
  const correct = marked.filter((question) => question.correct).length;
  const scorePercent = Number(divideHalfEven(BigInt(correct) * 100n, BigInt(questions.length)));
  return { scorePercent, passed: correct * 100 >= passPercent * questions.length, questions: marked };
}

function isCorrect(question: Question, answer: Answer): boolean {
  if (question.kind === "single") return answer === question.answer;
  if (question.kind === "multiple") return Array.isArray(answer) && sameChoice(answer as number[], question.answers);
  return typeof answer === "string" && isNear(answer, question);
}

function sameChoice(given: readonly number[], right: readonly number[]): boolean {
  const chosen = new Set(given);
  return chosen.size === right.length && right.every((option) => chosen.has(option));
}

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?$/;

/** A decimal as a whole number of billionths; null when it is none. Commas between thousands are read over. */
export function toBillionths(text: string): bigint | null {
  const [, sign = "", units, decimals = ""] = DECIMAL.exec(text.trim().replaceAll(/,(?=\d{3}\b)/g, "")) ?? [];
  if (units === undefined) return null;
  const magnitude = BigInt(units + decimals.padEnd(9, "0"));
  return sign === "-" ? -magnitude : magnitude;
}

function isNear(answer: string, { answer: right, tolerance }: { answer: string; tolerance: string }): boolean {
  const [given, wanted, around] = [toBillionths(answer), toBillionths(right), toBillionths(tolerance)];
  if (given === null || wanted === null || around === null) return false;
  const apart = given > wanted ? given - wanted : wanted - given;
  return apart <= around;
}
