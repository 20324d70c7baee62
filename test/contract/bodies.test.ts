import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { JSON_LIMIT_BYTES } from "#platform/http/body";
import type { ApiRoute } from "#platform/http/route";
import { isRepeatable } from "#platform/http/route";
import { freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import type { Example } from "./samples/sample.ts";
import { callOf, exampleOf, expectHeaders, expectProblem, lineOf, nameOf, sampled, takesJson } from "./call.ts";

const app = testApp();
const writing = sampled(app.routes.filter(takesJson));
const listing = sampled(app.routes.filter(({ config }) => config.request?.query));
const repeatable = sampled(app.routes.filter(isRepeatable));

function schemaOf(route: ApiRoute): z.ZodType {
  const content = route.config.request?.body?.content["application/json"];
  if (!content || !("schema" in content)) throw new Error(`${nameOf(route)} takes no JSON.`);
  return content.schema as z.ZodType;
}

const worlds = new Map<string, Promise<Example>>();

/** An example that is made once for each route: what refuses a call leaves the world as it was. */
async function worldOf(route: ApiRoute): Promise<Example> {
  const world = worlds.get(nameOf(route)) ?? exampleOf(app, route);
  worlds.set(nameOf(route), world);
  return await world;
}

/** Calls a route with another body than its example's. */
async function send(route: ApiRoute, body: BodyInit | undefined, headers: Record<string, string>): Promise<Response> {
  const { json: _, ...example } = await worldOf(route);
  const change = { headers, ...(body === undefined ? {} : { body }) };
  return await app.call(lineOf(route, example), callOf(route, example, change));
}

/** The same from somebody new each time: what is refused for its shape is refused to all, and counts for nobody. */
async function sendAnew(route: ApiRoute, text: string): Promise<Response> {
  const { json: _, ...example } = await worldOf(route);
  const as = example.as && "userId" in example.as ? { ...example.as, userId: freshId("user") } : example.as;
  const change = { headers: JSON_TYPE, body: text, ...(as ? { as } : {}) };
  return await app.call(lineOf(route, example), callOf(route, example, change));
}

const JSON_TYPE = { "Content-Type": "application/json" };

describe("a body of another type", () => {
  const types = [
    undefined,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "text/json",
    "application/json; charset=utf-16",
    "application/json, text/plain",
    "application/json; x=y",
  ];

  it.each(writing)("is answered 415 by $name", async ({ route }) => {
    for (const type of types) {
      const response = await send(
        route,
        new TextEncoder().encode("{}"),
        type === undefined ? {} : { "Content-Type": type },
      );
      await expectProblem(response, 415, "unsupported_media_type");
    }
    const encoded = await send(route, new TextEncoder().encode("{}"), { ...JSON_TYPE, "Content-Encoding": "gzip" });
    await expectProblem(encoded, 415);
  });
});

describe("a body that is not JSON", () => {
  const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

  it.each(writing)("is answered 400 by $name", async ({ route }) => {
    for (const text of [
      "",
      "{",
      "{'a':1}",
      '{"a":1,}',
      "NaN",
      "\uFEFF{}",
      "{}{}",
      "undefined",
      "\u0000",
      '{"a":"\u0000"}',
    ])
      await expectProblem(await send(route, text, JSON_TYPE), 400, "malformed_json");
    for (const text of ['{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"\\udfff":1}'])
      await expectProblem(await send(route, text, JSON_TYPE), 400, "malformed_json");
    for (const bytes of [[0xff], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xfe, 0xff, 0x00, 0x7b]])
      await expectProblem(await send(route, new Uint8Array(bytes), JSON_TYPE), 400, "malformed_json");
    for (const depth of [33, 20_000])
      await expectProblem(await send(route, deep(depth), JSON_TYPE), 400, "body_too_deep");
  });
});

describe("a body that is too large", () => {
  it.each(writing)("is answered 413 by $name, whether it says so or not", async ({ route }) => {
    const limit = route.policy.bodyLimitBytes ?? JSON_LIMIT_BYTES;
    const body = `"${"x".repeat(limit - 1)}"`;
    await expectProblem(await send(route, body, JSON_TYPE), 413, "body_too_large");
    let left = limit + 1;
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = new Uint8Array(Math.min(64 * 1024, left)).fill(0x20);
        left -= chunk.byteLength;
        pulled += chunk.byteLength;
        controller.enqueue(chunk);
        if (left <= 0) left = 10 * limit;
        if (pulled > 5 * limit) controller.error(new Error("The app reads on and on."));
      },
    });
    await expectProblem(await send(route, endless, JSON_TYPE), 413, "body_too_large");
    expect(pulled).toBeLessThan(2 * limit);
    await expectProblem(await send(route, `"${"x".repeat(limit - 2)}"`, JSON_TYPE), 422);
  });
});

describe("a field", () => {
  const WRONG: readonly unknown[] = [null, true, 1, 1.5, -1, "", [], {}, [[]], { a: { b: [] } }, "x".repeat(20_000)];

  it.each(writing)("that $name does not know is refused by its name", async ({ route }) => {
    const { json } = await worldOf(route);
    for (const name of ["x", "isAdmin", "role", "userId", "id", "status", "createdAt", "constructor", "prototype"]) {
      if (Object.hasOwn(json as object, name)) continue;
      const text = JSON.stringify({ ...(json as object), [name]: 1 });
      const problem = await expectProblem(await send(route, text, JSON_TYPE), 422, "validation_failed");
      expect(problem.errors).toContainEqual(expect.objectContaining({ path: name, code: "unknown_field" }));
    }
    const inherited = `${JSON.stringify(json).slice(0, -1)},"__proto__":{"role":"admin"}}`;
    const answer = await send(route, inherited, JSON_TYPE);
    expect([200, 201, 202, 204, 422]).toContain(answer.status);
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it.each(writing)("of the wrong type is named in the 422 of $name", async ({ route }) => {
    const { json } = await worldOf(route);
    const schema = schemaOf(route);
    for (const field of Object.keys(json as object)) {
      for (const value of WRONG) {
        const body = { ...(json as object), [field]: value };
        const response = await sendAnew(route, JSON.stringify(body));
        if (schema.safeParse(body).success) {
          expect(response.status).toBeLessThan(500);
          continue;
        }
        const problem = await expectProblem(response, 422);
        expect(problem.errors?.some(({ path }) => path === field || path.startsWith(`${field}.`))).toBe(true);
      }
    }
  });

  it.each(writing)("is missed by its name in the 422 of $name", async ({ route }) => {
    const { json } = await worldOf(route);
    for (const field of Object.keys(json as object)) {
      const body = Object.fromEntries(Object.entries(json as object).filter(([name]) => name !== field));
      if (schemaOf(route).safeParse(body).success) continue;
      const problem = await expectProblem(await sendAnew(route, JSON.stringify(body)), 422);
      expect(problem.errors?.map(({ path }) => path)).toContain(field);
    }
  });

  it.each(writing)("is looked for by $name in an object alone", async ({ route }) => {
    for (const text of ["null", "[]", "1", '"x"', "true", "[{}]"])
      await expectProblem(await sendAnew(route, text), 422);
  });
});

describe("a query", () => {
  it.each(listing)("of $name takes what it declares and nothing else", async ({ route }) => {
    const example = await exampleOf(app, route);
    const ask = async (query: string) => await app.call(lineOf(route, { ...example, query }), callOf(route, example));
    for (const query of ["x=1", "userId=user_1", "filter[userId]=1", "limit[]=1", "LIMIT=1"])
      await expectProblem(await ask(query), 422);
    if (!("limit" in ((route.config.request?.query as z.ZodObject | undefined)?.shape ?? {}))) return;
    for (const limit of ["0", "101", "-1", "1.5", "x", "", "1e9", "NaN", "%00"])
      await expectProblem(await ask(`limit=${limit}`), 422);
    for (const cursor of ["x", "..", "%27", "dGt0X2E", "a".repeat(500)])
      await expectProblem(await ask(`cursor=${cursor}`), 400, "cursor_invalid");
    await expectProblem(await ask(`cursor=${"a".repeat(513)}`), 422);
  });
});

describe("an Idempotency-Key", () => {
  it.each(repeatable)("gives the first answer of $name again, and belongs to that request", async ({ route }) => {
    const example = await exampleOf(app, route);
    const headers = { "Idempotency-Key": `key-${crypto.randomUUID()}` };
    const call = callOf(route, example, { headers });
    const first = await app.call(lineOf(route, example), call);
    expect(first.status).toBe(example.status);
    const again = await app.call(lineOf(route, example), call);
    expect(again.status).toBe(example.status);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expectHeaders(again);
    expect(await again.text()).toBe(await first.text());
    if (!takesJson(route)) return;
    const other = { ...call, json: { ...(example.json as object), other: 1 } };
    await expectProblem(await app.call(lineOf(route, example), other), 422, "idempotency_key_reused");
  });

  it.each(repeatable)(
    "is refused by $name where it is malformed, and missed where it is required",
    async ({ route }) => {
      const example = await exampleOf(app, route);
      for (const key of ["", "a b", "a,b", "x".repeat(256), "\u007f"]) {
        const response = await app.call(
          lineOf(route, example),
          callOf(route, example, { headers: { "Idempotency-Key": key } }),
        );
        await expectProblem(response, 400);
      }
      // A new example, because the queue goes on with the first one meanwhile: a broadcast that has ended cannot be stopped.
      const anew = await exampleOf(app, route);
      const { headers: _, ...call } = callOf(route, anew);
      const without = await app.call(lineOf(route, anew), call);
      if (route.policy.idempotency === "required") await expectProblem(without, 400, "idempotency_key_required");
      else expect(without.status).toBe(example.status);
    },
  );
});
