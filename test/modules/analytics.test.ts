import { describe, expect, it } from "vitest";
import { draftEvent } from "#kernel/event";
import { analytics } from "#modules/analytics";
import { registrationRequested, userRegistered } from "#modules/identity";
import { commit } from "#platform/commit";
import { healthParts, healthScore, mondayOf, ratioBps } from "../../src/modules/analytics/rules.ts";
import { writeSeen } from "../../src/modules/analytics/memory.ts";
import { takeRollups } from "../../src/modules/analytics/service.ts";
import { anApiKey, anOperator, aUser, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { count, inJob } from "../support/platform.ts";

const app = testApp();
const DAY = 86_400_000;
const today = new Date().toISOString().slice(0, 10);

interface Shown {
  readonly days: readonly Record<string, number | string>[];
  readonly funnel: readonly { readonly step: string; readonly count: number }[];
  readonly features: readonly { readonly feature: string; readonly calls: number }[];
  readonly retention: readonly {
    readonly cohort: string;
    readonly week: number;
    readonly size: number;
    readonly active: number;
  }[];
  readonly apiKeys: readonly {
    readonly keyId: string;
    readonly route: string;
    readonly calls: number;
    readonly failures: number;
  }[];
}

const show = async (query = ""): Promise<Shown> =>
  await bodyOf<Shown>(await app.call(`GET /api/v1/admin/analytics${query}`, { as: anOperator() }));

const roll = async (): Promise<void> => {
  await writeSeen(testCtx(app));
  await inJob(app, {}, takeRollups);
};

describe("analytics", () => {
  it("count each account once a day however often it calls, and tell features apart", async () => {
    await roll();
    const before = Number((await show()).days.at(-1)?.["dau"] ?? 0);
    const [ada, bob] = [aUser(), aUser()];
    for (let times = 0; times < 5; times += 1) {
      await app.call("GET /api/v1/support/tickets", { as: ada });
      await app.call("GET /api/v1/watchlists", { as: bob });
    }
    await roll();
    await roll();
    const { days, features } = await show();
    // Whoever asks for the figures is active too.
    expect(Number(days.at(-1)?.["dau"]) - before).toBeGreaterThanOrEqual(2);
    expect(await count("analytics_activity", "user_id in (?, ?)", ada.userId, bob.userId)).toBe(2);
    expect(features.find(({ feature }) => feature === "Support")?.calls).toBeGreaterThanOrEqual(5);
  });

  it("count what a key calls by route, and what of it failed", async () => {
    const key = anApiKey(["support:read"]);
    for (let times = 0; times < 3; times += 1) await app.call("GET /api/v1/support/tickets", { as: key });
    await app.call("GET /api/v1/support/tickets?limit=0", { as: key });
    await roll();
    const own = (await show()).apiKeys.filter(({ keyId }) => keyId === key.keyId);
    expect(own).toMatchObject([{ route: "GET /support/tickets", calls: 4, failures: 1 }]);
  });

  it("follow people from a visit to an account, each event once however often it is delivered", async () => {
    const sum = async (step: string) => (await show()).funnel.find((row) => row.step === step)?.count ?? 0;
    await roll();
    const before = [await sum("registered"), await sum("verified")];
    const userId = freshId("user");
    await inJob(app, {}, async (ctx) => {
      const registered = draftEvent(userRegistered, { userId, referralCode: null, deviceKey: null });
      const asked = draftEvent(registrationRequested, { registrationId: freshId("reg") });
      await commit(ctx, [], { events: [registered, asked] });
    });
    await app.call("POST /dev/jobs/drain");
    await app.call("POST /dev/jobs/drain");
    await roll();
    expect([await sum("registered"), await sum("verified")]).toEqual(before.map((value) => value + 1));
  });

  it("show of each week's accounts how many came back", async () => {
    const monday = mondayOf(today);
    const cohort = mondayOf(new Date(Date.parse(monday) - 7 * DAY).toISOString().slice(0, 10));
    const people = [aUser(), aUser(), aUser()];
    await inJob(app, {}, async (ctx) => {
      const insert = "insert into analytics_people (user_id, verified_on) values (?, ?)";
      await ctx.db.batch(people.map(({ userId }) => ctx.db.sql(insert, userId, cohort)));
    });
    for (const as of people.slice(0, 2)) await app.call("GET /api/v1/support/tickets", { as });
    await roll();
    const row = (await show(`?from=${cohort}`)).retention.find((found) => found.cohort === cohort && found.week === 1);
    expect(row).toMatchObject({ size: 3, active: 2 });
  });

  it("answer for a year out of one row a day", async () => {
    await inJob(app, {}, async (ctx) => {
      const insert = `insert into analytics_days (day, visits, registered, verified, paid, dau, wau, mau, calls, api_calls, api_failures)
        values (date('2024-01-01', '+' || ? || ' days'), 1, 1, 1, 1, 1, 1, 1, 1, 1, 0)`;
      await ctx.db.batch(Array.from({ length: 366 }, (_, at) => ctx.db.sql(insert, at)));
    });
    const { days, funnel } = await show("?from=2024-01-01&to=2024-12-31");
    expect(days).toHaveLength(366);
    expect(funnel.map((step) => step.count)).toEqual([366, 366, 366, 366]);
  });

  it.each(["?from=2026-02-01&to=2026-01-01", "?from=2020-01-01&to=2026-01-01", "?from=yesterday"])(
    "refuse %s",
    async (query) => {
      expect((await app.call(`GET /api/v1/admin/analytics${query}`, { as: anOperator() })).status).toBe(422);
    },
  );

  it("forget who used what when an account goes", async () => {
    const { userId } = aUser();
    await inJob(app, {}, async (ctx) => {
      const insert = "insert into analytics_activity (day, user_id, feature, calls) values (?, ?, 'Support', 1)";
      await ctx.db.batch([ctx.db.sql(insert, today, userId)]);
    });
    await inJob(app, {}, async (ctx) => await commit(ctx, await analytics.eraseUser(ctx, userId)));
    expect(await count("analytics_activity", "user_id = ?", userId)).toBe(0);
  });

  it("give rates in basis points, and none of nothing", () => {
    expect([ratioBps(1, 3), ratioBps(1, 0)]).toEqual([3_333, null]);
  });
});

describe("the health score", () => {
  const well = {
    uptimeBps: 10_000,
    booksBalanced: true,
    deadLetters: 0,
    onTimeBps: 10_000,
    dau: 30,
    mau: 100,
    churnBps: 0,
  };

  it("is 100 when all is well, and for an installation that knows nothing yet", () => {
    expect(healthScore(healthParts(well))).toBe(100);
    const unknown = { ...well, uptimeBps: null, onTimeBps: null, dau: 0, mau: 0, churnBps: null };
    expect(healthScore(healthParts(unknown))).toBe(100);
  });

  it.each([
    [{ booksBalanced: false }, 75],
    [{ uptimeBps: 9_900 }, 85],
    [{ deadLetters: 3 }, 95],
    [{ onTimeBps: 5_000 }, 95],
    [{ dau: 10 }, 95],
    [{ churnBps: 500 }, 95],
    [{ uptimeBps: 0, booksBalanced: false, deadLetters: 99, onTimeBps: 0, dau: 0, churnBps: 10_000 }, 0],
  ])("falls with %j to %i", (worse, score) => {
    expect(healthScore(healthParts({ ...well, ...worse }))).toBe(score);
  });

  it("is served with its formula and parts that weigh 100 together", async () => {
    const response = await app.call("GET /api/v1/admin/health-score", { as: anOperator() });
    const body = await bodyOf<{ score: number; parts: { weight: number }[] }>(response);
    expect(response.status).toBe(200);
    expect(body.parts.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
  });
});

describe("a month's report", () => {
  it.each([
    ["application/json", "application/json", "sections"],
    ["text/html", "text/html", "<h1>Report of 2026-10</h1>"],
    ["application/pdf", "application/pdf", "%PDF-1.7"],
  ])("comes as %s", async (accept, type, holds) => {
    const response = await app.call("GET /api/v1/admin/reports/2026-10", {
      as: anOperator(),
      headers: { Accept: accept },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toContain(type);
    expect(new TextDecoder().decode(await response.arrayBuffer())).toContain(holds);
  });

  it("is the business's and not a customer's", async () => {
    expect((await app.call("GET /api/v1/admin/reports/2026-10", { as: aUser({ mfa: true }) })).status).toBe(403);
  });
});
