import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Outcome, OutcomeCode, Pending, Post, Posted, Transfer, Void } from "./rules.ts";
import { beginsMovement, toRuns } from "./rules.ts";

/** What writing needs of a context; the writer object has no more. */
export type Pen = Pick<Ctx, "db" | "now">;

export interface NewAccount {
  readonly id: string;
  readonly asset: string;
  /** What the account is: `wallet:user`. */
  readonly code: string;
  readonly owner: string | null;
  /** At most one: what may not be exceeded. */
  readonly limit: "debits" | "credits" | null;
}

/** Opens an account. Again with the same properties it changes nothing; with others it is refused. */
export function openAccount(pen: Pen, account: NewAccount): Statement {
  return pen.db.sql(
    `insert into ledger_accounts
       (id, asset, code, owner, debits_must_not_exceed_credits, credits_must_not_exceed_debits, created_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
    account.id,
    account.asset,
    account.code,
    account.owner,
    account.limit === "debits" ? 1 : 0,
    account.limit === "credits" ? 1 : 0,
    pen.now(),
  );
}

/** Closes an account to all but the end of holds, or opens it again. */
export function setClosed(pen: Pen, accountId: string, closed: boolean): Statement {
  return pen.db.sql("update ledger_accounts set closed = ? where id = ?", closed ? 1 : 0, accountId);
}

/**
 * Transfers for a commit: all of them stand or the whole commit falls, with `<code>.<transfer id>` as the refusal.
 * One statement takes any number of transfers, so that rows cost little beside the call.
 */
export function insertTransfers(pen: Pen, transfers: readonly Transfer[]): Statement[] {
  return toRuns(transfers).map((run) => insertRun(pen, run));
}

/**
 * Transfers of which each succeeds or fails by itself, later ones seeing what earlier ones moved. `read` takes the
 * results of these statements.
 */
export function insertEach(
  pen: Pen,
  transfers: readonly Transfer[],
): { readonly statements: Statement[]; readonly read: (results: readonly D1Result[]) => Outcome[] } {
  const runs = toRuns(transfers);
  return {
    statements: [openGroup(pen), ...runs.flatMap((run) => [insertRun(pen, run), takeOutcomes(pen)]), closeGroup(pen)],
    read: (results) =>
      runs.flatMap((run, index) => {
        const refused = new Map(rowsOf<Outcome>(results, 2 + 2 * index).map(({ id, code }) => [id, code]));
        return run.map(({ id }) => ({ id, code: refused.get(id) ?? "created" }));
      }),
  };
}

const INSERT_BEGIN = `insert into ledger_transfers
  (id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code, reference, timeout_seconds, created_at)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, cast(?2 as integer)
  from json_each(?1)`;

const INSERT_END = `insert into ledger_transfers
  (id, kind, pending_id, amount, held_delta, debit_account_id, credit_account_id, asset, code, reference, created_at)
  select value ->> 0, value ->> 1, value ->> 2, coalesce(value ->> 3, p.amount), -p.amount,
    coalesce(value ->> 4, p.debit_account_id), coalesce(value ->> 5, p.credit_account_id),
    coalesce(value ->> 6, p.asset), coalesce(value ->> 7, p.code), coalesce(value ->> 8, p.reference),
    cast(?2 as integer)
  from json_each(?1) left join ledger_transfers p on p.id = value ->> 2`;

function insertRun(pen: Pen, run: readonly Transfer[]): Statement {
  const begins = run.filter(beginsMovement);
  const rows = begins.length > 0 ? begins.map(toBeginRow) : run.map((transfer) => toEndRow(transfer as Post | Void));
  return pen.db.sql(begins.length > 0 ? INSERT_BEGIN : INSERT_END, toJson(rows), pen.now());
}

type Row = readonly (string | number | null)[];

function toBeginRow(transfer: Posted | Pending): Row {
  const amount = whole(transfer.amount);
  const pending = transfer.kind === "pending";
  return [
    transfer.id,
    transfer.kind,
    transfer.debitAccountId,
    transfer.creditAccountId,
    amount,
    pending ? amount : 0,
    transfer.asset,
    transfer.code,
    transfer.reference ?? null,
    pending && transfer.timeoutSeconds !== undefined ? whole(transfer.timeoutSeconds) : null,
  ];
}

function toEndRow(transfer: Post | Void): Row {
  return [
    transfer.id,
    transfer.kind,
    transfer.pendingId,
    transfer.amount === undefined ? null : whole(transfer.amount),
    transfer.debitAccountId ?? null,
    transfer.creditAccountId ?? null,
    transfer.asset ?? null,
    transfer.code ?? null,
    transfer.reference ?? null,
  ];
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError("The ledger counts in safe integers.");
  return value;
}

function toJson(rows: readonly Row[]): string {
  const json = JSON.stringify(rows);
  if (json.includes("\\u0000")) throw new RangeError("The ledger stores no NUL.");
  return json;
}

/** Statements that end holds, and what their results say. */
interface Expiry {
  readonly statements: Statement[];
  readonly read: (results: readonly D1Result[]) => { readonly expired: number; readonly refused: Outcome[] };
}

/** Ends the holds whose time is over, at most `limit` of them, each by itself. */
export function expireHolds(pen: Pen, limit: number): Expiry {
  const insert = pen.db.sql(
    `insert into ledger_transfers
       (id, kind, pending_id, amount, held_delta, debit_account_id, credit_account_id, asset, code, reference, created_at)
     select p.id || '.expire', 'expire', p.id, p.amount, -p.amount, p.debit_account_id, p.credit_account_id, p.asset,
       p.code, p.reference, cast(?1 as integer)
     from ledger_deadlines d join ledger_transfers p on p.seq = d.transfer_seq
     where d.expires_at <= ?1 order by d.expires_at, d.transfer_seq limit cast(?2 as integer) returning id`,
    pen.now(),
    limit,
  );
  return {
    statements: [openGroup(pen), insert, takeOutcomes(pen), closeGroup(pen)],
    read: (results) => ({
      expired: rowsOf(results, 1).length,
      refused: rowsOf<Outcome>(results, 2),
    }),
  };
}

/** The rows that one statement of a batch gave back. */
export function rowsOf<T>(results: readonly D1Result[], index: number): T[] {
  return results.slice(index, index + 1).flatMap((result) => result.results as T[]);
}

const openGroup = (pen: Pen): Statement => pen.db.sql("insert into ledger_groups (id) values (1)");
const takeOutcomes = (pen: Pen): Statement => pen.db.sql("delete from ledger_outcomes returning id, code");
const closeGroup = (pen: Pen): Statement => pen.db.sql("delete from ledger_groups");

/** Remembers that an id has failed. Changes nothing, and gives no row back, where the transfer stands meanwhile. */
export function recordRefusal(pen: Pen, id: string, code: OutcomeCode): Statement[] {
  return [
    pen.db.sql("insert into ledger_refusals (id, code, at) values (?, ?, ?)", id, code, pen.now()),
    pen.db.sql("select code from ledger_refusals where id = ?", id),
  ];
}
