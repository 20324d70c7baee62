/** The shape of the courses that a new installation starts with; from the first seed on they are rows like any other. */
export type StarterQuestion =
  | {
      readonly kind: "single";
      readonly prompt: string;
      readonly options: readonly string[];
      readonly answer: number;
      readonly explanation: string;
    }
  | {
      readonly kind: "multiple";
      readonly prompt: string;
      readonly options: readonly string[];
      readonly answers: readonly number[];
      readonly explanation: string;
    }
  | {
      readonly kind: "number";
      readonly prompt: string;
      /** Decimal strings: the answer, and how far from it still counts. */
      readonly answer: string;
      readonly tolerance: string;
      readonly explanation: string;
    };

export interface StarterQuiz {
  readonly title: string;
  readonly passPercent: number;
  readonly tries: number;
  readonly questions: readonly StarterQuestion[];
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
