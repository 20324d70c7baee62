import { Stripe } from "stripe";
import type { z } from "zod";
import type { Ctx } from "#platform/ctx";
import { GatewayFailure } from "./gateway.ts";

/** Calls of Stripe: bounded in time, sent once, their outcome in our words, their answers checked for shape. */

const clients = new WeakMap<object, Stripe>();

function clientOf(ctx: Ctx): Stripe {
  const { stripe, timeoutMs } = ctx.config.payments;
  if (!stripe) throw new GatewayFailure("unavailable", "gateway_not_configured");
  const known = clients.get(stripe);
  if (known) return known;
  const { hostname, port, protocol } = new URL(stripe.base);
  const secure = protocol === "https:";
  const client = new Stripe(stripe.key, {
    host: hostname,
    port: port === "" ? (secure ? 443 : 80) : Number(port),
    protocol: secure ? "https" : "http",
    httpClient: Stripe.createFetchHttpClient(),
    timeout: timeoutMs,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  clients.set(stripe, client);
  return client;
}

/** Reads from Stripe. Whatever goes wrong, nothing has happened. */
export async function read<S extends z.ZodType>(
  ctx: Ctx,
  shape: S,
  call: (client: Stripe) => Promise<unknown>,
): Promise<z.output<S>> {
  try {
    return check(shape, await call(clientOf(ctx)));
  } catch (error) {
    throw toFailure(error, "unavailable");
  }
}

export interface Keyed {
  readonly idempotencyKey: string;
}

/** Changes something at Stripe under a key: however often it is sent, it counts once. */
export async function write<S extends z.ZodType>(
  ctx: Ctx,
  shape: S,
  { key, call }: { readonly key: string; readonly call: (client: Stripe, options: Keyed) => Promise<unknown> },
): Promise<z.output<S>> {
  try {
    return check(shape, await call(clientOf(ctx), { idempotencyKey: key }));
  } catch (error) {
    throw toFailure(error, "unknown");
  }
}

/**
 * Like `write`, for what moves no money. Stripe repeats under a key even the answer that it had failed: then a second one
 * is asked for under a key of its own, of which there may be one too many without harm.
 */
export async function make<S extends z.ZodType>(
  ctx: Ctx,
  shape: S,
  request: Parameters<typeof write<S>>[2],
): Promise<z.output<S>> {
  try {
    return await write(ctx, shape, request);
  } catch (error) {
    const { cause } = error as Error;
    const repeated = cause instanceof Stripe.errors.StripeError && cause.headers?.["idempotent-replayed"] === "true";
    if (!repeated || !(error instanceof GatewayFailure) || error.state !== "unknown") throw error;
    return await write(ctx, shape, { ...request, key: `${request.key}.again` });
  }
}

function check<S extends z.ZodType>(shape: S, answer: unknown): z.output<S> {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new GatewayFailure("unknown", "answer_malformed", { cause: parsed.error });
}

/** @param lost what it means that no answer came: a read is simply repeated */
function toFailure(error: unknown, lost: "unavailable" | "unknown"): GatewayFailure {
  if (error instanceof GatewayFailure) return error;
  if (!(error instanceof Stripe.errors.StripeError) || error.statusCode === undefined)
    return new GatewayFailure(lost, "no_answer", { cause: error });
  const { statusCode } = error;
  const code = wordOf(error.decline_code ?? error.code);
  if (statusCode === 404 || code === "resource_missing") return new GatewayFailure("missing", code, { cause: error });
  if (statusCode >= 500) return new GatewayFailure(lost, "vendor_error", { cause: error });
  // A key that is wrong or a limit that is reached says nothing of the thing itself: somebody mends it, and it goes on.
  if (REFUSED_FOR_NOW.has(statusCode))
    return new GatewayFailure("unavailable", `status_${statusCode}`, { cause: error });
  return new GatewayFailure("declined", code, { cause: error });
}

const REFUSED_FOR_NOW: ReadonlySet<number> = new Set([401, 403, 409, 429]);

function wordOf(code: string | undefined): string {
  return /^[a-z0-9_]{1,60}$/.exec(code ?? "")?.[0] ?? "declined";
}
