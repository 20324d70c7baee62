import { z } from "zod";
import { given } from "#kernel/given";
import type { Ctx } from "#platform/ctx";
import { GatewayFailure } from "./gateway.ts";

/** Calls of Razorpay's HTTP API: bounded in time, sent once, their outcome in our words, their answers checked. */

export interface RazorpayCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Where Razorpay knows repeats by a header. */
  readonly refundKey?: string;
}

const problem = z.object({
  error: z.object({
    description: z.string().default(""),
    reason: z.string().default(""),
    code: z.string().default(""),
  }),
});

export async function callRazorpay<S extends z.ZodType>(ctx: Ctx, shape: S, call: RazorpayCall): Promise<z.output<S>> {
  const lost = call.method === "GET" ? "unavailable" : "unknown";
  const { razorpay, timeoutMs } = ctx.config.payments;
  if (!razorpay) throw new GatewayFailure("unavailable", "gateway_not_configured");
  const { status, body } = await send({ ...razorpay, timeoutMs }, call).catch((cause: unknown) => {
    throw new GatewayFailure(lost, "no_answer", { cause });
  });
  if (status >= 500) throw new GatewayFailure(lost, "vendor_error");
  if (status >= 400) throw refusalOf(status, body);
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new GatewayFailure("unknown", "answer_malformed", { cause: parsed.error });
}

interface Settings {
  readonly base: string;
  readonly keyId: string;
  readonly keySecret: string;
  readonly timeoutMs: number;
}

async function send(
  { base, keyId, keySecret, timeoutMs }: Settings,
  call: RazorpayCall,
): Promise<{ status: number; body: unknown }> {
  const url = new URL(`${base}/v1/${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const response = await fetch(url, {
    method: call.method,
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      Authorization: `Basic ${btoa(`${keyId}:${keySecret}`)}`,
      "Content-Type": "application/json",
      ...given({ "X-Refund-Idempotency": call.refundKey }),
    },
    ...(call.body ? { body: JSON.stringify(call.body) } : {}),
  });
  return { status: response.status, body: await response.json().catch(() => null) };
}

/** A key that is wrong or a limit that is reached says nothing of the thing itself. */
const REFUSED_FOR_NOW: ReadonlySet<number> = new Set([401, 403, 409, 429]);

function refusalOf(status: number, body: unknown): GatewayFailure {
  const parsed = problem.safeParse(body);
  const { description, reason, code } = parsed.data?.error ?? { description: "", reason: "", code: "" };
  if (status === 404 || /does not exist|not found/i.test(description))
    return new GatewayFailure("missing", "resource_missing");
  if (REFUSED_FOR_NOW.has(status)) return new GatewayFailure("unavailable", `status_${status}`);
  const word = (reason === "" ? code : reason).toLowerCase();
  return new GatewayFailure("declined", /^[a-z0-9_]{1,60}$/.test(word) ? word : "declined");
}
