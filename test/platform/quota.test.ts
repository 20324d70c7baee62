import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Actor, Ctx } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import { returnDailyQuota, takeDailyQuota, usedToday } from "#platform/quota";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { brokenLimiter } from "../support/limiter.ts";

const app = testApp();
const quota = (limit: number, name = "calls") => ({ name, limit, failsClosed: true });

/** A context in an isolate of its own: what is leased there is known nowhere else. */
function isolate(actor: Actor, bindings: Env = { ...env }): Ctx {
  return createCtx({
    env: bindings,
    actor,
    requestId: "test",
    composition: app.composition,
    defer: (work) => void work.catch(() => undefined),
  });
}

async function outcome(work: () => unknown): Promise<string> {
  try {
    await work();
    return "taken";
  } catch (error) {
    return (error as { code?: string }).code ?? "thrown";
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a daily quota", () => {
  it("lets exactly its limit pass, taken at once from several isolates", async () => {
    const user = aUser();
    const isolates = [isolate(user), isolate(user), isolate(user)];
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        outcome(async () => await takeDailyQuota(isolates[index % 3] ?? isolate(user), quota(30))),
      ),
    );
    expect(outcomes.filter((result) => result === "taken").length).toBe(30);
    expect(outcomes.filter((result) => result === "quota_exceeded").length).toBe(20);
    expect(await usedToday(isolate(user), quota(30))).toBe(30);
  });

  it("is drawn in blocks, so that an isolate that dies loses a block and never gives one twice", async () => {
    const user = aUser();
    const dying = isolate(user);
    for (let index = 0; index < 100; index += 1) await takeDailyQuota(dying, quota(2_000));
    const used = await usedToday(dying, quota(2_000));
    expect(used).toBeGreaterThanOrEqual(100);
    expect(used).toBeLessThanOrEqual(110);
    const next = isolate(user);
    let taken = 0;
    while (taken < 2_000 && (await outcome(async () => await takeDailyQuota(next, quota(2_000)))) === "taken")
      taken += 1;
    expect(taken).toBe(2_000 - used);
  });

  it("is whole again at midnight in UTC, as Retry-After says", async () => {
    vi.setSystemTime(Date.UTC(2026, 10, 20, 23, 59, 30));
    const ctx = isolate(aUser());
    await takeDailyQuota(ctx, quota(1));
    const refusal = await Promise.resolve(takeDailyQuota(ctx, quota(1))).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "quota_exceeded", options: { retryAfterSeconds: 30 } });
    vi.setSystemTime(Date.UTC(2026, 10, 21));
    expect(await outcome(() => takeDailyQuota(ctx, quota(1)))).toBe("taken");
  });

  it("takes back what was not used, here or through its shard, but not into another day", async () => {
    vi.setSystemTime(Date.UTC(2026, 10, 20, 12));
    const user = aUser();
    const ctx = isolate(user);
    const taken = await takeDailyQuota(ctx, quota(10), 10);
    await returnDailyQuota(ctx, { ...taken, amount: 4 });
    expect(await outcome(() => takeDailyQuota(ctx, quota(10), 4))).toBe("taken");
    await returnDailyQuota(isolate(user), { ...taken, amount: 3 });
    expect(await usedToday(ctx, quota(10))).toBe(7);
    vi.setSystemTime(Date.UTC(2026, 10, 21, 12));
    await takeDailyQuota(ctx, quota(10), 10);
    await returnDailyQuota(ctx, taken);
    expect(await outcome(() => takeDailyQuota(ctx, quota(10)))).toBe("quota_exceeded");
  });

  it("refuses, or lets pass where it may, while its shard is out of reach", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const ctx = isolate(aUser(), { ...env, ...brokenLimiter(async () => await Promise.reject(new Error("lost"))) });
    expect(await outcome(() => takeDailyQuota(ctx, quota(1)))).toBe("unavailable");
    expect(await outcome(() => takeDailyQuota(ctx, { ...quota(1), failsClosed: false }))).toBe("taken");
    log.mockRestore();
  });

  it("belongs to an account", async () => {
    expect(await outcome(() => takeDailyQuota(isolate({ kind: "anonymous" }), quota(1)))).toBe("thrown");
  });
});

describe("an account's calls a day", () => {
  it("are counted for reads, and answer 429 with the time until midnight when they are used up", async () => {
    vi.setSystemTime(Date.UTC(2026, 10, 20, 18));
    const user = aUser();
    const calls = { name: "calls", limit: 10_000, failsClosed: false };
    await takeDailyQuota(isolate(user), calls, 9_999);
    const line = "GET /api/v1/support/tickets";
    expect((await app.call(line, { as: user })).status).toBe(200);
    const refused = await app.call(line, { as: user });
    expect(refused.status).toBe(429);
    expect(await bodyOf(refused)).toMatchObject({ code: "quota_exceeded", quota: "calls", limit: 10_000 });
    expect(refused.headers.get("Retry-After")).toBe(String(6 * 3_600));
    expect(refused.headers.get("RateLimit")).toBe('"calls";r=0;t=21600');
    expect(refused.headers.get("RateLimit-Policy")).toBe('"calls";q=10000;w=86400');
    expect((await app.call(line, { as: { ...user, plan: "basic" } })).status).toBe(200);
    expect((await app.call("GET /api/v1/help/articles", { as: user })).status).toBe(200);
  });
});
