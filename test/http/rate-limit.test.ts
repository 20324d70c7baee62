import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ANONYMOUS, createCtx } from "#platform/ctx";
import { takeTokens } from "#platform/limiter";
import { defineRoute, signedIn } from "#platform/http/route";
import { sourceKey } from "#platform/http/source";
import type { Module } from "#platform/module";
import { aUser, freshId } from "../support/actors.ts";
import type { Call } from "../support/app.ts";
import { anAddress, bodyOf, testApp } from "../support/app.ts";
import { brokenLimiter } from "../support/limiter.ts";

const app = testApp();
const ARTICLES = "GET /api/v1/help/articles";
const TICKETS = "GET /api/v1/support/tickets";

const from = (ip: string, headers: Record<string, string> = {}): Call => ({
  headers: { "CF-Connecting-IP": ip, ...headers },
});

interface Fields {
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

function fieldsOf(response: Response): Fields {
  const policy = /^"([a-z]+)";q=([0-9]+);w=([0-9]+)$/.exec(response.headers.get("RateLimit-Policy") ?? "");
  const state = /^"([a-z]+)";r=([0-9]+);t=([0-9]+)$/.exec(response.headers.get("RateLimit") ?? "");
  if (!policy || !state || policy[1] !== state[1]) throw new Error("The fields do not parse.");
  return {
    limit: Number(policy[2]),
    windowSeconds: Number(policy[3]),
    remaining: Number(state[2]),
    resetSeconds: Number(state[3]),
  };
}

async function statuses(count: number, call: () => Promise<Response>): Promise<Record<number, number>> {
  const answers = await Promise.all(Array.from({ length: count }, call));
  return Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, list]) => [status, list.length]),
  );
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a source", () => {
  it("is told what it has left, on every answer", async () => {
    const ip = anAddress();
    expect(fieldsOf(await app.call(ARTICLES, from(ip)))).toEqual({
      limit: 300,
      windowSeconds: 60,
      remaining: 299,
      resetSeconds: 1,
    });
    expect(fieldsOf(await app.call("GET /nowhere", from(ip))).remaining).toBe(298);
    expect((await app.call("GET /api/v1/health", from(ip))).headers.has("RateLimit")).toBe(false);
  });

  it("passes exactly its limit, and passes again after waiting as long as it was told", async () => {
    vi.setSystemTime(Date.now());
    const ip = anAddress();
    expect(await statuses(310, async () => await app.call(ARTICLES, from(ip)))).toEqual({ 200: 300, 429: 10 });
    const refused = await app.call(ARTICLES, from(ip));
    expect(refused.status).toBe(429);
    expect(await bodyOf(refused)).toMatchObject({ code: "rate_limited", status: 429 });
    const told = Number(refused.headers.get("Retry-After"));
    expect(fieldsOf(refused)).toEqual({ limit: 300, windowSeconds: 60, remaining: 0, resetSeconds: told });
    vi.setSystemTime(Date.now() + told * 1_000);
    expect((await app.call(ARTICLES, from(ip))).status).toBe(200);
  });

  it("leaves one line in the log for each time it was refused anew, not for each call", async () => {
    vi.setSystemTime(Date.now());
    const ip = anAddress();
    await statuses(300, async () => await app.call(ARTICLES, from(ip)));
    const log = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await statuses(50, async () => await app.call(ARTICLES, from(ip)));
    expect(log).toHaveBeenCalledTimes(1);
    await statuses(50, async () => await app.call(ARTICLES, from(ip)));
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });

  it("lets one of two pass at its last call", async () => {
    vi.setSystemTime(Date.now());
    const ip = anAddress();
    await statuses(299, async () => await app.call(ARTICLES, from(ip)));
    expect(await statuses(2, async () => await app.call(ARTICLES, from(ip)))).toEqual({ 200: 1, 429: 1 });
  });

  it("is known by the platform's own header alone", async () => {
    const ip = anAddress();
    const forged = ["X-Forwarded-For", "X-Real-IP", "True-Client-IP", "Forwarded", "X-Client-IP"];
    for (const [index, name] of forged.entries()) {
      const answer = await app.call(ARTICLES, from(ip, { [name]: `for=203.0.113.${index}` }));
      expect(fieldsOf(answer).remaining).toBe(299 - index);
    }
  });

  it("is one with its neighbours in an IPv6 network, and with its IPv4 address in IPv6 dress", async () => {
    const network = `2001:db8:${crypto.randomUUID().slice(0, 4)}:1`;
    const neighbours = [`${network}::1`, `${network}:ffff::9`, `${network.toUpperCase()}:0:0:0:2`];
    for (const [index, ip] of neighbours.entries()) {
      expect(fieldsOf(await app.call(ARTICLES, from(ip))).remaining).toBe(299 - index);
    }
    expect(sourceKey("2001:DB8::1")).toBe(sourceKey("2001:0db8:0:0:ffff::"));
    expect(sourceKey("2001:db8:0:1::1")).not.toBe(sourceKey("2001:db8::1"));
    for (const mapped of ["::ffff:192.0.2.7", "::FFFF:c000:207", "0:0:0:0:0:ffff:192.0.2.7"]) {
      expect(sourceKey(mapped)).toBe("192.0.2.7");
    }
  });

  it("shares one bucket with all others when the platform names none", async () => {
    const nameless = { headers: { "CF-Connecting-IP": "" } };
    const first = fieldsOf(await app.call(ARTICLES, nameless)).remaining;
    expect(fieldsOf(await app.call("GET /nowhere", nameless)).remaining).toBe(first - 1);
    expect(sourceKey(null)).toBe("unknown");
  });

  it("spends one budget, however the address is written", async () => {
    const ip = anAddress();
    const variants = [
      "GET /api/v1/help/articles",
      "GET /api/v1/help/articles/",
      "GET /api/v1/HELP/articles",
      "GET /api/v1/help/articles?x=1",
      "GET /api/v1/%68elp/articles",
      "HEAD /api/v1/help/articles",
      "GET //api/v1/help/articles",
      "POST /api/v1/help/articles",
    ];
    for (const [index, line] of variants.entries()) {
      expect(fieldsOf(await app.call(line, from(ip))).remaining).toBe(299 - index);
    }
  });
});

describe("an account", () => {
  it("is counted wherever it calls from, by its plan", async () => {
    const free = aUser();
    expect(fieldsOf(await app.call(TICKETS, { as: free })).remaining).toBe(299);
    expect(fieldsOf(await app.call(TICKETS, { as: free })).remaining).toBe(298);
    expect(fieldsOf(await app.call(TICKETS, { as: aUser({ plan: "pro" }) })).limit).toBe(3_000);
  });

  it("shares its limit among its sessions and keys, and each class has its own", async () => {
    const user = aUser();
    await app.call(TICKETS, { as: user });
    const key = { kind: "apiKey", keyId: freshId("key"), userId: user.userId, plan: "free" } as const;
    const byKey = await app.call(TICKETS, { as: { ...key, scopes: ["support:read"] } });
    expect(fieldsOf(byKey).remaining).toBe(298);
    const written = await app.call("POST /api/v1/support/tickets", { as: user, json: { subject: "a", body: "b" } });
    expect(fieldsOf(written)).toMatchObject({ limit: 120, remaining: 119 });
  });

  it("is counted by its source where everybody may call", async () => {
    const ip = anAddress();
    await app.call(ARTICLES, { ...from(ip), as: aUser() });
    expect(fieldsOf(await app.call(ARTICLES, { ...from(ip), as: aUser() })).remaining).toBe(298);
  });
});

const done = { 204: { description: "Done." } };
const route = (path: string, limit: "auth" | "money" | "costly") =>
  defineRoute(
    { operation: `get-${limit}`, access: limit === "auth" ? { kind: "public" } : signedIn(null), limit },
    { method: "get", path, tags: ["Test"], summary: "Test", responses: done },
    (c) => c.body(null, 204),
  );
const probes: Module = {
  name: "probes",
  routes: [route("/probe/auth", "auth"), route("/probe/money", "money"), route("/probe/costly", "costly")],
};

describe("a limiter out of reach", () => {
  const failing: readonly (readonly [string, Partial<Env>])[] = [
    ["failing", brokenLimiter(async () => await Promise.reject(new Error("Network connection lost.")))],
    ["hanging", brokenLimiter(async () => await new Promise<never>(() => undefined))],
  ];

  it.each(failing)(
    "lets reads pass and refuses sign-in and money, and says so in the log (%s)",
    async (_, bindings) => {
      const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
      const probing = testApp(probes);
      const as = aUser();
      const startedAt = Date.now();
      const [read, costly, auth, money] = await Promise.all([
        probing.call(ARTICLES, { env: bindings }),
        probing.call("GET /api/v1/probe/costly", { env: bindings, as }),
        probing.call("GET /api/v1/probe/auth", { env: bindings }),
        probing.call("GET /api/v1/probe/money", { env: bindings, as }),
      ]);
      expect([read, costly, auth, money].map(({ status }) => status)).toEqual([200, 204, 503, 503]);
      expect(read.headers.get("RateLimit-Policy")).toBe('"public";q=300;w=60');
      expect(auth.headers.get("Retry-After")).toBe("2");
      expect(await bodyOf(money)).toMatchObject({ code: "unavailable" });
      expect(Date.now() - startedAt).toBeLessThan(4_000);
      const lines = log.mock.calls.map(([line]) => String(line)).filter((line) => line.includes("rate limiter"));
      expect(lines.length).toBeGreaterThan(0);
      log.mockRestore();
    },
  );

  it("is logged once in ten seconds, with how often it failed", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const bindings = { ...env, ...brokenLimiter(async () => await Promise.reject(new Error("lost"))) };
    vi.setSystemTime(Date.now());
    const { composition } = app;
    const ctx = createCtx({ env: bindings, actor: ANONYMOUS, requestId: "r", composition, defer: () => undefined });
    const demand = { key: "k", rule: { kind: "rate", limit: 1, windowMs: 1_000 }, amount: 1 } as const;
    for (let index = 0; index < 5; index += 1) expect(await takeTokens(ctx, demand)).toBeNull();
    expect(log).toHaveBeenCalledTimes(1);
    vi.setSystemTime(Date.now() + 10_000);
    await takeTokens(ctx, demand);
    expect(log).toHaveBeenCalledTimes(2);
    expect(log.mock.calls[1]?.[0]).toContain('"count":5');
    log.mockRestore();
  });
});
