import type { PaymentMethod } from "./repository.methods.ts";

type Starter = Omit<PaymentMethod, "updatedAt" | "active" | "minWindowMinutes" | "maxWindowMinutes">;

const methods = (fiat: string, cap: number, rows: readonly (readonly [string, string, number, number])[]): Starter[] =>
  rows.map(([method, name, releaseWindowMinutes, share]) => ({
    fiat,
    method,
    name,
    releaseWindowMinutes,
    maxAmount: cap * share,
    newcomerMaxAmount: Math.round((cap * share) / 10),
  }));

/**
 * The ways to pay that every installation starts with: method, name, minutes for the release, and how many times the
 * fiat's base cap it carries. What can be charged back carries least.
 */
export const STARTING_METHODS: readonly Starter[] = [
  ...methods("INR", 10_000_000, [
    ["upi", "UPI", 60, 1],
    ["imps", "IMPS", 60, 5],
    ["neft", "NEFT", 240, 10],
    ["bank_transfer", "Bank transfer", 240, 10],
  ]),
  ...methods("USD", 200_000, [
    ["bank_transfer", "Bank transfer", 1_440, 10],
    ["wire", "Wire", 1_440, 25],
    ["card", "Card", 120, 1],
  ]),
  ...methods("EUR", 200_000, [
    ["sepa", "SEPA", 1_440, 10],
    ["sepa_instant", "SEPA Instant", 60, 10],
    ["bank_transfer", "Bank transfer", 1_440, 10],
  ]),
];
