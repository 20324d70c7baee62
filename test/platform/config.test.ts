import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { ConfigError, SETTINGS, parseConfig, readConfig } from "#platform/env";
import { createApp } from "../../src/app.ts";
import worker from "../../src/index.ts";

const key = (id: string, letter: string): string => `${id}:${letter.repeat(43)}`;
const good = {
  ENVIRONMENT: "production",
  PUBLIC_ORIGIN: "https://bourse.example.com/path",
  FIELD_KEYS: `${key("k2", "B")},${key("k1", "A")}`,
};
const WRONG: readonly (readonly [string, unknown])[] = [
  ["ENVIRONMENT", undefined],
  ["ENVIRONMENT", "canary-value"],
  ["PUBLIC_ORIGIN", undefined],
  ["PUBLIC_ORIGIN", "canary-value"],
  ["PUBLIC_ORIGIN", "javascript:alert('canary-value')"],
  ["CORS_ORIGINS", "https://app.example.com/canary-value"],
  ["CORS_ORIGINS", "canary-value"],
  ["CORS_ORIGINS", "*"],
  ["DOCS_ENABLED", "canary-value"],
  ["FIELD_KEYS", undefined],
  ["FIELD_KEYS", ""],
  ["FIELD_KEYS", "canary-value"],
  ["FIELD_KEYS", `k1:${"A".repeat(42)}`],
  ["FIELD_KEYS", `${key("k1", "A")},${key("k1", "B")}`],
  ["METRICS_TOKEN", "canary-value"],
  ["SENTRY_DSN", "canary-value"],
  ["RATE_LIMIT_SCALE", "canary-value"],
  ["RATE_LIMIT_SCALE", "0"],
  ["RATE_LIMIT_SCALE", "Infinity"],
];

function messageOf(bindings: object): string {
  try {
    parseConfig(bindings);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error("It was accepted.");
}

describe("the configuration", () => {
  it("is read whole from what an operator has to set", () => {
    expect(parseConfig(good)).toMatchObject({
      environment: "production",
      development: false,
      publicOrigin: "https://bourse.example.com",
      corsOrigins: new Set(),
      modules: null,
      docsEnabled: false,
      fieldKeys: [{ id: "k2" }, { id: "k1" }],
      sentryDsn: null,
      rateLimitScale: 1,
    });
    const more = {
      ...good,
      CORS_ORIGINS: " https://a.example , https://b.example:8443",
      MODULES: "support, admin",
      DOCS_ENABLED: "true",
      SENTRY_DSN: "",
    };
    expect(parseConfig(more)).toMatchObject({
      corsOrigins: new Set(["https://a.example", "https://b.example:8443"]),
      modules: new Set(["support", "admin"]),
      docsEnabled: true,
      sentryDsn: null,
    });
    expect(parseConfig({ ...good, MODULES: "support,all" }).modules).toBeNull();
  });

  it.each(WRONG)("with %s = %s says which setting is wrong and how to set it, and never its value", (name, value) => {
    const message = messageOf({ ...good, [name]: value });
    expect(message).toBe(`${name} is missing or wrong. ${SETTINGS[name]}`);
    expect(message).not.toContain("canary");
  });

  it("names a module that there is, or the product does not start: a slip would switch everything off", () => {
    expect(createApp(new Set(["support"])).composition.modules.map(({ name }) => name)).toContain("support");
    expect(() => createApp(new Set(["suport"]))).toThrow(`MODULES is missing or wrong. ${SETTINGS["MODULES"]}`);
  });

  it("names all that is wrong at once", () => {
    const message = messageOf({});
    for (const name of ["ENVIRONMENT", "PUBLIC_ORIGIN", "FIELD_KEYS"]) expect(message).toContain(`${name} is missing`);
  });

  it("is read once for the same bindings", () => {
    expect(readConfig(env)).toBe(readConfig(env));
  });

  it("that is wrong opens nothing: every request is a 503 problem, and one clear line says why", async () => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
    const broken = { ...env, FIELD_KEYS: "" };
    const request = new Request<unknown, IncomingRequestCfProperties>("http://bourse.test/api/v1/health");
    const answer = await worker.fetch(request, broken, createExecutionContext());
    spy.mockRestore();
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("60");
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(answer.headers.get("X-Request-Id")).toMatch(/^req_/);
    expect(await answer.json()).toMatchObject({
      code: "not_configured",
      requestId: answer.headers.get("X-Request-Id"),
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      error: "ConfigError",
      message: `FIELD_KEYS is missing or wrong. ${SETTINGS["FIELD_KEYS"]}`,
    });
    const handle = worker.scheduled(createScheduledController(), broken, createExecutionContext());
    await expect(handle).rejects.toBeInstanceOf(ConfigError);
  });
});
