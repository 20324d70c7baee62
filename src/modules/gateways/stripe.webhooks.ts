import { Stripe } from "stripe";
import { z } from "zod";
import { SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Notice, Topic } from "./gateway.ts";

/** Events of Stripe: verified on their raw bytes, and read only as far as what they are about. */

const TOLERANCE_SECONDS = 300;
const crypto = Stripe.createSubtleCryptoProvider();

const event = z.object({
  id: z.string().min(1).max(255),
  type: z.string().min(1).max(255),
  livemode: z.boolean().default(false),
  account: z.string().nullish(),
  data: z.object({ object: z.looseObject({ id: z.string().max(255).nullish(), object: z.string().nullish() }) }),
});

type StripeEvent = z.output<typeof event>;

const PREFIXES: readonly (readonly [string, Topic])[] = [
  ["checkout.session.", "checkout"],
  ["payment_intent.", "payment"],
  ["charge.dispute.", "dispute"],
  ["charge.refund.", "refund"],
  ["charge.", "payment"],
  ["refund.", "refund"],
  ["customer.subscription.trial_will_end", "trialEnding"],
  ["customer.subscription.", "subscription"],
  ["invoice.", "invoice"],
  ["transfer.", "transfer"],
];

/** Objects that an event of a topic may carry; another one is not about it. */
const OBJECTS: Readonly<Record<Topic, string>> = {
  checkout: "checkout.session",
  payment: "payment_intent",
  dispute: "dispute",
  refund: "refund",
  trialEnding: "subscription",
  subscription: "subscription",
  invoice: "invoice",
  transfer: "transfer",
};

/** Whether one of our secrets has signed these very bytes, not longer ago and not further ahead than five minutes. */
export async function isSignedByStripe(ctx: Ctx, signature: string, body: Uint8Array): Promise<boolean> {
  const now = ctx.now();
  const at = Number(/(?:^|,)t=([0-9]{1,12})(?:,|$)/.exec(signature)?.[1]);
  if (!(Math.abs(at - now / SECOND) <= TOLERANCE_SECONDS)) return false;
  for (const secret of ctx.config.payments.stripeWebhook.secrets) {
    const verified = Stripe.webhooks.signature
      ?.verifyHeaderAsync(body, signature, secret, TOLERANCE_SECONDS, crypto, now)
      .catch(() => false);
    if (await verified) return true;
  }
  return false;
}

/** What an event is about; null where the body is no event at all. */
export function readStripeEvent(ctx: Ctx, text: string): Notice | null {
  const parsed = event.safeParse(parse(text));
  if (!parsed.success) return null;
  const { id, type } = parsed.data;
  const about = aboutOf(parsed.data);
  const topic = about === null ? null : about.topic;
  return { eventId: id, type, topic, objectId: about?.id ?? null, refusedFor: refusalOf(ctx, parsed.data) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function aboutOf({ type, data: { object } }: StripeEvent): { topic: Topic; id: string } | null {
  const topic = PREFIXES.find(([prefix]) => type.startsWith(prefix))?.[1];
  if (topic === undefined) return null;
  if (topic === "payment" && object.object === "charge") {
    const intent = object["payment_intent"];
    return typeof intent === "string" ? { topic, id: intent } : null;
  }
  return object.object === OBJECTS[topic] && object.id ? { topic, id: object.id } : null;
}

/** Test events move nothing in production, and another account's events nothing anywhere. */
function refusalOf({ config }: Ctx, { livemode, account }: StripeEvent): string | null {
  const { accountId } = config.payments.stripeWebhook;
  if (config.environment === "production" && !livemode) return "test_mode";
  return account && accountId !== null && account !== accountId ? "foreign_account" : null;
}
