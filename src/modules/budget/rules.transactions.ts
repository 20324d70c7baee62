import type { Account } from "./repository.accounts.ts";
import { foldText } from "./rules.text.ts";

/**
 * What must stay true: money that moves within the budget is neither earned nor spent; it counts where it leaves the
 * budget for an account that is only watched, or comes in from one.
 */

type Placed = Pick<Account, "onBudget">;

/** Whether a row counts in the budget. `other` is the account on the other side of a transfer. */
export function counts(account: Placed, other: Placed | null): boolean {
  return account.onBudget && other?.onBudget !== true;
}

/** What a search looks through. */
export function searchTextOf(payee: string | null, notes: string | null): string {
  return foldText([payee, notes].filter((text) => text !== null).join("\n"));
}

/** Shares an amount in another asset among the parts of a split, so that they add up to it: the last takes the rest. */
export function shareBase(total: number, amounts: readonly number[], convertOne: (amount: number) => number): number[] {
  const shares = amounts.slice(0, -1).map(convertOne);
  return [...shares, shares.reduce((rest, share) => rest - share, total)];
}
