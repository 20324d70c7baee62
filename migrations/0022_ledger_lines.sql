-- An account's lines lie in the order of the ledger, so that writing touches the newest page alone: one page for each
-- account was half of what a group cost. Each names the account's line before it, and every 64th is marked, so that a
-- moment of the past is found without walking all of them.
DROP TRIGGER ledger_accounts_entered;
--> statement-breakpoint
DROP TRIGGER ledger_entries_follow;
--> statement-breakpoint
DROP TRIGGER ledger_entries_kept;
--> statement-breakpoint
DROP TRIGGER ledger_entries_same;
--> statement-breakpoint
CREATE TABLE `__new_ledger_entries` (
	`seq` integer PRIMARY KEY NOT NULL,
	`account_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`previous_transfer` integer NOT NULL,
	`at` integer NOT NULL,
	`debits_pending` integer NOT NULL,
	`debits_posted` integer NOT NULL,
	`credits_pending` integer NOT NULL,
	`credits_posted` integer NOT NULL
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_ledger_entries` (seq, account_seq, version, previous_transfer, at, debits_pending, debits_posted, credits_pending, credits_posted)
SELECT 2 * e.transfer_seq + (t.credit_account_id = a.id), e.account_seq, e.version, coalesce(b.transfer_seq, 0), e.at,
  e.debits_pending, e.debits_posted, e.credits_pending, e.credits_posted
FROM ledger_entries e
JOIN ledger_transfers t ON t.seq = e.transfer_seq
JOIN ledger_accounts a ON a.seq = e.account_seq
LEFT JOIN ledger_entries b ON b.account_seq = e.account_seq AND b.version = e.version - 1;
--> statement-breakpoint
CREATE TABLE `ledger_marks` (
	`account_seq` integer NOT NULL,
	`at` integer NOT NULL,
	`version` integer NOT NULL,
	`transfer_seq` integer NOT NULL,
	PRIMARY KEY(`account_seq`, `at`, `version`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO ledger_marks (account_seq, at, version, transfer_seq)
SELECT account_seq, at, version, transfer_seq FROM ledger_entries WHERE version % 64 = 0;
--> statement-breakpoint
DROP TABLE `ledger_entries`;
--> statement-breakpoint
ALTER TABLE `__new_ledger_entries` RENAME TO `ledger_entries`;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_entered AFTER UPDATE OF version ON ledger_accounts
BEGIN
  INSERT INTO ledger_entries (seq, account_seq, version, previous_transfer, at, debits_pending, debits_posted, credits_pending, credits_posted)
  VALUES (
    2 * NEW.last_transfer + ((NEW.credits_pending, NEW.credits_posted) <> (OLD.credits_pending, OLD.credits_posted)),
    NEW.seq, NEW.version, OLD.last_transfer, NEW.moved_at,
    NEW.debits_pending, NEW.debits_posted, NEW.credits_pending, NEW.credits_posted);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_follow BEFORE INSERT ON ledger_entries
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_accounts a WHERE a.seq = NEW.account_seq AND a.version = NEW.version
    AND a.last_transfer = NEW.seq / 2 AND a.moved_at = NEW.at
    AND a.debits_pending = NEW.debits_pending AND a.debits_posted = NEW.debits_posted
    AND a.credits_pending = NEW.credits_pending AND a.credits_posted = NEW.credits_posted)
  OR EXISTS (SELECT 1 FROM ledger_entries WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'ledger_entries_follow_transfers'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_marked AFTER INSERT ON ledger_entries WHEN NEW.version % 64 = 0
BEGIN
  INSERT INTO ledger_marks (account_seq, at, version, transfer_seq) VALUES (NEW.account_seq, NEW.at, NEW.version, NEW.seq / 2);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_kept BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_same BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_marks_follow BEFORE INSERT ON ledger_marks
WHEN NEW.version % 64 <> 0 OR NOT EXISTS (
  SELECT 1 FROM ledger_entries e WHERE e.seq IN (2 * NEW.transfer_seq, 2 * NEW.transfer_seq + 1)
    AND e.account_seq = NEW.account_seq AND e.version = NEW.version AND e.at = NEW.at)
BEGIN SELECT RAISE(ABORT, 'ledger_marks_follow_lines'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_marks_kept BEFORE DELETE ON ledger_marks
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_marks_same BEFORE UPDATE ON ledger_marks
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
-- What ends no hold needs no place among the ends.
DROP INDEX `ledger_transfers_pending`;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_transfers_pending` ON `ledger_transfers` (`pending_id`) WHERE pending_id is not null;
--> statement-breakpoint
-- The audit walks in the order of the ledger; a walk that is under way begins anew.
ALTER TABLE `ledger_passes` DROP COLUMN `account_seq`;
--> statement-breakpoint
ALTER TABLE `ledger_passes` RENAME COLUMN `version` TO `entry_seq`;
--> statement-breakpoint
UPDATE ledger_passes SET entry_seq = 0, entries = 0 WHERE finished_at IS NULL;
--> statement-breakpoint
-- The judge names the first check that fails. What is plainly in order, as nearly everything is, goes past it.
DROP TRIGGER ledger_transfers_begin_judged;
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_begin_judged BEFORE INSERT ON ledger_transfers WHEN NEW.kind IN ('posted', 'pending') AND NOT coalesce((
  SELECT NEW.id <> '' AND length(NEW.id) <= 88 AND NEW.id NOT GLOB '*[^a-z0-9_.]*' AND NEW.id NOT GLOB '*.expire'
    AND NEW.pending_id IS NULL AND NEW.timeout_seconds IS NULL AND NEW.code <> '' AND NEW.amount > 0
    AND d.asset = NEW.asset AND c.asset = NEW.asset AND d.seq <> c.seq AND d.closed + c.closed = 0
    AND d.debits_pending + d.debits_posted + NEW.amount <= iif(d.debits_must_not_exceed_credits = 1, d.credits_posted, 9007199254740991)
    AND c.credits_pending + c.credits_posted + NEW.amount <= iif(c.credits_must_not_exceed_debits = 1, c.debits_posted, 9007199254740991)
    AND NOT EXISTS (SELECT 1 FROM ledger_transfers WHERE id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM ledger_transfers WHERE seq = NEW.seq)
    AND NOT EXISTS (SELECT 1 FROM ledger_refusals WHERE id = NEW.id)
  FROM ledger_accounts d, ledger_accounts c WHERE d.id = NEW.debit_account_id AND c.id = NEW.credit_account_id), 0)
BEGIN
  INSERT INTO ledger_outcomes (id, code, at)
  SELECT NEW.id, code, NEW.created_at FROM (
    SELECT coalesce(
      iif(NEW.id IS NULL OR length(NEW.id) NOT BETWEEN 1 AND 88 OR NEW.id GLOB '*[^a-z0-9_.]*' OR NEW.id GLOB '*.expire', 'id_malformed', NULL),
      (SELECT coalesce(
        iif(e.kind <> NEW.kind, 'exists_with_different_kind', NULL),
        iif(e.pending_id IS NOT NEW.pending_id, 'exists_with_different_pending_id', NULL),
        iif(e.timeout_seconds IS NOT NEW.timeout_seconds, 'exists_with_different_timeout', NULL),
        iif(e.debit_account_id IS NOT NEW.debit_account_id, 'exists_with_different_debit_account_id', NULL),
        iif(e.credit_account_id IS NOT NEW.credit_account_id, 'exists_with_different_credit_account_id', NULL),
        iif(e.amount IS NOT NEW.amount, 'exists_with_different_amount', NULL),
        iif(e.reference IS NOT NEW.reference, 'exists_with_different_reference', NULL),
        iif(e.asset IS NOT NEW.asset, 'exists_with_different_asset', NULL),
        iif(e.code IS NOT NEW.code, 'exists_with_different_code', NULL),
        'exists') FROM ledger_transfers e WHERE e.id = NEW.id),
      (SELECT 'id_already_failed' FROM ledger_refusals WHERE id = NEW.id),
      coalesce(
        iif(coalesce(NEW.debit_account_id, '') = '', 'debit_account_id_missing', NULL),
        iif(coalesce(NEW.credit_account_id, '') = '', 'credit_account_id_missing', NULL),
        iif(NEW.debit_account_id = NEW.credit_account_id, 'accounts_must_be_different', NULL),
        iif(NEW.pending_id IS NOT NULL, 'pending_id_must_be_absent', NULL),
        iif(NEW.timeout_seconds IS NOT NULL AND NEW.kind = 'posted', 'timeout_reserved_for_pending_transfer', NULL),
        iif(NEW.timeout_seconds < 1, 'timeout_must_be_positive', NULL),
        iif(coalesce(NEW.asset, '') = '', 'asset_missing', NULL),
        iif(coalesce(NEW.code, '') = '', 'code_missing', NULL),
        iif(NEW.amount IS NULL OR NEW.amount < 1, 'amount_must_be_positive', NULL),
        iif(d.seq IS NULL, 'debit_account_not_found', NULL),
        iif(c.seq IS NULL, 'credit_account_not_found', NULL),
        iif(d.asset <> c.asset, 'accounts_must_have_the_same_asset', NULL),
        iif(NEW.asset <> d.asset, 'transfer_must_have_the_same_asset_as_accounts', NULL)),
      iif(d.closed = 1, 'debit_account_already_closed', NULL),
      iif(c.closed = 1, 'credit_account_already_closed', NULL),
      iif(NEW.kind = 'pending' AND d.debits_pending + NEW.amount > 9007199254740991, 'overflows_debits_pending', NULL),
      iif(NEW.kind = 'pending' AND c.credits_pending + NEW.amount > 9007199254740991, 'overflows_credits_pending', NULL),
      iif(d.debits_posted + NEW.amount > 9007199254740991, 'overflows_debits_posted', NULL),
      iif(c.credits_posted + NEW.amount > 9007199254740991, 'overflows_credits_posted', NULL),
      iif(d.debits_pending + d.debits_posted + NEW.amount > 9007199254740991, 'overflows_debits', NULL),
      iif(c.credits_pending + c.credits_posted + NEW.amount > 9007199254740991, 'overflows_credits', NULL),
      iif(NEW.created_at + NEW.timeout_seconds * 1000 > 9007199254740991, 'overflows_timeout', NULL),
      iif(d.debits_must_not_exceed_credits = 1
        AND d.debits_pending + d.debits_posted + NEW.amount > d.credits_posted, 'exceeds_credits', NULL),
      iif(c.credits_must_not_exceed_debits = 1
        AND c.credits_pending + c.credits_posted + NEW.amount > c.debits_posted, 'exceeds_debits', NULL)
    ) AS code
    FROM (SELECT 1) one
    LEFT JOIN ledger_accounts d ON d.id = NEW.debit_account_id
    LEFT JOIN ledger_accounts c ON c.id = NEW.credit_account_id
  ) WHERE code IS NOT NULL;
  SELECT RAISE(IGNORE) WHERE changes() > 0;
  SELECT RAISE(ABORT, 'ledger_append_only') WHERE EXISTS (SELECT 1 FROM ledger_transfers WHERE seq = NEW.seq);
END;
