import type { Id } from "#kernel/ids";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { QuizRow, QuizWithCourse } from "./repository.courses.ts";
import { findOutline, findQuiz } from "./repository.courses.ts";
import type { AttemptRow } from "./repository.learning.ts";
import * as learning from "./repository.learning.ts";
import type { Answer, Result } from "./rules.quiz.ts";
import { markQuiz } from "./rules.quiz.ts";
import { assertReadable, sightOf } from "./service.courses.ts";
import { certify } from "./service.learning.ts";

export interface OpenQuiz {
  readonly quiz: QuizRow;
  readonly attempts: readonly AttemptRow[];
}

/** A quiz's questions, without what is right, and the caller's tries so far. */
export async function getQuiz(ctx: Ctx, id: Id<"quiz">): Promise<OpenQuiz> {
  const { quiz } = await readableQuiz(ctx, id);
  return { quiz, attempts: await learning.listAttempts(ctx, customerOf(ctx), [id]) };
}

async function readableQuiz(ctx: Ctx, id: Id<"quiz">): Promise<QuizWithCourse> {
  const found = await findQuiz(ctx, { id });
  if (!found || (found.course.state !== "published" && sightOf(ctx) !== "all")) throw problems.quizNotFound();
  await assertReadable(ctx, found.course);
  return found;
}

export interface TakeQuiz {
  readonly quizId: Id<"quiz">;
  readonly answers: readonly Answer[];
}

export interface Taken {
  readonly attempt: AttemptRow;
  readonly result: Result;
  readonly triesLeft: number;
}

/**
 * Marks a try. It takes place once the module's lessons are finished, and as often as the quiz allows; each try has its
 * own number, so that two at once are two tries or one is refused.
 */
export const takeQuiz = once(async (ctx: Ctx, { quizId, answers }: TakeQuiz): Promise<Taken> => {
  const userId = customerOf(ctx);
  const { quiz, course } = await readableQuiz(ctx, quizId);
  await assertLessonsFinished(ctx, userId, quiz);
  const before = await learning.listAttempts(ctx, userId, [quizId]);
  const number = before.length + 1;
  if (number > quiz.tries) throw problems.noTriesLeft({ detail: `All ${quiz.tries} tries are used.` });
  const result = markQuiz(quiz.questions, answers, quiz.passPercent);
  const { scorePercent, passed } = result;
  const attempt: AttemptRow = { userId, quizId, number, scorePercent, passed, at: ctx.now() };
  const statements = [learning.insertAttempt(ctx, attempt)];
  if (passed) statements.push(await certify(ctx, course, userId));
  const taken: Taken = { attempt, result, triesLeft: quiz.tries - number };
  await commit(ctx, statements, {
    result: taken,
    refusals: {
      "academy_attempts.user_id, academy_attempts.quiz_id, academy_attempts.number": () =>
        problems.tryRaced({ detail: "It was counted; read the quiz again to see your tries." }),
    },
  });
  return taken;
});

async function assertLessonsFinished(ctx: Ctx, userId: Id<"user">, quiz: QuizRow): Promise<void> {
  const [outline, progress] = await Promise.all([
    findOutline(ctx, { id: quiz.courseId }, "published"),
    learning.listProgress(ctx, userId, quiz.courseId),
  ]);
  const finished = new Set(progress.filter(({ completedAt }) => completedAt !== null).map(({ lessonId }) => lessonId));
  const missing = outline?.lessons.find(({ id, moduleId }) => moduleId === quiz.moduleId && !finished.has(id));
  if (missing) throw problems.lessonsUnfinished({ detail: `«${missing.title}» comes first.` });
}
