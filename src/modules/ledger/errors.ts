import { defineProblems } from "#kernel/problem";
import type { MakeProblem, Problem } from "#kernel/problem";
import type { OutcomeCode } from "./rules.ts";
import { OUTCOMES } from "./rules.ts";

export const problems = defineProblems("ledger", {
  insufficientFunds: { status: 409, title: "The balance does not cover this." },
  limitExceeded: { status: 409, title: "The account cannot take this much." },
  accountNotFound: { status: 409, title: "An account of this transfer does not exist." },
  accountClosed: { status: 409, title: "An account of this transfer is closed." },
  accountConflict: { status: 409, title: "The account exists with other properties." },
  assetUnknown: { status: 422, title: "The ledger does not know this asset." },
  holdNotFound: { status: 409, title: "There is no such hold." },
  holdEnded: { status: 409, title: "The hold has ended already." },
  holdExpired: { status: 409, title: "The hold has expired." },
  holdMismatch: { status: 409, title: "This does not agree with the hold." },
  transferConflict: { status: 409, title: "A transfer with this id exists." },
  transferFailedBefore: { status: 409, title: "A transfer with this id has failed; a new try needs a new id." },
  amountTooLarge: { status: 422, title: "The amount is larger than the ledger can count." },
  payoutsFrozen: { status: 503, title: "Payouts stand still while the books are being checked." },
  transferInvalid: { status: 422, title: "This is not a well-formed transfer." },
});

const EXACT: Partial<Record<OutcomeCode, MakeProblem>> = {
  exists: problems.transferConflict,
  id_already_failed: problems.transferFailedBefore,
  debit_account_not_found: problems.accountNotFound,
  credit_account_not_found: problems.accountNotFound,
  debit_account_already_closed: problems.accountClosed,
  credit_account_already_closed: problems.accountClosed,
  exceeds_credits: problems.insufficientFunds,
  exceeds_debits: problems.limitExceeded,
  pending_transfer_not_found: problems.holdNotFound,
  pending_transfer_not_pending: problems.holdNotFound,
  pending_transfer_already_posted: problems.holdEnded,
  pending_transfer_already_voided: problems.holdEnded,
  pending_transfer_expired: problems.holdExpired,
  exceeds_pending_transfer_amount: problems.holdMismatch,
};

const FAMILIES: readonly (readonly [prefix: string, make: MakeProblem])[] = [
  ["exists_with_", problems.transferConflict],
  ["pending_transfer_has_", problems.holdMismatch],
  ["overflows_", problems.amountTooLarge],
];

/** The problem that stands for a refusal. Its body carries the exact code as `outcome`. */
export function toLedgerProblem(code: OutcomeCode): Problem {
  const family = FAMILIES.find(([prefix]) => code.startsWith(prefix));
  const make = EXACT[code] ?? family?.[1] ?? problems.transferInvalid;
  return make({ extra: { outcome: code } });
}

/** What `commit` needs to turn the ledger's refusals into problems, whoever's commit the transfers are in. */
export const refusals: Readonly<Record<string, () => Problem>> = {
  ...Object.fromEntries(OUTCOMES.map((code) => [code, () => toLedgerProblem(code)])),
  account_asset_unknown: () => problems.assetUnknown(),
  account_exists_with_different_asset: () => problems.accountConflict(),
  account_exists_with_different_code: () => problems.accountConflict(),
  account_exists_with_different_owner: () => problems.accountConflict(),
  account_exists_with_different_flags: () => problems.accountConflict(),
};
