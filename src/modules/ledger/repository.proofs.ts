import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Balance } from "./repository.balances.ts";

/** A transfer as it is sealed and archived: every column, in an order that never changes. */
export type Row = readonly [
  seq: number,
  id: string,
  kind: string,
  debitAccountId: string,
  creditAccountId: string,
  amount: number,
  heldDelta: number,
  asset: string,
  code: string,
  reference: string | null,
  pendingId: string | null,
  timeoutSeconds: number | null,
  createdAt: number,
];

/** Transfers from one number to another, in order. */
export async function listRows(ctx: Ctx, firstSeq: number, lastSeq: number): Promise<Row[]> {
  const query = ctx.db.sql(
    `select seq, id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code, reference, pending_id,
       timeout_seconds, created_at
     from ledger_transfers where seq between ? and ? order by seq`,
    firstSeq,
    lastSeq,
  );
  return await query.raw<Row>();
}

/**
 * The number of the last transfer before a moment; 0 when there is none. A clock that goes back may leave one with a
 * later number and an earlier time: it belongs to what follows.
 */
export async function findLastBefore(ctx: Ctx, moment: number): Promise<number> {
  const row = await ctx.db
    .sql("select seq from ledger_transfers where created_at < ? order by seq desc limit 1", moment)
    .first<{ seq: number }>();
  return row?.seq ?? 0;
}

/** The seal over a run of transfers. */
export interface Digest {
  readonly number: number;
  /** The UTC day of its last transfer. */
  readonly day: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly previous: string;
  readonly digest: string;
}

const DIGEST = "number, day, first_seq as firstSeq, last_seq as lastSeq, previous, digest";

export async function findLatestDigest(ctx: Ctx): Promise<Digest | null> {
  return await ctx.db.sql(`select ${DIGEST} from ledger_digests order by number desc limit 1`).first<Digest>();
}

export async function listDigests(ctx: Ctx): Promise<Digest[]> {
  return (await ctx.db.sql(`select ${DIGEST} from ledger_digests order by number`).all<Digest>()).results;
}

export function insertDigest(ctx: Ctx, digest: Digest): Statement {
  return ctx.db.sql(
    "insert into ledger_digests (number, day, first_seq, last_seq, previous, digest, at) values (?, ?, ?, ?, ?, ?, ?)",
    digest.number,
    digest.day,
    digest.firstSeq,
    digest.lastSeq,
    digest.previous,
    digest.digest,
    ctx.now(),
  );
}

/** A month that lies in R2. */
export interface Archive {
  readonly month: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly manifestHash: string;
}

const ARCHIVE = "month, first_seq as firstSeq, last_seq as lastSeq, manifest_hash as manifestHash";

export async function listArchives(ctx: Ctx): Promise<Archive[]> {
  return (await ctx.db.sql(`select ${ARCHIVE} from ledger_archives order by month`).all<Archive>()).results;
}

export function insertArchive(ctx: Ctx, archive: Archive): Statement {
  return ctx.db.sql(
    "insert into ledger_archives (month, first_seq, last_seq, manifest_hash, at) values (?, ?, ?, ?, ?)",
    archive.month,
    archive.firstSeq,
    archive.lastSeq,
    archive.manifestHash,
    ctx.now(),
  );
}

/** The counters that a run of transfers left behind, of every account that it touched, by the entries. */
export async function listBalancesAfter(
  ctx: Ctx,
  run: { readonly firstSeq: number; readonly lastSeq: number },
): Promise<Balance[]> {
  const query = ctx.db.sql(
    `select a.id as accountId, a.asset, e.debits_pending as debitsPending, e.debits_posted as debitsPosted,
       e.credits_pending as creditsPending, e.credits_posted as creditsPosted
     from (
       select account_seq, max(seq) as seq from ledger_entries where seq between 2 * ?1 and 2 * ?2 + 1 group by account_seq) last
     join ledger_entries e on e.seq = last.seq join ledger_accounts a on a.seq = last.account_seq`,
    run.firstSeq,
    run.lastSeq,
  );
  return (await query.all<Balance>()).results;
}
