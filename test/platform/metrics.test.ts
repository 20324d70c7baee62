import { afterEach, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:workers";
import { createCtx } from "#platform/ctx";
import { anyone, defineRoute } from "#platform/http/route";
import type { Meter } from "#platform/metrics";
import { flushMetrics, meterOf } from "#platform/metrics";
import { aUser } from "../support/actors.ts";
import { anAddress, testApp } from "../support/app.ts";
import { failing } from "../support/database.ts";

const app = testApp({
  name: "measured",
  gauges: () => Promise.resolve([{ name: "probe", help: 'A "probe".', labels: { of: 'a\\b"c\n' }, value: 1.5 }]),
  routes: [
    defineRoute(
      { operation: "fail", access: anyone, limit: "public" },
      { method: "get", path: "/fail", tags: ["Probe"], summary: "Fail", responses: { 200: { description: "Never." } } },
      () => {
        throw new RangeError("no");
      },
    ),
  ],
});
const token = { Authorization: "Bearer metrics_development" };

async function scrape(overrides?: Partial<Env>): Promise<Map<string, number>> {
  const response = await app.call("GET /metrics", { headers: token, ...(overrides ? { env: overrides } : {}) });
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

/** By how much a series grows while something happens. */
async function growth(series: string, work: () => Promise<unknown>): Promise<number> {
  const before = (await scrape()).get(series) ?? 0;
  await work();
  return ((await scrape()).get(series) ?? 0) - before;
}

afterEach(() => void vi.restoreAllMocks());

describe("metrics", () => {
  it.each([
    ["without a token", {}],
    ["with a wrong one", { Authorization: "Bearer metrics_developmenu" }],
    ["with an empty one", { Authorization: "Bearer " }],
    ["with the token as a password", { Authorization: "Basic metrics_development" }],
  ])("are told to nobody %s", async (_, headers) => {
    const response = await app.call("GET /metrics", { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).not.toBeNull();
  });

  it("are told to nobody where no token is configured", async () => {
    const unset = { METRICS_TOKEN: undefined };
    for (const headers of [token, { Authorization: "Bearer " }, { Authorization: "Bearer undefined" }])
      expect((await app.call("GET /metrics", { headers, env: unset })).status).toBe(401);
  });

  it("count each answer by class, method and status", async () => {
    const series = 'bourse_http_requests_total{class="read",method="GET",status="401"}';
    const call = async () => await app.call("GET /api/v1/support/tickets");
    expect(await growth(series, async () => await Promise.all(Array.from({ length: 20 }, call)))).toBe(20);
  });

  it("count paths and methods that callers make up as one series", async () => {
    const series = 'bourse_http_requests_total{class="unmatched",method="other",status="404"}';
    const methods = ["COPY", "PROPFIND", "MKCOL"];
    expect(
      await growth(series, async () => {
        for (const method of methods) await app.call(`${method} /${crypto.randomUUID()}`);
      }),
    ).toBe(3);
  });

  it("count what the limiter refuses", async () => {
    const headers = { "CF-Connecting-IP": anAddress() };
    const login = async () => await app.call("POST /api/v1/auth/refresh", { headers, json: { refreshToken: "x" } });
    const grown = await growth('bourse_limiter_refusals_total{class="auth"}', async () => {
      for (let times = 0; times < 33; times += 1) await login();
    });
    expect(grown).toBe(3);
  });

  it("count sign-ins by what came of them", async () => {
    const json = { email: "nobody@mail.example", password: "not the right password" };
    const series = 'bourse_sign_ins_total{way="password",outcome="invalid_credentials"}';
    expect(await growth(series, async () => await app.call("POST /api/v1/auth/login", { json }))).toBe(1);
  });

  it("count unexpected errors", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(await growth("bourse_unexpected_errors_total", async () => await app.call("GET /api/v1/fail"))).toBe(1);
  });

  it("count calls to the database and the rows they touch", async () => {
    const before = await scrape();
    await app.call("POST /api/v1/support/tickets", { as: aUser(), json: { subject: "S", body: "B" } });
    const after = await scrape();
    for (const series of ['bourse_database_queries_total{outcome="ok"}', "bourse_database_rows_written_total"])
      expect(after.get(series) ?? 0).toBeGreaterThan(before.get(series) ?? 0);
    expect(after.get("bourse_database_bytes")).toBeGreaterThan(0);
  });

  it("count calls to the database that take over a second", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const slow = {
      DB: {
        withSession: () => ({
          prepare: () => ({ bind: () => ({}) }),
          batch: async () => {
            vi.setSystemTime(Date.now() + 1_200);
            return await Promise.resolve([]);
          },
          getBookmark: () => null,
        }),
      } as unknown as D1Database,
    };
    const own = { ...env, ...slow };
    const ctx = createCtx({
      env: own,
      actor: { kind: "system", job: "test" },
      requestId: "test",
      composition: app.composition,
      defer: () => undefined,
    });
    const grown = await growth("bourse_database_slow_queries_total", async () => {
      await ctx.db.batch([ctx.db.sql("select 1")]);
      vi.useRealTimers();
      await flushMetrics(ctx);
    });
    expect(grown).toBe(1);
    expect(warn.mock.calls.flat().join("\n")).toContain("slow_query");
  });

  it("show what modules measure, escaped as the format asks", async () => {
    expect((await scrape()).get('bourse_probe{of="a\\\\b\\"c\\n"}')).toBe(1.5);
  });

  it("are there without the gauges when the database is away, and say so", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const shown = await scrape(failing(/platform_deliveries|ledger/));
    expect(shown.get('bourse_collector_up{source="platform"}')).toBe(0);
    expect(shown.get('bourse_collector_up{source="measured"}')).toBe(1);
    expect(shown.get("bourse_queue_depth")).toBeUndefined();
    expect([...shown.keys()].some((series) => series.startsWith("bourse_http_requests_total"))).toBe(true);
  });

  it("hold no request up while the hub hangs, and arrive once when it is back", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const lost = {
      getByName: () => ({
        add: async (batch: Parameters<(typeof hub)["add"]>[0]) => {
          await hub.add(batch);
          throw new Error("The answer was lost.");
        },
      }),
    } as unknown as Env["METRICS_HUB"];
    const hub = env.METRICS_HUB.getByName("hub");
    const bindings = { ...env, METRICS_HUB: lost };
    const parts = { actor: { kind: "system", job: "test" }, requestId: "test", defer: () => undefined } as const;
    const ctx = createCtx({ ...parts, env: bindings, composition: app.composition });
    const meter: Meter = meterOf(bindings);
    const series = 'bourse_cron_runs_total{cron="probe.lost",outcome="ok"}';
    const grown = await growth(series, async () => {
      meter.add("cronRuns", ["probe.lost", "ok"]);
      await flushMetrics(ctx);
      meter.add("cronRuns", ["probe.lost", "ok"]);
      await flushMetrics(ctx);
      Object.assign(bindings, { METRICS_HUB: env.METRICS_HUB });
      await flushMetrics(ctx);
      await flushMetrics(ctx);
    });
    expect(grown).toBe(2);
  });

  it("go to the second sink where one is bound", async () => {
    const points: AnalyticsEngineDataPoint[] = [];
    const METRICS = { writeDataPoint: (point: AnalyticsEngineDataPoint) => void points.push(point) };
    await app.call("GET /api/v1/health", { env: { METRICS } });
    expect(points).toContainEqual({
      indexes: ["bourse_http_requests_total"],
      blobs: ["exempt", "GET", "200"],
      doubles: [1, 1],
    });
  });
});
