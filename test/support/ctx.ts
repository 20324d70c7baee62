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
