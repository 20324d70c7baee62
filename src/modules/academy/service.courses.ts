import type { Id } from "#kernel/ids";
import { HOUR } from "#kernel/time";
import { mayRead } from "#modules/packages";
import type { Ctx } from "#platform/ctx";
import { accountOf } from "#platform/http/access";
import { http } from "#platform/http/problems";
import { signTicket, verifyTicket } from "#platform/tickets";
import { problems } from "./errors.ts";
import type { CourseRow, CourseSummary, FileRow, LessonWithCourse, Outline, Sight } from "./repository.courses.ts";
import * as repository from "./repository.courses.ts";

/** A link to a lesson's file is good for the length of a long film. */
const LINK = { purpose: "lesson-file", audience: "academy" } as const;
const LINK_SECONDS = (4 * HOUR) / 1_000;

/** Operators see drafts; everybody else what is published. */
export function sightOf(ctx: Ctx): Sight {
  return ctx.actor.kind === "user" && ctx.actor.role !== "user" && ctx.actor.mfa ? "all" : "published";
}

export async function listCourses(ctx: Ctx): Promise<CourseSummary[]> {
  return await repository.listCourses(ctx, "published");
}

export async function getCourse(ctx: Ctx, slug: string): Promise<Outline> {
  const outline = await repository.findOutline(ctx, { slug }, "published");
  if (!outline) throw problems.courseNotFound({ detail: "GET /api/v1/courses lists all of them." });
  return outline;
}

export interface ReadableLesson extends LessonWithCourse {
  /** Where each file is fetched, by the file's id. */
  readonly links: ReadonlyMap<string, string>;
}

/** A lesson's text and files, for whoever may read it: free lessons for everybody, the others with a package. */
export async function getLesson(ctx: Ctx, id: Id<"lesson">): Promise<ReadableLesson> {
  const found = await readableLesson(ctx, id);
  const links = await Promise.all(found.files.map(async (file) => [file.id, await linkTo(ctx, file)] as const));
  return { ...found, links: new Map(links) };
}

export async function readableLesson(ctx: Ctx, id: Id<"lesson">): Promise<LessonWithCourse> {
  const found = await repository.findLesson(ctx, id);
  const hidden = found?.lesson.state !== "published" || found.course.state !== "published";
  if (!found || (hidden && sightOf(ctx) !== "all")) throw problems.lessonNotFound();
  if (!found.lesson.free) await assertReadable(ctx, found.course);
  return found;
}

/** Refuses whoever has no package with the course. */
export async function assertReadable(ctx: Ctx, course: CourseRow): Promise<void> {
  if (sightOf(ctx) === "all") return;
  const userId = accountOf(ctx.actor) as Id<"user"> | null;
  if (userId === null) throw http.unauthenticated({ detail: "Sign in to read this, or choose a free lesson." });
  if (await mayRead(ctx, userId, course.slug)) return;
  throw problems.packageRequired({
    detail: `«${course.title}» comes with a package; GET /api/v1/packages lists them.`,
    extra: { course: course.slug },
  });
}

async function linkTo(ctx: Ctx, file: FileRow): Promise<string> {
  const token = await signTicket(ctx, { ...LINK, subject: file.id, ttlSeconds: LINK_SECONDS });
  return `${ctx.config.publicOrigin}/files/lessons/${token}`;
}

/** The file that a signed link stands for. */
export async function findLinkedFile(ctx: Ctx, token: string): Promise<FileRow> {
  const ticket = await verifyTicket(ctx, token, LINK);
  const file = ticket && (await repository.findFile(ctx, ticket.subject as Id<"file">));
  if (!file) throw problems.fileNotFound({ detail: "The link is over; open the lesson again for a new one." });
  return file;
}
