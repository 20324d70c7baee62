import { Toucan } from "toucan-js";
import type { Ctx } from "./ctx.ts";
import { scrub } from "./log.ts";

/**
 * Tells Sentry of an unexpected error where `SENTRY_DSN` is set. Sends where it happened and the request id, nothing
 * of the request itself, and the message only after scrubbing.
 */
export async function reportError(ctx: Ctx, error: unknown): Promise<void> {
  const dsn = ctx.config.sentryDsn;
  if (dsn === null) return;
  const pending: Promise<unknown>[] = [];
  const sentry = new Toucan({
    dsn,
    environment: ctx.config.environment,
    release: ctx.config.version,
    context: { waitUntil: (work: Promise<unknown>) => void pending.push(work) },
    beforeSend: (event) => {
      for (const exception of event.exception?.values ?? []) {
        if (exception.value !== undefined) exception.value = scrub(exception.value);
      }
      const { request: _request, user: _user, breadcrumbs: _breadcrumbs, ...rest } = event;
      return rest;
    },
  });
  sentry.setTag("requestId", ctx.requestId);
  sentry.captureException(error);
  await Promise.allSettled(pending);
}
