import type { RailState } from "./rail.ts";

/**
 * What must stay true: a vendor's states are ranked, and only a higher rank is news. None is the last one: what was
 * processed may still come back.
 */
export const RANKS: Readonly<Record<RailState, number>> = {
  pending: 2,
  scheduled: 2,
  queued: 3,
  processing: 4,
  processed: 5,
  cancelled: 5,
  rejected: 5,
  failed: 5,
  reversed: 6,
};

/** What a state means for the money: still on its way, arrived, or not (any more) with whoever it was for. */
export const MEANINGS: Readonly<Record<RailState, "flying" | "arrived" | "back">> = {
  pending: "flying",
  scheduled: "flying",
  queued: "flying",
  processing: "flying",
  processed: "arrived",
  cancelled: "back",
  rejected: "back",
  failed: "back",
  reversed: "back",
};

export type News =
  | { readonly kind: "news" }
  | { readonly kind: "old" }
  /** It says of the money what was ruled out before: an operator has to look. */
  | { readonly kind: "contradiction" };

/** What hearing a state comes to when another one is known already. */
export function compare(known: RailState | null, told: RailState): News["kind"] {
  if (known === null || RANKS[told] > RANKS[known]) return "news";
  const [before, now] = [MEANINGS[known], MEANINGS[told]];
  return before !== now && now !== "flying" && before !== "flying" ? "contradiction" : "old";
}

/** Bank accounts take IMPS up to five lakh rupees and RTGS above; a UPI address takes UPI alone. */
const IMPS_MAX_PAISE = 50_000_000;

export function modeOf(type: "ifsc" | "upi", amountPaise: number): "UPI" | "IMPS" | "RTGS" {
  if (type === "upi") return "UPI";
  return amountPaise <= IMPS_MAX_PAISE ? "IMPS" : "RTGS";
}

/** A name as RazorpayX takes it, 3 to 50 of its letters. */
export function nameOf(holder: string): string {
  const plain = holder
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9 '/(),._-]+/g, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 50)
    .replace(/[^A-Za-z0-9.]+$/, "");
  return plain.length < 3 ? "Account holder" : plain;
}
