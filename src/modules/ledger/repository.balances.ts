import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import type { Ctx } from "#platform/ctx";

/** The four counters of an account, in minor units, and what follows from them. */
export interface Balance {
  readonly accountId: string;
  readonly asset: string;
  readonly debitsPending: number;
  readonly debitsPosted: number;
  readonly creditsPending: number;
  readonly creditsPosted: number;
}

export interface Account extends Balance {
  readonly code: string;
  readonly owner: string | null;
  readonly limit: "debits" | "credits" | null;
  readonly closed: boolean;
  readonly version: number;
  readonly createdAt: number;
}

const COUNTERS = `debits_pending as debitsPending, debits_posted as debitsPosted, credits_pending as creditsPending,
  credits_posted as creditsPosted`;

interface AccountRow extends Balance {
  readonly code: string;
  readonly owner: string | null;
  readonly noOverdraft: number;
  readonly noOverpayment: number;
  readonly closed: number;
  readonly version: number;
  readonly createdAt: number;
}

/** Accounts by id, as asked and from one snapshot of the primary; those that do not exist are left out. */
export async function listAccounts(ctx: Ctx, ids: readonly string[]): Promise<Account[]> {
  const { results } = await ctx.db
    .sql(
      `select a.id as accountId, asset, code, owner, debits_must_not_exceed_credits as noOverdraft,
         credits_must_not_exceed_debits as noOverpayment, closed, version, created_at as createdAt, ${COUNTERS}
       from json_each(?) asked join ledger_accounts a on a.id = asked.value order by asked.key`,
      JSON.stringify(ids),
    )
    .all<AccountRow>();
  return results.map(({ noOverdraft, noOverpayment, closed, ...row }) => ({
    ...row,
    limit: noOverdraft === 1 ? "debits" : noOverpayment === 1 ? "credits" : null,
    closed: closed === 1,
  }));
}

/** How much can be spent from an account now; nothing where there is none. */
export async function readSpendable(ctx: Ctx, id: string): Promise<number> {
  const found = await listAccounts(ctx, [id]);
  return found.reduce((sum, { creditsPosted, ...spent }) => {
    return sum + creditsPosted - spent.debitsPosted - spent.debitsPending;
  }, 0);
}

/**
 * The account's lines from one backwards, each found by the one after it. ?1 is the account, ?2 a moment. A walk that
 * does not begin at a cursor begins at the first marked line after the moment: fewer than 64 lie between.
 */
const walk = (start: string, until: string): string => `
  account as (select seq, id, asset, last_transfer from ledger_accounts where id = ?1),
  walk as (
    select e.* from account a join ledger_entries e
      on e.account_seq = a.seq and e.seq in (2 * ${start}, 2 * ${start} + 1)
    union all
    select e.* from walk w join ledger_entries e
      on e.account_seq = w.account_seq and e.seq in (2 * w.previous_transfer, 2 * w.previous_transfer + 1)
    ${until})`;

const FROM_MOMENT = `coalesce(
  (select transfer_seq from ledger_marks where account_seq = a.seq and at > ?2 order by at, version limit 1), a.last_transfer)`;

/** An account's counters as they stood at a moment: after the last of its transfers that is not later. */
export async function findBalanceAt(ctx: Ctx, accountId: string, at: number): Promise<Balance | null> {
  return await ctx.db
    .sql(
      `with recursive ${walk(FROM_MOMENT, "where w.at > ?2")}
       select a.id as accountId, a.asset, coalesce(e.debits_pending, 0) as debitsPending,
         coalesce(e.debits_posted, 0) as debitsPosted, coalesce(e.credits_pending, 0) as creditsPending,
         coalesce(e.credits_posted, 0) as creditsPosted
       from account a left join walk e on e.at <= ?2`,
      accountId,
      at,
    )
    .first<Balance>();
}

/** One line of an account: a transfer that touched it, and the counters after it. */
export interface Entry extends Balance {
  /** Its place among the lines of all accounts. */
  readonly seq: number;
  /** 1, 2, 3 … for each account. */
  readonly version: number;
  readonly transferId: string;
  readonly kind: "posted" | "pending" | "post" | "void" | "expire";
  readonly side: "debit" | "credit";
  readonly amount: number;
  readonly code: string;
  readonly reference: string | null;
  readonly otherAccountId: string;
  readonly at: number;
}

export interface EntryQuery {
  readonly accountId: string;
  readonly page: PageRequest;
  /** Leaves out holds and their release: what remains is what was paid in and out. */
  readonly postedOnly?: boolean;
  /** Nothing later than this moment. */
  readonly asOf?: number;
}

const FROM_CURSOR = `iif(?3 is null, ${FROM_MOMENT},
  (select previous_transfer from ledger_entries where seq = ?3 and account_seq = a.seq))`;

/** An account's lines, newest first. Its cursor is the number of a line, so that new lines change no page. */
export async function listEntries(ctx: Ctx, query: EntryQuery): Promise<Page<Entry>> {
  const { results } = await ctx.db
    .sql(
      `with recursive ${walk(FROM_CURSOR, "")}
       select e.seq, a.id as accountId, a.asset, e.version, t.id as transferId, t.kind,
         iif(e.seq % 2 = 0, 'debit', 'credit') as side, t.amount, t.code, t.reference,
         iif(e.seq % 2 = 0, t.credit_account_id, t.debit_account_id) as otherAccountId, e.at,
         e.debits_pending as debitsPending, e.debits_posted as debitsPosted, e.credits_pending as creditsPending,
         e.credits_posted as creditsPosted
       from walk e cross join account a cross join ledger_transfers t on t.seq = e.seq / 2
       where e.at <= ?2 and (?4 = 0 or t.kind in ('posted', 'post'))
       limit cast(?5 as integer)`,
      query.accountId,
      query.asOf ?? Number.MAX_SAFE_INTEGER,
      query.page.after === null ? null : Number(query.page.after),
      query.postedOnly === true ? 1 : 0,
      query.page.limit + 1,
    )
    .all<Entry>();
  return toPage(results, query.page, ({ seq }) => String(seq));
}

export interface TrialBalanceRow {
  readonly asset: string;
  readonly code: string;
  readonly accounts: number;
  readonly debitsPending: number;
  readonly debitsPosted: number;
  readonly creditsPending: number;
  readonly creditsPosted: number;
}

/** The sums of all accounts by asset and code, from one snapshot. */
export async function listTrialBalance(ctx: Ctx): Promise<TrialBalanceRow[]> {
  const { results } = await ctx.db
    .sql(
      `select asset, code, count(*) as accounts, sum(debits_pending) as debitsPending, sum(debits_posted) as debitsPosted,
         sum(credits_pending) as creditsPending, sum(credits_posted) as creditsPosted
       from ledger_accounts group by asset, code order by asset, code`,
    )
    .all<TrialBalanceRow>();
  return results;
}

/** How many of these transfers exist. */
export async function countTransfers(ctx: Ctx, ids: readonly string[]): Promise<number> {
  const query = ctx.db.sql(
    "select seq from ledger_transfers where id in (select value from json_each(?))",
    JSON.stringify(ids),
  );
  return (await query.all()).results.length;
}
