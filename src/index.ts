import type { App } from "./app.ts";
import { createApp } from "./app.ts";
import { provideComposition } from "#platform/composition";
import { runDueCrons } from "#platform/cron";
import type { Ctx } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import { readConfig } from "#platform/env";
import { toBareResponse } from "#platform/http/errors";
import { consume } from "#platform/queue";

export { ChatSession } from "#object-classes/chat-session";
export { EscrowTrade } from "#object-classes/escrow-trade";
export { HotWallet } from "#object-classes/hot-wallet";
export { LedgerWriter } from "#object-classes/ledger-writer";
export { MarketShard } from "#object-classes/market-shard";
export { MetricsHub } from "#object-classes/metrics-hub";
export { RateLimiter } from "#object-classes/rate-limiter";
export type { AppType } from "./app.ts";

/** By the modules that are switched on: nothing else of the bindings is in an app. */
const apps = new Map<string, App>();

function appOf(env: Env): App {
  const { modules } = readConfig(env);
  const app = apps.get(env.MODULES) ?? createApp(modules);
  apps.set(env.MODULES, app);
  return app;
}

provideComposition((env) => appOf(env).composition);

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

/** The clock of a scheduled run: it goes on, and never stands before the moment that the run was meant for. */
function clockFrom(scheduledTime: number): () => number {
  return () => Math.max(Date.now(), scheduledTime);
}

export default {
  async fetch(request, env, execution) {
    try {
      return await appOf(env).http.fetch(request, env, execution);
    } catch (error) {
      return toBareResponse(error);
    }
  },
  async queue(batch, env, execution) {
    await consume(batch, jobCtx(env, { job: "queue", execution }));
  },
  async scheduled(controller, env, execution) {
    await runDueCrons(jobCtx(env, { job: "cron", execution, now: clockFrom(controller.scheduledTime) }));
  },
} satisfies ExportedHandler<Env>;
