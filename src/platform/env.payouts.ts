import { z } from "zod";

/** The settings of payouts to banks. */
export const PAYOUTS_SHAPE = {
  PAYOUT_COOLING_HOURS: z.coerce.number().int().min(0).max(720).default(24),
  PAYOUT_MINIMUM_MINOR: z.coerce.number().int().min(1).max(100_000_000).default(50_000),
  PAYOUT_SECOND_APPROVAL_MINOR: z.coerce.number().int().min(0).default(10_000_000),
  PAYOUT_TAX_BPS: z.coerce.number().int().min(0).max(5_000).default(0),
};

export const PAYOUTS_HELP: Readonly<Record<keyof typeof PAYOUTS_SHAPE, string>> = {
  PAYOUT_COOLING_HOURS: "Set it to how many hours a new bank account waits before it is used; 24 is the default.",
  PAYOUT_MINIMUM_MINOR: "Set it to the least that is paid out, in minor units; 50000 is the default.",
  PAYOUT_SECOND_APPROVAL_MINOR:
    "Set it to the amount in minor units above which two operators approve; 10000000 is the default.",
  PAYOUT_TAX_BPS: "Set it to the tax withheld from payouts, in basis points; none is the default.",
};

export interface PayoutsConfig {
  readonly coolingHours: number;
  readonly minimumMinor: number;
  readonly secondAboveMinor: number;
  readonly taxBps: number;
}

type Values = { readonly [K in keyof typeof PAYOUTS_SHAPE]: z.output<(typeof PAYOUTS_SHAPE)[K]> };

export function readPayouts(values: Values): PayoutsConfig {
  return {
    coolingHours: values.PAYOUT_COOLING_HOURS,
    minimumMinor: values.PAYOUT_MINIMUM_MINOR,
    secondAboveMinor: values.PAYOUT_SECOND_APPROVAL_MINOR,
    taxBps: values.PAYOUT_TAX_BPS,
  };
}
