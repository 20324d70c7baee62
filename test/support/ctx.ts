import { env } from "cloudflare:workers";
import type { Actor, Ctx } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import type { App } from "../../src/app.ts";

export interface CtxOptions {
  readonly actor?: Actor;
  readonly now?: () => number;
  readonly env?: Readonly<Record<string, unknown>>;
}

/** A context for calling verbs and doors directly, as a job would. What it defers is not waited for. */
export function testCtx(app: App, options: CtxOptions = {}): Ctx {
  return createCtx({
    env: options.env ? { ...env, ...options.env } : env,
    actor: options.actor ?? { kind: "system", job: "test" },
    requestId: "test",
    composition: app.composition,
    defer: () => {},
    ...(options.now ? { now: options.now } : {}),
  });
}

/** A context whose database can be read and refuses every commit: a fault of our own. */
export function faultyCtx(app: App, options: CtxOptions = {}): Ctx {
  const withSession = (...args: Parameters<D1Database["withSession"]>): D1DatabaseSession => {
    const session = env.DB.withSession(...args);
    return {
      prepare: (query) => session.prepare(query),
      batch: async () => await Promise.reject(new Error("D1_ERROR: Exceeded maximum DB size.")),
      getBookmark: () => session.getBookmark(),
    };
  };
  return testCtx(app, { ...options, env: { ...options.env, DB: { withSession } } });
}
