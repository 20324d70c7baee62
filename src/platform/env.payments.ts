import { z } from "zod";
import { address, text } from "./env.fields.ts";

/** The settings of the payment gateways. One that lacks its keys is not offered. */

export const PAYMENTS_SHAPE = {
  WEBHOOK_ACKNOWLEDGE_MS: z.coerce.number().int().min(100).max(30_000).default(4_000),
  GATEWAY_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(20_000),
  STRIPE_SECRET_KEY: text,
  STRIPE_WEBHOOK_SECRET: text,
  STRIPE_WEBHOOK_SECRET_PREVIOUS: text,
  STRIPE_ACCOUNT_ID: text,
  STRIPE_API_BASE: address,
  RAZORPAY_KEY_ID: text,
  RAZORPAY_KEY_SECRET: text,
  RAZORPAY_WEBHOOK_SECRET: text,
  RAZORPAY_WEBHOOK_SECRET_PREVIOUS: text,
  RAZORPAY_ACCOUNT_ID: text,
  RAZORPAY_API_BASE: address,
};

const secret = (name: string, what: string): string => `Set it with \`wrangler secret put ${name}\` to ${what}.`;
const PREVIOUS = "the one before it, while events that it has signed may still arrive; leave it out otherwise";

export const PAYMENTS_HELP: Readonly<Record<keyof typeof PAYMENTS_SHAPE, string>> = {
  WEBHOOK_ACKNOWLEDGE_MS:
    "Set it to how many milliseconds a vendor's event has to be stored before the vendor is asked to send it again; 4000 is the default.",
  GATEWAY_TIMEOUT_MS: "Set it to how many milliseconds a payment gateway has for an answer; 20000 is the default.",
  STRIPE_SECRET_KEY: secret("STRIPE_SECRET_KEY", "your secret key at Stripe, `sk_live_…`"),
  STRIPE_WEBHOOK_SECRET: secret("STRIPE_WEBHOOK_SECRET", "the signing secret of your endpoint at Stripe, `whsec_…`"),
  STRIPE_WEBHOOK_SECRET_PREVIOUS: secret("STRIPE_WEBHOOK_SECRET_PREVIOUS", PREVIOUS),
  STRIPE_ACCOUNT_ID: "Set it to your account's id at Stripe, `acct_…`; events of other accounts are then set aside.",
  STRIPE_API_BASE: "Leave it out; it points Stripe somewhere else than https://api.stripe.com.",
  RAZORPAY_KEY_ID: "Set it to the id of your API key at Razorpay, `rzp_live_…`.",
  RAZORPAY_KEY_SECRET: secret("RAZORPAY_KEY_SECRET", "the secret of your API key at Razorpay"),
  RAZORPAY_WEBHOOK_SECRET: secret("RAZORPAY_WEBHOOK_SECRET", "the secret that you gave your webhook at Razorpay"),
  RAZORPAY_WEBHOOK_SECRET_PREVIOUS: secret("RAZORPAY_WEBHOOK_SECRET_PREVIOUS", PREVIOUS),
  RAZORPAY_ACCOUNT_ID: "Set it to your account's id at Razorpay, `acc_…`; events of other accounts are then set aside.",
  RAZORPAY_API_BASE: "Leave it out; it points Razorpay somewhere else than https://api.razorpay.com.",
};

export interface WebhookConfig {
  /** The present secret and the one before it. */
  readonly secrets: readonly string[];
  readonly accountId: string | null;
}

export interface PaymentsConfig {
  readonly timeoutMs: number;
  /** How long vendors are kept waiting for a word that their event is stored. */
  readonly acknowledgeMs: number;
  readonly stripe: { readonly key: string; readonly base: string } | null;
  readonly stripeWebhook: WebhookConfig;
  readonly razorpay: { readonly keyId: string; readonly keySecret: string; readonly base: string } | null;
  readonly razorpayWebhook: WebhookConfig;
}

type Values = z.output<z.ZodObject<typeof PAYMENTS_SHAPE>>;

/**
 * Reads the gateways' settings. In development a gateway whose address is set needs no keys of its own: what stands there is
 * a stand-in, and a vendor's real address is never called without a key that somebody has chosen.
 */
export function readPayments(values: Values, { development }: { readonly development: boolean }): PaymentsConfig {
  return {
    timeoutMs: values.GATEWAY_TIMEOUT_MS,
    acknowledgeMs: values.WEBHOOK_ACKNOWLEDGE_MS,
    stripe: readStripe(values, development),
    stripeWebhook: {
      secrets: present(values.STRIPE_WEBHOOK_SECRET, values.STRIPE_WEBHOOK_SECRET_PREVIOUS),
      accountId: values.STRIPE_ACCOUNT_ID,
    },
    razorpay: readRazorpay(values, development),
    razorpayWebhook: {
      secrets: present(values.RAZORPAY_WEBHOOK_SECRET, values.RAZORPAY_WEBHOOK_SECRET_PREVIOUS),
      accountId: values.RAZORPAY_ACCOUNT_ID,
    },
  };
}

function readStripe(values: Values, development: boolean): PaymentsConfig["stripe"] {
  const { STRIPE_API_BASE: base, STRIPE_SECRET_KEY: chosen } = values;
  const key = chosen ?? (development && base !== null ? "sk_test_development" : null);
  return key === null ? null : { key, base: base ?? "https://api.stripe.com" };
}

function readRazorpay(values: Values, development: boolean): PaymentsConfig["razorpay"] {
  const { RAZORPAY_API_BASE: base } = values;
  const standIn = development && base !== null;
  const keyId = values.RAZORPAY_KEY_ID ?? (standIn ? "rzp_test_development" : null);
  const keySecret = values.RAZORPAY_KEY_SECRET ?? (standIn ? "razorpay_key_development" : null);
  return keyId === null || keySecret === null ? null : { keyId, keySecret, base: base ?? "https://api.razorpay.com" };
}

function present(...secrets: readonly (string | null)[]): string[] {
  return secrets.filter((value) => value !== null);
}
