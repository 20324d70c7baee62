import { env } from "cloudflare:workers";
import type { Ctx } from "#platform/ctx";
import type { OutcomeCode, Transfer } from "#modules/ledger";
import * as ledger from "#modules/ledger";
import document from "../vectors/ledger-transfers.json";

/**
 * Reads the published tables of transfers in the words of our own ledger. What our transfers have no word for is said
 * in bare SQL, brought about by other means, or left out with the reason.
 */

export interface VectorTransfer {
  readonly id: string;
  readonly debitAccountId: string;
  readonly creditAccountId: string;
  readonly amount: number;
  readonly pendingId?: string;
  readonly userData?: string;
  readonly timeoutSeconds?: number;
  readonly ledger: number;
  readonly code: number;
  readonly flags?: readonly string[];
  readonly nowMs: number;
}

export interface Step {
  readonly account?: {
    id: string;
    ledger: number;
    code: number;
    debitsMustNotExceedCredits?: boolean;
    creditsMustNotExceedDebits?: boolean;
  };
  readonly setCounters?: Counters & { id: string };
  readonly chain?: readonly VectorTransfer[];
  readonly expect?: string;
  readonly idAlreadyFailed?: { id: string; code: string };
  readonly expireDue?: { nowMs: number };
  readonly expectAccount?: Counters & { id: string; closed: number };
  readonly expectTransfer?: { id: string; absent?: boolean; amount?: number };
  readonly expectInvariants?: string;
}

export interface Counters {
  readonly debitsPending: number;
  readonly debitsPosted: number;
  readonly creditsPending: number;
  readonly creditsPosted: number;
}

export const CASES = document.cases as unknown as readonly { readonly name: string; readonly steps: readonly Step[] }[];

export const WHOLE = Number.MAX_SAFE_INTEGER;

const ASSET_OF: Readonly<Record<number, string>> = { 0: "", 1: "USD", 2: "EUR", 6: "BTC", 9: "ETH" };

export const toAsset = (number: number): string => ASSET_OF[number] ?? "JPY";
export const toCode = (number: number): string => (number === 0 ? "" : `code:${number}`);

const CODES: Readonly<Record<string, OutcomeCode>> = {
  ok: "created",
  reserved_flag: "kind_unknown",
  id_must_not_be_zero: "id_malformed",
  debit_account_id_must_not_be_zero: "debit_account_id_missing",
  credit_account_id_must_not_be_zero: "credit_account_id_missing",
  pending_id_must_be_zero: "pending_id_must_be_absent",
  pending_id_must_not_be_zero: "pending_id_missing",
  ledger_must_not_be_zero: "asset_missing",
  code_must_not_be_zero: "code_missing",
  accounts_must_have_the_same_ledger: "accounts_must_have_the_same_asset",
  transfer_must_have_the_same_ledger_as_accounts: "transfer_must_have_the_same_asset_as_accounts",
  pending_transfer_has_different_ledger: "pending_transfer_has_different_asset",
  exists_with_different_flags: "exists_with_different_kind",
  exists_with_different_ledger: "exists_with_different_asset",
  exists_with_different_user_data: "exists_with_different_reference",
};

/** The tables' word for an outcome in ours. */
export const toOutcome = (word: string): OutcomeCode => CODES[word] ?? (word as OutcomeCode);

export const has = (transfer: VectorTransfer, ...flags: readonly string[]): boolean =>
  flags.some((flag) => transfer.flags?.includes(flag) === true);

export const isClosing = (transfer: VectorTransfer): boolean => has(transfer, "closing_debit", "closing_credit");
export const isBalancing = (transfer: VectorTransfer): boolean => has(transfer, "balancing_debit", "balancing_credit");

const ends = (transfer: VectorTransfer): boolean => has(transfer, "post", "void");

export const KINDS = "a transfer has one kind, so kinds cannot be mixed";
export const CLOSING = "accounts are closed by a verb, not by a transfer";

/** Why a step cannot be said at all; null when it can. */
export function unsayable(transfer: VectorTransfer, expected: string): string | null {
  if (expected === "flags_are_mutually_exclusive") return KINDS;
  if (has(transfer, "pending") && ends(transfer)) return KINDS;
  if (expected === "closing_transfer_must_be_pending") return CLOSING;
  if (isClosing(transfer) && expected !== "ok") return CLOSING;
  return null;
}

/** Whether our types have no word for the transfer, though the table underneath has. */
export function needsSql(transfer: VectorTransfer): boolean {
  return (
    has(transfer, "reserved_1024") ||
    (ends(transfer) && transfer.timeoutSeconds !== undefined) ||
    (!ends(transfer) && transfer.pendingId !== undefined) ||
    (!has(transfer, "pending") && transfer.timeoutSeconds !== undefined)
  );
}

export class Names {
  readonly #prefix: string;
  constructor(prefix: string) {
    this.#prefix = prefix;
  }
  of(id: string): string {
    return id === "" ? "" : `${this.#prefix}${id.toLowerCase()}`;
  }
}

/** The transfer in our words. */
export function toTransfer(names: Names, transfer: VectorTransfer): Transfer {
  return ends(transfer) ? toEnd(names, transfer) : toBegin(names, transfer);
}

function toBegin(names: Names, transfer: VectorTransfer): Transfer {
  return {
    id: names.of(transfer.id),
    debitAccountId: names.of(transfer.debitAccountId),
    creditAccountId: names.of(transfer.creditAccountId),
    kind: has(transfer, "pending") ? "pending" : "posted",
    amount: transfer.amount,
    asset: toAsset(transfer.ledger),
    code: toCode(transfer.code),
    ...(transfer.userData === undefined ? {} : { reference: transfer.userData }),
    ...(transfer.timeoutSeconds === undefined ? {} : { timeoutSeconds: transfer.timeoutSeconds }),
  };
}

/** Empty accounts, ledger 0 and code 0 mean the hold's own; so does the largest amount, and for a void none. */
function toEnd(names: Names, transfer: VectorTransfer): Transfer {
  const kind = has(transfer, "post") ? "post" : "void";
  const whole = transfer.amount === WHOLE || (kind === "void" && transfer.amount === 0);
  const sides = {
    debitAccountId: names.of(transfer.debitAccountId),
    creditAccountId: names.of(transfer.creditAccountId),
  };
  return {
    id: names.of(transfer.id),
    kind,
    pendingId: names.of(transfer.pendingId ?? ""),
    ...(whole ? {} : { amount: transfer.amount }),
    ...(transfer.debitAccountId === "" ? {} : sides),
    ...(transfer.ledger === 0 ? {} : { asset: toAsset(transfer.ledger) }),
    ...(transfer.code === 0 ? {} : { code: toCode(transfer.code) }),
    ...(transfer.userData === undefined ? {} : { reference: transfer.userData }),
  };
}

/** Inserts what our types cannot say. The checks stand in the table, so they answer here as well. */
export async function insertBare(names: Names, transfer: VectorTransfer): Promise<OutcomeCode> {
  const kind = has(transfer, "reserved_1024") ? "reserved" : toTransfer(names, transfer).kind;
  try {
    await env.DB.prepare(
      `insert into ledger_transfers (id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code,
         pending_id, timeout_seconds, created_at)
       select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 4, value ->> 5, value ->> 6,
         value ->> 7, value ->> 8, value ->> 9 from json_each(?)`,
    )
      .bind(
        JSON.stringify([
          [
            names.of(transfer.id),
            kind,
            names.of(transfer.debitAccountId),
            names.of(transfer.creditAccountId),
            transfer.amount,
            toAsset(transfer.ledger),
            toCode(transfer.code),
            transfer.pendingId === undefined ? null : names.of(transfer.pendingId),
            transfer.timeoutSeconds ?? null,
            transfer.nowMs,
          ],
        ]),
      )
      .run();
    return "created";
  } catch (error) {
    return /D1_ERROR: ([a-z_]+)/.exec(String(error))?.[1] as OutcomeCode;
  }
}

/** Brings an account's counters to some values by transfers from and to accounts made for the purpose. */
export async function bringCounters(ctx: Ctx, id: string, counters: Counters): Promise<void> {
  const account = await ledger.getAccount(ctx, id);
  const debits = [
    { kind: "posted", from: true, amount: counters.debitsPosted },
    { kind: "pending", from: true, amount: counters.debitsPending },
  ] as const;
  const credits = [
    { kind: "posted", from: false, amount: counters.creditsPosted },
    { kind: "pending", from: false, amount: counters.creditsPending },
  ] as const;
  const moves = account.limit === "credits" ? [...debits, ...credits] : [...credits, ...debits];
  for (const [index, move] of moves.entries()) {
    if (move.amount === 0) continue;
    const other = `${id}.source${index}`;
    await ledger.openAccount(ctx, { id: other, asset: account.asset, code: "source", owner: null, limit: null });
    await ledger.chain(ctx, [
      {
        kind: move.kind,
        id: `${id}.bring${index}`,
        debitAccountId: move.from ? id : other,
        creditAccountId: move.from ? other : id,
        amount: move.amount,
        asset: account.asset,
        code: "source",
      },
    ]);
  }
}

/** Counters as they will be after the members of a chain that were looked at. */
export class Purse {
  readonly #names: Names;
  readonly #moved = new Map<string, { debits: number; credits: number }>();

  readonly #ctx: Ctx;

  constructor(names: Names, ctx: Ctx) {
    this.#names = names;
    this.#ctx = ctx;
  }

  async available(step: VectorTransfer): Promise<number> {
    const row = await stored(this.#names.of(step.id));
    if (row) return Math.min(step.amount, row.amount);
    const debit = await this.#counters(step.debitAccountId);
    const credit = await this.#counters(step.creditAccountId);
    const ofDebit = debit.creditsPosted - debit.debitsPosted - debit.debitsPending;
    const ofCredit = credit.debitsPosted - credit.creditsPosted - credit.creditsPending;
    return Math.min(
      step.amount,
      has(step, "balancing_debit") ? Math.max(0, ofDebit) : step.amount,
      has(step, "balancing_credit") ? Math.max(0, ofCredit) : step.amount,
    );
  }

  move(step: VectorTransfer, amount: number): void {
    if (has(step, "pending", "post", "void")) return;
    this.#of(step.debitAccountId).debits += amount;
    this.#of(step.creditAccountId).credits += amount;
  }

  #of(id: string): { debits: number; credits: number } {
    const moved = this.#moved.get(id) ?? { debits: 0, credits: 0 };
    this.#moved.set(id, moved);
    return moved;
  }

  async #counters(id: string): Promise<Counters> {
    const account = await ledger.getAccount(this.#ctx, this.#names.of(id));
    const moved = this.#of(id);
    return {
      ...account,
      debitsPosted: account.debitsPosted + moved.debits,
      creditsPosted: account.creditsPosted + moved.credits,
    };
  }
}

/** The transfer as the ledger has it; null when it has none. */
export async function stored(id: string): Promise<{ amount: number } | null> {
  return await env.DB.prepare("select amount from ledger_transfers where id = ?").bind(id).first<{ amount: number }>();
}
