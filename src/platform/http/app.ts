import { OpenAPIHono } from "@hono/zod-openapi";
import type { Database } from "#platform/db";
import type { Composition } from "#platform/module";
import type { HttpContext, HttpEnv, HttpMiddleware } from "./env.ts";
import { registerAnswers } from "./answers.ts";
import { envelope } from "./envelope.ts";
import { onError } from "./errors.ts";
import { guard, guardRoot } from "./guard.ts";
import { shareDatabase } from "./in-place.ts";
import { API_BASE, describeRoute } from "./openapi.ts";
import { answerPreflight } from "./origins.ts";
import { limitRate } from "./rate-limit.ts";
import type { RootRoute } from "./root-route.ts";
import type { ApiRoute } from "./route.ts";
import { http } from "./problems.ts";
import { refusePlainHttp } from "./transport.ts";
import { validationHook } from "./validation.ts";

export type HttpApp = OpenAPIHono<HttpEnv>;

/** Builds the HTTP application: every route behind the same envelope and its own guard. */
export function createHttpApp(
  composition: Composition,
  routes: readonly ApiRoute[],
  rootRoutes: readonly RootRoute[],
): HttpApp {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: validationHook });
  app.onError(onError);
  app.use(envelope(composition), refusePlainHttp, answerPreflight);
  app.route(API_BASE, createApi(routes));
  registerAnswers(app.openAPIRegistry);
  for (const route of rootRoutes) {
    const closed: HttpMiddleware = async (c, next) => {
      if (route.developmentOnly === true && !c.get("ctx").config.development) throw http.notFound();
      let db: Database | undefined;
      c.set("dispatch", async (request) => {
        shareDatabase(request, (db ??= c.get("ctx").db.gathered()));
        return await app.fetch(request, c.env, c.executionCtx);
      });
      await next();
    };
    app.on(route.method, route.path, closed, guardRoot(route), route.handler);
  }
  app.notFound(unmatched(app));
  return app;
}

function createApi(routes: readonly ApiRoute[]): OpenAPIHono<HttpEnv> {
  const api = new OpenAPIHono<HttpEnv>({ defaultHook: validationHook });
  const shadowed = Map.groupBy(routes.filter(isShadowed(routes)), ({ config }) => config.path);
  const add = (route: ApiRoute): unknown =>
    api.openapi({ ...describeRoute(route), middleware: guard(route) }, route.handler);
  for (const [path, own] of shadowed) {
    own.forEach(add);
    api.all(path, refuseMethod(new Set(own.map(({ config }) => config.method.toUpperCase()))));
  }
  for (const route of routes) if (!shadowed.has(route.config.path)) add(route);
  return api;
}

/** Whether an address in words could be taken for one with an id in its place: it goes first, with all its methods. */
function isShadowed(routes: readonly ApiRoute[]): (route: ApiRoute) => boolean {
  const patterns = routes
    .filter(({ config }) => config.path.includes("{"))
    .map(({ config }) => toPattern(config.path.replaceAll(/\{(\w+)\}/g, ":$1")));
  return ({ config }) => !config.path.includes("{") && patterns.some((pattern) => pattern.test(config.path));
}

function refuseMethod(allowed: Set<string>): (c: HttpContext) => Promise<Response> {
  return async (c) => {
    await limitRate(c, c.get("ctx"), "public");
    throw methodNotAllowed(allowed);
  };
}

function methodNotAllowed(allowed: Set<string>): Error {
  if (allowed.has("GET")) allowed.add("HEAD");
  const allow = [...allowed].toSorted().join(", ");
  return http.methodNotAllowed({ detail: `This address takes ${allow}.`, headers: { Allow: allow } });
}

/** What no route took: 405 where the address exists for another method, else 404. */
function unmatched(app: HttpApp): (c: HttpContext) => Promise<Response> {
  let patterns: { method: string; pattern: RegExp }[] | undefined;
  return async (c) => {
    await limitRate(c, c.get("ctx"), "public");
    patterns ??= app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => ({ method, pattern: toPattern(path) }));
    const { pathname } = new URL(c.req.url);
    const allowed = new Set(patterns.filter(({ pattern }) => pattern.test(pathname)).map(({ method }) => method));
    if (allowed.size === 0) throw http.notFound({ detail: "No such address; the reference at /docs lists them." });
    throw methodNotAllowed(allowed);
  };
}

function toPattern(path: string): RegExp {
  const source = path
    .split("/")
    .map((part) =>
      part.startsWith(":") ? "[^/]+" : part === "*" ? ".*" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    )
    .join("/");
  return new RegExp(`^${source}$`);
}
