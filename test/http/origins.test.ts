import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { anOperator, aUser } from "../support/actors.ts";
import type { Call } from "../support/app.ts";
import { testApp } from "../support/app.ts";

const app = testApp();
const ALLOWED = "https://app.example.com";
/** Bindings of their own, since a configuration is read once for each. */
const configured = { CORS_ORIGINS: `${ALLOWED},https://other.example.com:8443` };

const TRICKS = [
  "null",
  "*",
  "https://app.example.com.evil.test",
  "https://evil-app.example.com",
  "https://evilapp.example.com",
  "https://sub.app.example.com",
  "https://example.com",
  "http://app.example.com",
  "https://app.example.com:8443",
  "https://other.example.com",
  "https://app.example.com/",
  "https://APP.example.com",
  "https://app.example.com, https://evil.test",
  "https://user@app.example.com",
  "https://app.example.com%60.evil.test",
  "https://app.example.com_.evil.test",
  "file://",
  "chrome-extension://abcdefghijklmnop",
];

const calls: readonly (readonly [string, string, number, Call])[] = [
  ["a success", "GET /api/v1/health", 200, {}],
  ["a catalogue", "GET /api/v1/help/articles", 200, {}],
  ["a 401", "GET /api/v1/support/tickets", 401, {}],
  ["a 403", "GET /api/v1/admin/flags", 403, { as: aUser() }],
  ["a 404", "GET /nowhere", 404, {}],
  ["a 405", "DELETE /api/v1/health", 405, {}],
  ["a 415", "POST /api/v1/support/tickets", 415, { as: aUser(), body: "x", headers: { "Content-Type": "text/plain" } }],
  ["a 422", "POST /api/v1/support/tickets", 422, { as: aUser(), json: {} }],
];

const from = (origin: string, call: Call = {}): Call => ({
  ...call,
  env: { ...configured, ...call.env },
  headers: { ...call.headers, Origin: origin },
});

describe("an origin on the list", () => {
  it.each(calls)("may read %s, and caches are told that it matters who asks", async (_, line, status, call) => {
    const response = await app.call(line, from(ALLOWED, call));
    expect(response.status).toBe(status);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(ALLOWED);
    expect(response.headers.get("Vary")).toMatch(/\bOrigin\b/);
    expect(response.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    expect(response.headers.get("Access-Control-Expose-Headers")).toContain("X-Request-Id");
  });

  it("is told what it may send before it sends it", async () => {
    const response = await app.call("OPTIONS /api/v1/support/tickets", {
      ...from(ALLOWED),
      headers: {
        Origin: ALLOWED,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(ALLOWED);
    const methods = response.headers.get("Access-Control-Allow-Methods")?.split(", ");
    expect(methods?.toSorted()).toEqual(["DELETE", "GET", "PATCH", "POST", "PUT"]);
    expect(response.headers.get("Access-Control-Allow-Headers")?.toLowerCase()).toContain("idempotency-key");
    expect(Number(response.headers.get("Access-Control-Max-Age"))).toBeLessThanOrEqual(600);
    expect(response.headers.get("Vary")).toMatch(/\bOrigin\b/);
  });
});

describe("any other origin", () => {
  it.each(calls)("gets no permission with %s", async (_, line, status, call) => {
    for (const origin of TRICKS) {
      const response = await app.call(line, from(origin, call));
      expect(response.status).toBe(status);
      expect(response.headers.get("Access-Control-Allow-Origin"), origin).toBeNull();
      expect(response.headers.get("Access-Control-Allow-Credentials")).toBeNull();
      expect(response.headers.get("Vary"), origin).toMatch(/\bOrigin\b/);
    }
  });

  it("gets none before it asks, either", async () => {
    for (const origin of TRICKS) {
      const headers = { "Access-Control-Request-Method": "POST", Origin: origin };
      const response = await app.call("OPTIONS /api/v1/support/tickets", { env: configured, headers });
      expect(response.headers.get("Access-Control-Allow-Origin"), origin).toBeNull();
    }
  });

  it("gets none where no origin is on the list", async () => {
    const response = await app.call("GET /api/v1/health", { headers: { Origin: ALLOWED } });
    expect(env.CORS_ORIGINS).toBe("");
    expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });
});

describe("a page of somebody else's", () => {
  it("cannot write with what a form can send", async () => {
    const types = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"];
    for (const type of types) {
      const headers = { Origin: "https://evil.test", "Content-Type": type, "Sec-Fetch-Site": "cross-site" };
      const body = '{"subject":"S","body":"B"}';
      const response = await app.call("POST /api/v1/support/tickets", { as: aUser(), body, headers });
      expect(response.status).toBe(415);
    }
  });

  it("changes nothing by a link", async () => {
    const as = anOperator();
    for (const { config } of app.routes.filter((route) => route.config.method !== "get")) {
      const path = `/api/v1${config.path.replaceAll(/\{\w+\}/g, "absent")}`;
      for (const query of ["", "?_method=POST", "?_method=DELETE"]) {
        const headers = { "X-HTTP-Method-Override": config.method.toUpperCase() };
        const before = await env.DB.prepare("select count(*) as n from platform_audit_entries").first("n");
        await app.call(`GET ${path}${query}`, { as, headers });
        await app.call(`HEAD ${path}${query}`, { as, headers });
        expect(await env.DB.prepare("select count(*) as n from platform_audit_entries").first("n")).toBe(before);
      }
    }
  });
});
