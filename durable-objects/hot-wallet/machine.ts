import type { PaymentState } from "./contract.ts";

/**
 * What to do next with a payment that has its nonce.
 *
 * What must stay true: nothing here ever asks for a new nonce; a payment ends only by what the chain says.
 *
 * | the chain has | its nonce is | so |
 * | --- | --- | --- |
 * | one of its transactions, deep enough | used | it is confirmed, failed, or quarantined where a token kept silent |
 * | one of its transactions | used | wait |
 * | none of them | free | hand the newest over again; raise the fee when it has waited long enough |
 * | none of them | used, for long | quarantined: something else was sent under its nonce |
 */

/** Blocks for which a nonce must have been used by something else before anybody believes it. */
export const FOREIGN_BLOCKS = 12;

export interface Facts {
  readonly now: number;
  /** The height of the chain. */
  readonly tip: number;
  /** How many transactions of the wallet the chain has. */
  readonly used: number;
  /** The one of its transactions that is in a block; null when none is. */
  readonly mined: { readonly height: number; readonly succeeded: boolean; readonly paid: boolean } | null;
  readonly bumpMs: number;
}

export interface Flight {
  readonly nonce: number;
  readonly confirmations: number;
  /** When its newest transaction was signed. */
  readonly signedAt: number;
  /** The height at which its nonce was first found used by something else. */
  readonly foreignSince: number | null;
}

export type Step =
  | { readonly kind: "end"; readonly state: Extract<PaymentState, "confirmed" | "failed" | "quarantined"> }
  | { readonly kind: "wait"; readonly confirmations: number; readonly foreignSince: number | null }
  | { readonly kind: "hand-over"; readonly raise: boolean };

export function nextStep(flight: Flight, facts: Facts): Step {
  if (facts.mined) return judgeMined(flight, facts.mined, facts.tip);
  if (facts.used > flight.nonce) {
    const foreignSince = Math.min(flight.foreignSince ?? facts.tip, facts.tip);
    if (facts.tip - foreignSince >= FOREIGN_BLOCKS) return { kind: "end", state: "quarantined" };
    return { kind: "wait", confirmations: 0, foreignSince };
  }
  return { kind: "hand-over", raise: facts.now - flight.signedAt >= facts.bumpMs };
}

function judgeMined(flight: Flight, mined: NonNullable<Facts["mined"]>, tip: number): Step {
  const confirmations = Math.max(0, tip - mined.height + 1);
  if (confirmations < flight.confirmations) return { kind: "wait", confirmations, foreignSince: null };
  if (!mined.succeeded) return { kind: "end", state: "failed" };
  return { kind: "end", state: mined.paid ? "confirmed" : "quarantined" };
}

export interface Offer {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** A dearer offer that nodes take in place of the last one: an eighth more, or today's if that is more. Null past the cap. */
export function raiseOffer(last: Offer, today: Offer, capWei: bigint): Offer | null {
  const maxFeePerGas = raised(last.maxFeePerGas, today.maxFeePerGas);
  const maxPriorityFeePerGas = raised(last.maxPriorityFeePerGas, today.maxPriorityFeePerGas);
  return maxFeePerGas > capWei ? null : { maxFeePerGas, maxPriorityFeePerGas };
}

function raised(before: bigint, now: bigint): bigint {
  const least = (before * 9n) / 8n + 1n;
  return now > least ? now : least;
}

/** The first offer, within the cap. */
export function firstOffer(today: Offer, capWei: bigint): Offer {
  const maxFeePerGas = today.maxFeePerGas < capWei ? today.maxFeePerGas : capWei;
  const tip = today.maxPriorityFeePerGas < maxFeePerGas ? today.maxPriorityFeePerGas : maxFeePerGas;
  return { maxFeePerGas, maxPriorityFeePerGas: tip };
}
