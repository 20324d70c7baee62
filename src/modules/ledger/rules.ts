/**
 * What must stay true: a statement of transfers never names an id twice and never ends a hold that it began itself,
 * because its rows are read before the first of them is written.
 */

interface Begin {
  /** Chosen by the caller and stored before it is sent: 1 to 88 of `a-z 0-9 _ .`; the same id counts once. */
  readonly id: string;
  readonly debitAccountId: string;
  readonly creditAccountId: string;
  /** Minor units of the asset, at least 1. */
  readonly amount: number;
  readonly asset: string;
  /** Why: `payment.captured`. */
  readonly code: string;
  /** What it belongs to: `trade_…`, `payout_…`. */
  readonly reference?: string;
}

/** Moves an amount from the debit account to the credit account at once. */
export interface Posted extends Begin {
  readonly kind: "posted";
}

/** Sets an amount aside until it is posted, voided or expired. */
export interface Pending extends Begin {
  readonly kind: "pending";
  /** Seconds after which it can only expire; without it, it waits for ever. */
  readonly timeoutSeconds?: number;
}

/** Ends a hold. What is left out is taken from the hold; what is said must agree with it. */
interface End extends Partial<Omit<Begin, "id">> {
  readonly id: string;
  readonly pendingId: string;
}

/** Moves what was set aside, or less: the rest goes back to the payer, and there is no second part. */
export interface Post extends End {
  readonly kind: "post";
}

/** Gives back what was set aside. */
export interface Void extends End {
  readonly kind: "void";
}

export type Transfer = Posted | Pending | Post | Void;

export const OUTCOMES = [
  "created",
  "exists",
  "id_malformed",
  "kind_unknown",
  "exists_with_different_kind",
  "exists_with_different_pending_id",
  "exists_with_different_timeout",
  "exists_with_different_debit_account_id",
  "exists_with_different_credit_account_id",
  "exists_with_different_amount",
  "exists_with_different_reference",
  "exists_with_different_asset",
  "exists_with_different_code",
  "id_already_failed",
  "debit_account_id_missing",
  "credit_account_id_missing",
  "accounts_must_be_different",
  "pending_id_must_be_absent",
  "timeout_reserved_for_pending_transfer",
  "timeout_must_be_positive",
  "asset_missing",
  "code_missing",
  "amount_must_be_positive",
  "debit_account_not_found",
  "credit_account_not_found",
  "accounts_must_have_the_same_asset",
  "transfer_must_have_the_same_asset_as_accounts",
  "pending_id_missing",
  "pending_id_must_be_different",
  "pending_transfer_not_found",
  "pending_transfer_not_pending",
  "pending_transfer_has_different_debit_account_id",
  "pending_transfer_has_different_credit_account_id",
  "pending_transfer_has_different_asset",
  "pending_transfer_has_different_code",
  "exceeds_pending_transfer_amount",
  "pending_transfer_has_different_amount",
  "pending_transfer_already_posted",
  "pending_transfer_already_voided",
  "pending_transfer_expired",
  "pending_transfer_not_expired",
  "held_amount_must_match",
  "debit_account_already_closed",
  "credit_account_already_closed",
  "overflows_debits_pending",
  "overflows_credits_pending",
  "overflows_debits_posted",
  "overflows_credits_posted",
  "overflows_debits",
  "overflows_credits",
  "overflows_timeout",
  "exceeds_credits",
  "exceeds_debits",
] as const;

/** What became of a transfer: the first check that failed, in the order of the list, or `created` or `exists`. */
export type OutcomeCode = (typeof OUTCOMES)[number];

export interface Outcome {
  readonly id: string;
  readonly code: OutcomeCode;
}

const KNOWN: ReadonlySet<string> = new Set(OUTCOMES);

/** Reads a refusal back from the message of the trigger: the code, and after a dot the id that it is about. */
export function parseRefusal(constraint: string): { readonly code: OutcomeCode; readonly id: string | null } | null {
  const dot = constraint.indexOf(".");
  const code = dot < 0 ? constraint : constraint.slice(0, dot);
  if (!KNOWN.has(code)) return null;
  return { code: code as OutcomeCode, id: dot < 0 ? null : constraint.slice(dot + 1) };
}

const TRANSIENT: ReadonlySet<OutcomeCode> = new Set([
  "debit_account_not_found",
  "credit_account_not_found",
  "pending_transfer_not_found",
  "exceeds_credits",
  "exceeds_debits",
  "debit_account_already_closed",
  "credit_account_already_closed",
]);

/** Whether the reason could pass. Such an id stays failed, so that a late retry never surprises; a new try is a new id. */
export function couldPass(code: OutcomeCode): boolean {
  return TRANSIENT.has(code);
}

export function beginsMovement(transfer: Transfer): transfer is Posted | Pending {
  return transfer.kind === "posted" || transfer.kind === "pending";
}

/** Cuts a list into runs that one statement each can insert, in order. */
export function toRuns(transfers: readonly Transfer[]): Transfer[][] {
  const runs: Transfer[][] = [];
  let run: Transfer[] = [];
  let seen = new Set<string>();
  for (const transfer of transfers) {
    const first = run[0];
    const sameShape = first === undefined || beginsMovement(first) === beginsMovement(transfer);
    const known = seen.has(transfer.id) || ("pendingId" in transfer && seen.has(transfer.pendingId));
    if (!sameShape || known) {
      runs.push(run);
      run = [];
      seen = new Set();
    }
    run.push(transfer);
    seen.add(transfer.id);
  }
  return run.length === 0 ? runs : [...runs, run];
}
