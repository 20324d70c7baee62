import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { rowsOf } from "./repository.ts";

/** Where a walk through all entries stands: after this one. */
export interface Position {
  readonly entrySeq: number;
}

/** What is broken: the check, the row that breaks it, what it should hold and what it holds. */
export interface Finding {
  readonly check: string;
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
}

const FINDINGS_MAX = 100;

const SUM = (side: string, counter: string): string => `sum(${side}_${counter})`;

/** Checks over whole assets and single accounts. They read accounts alone, so they are cheap beside the entries. */
const TOTALS: readonly string[] = [
  `select 'asset_balanced' as "check", asset as subject,
     printf('%d posted, %d pending', ${SUM("debits", "posted")}, ${SUM("debits", "pending")}) as expected,
     printf('%d posted, %d pending', ${SUM("credits", "posted")}, ${SUM("credits", "pending")}) as actual
   from ledger_accounts group by asset
   having ${SUM("debits", "posted")} <> ${SUM("credits", "posted")} or ${SUM("debits", "pending")} <> ${SUM("credits", "pending")}`,
  `select 'account_within_limit' as "check", id as subject,
     iif(debits_must_not_exceed_credits = 1, 'debits up to ' || credits_posted, 'credits up to ' || debits_posted) as expected,
     iif(debits_must_not_exceed_credits = 1, debits_pending + debits_posted, credits_pending + credits_posted) || '' as actual
   from ledger_accounts
   where (debits_must_not_exceed_credits = 1 and debits_pending + debits_posted > credits_posted)
     or (credits_must_not_exceed_debits = 1 and credits_pending + credits_posted > debits_posted)`,
  `select 'account_equals_entries' as "check", a.id as subject,
     coalesce(printf('%d %d %d %d', e.debits_pending, e.debits_posted, e.credits_pending, e.credits_posted), 'no entry') as expected,
     printf('%d %d %d %d', a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted) as actual
   from ledger_accounts a left join ledger_entries e
     on e.account_seq = a.seq and e.version = a.version and e.seq in (2 * a.last_transfer, 2 * a.last_transfer + 1)
   where (a.version > 0 and e.version is null)
     or (a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted)
       <> (coalesce(e.debits_pending, 0), coalesce(e.debits_posted, 0), coalesce(e.credits_pending, 0), coalesce(e.credits_posted, 0))`,
  `select 'transfers_entered_twice' as "check", 'ledger_entries' as subject,
     2 * (select count(*) from ledger_transfers) || '' as expected, coalesce(sum(version), 0) || '' as actual
   from ledger_accounts having coalesce(sum(version), 0) <> 2 * (select count(*) from ledger_transfers)`,
  `select 'transfers_in_sequence' as "check", 'ledger_transfers' as subject, max(seq) || '' as expected, count(*) || '' as actual
   from ledger_transfers having max(seq) <> count(*)`,
  `select 'holding_account_empty' as "check", a.id as subject, '0' as expected,
     printf('%d held, %d left', a.debits_pending + a.credits_pending, a.credits_posted - a.debits_posted) as actual
   from ledger_accounts a
   where a.closed = 1 and a.code in (select value from json_each(?1))
     and (a.debits_pending + a.credits_pending <> 0 or a.credits_posted <> a.debits_posted)`,
];

/** @param holdingCodes codes of accounts that must be empty once they are closed */
export async function findTotals(ctx: Ctx, holdingCodes: readonly string[]): Promise<Finding[]> {
  const statements = TOTALS.map((text) => {
    const limited = `${text} limit ${FINDINGS_MAX}`;
    return text.includes("?1") ? ctx.db.sql(limited, JSON.stringify(holdingCodes)) : ctx.db.sql(limited);
  });
  const results = await ctx.db.batch(statements);
  return results.flatMap((result) => result.results as Finding[]);
}

const SLICE = `select * from ledger_entries where seq > ?1 order by seq limit cast(?2 as integer)`;

/** A counter after an entry: what it was after the account's entry before, and what the transfer did on this side. */
const AFTER = (side: "debits" | "credits", counter: "pending" | "posted"): string => {
  const moved = counter === "pending" ? "t.held_delta" : "iif(t.kind in ('posted', 'post'), t.amount, 0)";
  return `coalesce(b.${side}_${counter}, 0) + iif(e.seq % 2 = ${side === "debits" ? 0 : 1}, ${moved}, 0)`;
};

/**
 * Each entry must follow from the account's entry before it by exactly its transfer. By induction from an account's
 * last entry, which equals the account, down to its first, the counters are what the transfers add up to; and since
 * versions fall by one at each step and add up to all entries that there are, none lies beside these chains.
 */
const ENTRY_FOLLOWS = `select 'entry_follows_transfer' as "check",
    coalesce(a.id, 'account ' || e.account_seq) || ' ' || e.version as subject,
    coalesce(printf('%d %d %d %d', ${AFTER("debits", "pending")}, ${AFTER("debits", "posted")},
      ${AFTER("credits", "pending")}, ${AFTER("credits", "posted")}) || ' by ' || t.id, 'a transfer') as expected,
    printf('%d %d %d %d', e.debits_pending, e.debits_posted, e.credits_pending, e.credits_posted) as actual
  from (${SLICE}) e
  left join ledger_entries b on b.account_seq = e.account_seq
    and b.seq in (2 * e.previous_transfer, 2 * e.previous_transfer + 1)
  left join ledger_transfers t on t.seq = e.seq / 2
  left join ledger_accounts a on a.seq = e.account_seq
  where a.seq is null or t.seq is null or e.version <> coalesce(b.version, 0) + 1 or e.previous_transfer >= t.seq
    or a.id <> iif(e.seq % 2 = 0, t.debit_account_id, t.credit_account_id)
    or e.debits_pending <> ${AFTER("debits", "pending")} or e.debits_posted <> ${AFTER("debits", "posted")}
    or e.credits_pending <> ${AFTER("credits", "pending")} or e.credits_posted <> ${AFTER("credits", "posted")}
  limit ${FINDINGS_MAX}`;

export interface Slice {
  readonly findings: Finding[];
  /** Where the slice ended. */
  readonly position: Position;
  readonly entries: number;
}

/** Checks the entries that follow a position, from one snapshot. */
export async function findInSlice(ctx: Ctx, from: Position, size: number): Promise<Slice> {
  const results = await ctx.db.batch([
    ctx.db.sql(ENTRY_FOLLOWS, from.entrySeq, size),
    ctx.db.sql(`select coalesce(max(seq), ?1) as entrySeq, count(*) as entries from (${SLICE})`, from.entrySeq, size),
  ]);
  const [end] = rowsOf<Position & { entries: number }>(results, 1) as [Position & { entries: number }];
  return { findings: rowsOf<Finding>(results, 0), position: { entrySeq: end.entrySeq }, entries: end.entries };
}

/** One walk through the ledger. */
export interface Pass extends Position {
  readonly id: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly entries: number;
  readonly failures: number;
}

const PASS = `id, started_at as startedAt, finished_at as finishedAt, entry_seq as entrySeq, entries, failures`;

export async function findLatestPass(ctx: Ctx): Promise<Pass | null> {
  return await ctx.db.sql(`select ${PASS} from ledger_passes order by id desc limit 1`).first<Pass>();
}

/** Puts a pass down as it stands now, with what this slice of it has found. */
export function putPass(ctx: Ctx, pass: Pass, findings: readonly Finding[]): Statement[] {
  return [
    ctx.db.sql(
      `insert into ledger_passes (id, started_at, finished_at, entry_seq, entries, failures)
       values (?, ?, ?, ?, ?, ?)
       on conflict (id) do update set finished_at = excluded.finished_at, entry_seq = excluded.entry_seq,
         entries = excluded.entries, failures = excluded.failures`,
      pass.id,
      pass.startedAt,
      pass.finishedAt,
      pass.entrySeq,
      pass.entries,
      pass.failures,
    ),
    ctx.db.sql(
      `insert into ledger_findings (pass_id, "check", subject, expected, actual, at)
       select ?1, value ->> 'check', value ->> 'subject', value ->> 'expected', value ->> 'actual', ?2
       from json_each(?3) where true on conflict do nothing`,
      pass.id,
      ctx.now(),
      JSON.stringify(findings),
    ),
  ];
}

/** Whether some pass has found a failure and no pass begun after it has gone through without one. */
export async function isBroken(ctx: Ctx): Promise<boolean> {
  const row = await ctx.db
    .sql(
      `select exists (
         select 1 from ledger_passes f where f.failures > 0 and not exists (
           select 1 from ledger_passes c where c.id > f.id and c.finished_at is not null and c.failures = 0)) as broken`,
    )
    .first<{ broken: number }>();
  return row?.broken === 1;
}
