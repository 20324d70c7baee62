import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createHttpApp } from "#platform/http/app";
import { DEMO_PASSWORD, DEMO_TOTP_SECRET } from "../../src/modules/identity/demo.ts";
import type { TestApp } from "../support/app.ts";
import { testApp } from "../support/app.ts";
import { aBrowser } from "../support/browser.ts";
import { counted } from "../support/database.ts";
import { totp } from "../support/people.ts";

const trips = counted();
/** One isolate, which remembers from look to look. */
const isolate = { ...env, DB: trips.DB };
const { composition, routes, rootRoutes, ...rest } = testApp();
/** Without limits, for which an isolate asks at times, so that calls of one page go apart. */
const http = createHttpApp(
  composition,
  routes.map((route) => ({ ...route, policy: { ...route.policy, limit: "exempt" as const } })),
  rootRoutes.map((route) => ({ ...route, limit: "exempt" as const })),
);
const app: TestApp = { ...rest, composition, routes, rootRoutes, call: fetchInIsolate };
const browser = aBrowser(app);
const desk = aBrowser(app);

async function fetchInIsolate(line: string, { headers = {}, body }: Parameters<TestApp["call"]>[1] = {}) {
  const [method = "GET", path = "/"] = line.split(" ");
  const request = new Request(`https://bourse.test${path}`, {
    method,
    headers: { "CF-Connecting-IP": "2001:db8::1", ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const execution = createExecutionContext();
  const response = await http.fetch(request, isolate, execution);
  await waitOnExecutionContext(execution);
  return response;
}

beforeAll(async () => {
  await app.call("POST /dev/seed");
  const trader = await browser.post("/sign-in", { email: "trader@bourse.test", password: DEMO_PASSWORD, next: "/app" });
  expect(trader.status).toBe(303);
  const asked = await desk.post("/sign-in", { email: "admin@bourse.test", password: DEMO_PASSWORD, next: "/admin" });
  const mfaToken = /name="mfaToken" value="([^"]+)"/.exec(asked.html)?.[1] ?? "";
  const entered = { mfaToken, code: await totp(DEMO_TOTP_SECRET), next: "/admin" };
  expect((await desk.post("/sign-in/factor", entered)).status).toBe(303);
});

const CUSTOMER = {
  "/app": 1,
  "/app/wallet": 1,
  "/app/wallet/USDT": 1,
  "/app/scanner": 1,
  "/app/scanner?expression=close+%3E+sma(50)": 1,
  "/app/p2p": 2,
  "/app/budget": 2,
  "/app/budget/reports": 2,
  "/app/academy": 1,
  "/app/affiliate": 1,
  "/app/billing": 2,
  "/app/settings": 1,
} as const;

/** One more than their readings: what operators may do is asked of storage at each look. */
const OPERATOR = {
  "/admin": 2,
  "/admin/users": 3,
  "/admin/disputes": 2,
  "/admin/withdrawals": 2,
  "/admin/audit": 2,
  "/admin/readiness": 2,
} as const;

/** The first looks fill what an isolate remembers, and any of them may see it grow old. */
const LOOKS = 4;

describe("a page asks the database, once an isolate knows who looks,", () => {
  it.each([
    ...Object.entries(CUSTOMER).map(([path, most]) => ({ path, most, visitor: browser })),
    ...Object.entries(OPERATOR).map(([path, most]) => ({ path, most, visitor: desk })),
  ])("$most times: $path", async ({ path, most, visitor }) => {
    const asked: number[] = [];
    for (let look = 0; look < LOOKS; look += 1) {
      const before = trips.count();
      expect((await visitor.get(path)).status).toBe(200);
      asked.push(trips.count() - before);
    }
    expect(Math.min(...asked), asked.join(", ")).toBe(most);
  });
});
