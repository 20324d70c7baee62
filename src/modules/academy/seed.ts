import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { listCourses } from "./repository.courses.ts";
import * as repository from "./repository.editing.ts";
import { BUDGETING } from "./starter.budgeting.ts";
import { ESCROW } from "./starter.escrow.ts";
import { SCANS } from "./starter.scans.ts";
import type { StarterCourse } from "./starter.ts";

const STARTERS: readonly StarterCourse[] = [BUDGETING, ESCROW, SCANS];

/** Puts the starting courses down where there are none, so that an operator's own words are never written over. */
export async function seed(ctx: Ctx): Promise<void> {
  if ((await listCourses(ctx, "all")).length > 0) return;
  await commit(
    ctx,
    STARTERS.flatMap((course, index) => insertStarter(ctx, course, index + 1)),
  );
}

function insertStarter(ctx: Ctx, { slug, title, summary, modules }: StarterCourse, position: number): Statement[] {
  const now = ctx.now();
  const courseId = ctx.newId("course");
  const head = {
    id: courseId,
    slug,
    title,
    summary,
    state: "published",
    position,
    createdAt: now,
    updatedAt: now,
  } as const;
  let lessonPosition = 0;
  const parts = modules.flatMap((part, index) => {
    const moduleId = ctx.newId("module");
    const lessons = part.lessons.map((lesson) => {
      lessonPosition += 1;
      const place = { id: ctx.newId("lesson"), courseId, moduleId, position: lessonPosition, updatedAt: now };
      const { body } = lesson;
      return repository.insertLesson(ctx, {
        ...lesson,
        body: body.trim(),
        ...place,
        videoUrl: null,
        state: "published",
      });
    });
    return [
      repository.insertModule(ctx, { id: moduleId, courseId, title: part.title, position: index + 1 }),
      ...lessons,
      repository.putQuiz(ctx, { id: ctx.newId("quiz"), courseId, moduleId, ...part.quiz }),
    ];
  });
  return [repository.insertCourse(ctx, head), ...parts];
}
