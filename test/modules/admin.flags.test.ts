import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Actor } from "#platform/ctx";
import type { Flag } from "../../src/modules/admin/rules.ts";
import { bucketOf, isFlagOn } from "../../src/modules/admin/rules.ts";
import { anOperator, aUser, freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { inJob } from "../support/platform.ts";

const app = testApp();

const aFlag = (change: Partial<Flag> = {}): Flag => ({
  name: "new-checkout",
  description: "The checkout with saved cards.",
  percentage: 0,
  plans: [],
  users: [],
  ...change,
});

const percentages = fc.integer({ min: 0, max: 100 });
const names = fc.stringMatching(/^[a-z][a-z0-9-]{1,20}$/);
const subject = (userId: string, plan = "free") => ({ userId, plan });

describe("a feature flag", () => {
  it("answers the same for one account as long as it stays the same", () => {
    fc.assert(
      fc.property(names, percentages, fc.uuid(), (name, percentage, userId) => {
        const flag = aFlag({ name, percentage });
        expect(isFlagOn(flag, subject(userId))).toBe(isFlagOn({ ...flag }, subject(userId)));
      }),
    );
  });

  it("never takes a feature away when its percentage is raised", () => {
    fc.assert(
      fc.property(names, percentages, percentages, fc.uuid(), (name, a, b, userId) => {
        const [low, high] = [aFlag({ name, percentage: Math.min(a, b) }), aFlag({ name, percentage: Math.max(a, b) })];
        expect(isFlagOn(low, subject(userId)) && !isFlagOn(high, subject(userId))).toBe(false);
      }),
    );
  });

  it("is on for about its percentage of accounts, and for others of them than another flag", () => {
    const users = Array.from({ length: 10_000 }, () => freshId("user"));
    for (const percentage of [1, 10, 50, 90]) {
      const on = users.filter((userId) => isFlagOn(aFlag({ percentage }), subject(userId))).length / 100;
      expect(Math.abs(on - percentage)).toBeLessThan(2);
    }
    const both = users.filter((userId) => bucketOf("one", userId) < 50 && bucketOf("two", userId) < 50).length;
    expect(both / users.length).toBeGreaterThan(0.22);
    expect(both / users.length).toBeLessThan(0.28);
  });

  it("is off for everybody at nothing, and on for everybody at a hundred, signed in or not", () => {
    const anonymous = { userId: null, plan: null };
    expect(isFlagOn(aFlag({ percentage: 0 }), subject("user_x"))).toBe(false);
    expect(isFlagOn(aFlag({ percentage: 99 }), anonymous)).toBe(false);
    expect(isFlagOn(aFlag({ percentage: 100 }), anonymous)).toBe(true);
  });

  it("is on for the accounts and plans that it names, whatever its percentage", () => {
    const flag = aFlag({ plans: ["pro"], users: ["user_named"] });
    expect(isFlagOn(flag, subject("user_other", "pro"))).toBe(true);
    expect(isFlagOn(flag, subject("user_named"))).toBe(true);
    expect(isFlagOn(flag, subject("user_other"))).toBe(false);
    expect(isFlagOn(flag, subject("user_named ", "Pro"))).toBe(false);
  });

  it("that an operator changes is answered so by the composition, at once in this isolate", async () => {
    const name = `flag-${crypto.randomUUID().slice(0, 8)}`;
    const ask = async (actor: Actor) =>
      await inJob(app, { actor }, async (ctx) => app.composition.isEnabled(ctx, name));
    const put = async (change: object) => {
      const json = { description: "A flag.", percentage: 0, ...change };
      expect((await app.call(`PUT /api/v1/admin/flags/${name}`, { as: anOperator(), json })).status).toBe(200);
    };
    const user = aUser({ plan: "pro" });
    expect(await ask(user)).toBe(false);
    await put({});
    expect(await ask(user)).toBe(false);
    await put({ users: [user.userId] });
    expect(await ask(user)).toBe(true);
    expect(await ask(aUser())).toBe(false);
    await put({ plans: ["pro"] });
    expect(await ask(user)).toBe(true);
    await put({ percentage: 100 });
    expect(await ask({ kind: "anonymous" })).toBe(true);
  });
});
