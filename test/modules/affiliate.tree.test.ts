import { describe, expect, it } from "vitest";
import { draftEvent } from "#kernel/event";
import { userRegistered } from "#modules/identity";
import { commit } from "#platform/commit";
import { affiliateOf, aReferral } from "../support/affiliate.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { rows } from "../support/platform.ts";

const app = testApp();
type Person = Awaited<ReturnType<typeof aReferral>>;

const codeOf = async (as: Person): Promise<string> => (await affiliateOf(app, as)).code;

async function registered({ userId }: Person, referralCode: string): Promise<void> {
  const event = draftEvent(userRegistered, { userId, referralCode, deviceKey: null });
  await commit(testCtx(app), [], { events: [event] });
  await app.call("POST /dev/jobs/drain");
}

async function uplineOf({ userId }: Person): Promise<unknown> {
  const [row] = await rows(
    "select referrer_id as first, second_referrer_id as second from affiliate_members where user_id = ?",
    userId,
  );
  return row;
}

describe("the tree", () => {
  it("has nobody below himself, and no cycle, whatever is told later", async () => {
    const a = await aReferral(app, null);
    const b = await aReferral(app, await codeOf(a));
    const c = await aReferral(app, await codeOf(b));
    await registered(a, await codeOf(a));
    await registered(a, await codeOf(c));
    await registered(b, await codeOf(c));
    expect(await uplineOf(a)).toEqual({ first: null, second: null });
    expect(await uplineOf(b)).toEqual({ first: a.userId, second: null });
    expect(await uplineOf(c)).toEqual({ first: b.userId, second: a.userId });
  });

  it("is decided at the registration: whoever came by himself is brought in by nobody later", async () => {
    const [owner, other] = [await aReferral(app, null), await aReferral(app, null)];
    await registered(other, await codeOf(owner));
    expect(await uplineOf(other)).toEqual({ first: null, second: null });
    expect((await affiliateOf(app, owner)).signUps).toBe(0);
  });

  it("has nobody above whoever comes with a code that is nobody's", async () => {
    const as = await aReferral(app, "NOBODYSCODE");
    expect(await uplineOf(as)).toEqual({ first: null, second: null });
  });
});
