import type { AssetTerms, NetworkTerms } from "./terms.ts";

/**
 * What must stay true: past `approved` nobody but the chain decides; a withdrawal above a limit is agreed to by as many
 * operators as its size asks for, none of whom asked for it.
 */

export type WithdrawalStatus =
  | "requested"
  | "approved"
  | "broadcast"
  | "confirmed"
  | "rejected"
  | "failed"
  | "cancelled";

/** More than so many within an hour make an operator look. */
export const VELOCITY_PER_HOUR = 5;

/** How many operators must agree to an amount. Hurry alone asks for one. */
export function approvalsNeeded({ operatorFrom, fourEyesFrom }: AssetTerms, amount: number): number {
  if (amount >= fourEyesFrom) return 2;
  return amount >= operatorFrom ? 1 : 0;
}

export type Unfit = "amount_too_small" | "address_cooling" | "network_mismatch";

interface Wish {
  readonly amount: number;
  readonly network: string;
  readonly address: { readonly network: string; readonly usableFrom: number };
  readonly now: number;
}

/** Why a withdrawal cannot even be asked for; null when it can. */
export function unfit(terms: NetworkTerms, { amount, network, address, now }: Wish): Unfit | null {
  if (address.network !== network) return "network_mismatch";
  if (amount < terms.minWithdrawal) return "amount_too_small";
  return address.usableFrom > now ? "address_cooling" : null;
}

/** Whether its owner, or an operator, may still stop it. */
export function isStoppable(status: WithdrawalStatus): boolean {
  return status === "requested" || status === "approved";
}
