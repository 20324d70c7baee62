import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problemKinds } from "#kernel/problem";
import { API_BASE, problemStatuses } from "#platform/http/openapi";
import type { ApiRoute } from "#platform/http/route";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { callOf, exampleOf, expectHeaders, expectProblem, lineOf, methodOf, nameOf, sampled } from "./call.ts";
import { samples } from "./samples/all.ts";

const app = testApp();
const callable = sampled(app.routes);
const all = app.routes.map((route) => ({ name: nameOf(route), route }));
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];

/** What a route promises to answer with a status: its schema, or null where it promises no JSON. */
function promised(route: ApiRoute, status: number): z.ZodType | null {
  const answer = route.config.responses[String(status)];
  if (!answer || "$ref" in answer) return null;
  const content = answer.content?.["application/json"];
  return content && "schema" in content && content.schema instanceof z.ZodType ? content.schema : null;
}

describe("a call that goes well", () => {
  it.each(callable)("is answered by $name as its description says, with nothing else in it", async ({ route }) => {
    const example = await exampleOf(app, route);
    const response = await app.call(lineOf(route, example), callOf(route, example));
    const text = await response.text();
    expect(response.status, text).toBe(example.status);
    expect(Object.keys(route.config.responses)).toContain(String(example.status));
    expectHeaders(response);
    const schema = promised(route, example.status);
    if (!schema) return;
    expect(response.headers.get("Content-Type")).toMatch(/^application\/json(; charset=utf-8)?$/i);
    const body: unknown = JSON.parse(text);
    expect(schema.parse(body)).toEqual(body);
  });

  it.each(callable)("tells of $name what is left of the allowance, unless it is exempt", async ({ route }) => {
    const example = await exampleOf(app, route);
    const { headers } = await app.call(lineOf(route, example), callOf(route, example));
    if (route.policy.limit === "exempt") expect(headers.get("RateLimit")).toBeNull();
    else {
      expect(headers.get("RateLimit-Policy")).toMatch(/^"[a-z]+";q=[0-9]+;w=[0-9]+$/);
      expect(headers.get("RateLimit")).toMatch(/^"[a-z]+";r=[0-9]+;t=[0-9]+$/);
    }
  });

  it.each(callable)("keeps the caller's request id in $name, and only a sane one", async ({ route }) => {
    const example = await exampleOf(app, route);
    const ask = async (id: string) =>
      (await app.call(lineOf(route, example), callOf(route, example, { headers: { "X-Request-Id": id } }))).headers.get(
        "X-Request-Id",
      );
    expect(await ask("trace-12345678.a_b")).toBe("trace-12345678.a_b");
    for (const id of ["short", "x".repeat(65), "a b c d e f g h", "<script>alert(1)</script>", "-1234567890"])
      expect(await ask(id)).not.toBe(id);
  });

  it.each(callable.filter(({ route }) => route.policy.catalogueSeconds === undefined))(
    "of $name is kept by no cache",
    async ({ route }) => {
      const example = await exampleOf(app, route);
      const { headers } = await app.call(lineOf(route, example), callOf(route, example));
      expect(headers.get("Cache-Control")).toBe("no-store");
    },
  );

  it.each(callable.filter(({ route }) => route.policy.catalogueSeconds !== undefined))(
    "of the catalogue $name is answered 304 to whoever has it",
    async ({ route }) => {
      const example = await exampleOf(app, route);
      const ask = async (headers: Record<string, string>) => await app.call(lineOf(route, example), { headers });
      const first = await ask({});
      const tag = first.headers.get("ETag") ?? "";
      expect(tag).toMatch(/^"[A-Za-z0-9_-]{20,}"$/);
      for (const known of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
        const again = await ask({ "If-None-Match": known });
        expect(again.status).toBe(304);
        expect(await again.text()).toBe("");
        expect(again.headers.get("ETag")).toBe(tag);
        expectHeaders(again);
      }
      expect((await ask({ "If-None-Match": '"other"' })).status).toBe(200);
    },
  );
});

describe("an address", () => {
  const paths = [...Map.groupBy(app.routes, ({ config }) => config.path)].map(([path, routes]) => ({
    path,
    declared: new Set(routes.flatMap((route) => (methodOf(route) === "GET" ? ["GET", "HEAD"] : [methodOf(route)]))),
  }));

  it.each(paths)("$path answers 405 to every other method, and says which it takes", async ({ path, declared }) => {
    const address = `${API_BASE}${path.replaceAll(/\{\w+\}/g, "absent")}`;
    for (const method of METHODS.filter((candidate) => !declared.has(candidate) && candidate !== "OPTIONS")) {
      const response = await app.call(`${method} ${address}`, { as: aUser() });
      if (method === "HEAD") {
        expect(response.status).toBe(405);
        continue;
      }
      await expectProblem(response, 405, "method_not_allowed");
      expect(new Set(response.headers.get("Allow")?.split(", "))).toEqual(declared);
    }
  });

  it.each(all)("of $name takes no other method by a header, a query or another spelling", async ({ route }) => {
    const [method = "", path = ""] = lineOf(route).split(" ");
    const other = method === "GET" ? "DELETE" : "GET";
    for (const name of ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]) {
      const plain = await app.call(`${method} ${path}`);
      const overridden = await app.call(`${method} ${path}`, { headers: { [name]: other } });
      expect(overridden.status).toBe(plain.status);
    }
    for (const spelling of [
      path.toUpperCase(),
      `${path}/`,
      path.replace("/api", "//api"),
      `${path}.css`,
      `${path};x`,
      `${path}%2f`,
    ]) {
      const response = await app.call(`${method} ${spelling}`, { as: aUser() });
      expect([401, 403, 404, 405, 415]).toContain(response.status);
      if (method !== "HEAD") await expectProblem(response, response.status);
    }
  });

  it("that nobody declared is answered 404 with the problem of every failure", async () => {
    for (const path of [
      "/api",
      "/api/v1",
      "/api/v1/",
      "/api/v2/health",
      "/nowhere",
      "/.git/config",
      "/.env",
      "/__scheduled",
    ])
      await expectProblem(await app.call(`GET ${path}`), 404, "not_found");
  });
});

describe("a route", () => {
  it("has a sample, and every sample a route", () => {
    const names = app.routes.map(nameOf);
    const missing = names.filter((name) => !(name in samples));
    expect(missing, "Each needs a call that goes well: add it to its module's file in test/contract/samples.").toEqual(
      [],
    );
    expect(Object.keys(samples).filter((name) => !names.includes(name))).toEqual([]);
  });

  it("has a name of its own, made of a verb and what it is about", () => {
    const names = app.routes.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+([A-Z][a-z0-9]*)*$/);
  });

  it.each(all)("$name stands in the reference with a summary, a described section, and its failures", ({ route }) => {
    const document = app.document() as {
      tags: { name: string; description: string }[];
      paths: Record<string, Record<string, { responses: object; description: string; security: object[] }>>;
    };
    const operation = document.paths[`${API_BASE}${route.config.path}`]?.[route.config.method];
    expect(route.config.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(operation?.description).toMatch(/\.$/);
    expect(operation?.security).toEqual(route.policy.access.kind === "public" ? [] : [{ bearer: [] }]);
    for (const tag of route.config.tags)
      expect(
        document.tags.find(({ name }) => name === tag)?.description,
        `Describe the tag ${tag} in its module's manifest.`,
      ).toMatch(/\.$/);
    for (const status of problemStatuses(route)) expect(operation?.responses).toHaveProperty(String(status));
  });

  it("names examples for every field that it takes", () => {
    const { components } = app.document() as {
      components: { schemas: Record<string, { properties?: Record<string, object>; example?: unknown }> };
    };
    const taken = app.routes.flatMap(({ config }) => {
      const content = config.request?.body?.content["application/json"];
      return content && "schema" in content ? [content.schema] : [];
    });
    const written = JSON.stringify(components.schemas);
    expect(written).not.toContain(String(Number.MAX_SAFE_INTEGER));
    const bodies = Object.entries(components.schemas).filter(([name]) => /^(Create|Update|Add|Set|Run)/.test(name));
    expect(bodies.length).toBeGreaterThan(0);
    expect(taken.length).toBeGreaterThanOrEqual(bodies.length);
    for (const [name, { properties, example }] of bodies) {
      if (example !== undefined) continue;
      for (const [field, schema] of Object.entries(properties ?? {}))
        expect(
          "example" in schema ||
            "enum" in schema ||
            "$ref" in schema ||
            ("type" in schema && schema.type === "boolean"),
          `${name}.${field} has no example.`,
        ).toBe(true);
    }
  });
});

describe("a problem's type", () => {
  it("is an address that says what kind of problem it is", async () => {
    for (const { name, code, status, title } of problemKinds()) {
      const response = await app.call(`GET /problems/${name}`);
      expect(response.status).toBe(200);
      expectHeaders(response);
      expect(await bodyOf(response)).toEqual({ type: `/problems/${name}`, title, status, code });
    }
    await expectProblem(await app.call("GET /problems/http/unheard-of"), 404);
    await expectProblem(await app.call("GET /problems/http"), 404);
  });
});
