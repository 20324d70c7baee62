import { z } from "zod";
import { GatewayFailure } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { VendorAnswer } from "#platform/vendor-call";
import { callVendor } from "#platform/vendor-call";

/** Calls of RazorpayX: bounded in time, sent once, their outcome in our words, their answers checked for shape. */

export interface RazorpayxCall {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Makes it a POST, unless it changes what is there. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly method?: "PATCH";
  /** The vendor's header by which it knows a repeat. */
  readonly key?: string;
}

const problem = z.object({
  error: z.object({
    description: z.string().nullish(),
    reason: z.string().nullish(),
    code: z.string().nullish(),
  }),
});

/** Says nothing of the thing itself: somebody mends it, and it goes on. */
const REFUSED_FOR_NOW: ReadonlySet<number> = new Set([401, 403, 429]);
/** Somebody in between gave up, or the first call under the key still runs. */
const UNSEEN: ReadonlySet<number> = new Set([408, 409]);

/** The keys and our own account there. */
export function settingsOf(ctx: Ctx): NonNullable<Ctx["config"]["payouts"]["razorpayx"]> {
  const { razorpayx } = ctx.config.payouts;
  if (!razorpayx) throw new GatewayFailure("unavailable", "rail_not_configured");
  return razorpayx;
}

export async function callRazorpayx<S extends z.ZodType>(
  ctx: Ctx,
  shape: S,
  call: RazorpayxCall,
): Promise<z.output<S>> {
  const lost = call.body === undefined ? "unavailable" : "unknown";
  const answer = await send(ctx, call);
  if (answer.state === "unreachable") throw new GatewayFailure("unavailable", "unreachable");
  if (answer.state === "unknown") throw new GatewayFailure(lost, answer.reason);
  const { status } = answer;
  if (status >= 500 || UNSEEN.has(status)) throw new GatewayFailure(lost, `status_${status}`);
  const parsed = parse(answer.body);
  if (status >= 400) throw refusalOf(status, parsed);
  const checked = shape.safeParse(parsed);
  if (checked.success) return checked.data;
  throw new GatewayFailure(lost, "answer_malformed", { cause: checked.error });
}

async function send(ctx: Ctx, { path, query = {}, body, key, ...call }: RazorpayxCall): Promise<VendorAnswer> {
  const razorpayx = settingsOf(ctx);
  const url = new URL(`${razorpayx.base}/v1/${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return await callVendor({
    method: call.method ?? (body === undefined ? "GET" : "POST"),
    url: url.href,
    timeoutMs: ctx.config.payments.timeoutMs,
    headers: {
      Authorization: `Basic ${btoa(`${razorpayx.keyId}:${razorpayx.keySecret}`)}`,
      "Content-Type": "application/json",
      ...(key === undefined ? {} : { "X-Payout-Idempotency": key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusalOf(status: number, body: unknown): GatewayFailure {
  if (REFUSED_FOR_NOW.has(status)) return new GatewayFailure("unavailable", `status_${status}`);
  const { error } = problem.safeParse(body).data ?? { error: {} };
  const missing = status === 404 || /does not exist|not found/i.test(error.description ?? "");
  return missing
    ? new GatewayFailure("missing", "resource_missing")
    : new GatewayFailure("declined", wordOf(error.reason ?? error.code));
}

/** One word that is safe to store. */
export function wordOf(text: string | null | undefined): string {
  return /^[a-z0-9_]{1,60}$/.exec((text ?? "").toLowerCase())?.[0] ?? "declined";
}
