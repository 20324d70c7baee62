import { Toucan } from "toucan-js";
import { SECOND } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import { describeFailure } from "./failure.ts";
import { meterOf } from "./metrics.ts";

const TIMEOUT_MS = 5 * SECOND;

/**
 * Tells Sentry of an unexpected error where `SENTRY_DSN` is set: its class, where it happened and the request id.
 * Nothing of the request, and no message, since a message may quote data.
 */
export async function reportError(ctx: Ctx, error: unknown): Promise<void> {
  meterOf(ctx.env).add("errors", []);
  const dsn = ctx.config.sentryDsn;
  if (dsn === null) return;
  try {
    await send(ctx, dsn, error);
  } catch (cause) {
    ctx.log.warn("Sentry could not be told of an error.", { error: cause });
  }
}

async function send(ctx: Ctx, dsn: string, error: unknown): Promise<void> {
  const pending: Promise<unknown>[] = [];
  const sentry = new Toucan({
    dsn,
    environment: ctx.config.environment,
    release: ctx.config.version,
    context: { waitUntil: (work: Promise<unknown>) => void pending.push(work) },
    beforeSend: (event) => {
      for (const exception of event.exception?.values ?? []) {
        exception.value = describeFailure(error);
      }
      const { request: _request, user: _user, breadcrumbs: _breadcrumbs, extra: _extra, ...rest } = event;
      return rest;
    },
    transportOptions: {
      fetcher: async (address, init) => await fetch(address, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }),
    },
  });
  sentry.setTag("requestId", ctx.requestId);
  sentry.captureException(error);
  await Promise.allSettled(pending);
}
