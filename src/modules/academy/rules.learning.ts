import type { Id } from "#kernel/ids";
import { divideHalfEven } from "#kernel/money";

/** How far somebody is in a course. */
export interface Standing {
  readonly lessonCount: number;
  readonly completedCount: number;
  readonly percent: number;
  /** The first lesson that is not finished; null when all are. */
  readonly nextLessonId: Id<"lesson"> | null;
}

interface Lesson {
  readonly id: Id<"lesson">;
}

interface Done {
  readonly lessonId: string;
  readonly completedAt: number | null;
}

/** Counts the finished ones among the lessons that there are now, in their order. */
export function standingOf(lessons: readonly Lesson[], progress: readonly Done[]): Standing {
  const finished = new Set(progress.filter(({ completedAt }) => completedAt !== null).map(({ lessonId }) => lessonId));
  const completedCount = lessons.filter(({ id }) => finished.has(id)).length;
  const percent = lessons.length === 0 ? 0 : divideHalfEven(BigInt(completedCount) * 100n, BigInt(lessons.length));
  return {
    lessonCount: lessons.length,
    completedCount,
    percent: Number(percent),
    nextLessonId: lessons.find(({ id }) => !finished.has(id))?.id ?? null,
  };
}

/** The code on a certificate, from the random end of its id: sixty bits in three groups that can be read aloud. */
export function certificateCode(id: Id<"cert">): string {
  const end = id.slice(-12).toUpperCase();
  return `${end.slice(0, 4)}-${end.slice(4, 8)}-${end.slice(8)}`;
}
