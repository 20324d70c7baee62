import { draftEvent } from "#kernel/event";
import { userRegistered } from "#modules/identity";
import { commit } from "#platform/commit";
import type { Actor } from "#platform/ctx";
import { aUser } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import { testCtx } from "./ctx.ts";

export interface Affiliate {
  code: string;
  link: string;
  clicks: number;
  signUps: number;
  buyers: number;
  earnings: { asset: string; held: string; available: string; owed: string }[];
}

export async function affiliateOf(app: TestApp, as: Actor): Promise<Affiliate> {
  return await bodyOf<Affiliate>(await app.call("GET /api/v1/affiliate", { as }));
}

/** Somebody new, whom another has brought in. */
export async function aReferral(
  app: TestApp,
  referralCode: string | null,
  deviceKey: string | null = null,
): Promise<ReturnType<typeof aUser>> {
  const as = aUser();
  const event = draftEvent(userRegistered, { userId: as.userId, referralCode, deviceKey });
  await commit(testCtx(app), [], { events: [event] });
  await app.call("POST /dev/jobs/drain");
  return as;
}

/** A ← B ← C: three people, of whom each has brought in the next. */
export async function aChain(app: TestApp): Promise<Record<"a" | "b" | "c", ReturnType<typeof aUser>>> {
  const a = await aReferral(app, null);
  const b = await aReferral(app, (await affiliateOf(app, a)).code);
  const c = await aReferral(app, (await affiliateOf(app, b)).code);
  return { a, b, c };
}
