import type { Question } from "./rules.quiz.ts";

/** The shape of the courses that a new installation starts with; from the first seed on they are rows like any other. */
export interface StarterQuiz {
  readonly title: string;
  readonly passPercent: number;
  readonly tries: number;
  readonly questions: readonly Question[];
}

export interface StarterLesson {
  readonly title: string;
  readonly minutes: number;
  /** Readable without a package. */
  readonly free: boolean;
  /** Markdown. */
  readonly body: string;
}

export interface StarterModule {
  readonly title: string;
  readonly lessons: readonly StarterLesson[];
  readonly quiz: StarterQuiz;
}

export interface StarterCourse {
  readonly slug: string;
  readonly title: string;
  readonly summary: string;
  readonly modules: readonly StarterModule[];
}
