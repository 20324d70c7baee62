import { Problem } from "#kernel/problem";
import type { Actor, Ctx } from "#platform/ctx";
import { withActor } from "#platform/ctx";
import type { LimitClass } from "#platform/limits";
import { countsDaily, dailyCalls } from "#platform/limits";
import { takeDailyQuota } from "#platform/quota";
import { accountOf, authorise } from "./access.ts";
import { JSON_LIMIT_BYTES, readJsonBody } from "./body.ts";
import { fromCatalogue } from "./catalogue.ts";
import type { HttpContext, HttpMiddleware } from "./env.ts";
import { readIdempotencyKey, runOnce } from "./idempotency.ts";
import { limitRate } from "./rate-limit.ts";
import type { AuthenticateOptions } from "#platform/module";
import type { RootRoute } from "./root-route.ts";
import type { ApiRoute, RoutePolicy } from "./route.ts";
import { isRepeatable } from "./route.ts";
import { http } from "./problems.ts";

/** What every route is asked before its body is read, in the order of the contract. */
export function guard(route: ApiRoute): HttpMiddleware {
  const { policy, config } = route;
  const takesJson = config.request?.body?.content["application/json"] !== undefined;
  const optional = config.request?.body?.required !== true;
  const repeatable = isRepeatable(route);
  const template = `${config.method.toUpperCase()} ${config.path}`;
  const admission = admissionOf(policy);
  return async (c, next) => {
    c.set("route", template);
    c.set("routeClass", policy.limit);
    c.set("feature", config.tags[0]);
    const ctx = await admit(c, admission);
    authorise(ctx, policy.access);
    await count(c, ctx, policy.limit);
    if (policy.catalogueSeconds !== undefined) return await fromCatalogue(c, policy.catalogueSeconds, next);
    const body = takesJson ? await readJsonBody(c, policy.bodyLimitBytes ?? JSON_LIMIT_BYTES, optional) : null;
    const owner = accountOf(ctx.actor);
    const key = repeatable ? readIdempotencyKey(c, policy.idempotency === "required") : null;
    if (key === null || owner === null) return await next();
    const replayed = await runOnce(c, { owner, route: template, key, body }, next);
    return replayed ?? undefined;
  };
}

/** Counts a call against its class and, for an account, against its day. */
async function count(c: HttpContext, ctx: Ctx, limit: LimitClass): Promise<void> {
  await limitRate(c, ctx, limit);
  if (!("userId" in ctx.actor) || !countsDaily(limit)) return;
  await takeDailyQuota(ctx, dailyCalls(await ctx.composition.dailyCalls(ctx, ctx.actor.plan)));
}

/** The same questions for what stands outside the API: no account, no body. */
export function guardRoot({ path, limit, duringMaintenance = false, form = false }: RootRoute): HttpMiddleware {
  const admission = { duringMaintenance, form, open: true, fresh: false, money: false };
  return async (c, next) => {
    c.set("route", path);
    c.set("routeClass", limit);
    await limitRate(c, await admit(c, admission), limit);
    await next();
  };
}

/** How a route lets callers in. */
interface Admission extends AuthenticateOptions {
  readonly duringMaintenance: boolean;
  /** Anybody may call, so bad credentials are no credentials. */
  readonly open: boolean;
}

function admissionOf({ access, limit, duringMaintenance }: RoutePolicy): Admission {
  const money = limit === "money";
  const guarded = access.kind === "signedIn" && (access.roles !== undefined || access.stepUp === true);
  return {
    duringMaintenance: duringMaintenance ?? false,
    open: access.kind === "public",
    fresh: money || guarded,
    money,
  };
}

/** Finds out who calls, and turns everybody but operators away during maintenance. */
async function admit(c: HttpContext, admission: Admission): Promise<Ctx> {
  const base = c.get("ctx");
  const maintenance = admission.duringMaintenance ? null : await base.composition.maintenance(base);
  const actor = await authenticate(c, base, admission).catch((error: unknown) => {
    throw maintenance ? closed(base, maintenance) : error;
  });
  const ctx = actor ? withActor(base, actor) : base;
  if (maintenance && !(actor?.kind === "user" && actor.role === "admin")) throw closed(base, maintenance);
  c.set("ctx", ctx);
  return ctx;
}

async function authenticate(c: HttpContext, ctx: Ctx, admission: Admission): Promise<Actor | null> {
  try {
    return await ctx.composition.authenticate(c.req.raw, ctx, admission);
  } catch (error) {
    if (admission.open && error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

function closed(ctx: Ctx, maintenance: { readonly message: string; readonly until: number | null }): Error {
  const seconds = maintenance.until === null ? 300 : (maintenance.until - ctx.now()) / 1_000;
  return http.maintenance({ detail: maintenance.message, retryAfterSeconds: Math.max(1, seconds) });
}
