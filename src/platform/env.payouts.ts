import { z } from "zod";
import { address, list, text } from "./env.fields.ts";

/** The settings of payouts to banks, and of the roads that they take. A road that lacks its keys is not taken. */

const rails = list.pipe(z.array(z.enum(["razorpayx", "stripe"])));

export const PAYOUTS_SHAPE = {
  PAYOUT_COOLING_HOURS: z.coerce.number().int().min(0).max(720).default(24),
  PAYOUT_MINIMUM_MINOR: z.coerce.number().int().min(1).max(100_000_000).default(50_000),
  PAYOUT_DAY_LIMIT_MINOR: z.coerce.number().int().min(1).default(50_000_000),
  PAYOUT_SECOND_APPROVAL_MINOR: z.coerce.number().int().min(0).default(10_000_000),
  PAYOUT_TAX_BPS: z.coerce.number().int().min(0).max(5_000).default(0),
  PAYOUT_RAILS: rails,
  PAYOUT_AUTOMATIC: z
    .enum(["true", "false", ""])
    .default("false")
    .transform((value) => value === "true"),
  RAZORPAYX_ACCOUNT_NUMBER: text,
  RAZORPAYX_KEY_ID: text,
  RAZORPAYX_KEY_SECRET: text,
  RAZORPAYX_WEBHOOK_SECRET: text,
  RAZORPAYX_WEBHOOK_SECRET_PREVIOUS: text,
  RAZORPAYX_API_BASE: address,
};

const secret = (name: string, what: string): string => `Set it with \`wrangler secret put ${name}\` to ${what}.`;

export const PAYOUTS_HELP: Readonly<Record<keyof typeof PAYOUTS_SHAPE, string>> = {
  PAYOUT_COOLING_HOURS: "Set it to how many hours a new bank account waits before it is used; 24 is the default.",
  PAYOUT_MINIMUM_MINOR: "Set it to the least that is paid out, in minor units; 50000 is the default.",
  PAYOUT_DAY_LIMIT_MINOR:
    "Set it to the most that one person asks for within 24 hours, in minor units; 50000000 is the default.",
  PAYOUT_SECOND_APPROVAL_MINOR:
    "Set it to the amount in minor units above which two operators approve; 10000000 is the default.",
  PAYOUT_TAX_BPS: "Set it to the tax withheld from payouts, in basis points; none is the default.",
  PAYOUT_RAILS: "Set it to `razorpayx`, `stripe` or both with a comma; without it payouts leave in files for the bank.",
  PAYOUT_AUTOMATIC: "Set it to `true` to have approved payouts sent without an operator's batch.",
  RAZORPAYX_ACCOUNT_NUMBER: "Set it to the number of your account at RazorpayX that payouts leave from.",
  RAZORPAYX_KEY_ID: "Set it to the id of your API key at RazorpayX, `rzp_live_…`.",
  RAZORPAYX_KEY_SECRET: secret("RAZORPAYX_KEY_SECRET", "the secret of your API key at RazorpayX"),
  RAZORPAYX_WEBHOOK_SECRET: secret("RAZORPAYX_WEBHOOK_SECRET", "the secret that you gave your webhook at RazorpayX"),
  RAZORPAYX_WEBHOOK_SECRET_PREVIOUS: secret(
    "RAZORPAYX_WEBHOOK_SECRET_PREVIOUS",
    "the one before it, while events that it has signed may still arrive; leave it out otherwise",
  ),
  RAZORPAYX_API_BASE:
    "Set it to a relay with a fixed address, since RazorpayX takes calls from allowed addresses only; https://api.razorpay.com is the default.",
};

export interface RazorpayxConfig {
  readonly accountNumber: string;
  readonly keyId: string;
  readonly keySecret: string;
  readonly base: string;
}

export interface PayoutsConfig {
  readonly coolingHours: number;
  readonly minimumMinor: number;
  readonly dayLimitMinor: number;
  readonly secondAboveMinor: number;
  readonly taxBps: number;
  readonly rails: readonly ("razorpayx" | "stripe")[];
  readonly automatic: boolean;
  readonly razorpayx: RazorpayxConfig | null;
  /** The present secret and the one before it. */
  readonly razorpayxSecrets: readonly string[];
}

type Values = { readonly [K in keyof typeof PAYOUTS_SHAPE]: z.output<(typeof PAYOUTS_SHAPE)[K]> };

export function readPayouts(values: Values): PayoutsConfig {
  const { RAZORPAYX_WEBHOOK_SECRET: present, RAZORPAYX_WEBHOOK_SECRET_PREVIOUS: previous } = values;
  return {
    coolingHours: values.PAYOUT_COOLING_HOURS,
    minimumMinor: values.PAYOUT_MINIMUM_MINOR,
    dayLimitMinor: values.PAYOUT_DAY_LIMIT_MINOR,
    secondAboveMinor: values.PAYOUT_SECOND_APPROVAL_MINOR,
    taxBps: values.PAYOUT_TAX_BPS,
    rails: values.PAYOUT_RAILS,
    automatic: values.PAYOUT_AUTOMATIC,
    razorpayx: readRazorpayx(values),
    razorpayxSecrets: [present, previous].filter((value) => value !== null),
  };
}

function readRazorpayx(values: Values): RazorpayxConfig | null {
  const {
    RAZORPAYX_ACCOUNT_NUMBER: accountNumber,
    RAZORPAYX_KEY_ID: keyId,
    RAZORPAYX_KEY_SECRET: keySecret,
    RAZORPAYX_API_BASE: base,
  } = values;
  if (accountNumber === null || keyId === null || keySecret === null) return null;
  return { accountNumber, keyId, keySecret, base: base ?? "https://api.razorpay.com" };
}
