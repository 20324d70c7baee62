import { z } from "zod";
import { toHex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { Notice, Topic } from "./gateway.ts";

/**
 * Signatures of Razorpay, all of them HMAC-SHA256 in lowercase hex, and its events. It signs neither a time nor the id that
 * stands in a header: an event is known again by the hash of its body.
 */

const encoder = new TextEncoder();

/** Whether a signature is that of a message under a secret. Compared by Web Crypto, in constant time. */
export async function isSigned(secret: string, message: Uint8Array | string, signature: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["verify"]);
  const bytes = typeof message === "string" ? encoder.encode(message) : message;
  return await crypto.subtle.verify("HMAC", key, Uint8Array.fromHex(signature), bytes);
}

/** Whether one of our secrets has signed these very bytes. */
export async function isSignedByRazorpay(ctx: Ctx, signature: string, body: Uint8Array): Promise<boolean> {
  for (const secret of ctx.config.payments.razorpayWebhook.secrets)
    if (await isSigned(secret, body, signature)) return true;
  return false;
}

/** Whether Razorpay has told the customer's browser that this payment paid this order. */
export async function isOrderPaid(
  ctx: Ctx,
  paid: { readonly orderId: string; readonly paymentId: string; readonly signature: string },
): Promise<boolean> {
  const { razorpay } = ctx.config.payments;
  return razorpay !== null && (await isSigned(razorpay.keySecret, `${paid.orderId}|${paid.paymentId}`, paid.signature));
}

const entity = z.object({ entity: z.looseObject({ id: z.string().max(255) }) });

const event = z.object({
  event: z.string().min(1).max(255),
  account_id: z.string().nullish(),
  payload: z.record(z.string(), z.unknown()).default({}),
});

/** Which entity of the payload an event is about, by how its name begins; the longest first. */
const PREFIXES: readonly (readonly [string, string, Topic])[] = [
  ["payment.dispute.", "dispute", "dispute"],
  ["payment.", "payment", "payment"],
  ["order.paid", "payment", "payment"],
  ["refund.", "refund", "refund"],
  ["payout.", "payout", "transfer"],
];

type RazorpayEvent = z.output<typeof event>;

/** What an event is about; null where the body is no event at all. */
export async function readRazorpayEvent(ctx: Ctx, text: string): Promise<Notice | null> {
  const parsed = event.safeParse(parse(text));
  if (!parsed.success) return null;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
  const { event: type } = parsed.data;
  return { eventId: toHex(hash), type, ...aboutOf(parsed.data), refusedFor: refusalOf(ctx, parsed.data) };
}

function aboutOf({ event: type, payload }: RazorpayEvent): Pick<Notice, "topic" | "objectId"> {
  const found = PREFIXES.find(([prefix]) => type.startsWith(prefix));
  if (!found) return { topic: null, objectId: null };
  const [, name, topic] = found;
  const { data } = entity.safeParse(payload[name]);
  return data ? { topic, objectId: data.entity.id } : { topic: null, objectId: null };
}

/** Another account's events move nothing. */
function refusalOf({ config }: Ctx, { account_id: account }: RazorpayEvent): string | null {
  const { accountId } = config.payments.razorpayWebhook;
  return account && accountId !== null && account !== accountId ? "foreign_account" : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
