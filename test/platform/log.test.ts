import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "@hono/zod-openapi";
import { createLogger, scrub } from "#platform/log";
import { anyone, defineRoute } from "#platform/http/route";
import type { Module } from "#platform/module";
import { anOperator, aUser, freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { failing } from "../support/database.ts";
import { HeldQueue, consumeBatch, handlerModule, inJob } from "../support/platform.ts";
import worker from "../../src/index.ts";

/** One of each kind that must never be read in a log. */
const CANARIES = {
  password: "Tr0ub4dor-canary-horse",
  phrase: "correct canary battery staple",
  token: "sess_Zx81canaryQ9vLm2Rt7Kp4Wn6Yb3Hd5Jf",
  jwt: "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ",
  apiKey: "bourse_live_canaryA1b2C3d4E5f6G7h8",
  code: "834029",
  email: "canary.person+tag@mail.example",
  umlaut: "kan\u00e4rie@v\u00f6gel.example",
  phone: "+49 170 5550199",
  brackets: "+1 (555) 013-4477",
  ip: "203.0.113.77",
  ip6: "2001:db8:ca:a71::77",
  card: "4242 4242 4242 4242",
  cardRun: "5555555555554444",
  ethereum: "0x52908400098527886E0F7030069857D2E4169EE7",
  bitcoin: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
  base64: "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=",
  iban: "DE89370400440532013000",
} as const;
const all = Object.values(CANARIES).join(" | ");

const lines: string[] = [];
const spies = (["debug", "info", "warn", "error", "log"] as const).map((level) =>
  vi.spyOn(console, level).mockImplementation((...args: unknown[]) => void lines.push(args.map(String).join(" "))),
);
beforeEach(() => void lines.splice(0));
afterAll(() => spies.forEach((spy) => spy.mockRestore()));

function expectClean(atLeast = 1): void {
  expect(lines.length).toBeGreaterThanOrEqual(atLeast);
  for (const [kind, canary] of Object.entries(CANARIES)) {
    for (const line of lines) {
      expect(line.includes(canary) ? `${kind} in ${line}` : "").toBe("");
      expect(line.includes(encodeURIComponent(canary)) ? `${kind} in ${line}` : "").toBe("");
    }
  }
}

/** Routes that fail with everything they know in their error. */
const leaky: Module = {
  name: "leaky",
  routes: (
    [
      ["message", () => new Error(all)],
      ["cause", () => new TypeError("outer", { cause: new Error(all) })],
      ["name", () => Object.assign(new Error("x"), { name: all })],
      ["stack", () => new Error(`x\n    at ${CANARIES.password} (${CANARIES.email}:1:1)\n    at ${CANARIES.phrase}`)],
      ["property", () => Object.assign(new Error("x"), { body: all, config: { headers: { authorization: all } } })],
    ] as const
  ).map(([name, fail]) =>
    defineRoute(
      { operation: `fail-${name}`, access: anyone, limit: "public" },
      {
        method: "post",
        path: `/leaky/${name}`,
        tags: ["Probe"],
        summary: "Fail",
        request: { query: z.object({ q: z.string().optional() }) },
        responses: { 200: { description: "Never." } },
      },
      () => {
        throw fail();
      },
    ),
  ),
};
const app = testApp(
  leaky,
  handlerModule(async () => Promise.reject(new Error(all))),
);
const ascii = Object.values(CANARIES).filter((canary) => !/[^ -~]/.test(canary));

describe("a log line", () => {
  it.each(["message", "cause", "name", "stack", "property"])("holds nothing of the %s of an error", async (name) => {
    const answer = await app.call(`POST /api/v1/leaky/${name}?q=${encodeURIComponent(all)}`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain(CANARIES.password);
    expectClean(2);
  });

  it.each(ascii)("holds nothing of a request that carries %s everywhere", async (canary) => {
    const path = encodeURIComponent(canary);
    const headers = {
      Authorization: `Bearer ${canary}`,
      Cookie: `session=${canary}`,
      "User-Agent": canary,
      "X-Request-Id": canary,
      "Idempotency-Key": canary,
      "X-Bookmark": canary,
      "If-None-Match": canary,
      "CF-Connecting-IP": canary,
      Origin: `https://${path}.example`,
      Referer: `https://x.example/?t=${path}`,
      traceparent: `00-${canary}`,
    };
    const json = { subject: canary, body: canary, [canary]: canary };
    await app.call(`GET /api/v1/${path}?token=${path}`, { headers });
    await app.call(`GET /api/v1/help/articles/${path}?x=${path}`, { headers });
    await app.call("POST /api/v1/support/tickets", { as: aUser(), headers, json });
    await app.call("POST /api/v1/support/tickets", { as: aUser(), headers, body: `{"subject":"${canary}"` });
    await app.call(`PUT /api/v1/admin/flags/${path}`, { as: anOperator(), headers, json });
    await app.call(`POST /api/v1/admin/jobs/${path}/retry`, { as: anOperator(), headers });
    expectClean(5);
  });

  it("holds nothing of what a database error quotes", async () => {
    await app.call("POST /api/v1/support/tickets", {
      as: aUser(),
      env: failing(/support_tickets/),
      json: { subject: all.slice(0, 190), body: all },
    });
    await inJob(app, {}, async (ctx) =>
      ctx.db
        .batch([ctx.db.sql(`select '${all}' from nowhere`)])
        .catch((error: unknown) => ctx.log.error("The database failed.", { error })),
    );
    await inJob(app, {}, async (ctx) => ctx.defer(Promise.reject(new Error(all))));
    expectClean(3);
    expect(lines.join()).toContain("Deferred work failed.");
  });

  it("holds nothing of a message, or of what its handler throws", async () => {
    const queue = new HeldQueue();
    const options = { env: { EVENTS: queue.binding } };
    const bodies = [
      all,
      { v: 1, eventId: all, handler: all },
      { v: 1, eventId: freshId("evt"), handler: CANARIES.token },
    ];
    for (const name of ["bourse-events", "bourse-events-dead"])
      await consumeBatch(app, bodies, { ...options, queue: name });
    expectClean(3);
  });

  it("holds nothing of a configuration that is wrong", async () => {
    for (const name of [
      "ENVIRONMENT",
      "PUBLIC_ORIGIN",
      "CORS_ORIGINS",
      "FIELD_KEYS",
      "SENTRY_DSN",
      "RATE_LIMIT_SCALE",
    ]) {
      const answer = await worker.fetch(
        new Request("http://bourse.test/"),
        { ...env, [name]: all },
        createExecutionContext(),
      );
      expect(answer.status).toBe(503);
      expect(lines.at(-1)).toContain(`${name} is missing or wrong`);
    }
    expectClean(6);
  });

  it("is one line of printable ASCII, whatever is in it", () => {
    const hostile = 'a\r\nb\u001b[31mc\u0085d\u2028e\u202ef\u2066g\u0000h\u{1f600}\ud800 "}{"level":"error"';
    createLogger({ route: hostile }).info(hostile, {
      target: hostile,
      error: Object.assign(new Error(hostile), { name: hostile }),
    });
    const [line = ""] = lines;
    expect(line).toMatch(/^[ -~]+$/);
    const entry = JSON.parse(line) as Record<string, string>;
    expect(entry).toMatchObject({ level: "info", error: "Error" });
    expect(entry["message"]).toContain("b\u001b[31mc");
  });

  it("takes no field that is not on its list", () => {
    const fields = { requestId: "r", password: CANARIES.password, body: { a: 1 }, status: 500, code: ["x"] };
    createLogger().warn("m", fields as object);
    expect(JSON.parse(lines[0] ?? "")).toEqual({ level: "warn", message: "m", requestId: "r", status: 500 });
    createLogger().debug("m", { error: "text" });
    expect(JSON.parse(lines[1] ?? "")).toEqual({ level: "debug", message: "m", error: "string" });
  });

  it("keeps our own ids, a caller's UUID and a trace, so that it leads somewhere", () => {
    const requestId = "3f2b8c1e-9d4a-4c6b-8e2f-0a1b2c3d4e5f";
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const target = `${freshId("tkt")}.support.acknowledgeTicket`;
    createLogger({ requestId, traceId }).with({ target, operation: "createTicket" }).info("Done.");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ requestId, traceId, target, operation: "createTicket" });
  });

  it("names the constraint of a refusal, and the place of an error", async () => {
    await inJob(app, {}, async (ctx) =>
      ctx.db
        .batch([
          ctx.db.sql(
            "insert into platform_deliveries (event_id, handler, state, next_at, created_at) values ('e', 'h', 'odd', 1, 1)",
          ),
        ])
        .catch((error: unknown) => ctx.log.error("Refused.", { error })),
    );
    const entry = JSON.parse(lines.at(-1) ?? "") as Record<string, string>;
    expect(entry).toMatchObject({ constraint: "platform_delivery_state", error: "Error" });
    expect(entry["stack"]).toMatch(/at .*:[0-9]+:[0-9]+/);
  });
});

describe("scrubbing", () => {
  it.each(Object.entries(CANARIES).filter(([kind]) => !["password", "phrase"].includes(kind)))(
    "knows a %s anywhere in a text",
    (_, canary) => {
      for (const text of [
        canary,
        `x ${canary} y`,
        `"${canary}"`,
        `(${canary})`,
        `a=${canary}&b`,
        `[${canary}], `,
        `${"x ".repeat(3_990)}${canary}`,
      ]) {
        expect(scrub(text)).not.toContain(canary);
        expect(scrub(text).includes(canary.slice(0, -4)) ? text : "").toBe("");
      }
    },
  );

  it("knows a password by its label", () => {
    for (const label of [
      "password=",
      "password: ",
      '"password":"',
      "secret = ",
      "otp=",
      "api_key: ",
      "Authorization: Basic ",
    ])
      expect(scrub(`${label}${CANARIES.password}"`)).not.toContain(CANARIES.password);
  });

  it("cannot be tricked by what looks like its own marks", () => {
    expect(scrub(`\uE0000\uE000 ${CANARIES.code} \uE0001\uE000`)).not.toContain(CANARIES.code);
    expect(scrub(`bourse_live_${freshId("tkt")}`)).not.toContain("tkt_");
  });
});
