import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sweep } from "#platform/outbox";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { failing } from "../support/database.ts";
import { count, HeldQueue, inJob } from "../support/platform.ts";
import { exampleOf, lineOf, methodOf, nameOf, sampled } from "../contract/call.ts";

const app = testApp();
const lost = (): never => {
  throw new Error("D1_ERROR: Network connection lost.");
};

/** Bindings of which one does not do its work. */
const FAULTS: Readonly<Record<string, () => Partial<Env>>> = {
  "the database is away": () => ({ DB: { withSession: lost } as unknown as D1Database }),
  "the database takes no writes": () => failing(/\b(?:insert|update|delete)\b/i),
  "the limiter is away": () => ({
    RATE_LIMITER: { getByName: () => ({ decide: async () => await Promise.reject(new Error("gone")) }) } as never,
  }),
};

/** Trades are decided in objects with a database of their own; what only looks or leads elsewhere moves nothing. */
const ELSEWHERE = /^\/(?:p2p|admin\/disputes)\/|\/(?:preview|portal)$|\/payment-methods/;

const money = sampled(app.routes).filter(
  ({ route }) => route.policy.limit === "money" && methodOf(route) !== "GET" && !ELSEWHERE.test(route.config.path),
);

async function movements(): Promise<readonly number[]> {
  return await Promise.all(["ledger_transfers", "ledger_entries"].map(async (table) => await count(table)));
}

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => void vi.restoreAllMocks());

describe.each(Object.entries(FAULTS))("while %s", (_, fault) => {
  it.each(money)("$name refuses with 503 and when to come again, and moves nothing", async ({ route }) => {
    const { status: _status, params, query, creates: _creates, shared: _shared, ...call } = await exampleOf(app, route);
    const before = await movements();
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () =>
        app.call(lineOf(route, { ...(params ? { params } : {}), ...(query === undefined ? {} : { query }) }), {
          ...call,
          headers: { "Idempotency-Key": crypto.randomUUID() },
          env: { ...call.env, ...fault() },
        }),
      ),
    );
    for (const answer of answers) {
      expect([nameOf(route), answer.status]).toEqual([nameOf(route), 503]);
      expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    }
    expect(await movements()).toEqual(before);
  });
});

describe("a fault", () => {
  it("is over when it is over: what was refused goes through once, under the same key", async () => {
    const as = aUser();
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const json = { subject: "Fault", body: "Once, please." };
    const open = async (bindings: Partial<Env>): Promise<Response> =>
      await app.call("POST /api/v1/support/tickets", { as, headers, json, env: bindings });
    const away = FAULTS["the database is away"]?.() ?? {};
    const answers = await Promise.all(Array.from({ length: 16 }, async () => await open(away)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(await count("support_tickets", "user_id = ?", as.userId)).toBe(0);
    expect((await open({})).status).toBe(201);
    await Promise.all(Array.from({ length: 16 }, async () => await open({})));
    expect(await count("support_tickets", "user_id = ?", as.userId)).toBe(1);
  });

  it("of the queue holds nobody up, and the sweeper makes up for it", async () => {
    const queue = new HeldQueue();
    queue.down = true;
    const as = aUser();
    const json = { subject: "Queue", body: "It is away." };
    const answer = await app.call("POST /api/v1/support/tickets", { as, json, env: { EVENTS: queue.binding } });
    expect(answer.status).toBe(201);
    expect(queue.messages).toEqual([]);
    queue.down = false;
    await inJob(app, { env: { EVENTS: queue.binding }, now: () => Date.now() + 3_600_000 }, sweep);
    expect(queue.messages.map(({ handler }) => handler)).toContain("support.acknowledgeTicket");
  });

  it("of the files refuses what needs them, and nothing else", async () => {
    const broken = async (): Promise<never> => await Promise.reject(new Error("R2 internal error; reference = x"));
    const FILES = { get: broken, put: broken, head: broken, list: broken, delete: broken } as unknown as R2Bucket;
    const as = aUser();
    expect((await app.call("GET /api/v1/support/tickets", { as, env: { FILES } })).status).toBe(200);
    const ready = await app.call("GET /api/v1/health/ready", { env: { FILES } });
    expect(ready.status).toBe(503);
    expect(ready.headers.get("Retry-After")).not.toBeNull();
    const { dependencies } = await bodyOf<{ dependencies: { name: string; ok: boolean }[] }>(ready);
    expect(dependencies.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["files"]);
  });

  it("of the limiter lets reads pass and closes sign-in", async () => {
    const bindings = FAULTS["the limiter is away"]?.() ?? {};
    expect((await app.call("GET /api/v1/support/tickets", { as: aUser(), env: bindings })).status).toBe(200);
    const json = { email: "nobody@mail.example", password: "not the right password" };
    const login = await app.call("POST /api/v1/auth/login", { json, env: bindings });
    expect(login.status).toBe(503);
    expect(login.headers.get("Retry-After")).not.toBeNull();
  });

  it("of the metrics' hub, or of the database under analytics, shows in no answer", async () => {
    const METRICS_HUB = { getByName: lost } as unknown as Env["METRICS_HUB"];
    const bindings = { ...failing(/analytics_/), METRICS_HUB };
    for (let times = 0; times < 3; times += 1)
      expect((await app.call("GET /api/v1/support/tickets", { as: aUser(), env: bindings })).status).toBe(200);
  });

  it("of the database lets nobody in who was not", async () => {
    const away = FAULTS["the database is away"]?.() ?? {};
    for (const token of ["x", "bourse_live_xxxxxxxxxxxxxxxxxxxxxxxx", "a.b.c"]) {
      const headers = { Authorization: `Bearer ${token}` };
      const { status } = await app.call("GET /api/v1/admin/users", { headers, env: away });
      expect([401, 503]).toContain(status);
    }
  });
});
