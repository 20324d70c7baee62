import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { anOperator, aUser } from "../support/actors.ts";
import type { Call } from "../support/app.ts";
import { testApp } from "../support/app.ts";
import { expectHeaders, expectProblem } from "../contract/call.ts";

const app = testApp();
const production = { ENVIRONMENT: "production" } as const;
const documented = { ...production, DOCS_ENABLED: "true" } as const;

const classes: readonly (readonly [number, string, Call])[] = [
  [200, "GET /api/v1/health", {}],
  [201, "POST /api/v1/support/tickets", { as: aUser(), json: { subject: "S", body: "B" } }],
  [400, "POST /api/v1/support/tickets", { as: aUser(), body: "{", headers: { "Content-Type": "application/json" } }],
  [401, "GET /api/v1/support/tickets", {}],
  [403, "GET /api/v1/admin/flags", { as: aUser() }],
  [404, "GET /nowhere", {}],
  [405, "DELETE /api/v1/health", {}],
  [413, "POST /api/v1/support/tickets", { as: aUser(), json: { body: "x".repeat(2 ** 20) } }],
  [415, "POST /api/v1/support/tickets", { as: aUser(), body: "x", headers: { "Content-Type": "text/plain" } }],
  [422, "POST /api/v1/support/tickets", { as: aUser(), json: {} }],
];

describe("an answer", () => {
  it.each(classes)("of %i carries the security headers, in production over HTTPS alone", async (status, line, call) => {
    const response = await app.call(line, { ...call, env: production });
    expect(response.status).toBe(status);
    expectHeaders(response);
    const hsts = response.headers.get("Strict-Transport-Security") ?? "";
    expect(Number(/max-age=([0-9]+)/.exec(hsts)?.[1])).toBeGreaterThanOrEqual(31_536_000);
    expect(hsts).toContain("includeSubDomains");
    expect(response.headers.get("Server-Timing")).toBeNull();
  });

  it.each(classes)("of %i pins no browser to HTTPS in development", async (status, line, call) => {
    const response = await app.call(line, call);
    expect(response.status).toBe(status);
    expect(response.headers.get("Strict-Transport-Security")).toBeNull();
  });

  it("to a preflight carries the security headers too", async () => {
    const headers = { Origin: "https://x.test", "Access-Control-Request-Method": "POST" };
    const response = await app.call("OPTIONS /api/v1/support/tickets", { headers, env: production });
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(response.headers.get("Strict-Transport-Security")).not.toBeNull();
  });

  it("of 500 says nothing but the request id", async () => {
    const broken = {
      DB: {
        withSession: () => {
          throw new Error("SQLITE secret table users");
        },
      } as unknown as D1Database,
    };
    const response = await app.call("GET /api/v1/admin/flags", { as: anOperator(), env: { ...production, ...broken } });
    const { status } = response;
    expect(status).toBeGreaterThanOrEqual(500);
    const problem = await expectProblem(response, status);
    expect(JSON.stringify(problem)).not.toMatch(/sqlite|secret|users|at .*\.ts/i);
    expect(response.headers.get("Strict-Transport-Security")).not.toBeNull();
  });
});

describe("the reference", () => {
  const pages = ["/openapi.json", "/docs", "/docs/reference.js", "/redoc", "/redoc/reference.js"];

  it.each(pages)("at %s is not there in production", async (path) => {
    await expectProblem(await app.call(`GET ${path}`, { env: production }), 404);
  });

  it("is there in production where the operator says so", async () => {
    const response = await app.call("GET /openapi.json", { env: documented });
    expect(response.status).toBe(200);
    expect((await response.json<{ openapi: string }>()).openapi).toBe("3.1.0");
  });

  it("is there in development", async () => {
    expect((await app.call("GET /openapi.json")).status).toBe(200);
  });
});

describe("a door of development", () => {
  const doors = app.rootRoutes.filter(({ developmentOnly }) => developmentOnly === true);

  it("is known as one by its path", () => {
    expect(doors.length).toBeGreaterThan(0);
    for (const { path, developmentOnly } of app.rootRoutes)
      expect(/^\/(?:dev|sandbox)\//.test(path)).toBe(developmentOnly === true);
  });

  it.each(doors)("$method $path is not there anywhere else", async ({ method, path }) => {
    for (const environment of ["production", "staging"] as const) {
      const address = path.replaceAll(/:\w+/g, "absent");
      const response = await app.call(`${method} ${address}`, { as: anOperator(), env: { ENVIRONMENT: environment } });
      await expectProblem(response, 404, "not_found");
    }
  });

  it("is not opened by a header, a query or another spelling", async () => {
    for (const path of [
      "/dev/seed?ENVIRONMENT=development",
      "//dev/seed",
      "/dev/seed/",
      "/DEV/seed",
      "/dev%2fseed",
      "/api/v1/../../dev/seed",
    ])
      await expectProblem(
        await app.call(`POST ${path}`, {
          env: production,
          headers: { "X-Environment": "development", Host: "localhost" },
        }),
        404,
      );
  });

  it("leaves nothing else lying about in production", async () => {
    const paths = [
      "/__scheduled",
      "/cdn-cgi/handler/scheduled",
      "/.git/config",
      "/.env",
      "/.dev.vars",
      "/wrangler.toml",
      "/index.js.map",
      "/debug",
      "/server-status",
      "/api/v1/me/x.css",
    ];
    for (const path of paths) await expectProblem(await app.call(`GET ${path}`, { env: production }), 404);
  });
});

describe("plain HTTP", () => {
  const plain = async (environment: string): Promise<Response> => {
    const request = new Request("http://bourse.test/api/v1/health", { headers: { "CF-Connecting-IP": "192.0.2.7" } });
    return await app.http.fetch(request, { ...env, ENVIRONMENT: environment }, createExecutionContext());
  };

  it("is refused outside development, and not redirected", async () => {
    const response = await plain("production");
    expect(response.headers.get("Location")).toBeNull();
    await expectProblem(response, 403, "https_required");
  });

  it("is taken in development", async () => {
    expect((await plain("development")).status).toBe(200);
  });
});
