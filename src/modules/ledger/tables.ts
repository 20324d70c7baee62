import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What must stay true, and is held by the triggers beside these tables:
 * - A transfer is never changed or deleted. It is inserted when every check passes, and by nothing else.
 * - The four counters of an account move only with a transfer, once for each, and leave an entry behind.
 * - No flagged account is past its limit; no counter leaves 0 to 2^53 − 1.
 * - A hold ends once: as posted, voided or expired.
 * - An id that was refused for a reason that could pass stays refused.
 * - The mark of a group never outlives its transaction.
 */

const SAFE = sql.raw("9007199254740991");

/** What can be counted. `maxMinor` is the largest amount taken from outside. */
export const assets = sqliteTable(
  "ledger_assets",
  {
    code: text().primaryKey(),
    name: text().notNull(),
    scale: integer().notNull(),
    maxMinor: integer().notNull(),
  },
  () => [
    check("ledger_asset_code", sql`length(code) between 1 and 12 and code not glob '*[^A-Z0-9]*'`),
    check("ledger_asset_scale", sql`scale between 0 and 18`),
    check("ledger_asset_maximum", sql`max_minor between 1 and ${SAFE}`),
  ],
);

export const accounts = sqliteTable(
  "ledger_accounts",
  {
    seq: integer().primaryKey(),
    id: text().notNull().unique("ledger_accounts_id"),
    asset: text()
      .notNull()
      .references(() => assets.code),
    /** What the account is: `wallet:user`, `escrow:trade`. */
    code: text().notNull(),
    owner: text(),
    debitsMustNotExceedCredits: integer({ mode: "boolean" }).notNull(),
    creditsMustNotExceedDebits: integer({ mode: "boolean" }).notNull(),
    closed: integer({ mode: "boolean" }).notNull().default(false),
    debitsPending: integer().notNull().default(0),
    debitsPosted: integer().notNull().default(0),
    creditsPending: integer().notNull().default(0),
    creditsPosted: integer().notNull().default(0),
    /** How many transfers have touched the account. */
    version: integer().notNull().default(0),
    /** `seq` of the newest of them. */
    lastTransfer: integer().notNull().default(0),
    /** The moment of the newest of them, or of one before it if a clock went back. */
    movedAt: integer().notNull().default(0),
    createdAt: integer().notNull(),
  },
  (table) => [
    index("ledger_accounts_owner").on(table.owner),
    index("ledger_accounts_code").on(table.code, table.asset),
    check("ledger_account_id", sql`length(id) between 1 and 128 and id not glob '*[^a-zA-Z0-9_:.-]*'`),
    check(
      "ledger_account_flags",
      sql`debits_must_not_exceed_credits in (0, 1) and credits_must_not_exceed_debits in (0, 1) and closed in (0, 1)`,
    ),
    check("ledger_account_one_limit", sql`debits_must_not_exceed_credits + credits_must_not_exceed_debits <= 1`),
    check(
      "ledger_account_counters",
      sql`debits_pending >= 0 and debits_posted >= 0 and credits_pending >= 0 and credits_posted >= 0`,
    ),
    check("ledger_account_debits_safe", sql`debits_pending + debits_posted <= ${SAFE}`),
    check("ledger_account_credits_safe", sql`credits_pending + credits_posted <= ${SAFE}`),
    check(
      "ledger_account_exceeds_credits",
      sql`debits_must_not_exceed_credits = 0 or debits_pending + debits_posted <= credits_posted`,
    ),
    check(
      "ledger_account_exceeds_debits",
      sql`credits_must_not_exceed_debits = 0 or credits_pending + credits_posted <= debits_posted`,
    ),
  ],
);

export const transfers = sqliteTable(
  "ledger_transfers",
  {
    /** The order of the ledger, without gaps. */
    seq: integer().primaryKey(),
    /** Chosen by the caller and stored before it is sent. */
    id: text().notNull().unique("ledger_transfers_id"),
    kind: text({ enum: ["posted", "pending", "post", "void", "expire"] }).notNull(),
    debitAccountId: text().notNull(),
    creditAccountId: text().notNull(),
    amount: integer().notNull(),
    /** What the transfer does to the pending counters: a hold adds its amount, whatever ends a hold takes all of it. */
    heldDelta: integer().notNull(),
    asset: text().notNull(),
    /** Why: `payment.captured`. */
    code: text().notNull(),
    /** What it belongs to: `trade_…`, `payout_…`. */
    reference: text(),
    pendingId: text(),
    timeoutSeconds: integer(),
    createdAt: integer().notNull(),
  },
  (table) => [
    uniqueIndex("ledger_transfers_pending")
      .on(table.pendingId)
      .where(sql`pending_id is not null`),
    check("ledger_transfer_kind", sql`kind in ('posted', 'pending', 'post', 'void', 'expire')`),
    check("ledger_transfer_amount", sql`amount between 1 and ${SAFE}`),
    check("ledger_transfer_accounts", sql`debit_account_id <> credit_account_id`),
    check("ledger_transfer_pending", sql`(kind in ('post', 'void', 'expire')) = (pending_id is not null)`),
    check("ledger_transfer_timeout", sql`timeout_seconds is null or (kind = 'pending' and timeout_seconds >= 1)`),
    check(
      "ledger_transfer_held",
      sql`held_delta = iif(kind = 'posted', 0, iif(kind = 'pending', amount, held_delta)) and (kind in ('posted', 'pending') or held_delta < 0)`,
    ),
    check("ledger_transfer_seq", sql`seq > 0`),
  ],
);

/**
 * An account's counters after each transfer that touched it. They lie in the order of the ledger, so that writing
 * touches the newest page alone, and each names the account's line before it.
 */
export const entries = sqliteTable("ledger_entries", {
  /** Twice the transfer's number, and one more on the credit side. */
  seq: integer().primaryKey(),
  accountSeq: integer().notNull(),
  /** 1, 2, 3 … for each account, without gaps. */
  version: integer().notNull(),
  /** The transfer of the account's line before this one; 0 for the first. */
  previousTransfer: integer().notNull(),
  /** The account's `movedAt` then: never before the line before. */
  at: integer().notNull(),
  debitsPending: integer().notNull(),
  debitsPosted: integer().notNull(),
  creditsPending: integer().notNull(),
  creditsPosted: integer().notNull(),
});

/** Every 64th line of an account: where to begin when a moment of the past is looked for. */
export const marks = sqliteTable(
  "ledger_marks",
  {
    accountSeq: integer().notNull(),
    at: integer().notNull(),
    version: integer().notNull(),
    transferSeq: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountSeq, table.at, table.version] })],
);

/** Holds with a time limit that have not ended. */
export const deadlines = sqliteTable(
  "ledger_deadlines",
  { expiresAt: integer().notNull(), transferSeq: integer().notNull() },
  (table) => [primaryKey({ columns: [table.expiresAt, table.transferSeq] })],
);

/** Ids that failed for a reason that could pass: they stay failed. */
export const refusals = sqliteTable("ledger_refusals", {
  id: text().primaryKey(),
  code: text().notNull(),
  at: integer().notNull(),
});

/** Where the checks write why they refused. Outside a group the insert itself aborts with the code. */
export const outcomes = sqliteTable("ledger_outcomes", {
  id: text(),
  code: text().notNull(),
  at: integer(),
});

/** Always empty, so that the mark of a group cannot be committed. */
export const groupEnds = sqliteTable("ledger_group_ends", { id: integer().primaryKey() });

/** The mark that this transaction takes transfers one by one. Its key is deferred and leads nowhere. */
export const groups = sqliteTable("ledger_groups", {
  id: integer()
    .primaryKey()
    .references(() => groupEnds.id),
});

/** One walk of the audit through all accounts, in slices. */
export const passes = sqliteTable(
  "ledger_passes",
  {
    id: integer().primaryKey(),
    startedAt: integer().notNull(),
    finishedAt: integer(),
    /** The last entry that was looked at. */
    entrySeq: integer().notNull(),
    entries: integer().notNull(),
    failures: integer().notNull(),
  },
  (table) => [
    index("ledger_passes_failed")
      .on(table.id)
      .where(sql`failures > 0`),
  ],
);

/** What a pass found broken, and where. */
export const findings = sqliteTable(
  "ledger_findings",
  {
    passId: integer()
      .notNull()
      .references(() => passes.id),
    check: text().notNull(),
    /** The account, transfer or asset that breaks the check. */
    subject: text().notNull(),
    expected: text().notNull(),
    actual: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.passId, table.check, table.subject] })],
);

/** Seals over runs of transfers, each chained to the one before; their rows' hashes lie in R2. */
export const digests = sqliteTable("ledger_digests", {
  number: integer().primaryKey(),
  day: text().notNull(),
  firstSeq: integer().notNull(),
  lastSeq: integer().notNull(),
  previous: text().notNull(),
  digest: text().notNull(),
  at: integer().notNull(),
});

/** Months that were written to R2 and read back. */
export const archives = sqliteTable("ledger_archives", {
  month: text().primaryKey(),
  firstSeq: integer().notNull(),
  lastSeq: integer().notNull(),
  manifestHash: text().notNull(),
  at: integer().notNull(),
});
