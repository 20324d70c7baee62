import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { anApiKey, anOperator, aUser } from "../support/actors.ts";
import type { Call } from "../support/app.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { expectProblem, lineOf, nameOf } from "../contract/call.ts";

const app = testApp();
const MESSAGE = "We are back at 06:00 UTC.";
const SECOND = 1_000;

async function put(json: object): Promise<Response> {
  return await app.call("PUT /api/v1/admin/maintenance", { as: anOperator(), json });
}

const isOpen = (name: string): boolean =>
  app.routes.some((route) => nameOf(route) === name && route.policy.duringMaintenance === true);
const kept = app.routes.filter(({ policy }) => policy.duringMaintenance !== true);

describe("maintenance", () => {
  beforeEach(async () => {
    expect((await put({ enabled: true, message: MESSAGE })).status).toBe(200);
  });

  afterEach(async () => {
    vi.useRealTimers();
    expect((await put({ enabled: false, message: MESSAGE })).status).toBe(200);
  });

  const callers: readonly (readonly [string, () => Call])[] = [
    ["anonymous callers", () => ({})],
    ["customers", () => ({ as: aUser() })],
    ["support", () => ({ as: anOperator("support") })],
    ["API keys", () => ({ as: anApiKey(["support:read", "support:write"]) })],
  ];

  it.each(callers)("answers %s with 503, before any other question", async (_, call) => {
    for (const route of kept) {
      const response = await app.call(lineOf(route), call());
      const problem = await expectProblem(response, 503, "maintenance");
      expect(problem.detail).toBe(MESSAGE);
      expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
    }
  });

  it("says when it ends, and ends by itself", async () => {
    const until = new Date(Date.now() + 90 * SECOND).toISOString();
    await put({ enabled: true, message: MESSAGE, until });
    const closed = await app.call("GET /api/v1/support/tickets", { as: aUser() });
    const wait = Number(closed.headers.get("Retry-After"));
    expect(wait).toBeGreaterThan(80);
    expect(wait).toBeLessThanOrEqual(90);
    vi.setSystemTime(Date.now() + 91 * SECOND);
    expect((await app.call("GET /api/v1/support/tickets", { as: aUser() })).status).toBe(200);
  });

  it("leaves admins at work", async () => {
    expect((await app.call("GET /api/v1/admin/flags", { as: anOperator() })).status).toBe(200);
  });

  it("leaves health open, the reference, and what its routes say stays open", async () => {
    expect(isOpen("getHealth") && isOpen("getReadiness")).toBe(true);
    for (const route of app.routes.filter(({ policy }) => policy.duringMaintenance === true))
      expect((await app.call(lineOf(route))).status, nameOf(route)).not.toBe(503);
    expect((await app.call("GET /openapi.json")).status).toBe(200);
  });

  it("leaves every way of signing in open, so that admins get in", () => {
    const signIn = app.routes.filter(({ policy }) => policy.limit === "auth" && policy.access.kind === "public");
    for (const route of signIn) expect(route.policy.duringMaintenance, nameOf(route)).toBe(true);
  });

  it("is written down with who switched it", async () => {
    const answer = await app.call("GET /api/v1/admin/maintenance", { as: anOperator() });
    expect(await bodyOf(answer)).toEqual({ enabled: true, message: MESSAGE, until: null });
  });
});

describe("no maintenance", () => {
  it("closes nothing", async () => {
    expect((await app.call("GET /api/v1/support/tickets", { as: aUser() })).status).toBe(200);
  });
});
