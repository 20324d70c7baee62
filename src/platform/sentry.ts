import { Toucan } from "toucan-js";
import { MINUTE, SECOND } from "#kernel/time";
import type { Ctx } from "./ctx.ts";
import { describeFailure } from "./failure.ts";
import { accountOf } from "./http/access.ts";
import { meterOf } from "./metrics.ts";

const TIMEOUT_MS = 5 * SECOND;

/** A failure that every request meets must not become a flood: an isolate tells of so many a minute. */
const MINUTE_MAX = 60;
const spent = { minute: 0, count: 0 };

function spend(now: number): boolean {
  const minute = Math.floor(now / MINUTE);
  if (spent.minute !== minute) Object.assign(spent, { minute, count: 0 });
  spent.count += 1;
  return spent.count <= MINUTE_MAX;
}

/**
 * Tells Sentry of an unexpected error where `SENTRY_DSN` is set: its class, where it happened, the request id and
 * the account's id. Nothing else of the request, and no message, since a message may quote data.
 */
export async function reportError(ctx: Ctx, error: unknown): Promise<void> {
  meterOf(ctx.env).add("errors", []);
  const dsn = ctx.config.sentryDsn;
  if (dsn === null || Math.random() >= ctx.config.sentrySampleRate || !spend(ctx.now())) return;
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
      const userId = accountOf(ctx.actor);
      return userId === null ? rest : { ...rest, user: { id: userId } };
    },
    transportOptions: {
      fetcher: async (address, init) => await fetch(address, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }),
    },
  });
  sentry.setTag("requestId", ctx.requestId);
  sentry.captureException(error);
  await Promise.allSettled(pending);
}
