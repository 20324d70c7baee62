import type { Id } from "#kernel/ids";
import type { Actor } from "#platform/ctx";
import { aUser } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";

export interface CourseBody {
  id: string;
  slug: string;
  title: string;
  modules: {
    id: string;
    title: string;
    lessons: { id: Id<"lesson">; title: string; free: boolean }[];
    quiz: { id: Id<"quiz">; questionCount: number } | null;
  }[];
}

/** The starting packages and courses, where they are not there yet. */
export async function seeded(app: TestApp): Promise<void> {
  await app.call("POST /dev/seed");
}

export async function theCourse(app: TestApp, slug = "personal-budgeting"): Promise<CourseBody> {
  await seeded(app);
  return await bodyOf<CourseBody>(await app.call(`GET /api/v1/courses/${slug}`));
}

/** Opens a checkout of a package in the sandbox, and says where it is paid. */
export async function aCheckout(app: TestApp, as: Actor, slug: string): Promise<{ checkoutId: string }> {
  const response = await app.call(`POST /api/v1/packages/${slug}/purchase`, {
    as,
    json: { provider: "sandbox" },
    headers: { "Idempotency-Key": crypto.randomUUID() },
  });
  return await bodyOf(response);
}

export async function pay(app: TestApp, checkoutId: string): Promise<void> {
  await app.call(`POST /sandbox/checkout/${checkoutId}/pay`);
  await app.call("POST /dev/jobs/drain");
}

/** Somebody who has bought a package. */
export async function aLearner(app: TestApp, slug = "platinum"): Promise<ReturnType<typeof aUser>> {
  await seeded(app);
  const as = aUser();
  await pay(app, (await aCheckout(app, as, slug)).checkoutId);
  return as;
}
