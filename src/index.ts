import type { App } from "./app.ts";
import { createApp } from "./app.ts";
import { runDueCrons } from "#platform/cron";
import type { Ctx } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import { ConfigError, readConfig } from "#platform/env";
import { toProblem, toResponse } from "#platform/http/errors";
import { createLogger } from "#platform/log";
import { consume } from "#platform/queue";

export { RateLimiter } from "#object-classes/rate-limiter";
export type { AppType } from "./app.ts";

const apps = new WeakMap<Env, App>();

function appOf(env: Env): App {
  const app = apps.get(env) ?? createApp(readConfig(env).modules);
  apps.set(env, app);
  return app;
}

interface Occasion {
  readonly job: string;
  readonly execution: ExecutionContext;
  readonly now?: () => number;
}

function jobCtx(env: Env, { job, execution, now }: Occasion): Ctx {
  return createCtx({
    env,
    actor: { kind: "system", job },
    requestId: job,
    composition: appOf(env).composition,
    defer: (work) => execution.waitUntil(work),
    ...(now ? { now } : {}),
  });
}

export default {
  fetch(request, env, execution) {
    try {
      return appOf(env).http.fetch(request, env, execution);
    } catch (error) {
      const message = error instanceof ConfigError ? error.message : "The Worker could not start.";
      createLogger().error(message, { error });
      return toResponse(toProblem(error), "unconfigured");
    }
  },
  async queue(batch, env, execution) {
    await consume(batch, jobCtx(env, { job: "queue", execution }));
  },
  async scheduled(controller, env, execution) {
    await runDueCrons(jobCtx(env, { job: "cron", execution, now: () => controller.scheduledTime }));
  },
} satisfies ExportedHandler<Env>;
