-- Assets that every installation starts with.
INSERT INTO ledger_assets (code, name, scale, max_minor) VALUES
  ('INR', 'Indian rupee', 2, 100000000000000),
  ('USD', 'United States dollar', 2, 10000000000000),
  ('EUR', 'Euro', 2, 10000000000000),
  ('JPY', 'Japanese yen', 0, 1000000000000000),
  ('USDT', 'Tether', 6, 1000000000000000),
  ('USDC', 'USD Coin', 6, 1000000000000000),
  ('BTC', 'Bitcoin', 8, 2100000000000000),
  ('ETH', 'Ether', 9, 1000000000000000);
--> statement-breakpoint
CREATE TRIGGER ledger_assets_kept BEFORE DELETE ON ledger_assets
BEGIN SELECT RAISE(ABORT, 'ledger_asset_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_assets_scale_kept BEFORE UPDATE OF code, scale ON ledger_assets
BEGIN SELECT RAISE(ABORT, 'ledger_asset_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_open BEFORE INSERT ON ledger_accounts
BEGIN
  SELECT RAISE(ABORT, 'ledger_account_opens_empty')
  WHERE NEW.debits_pending <> 0 OR NEW.debits_posted <> 0 OR NEW.credits_pending <> 0 OR NEW.credits_posted <> 0
    OR NEW.version <> 0 OR NEW.last_transfer <> 0 OR NEW.moved_at <> 0 OR NEW.closed <> 0;
  SELECT RAISE(ABORT, 'account_asset_unknown')
  WHERE NOT EXISTS (SELECT 1 FROM ledger_assets WHERE code = NEW.asset);
  SELECT RAISE(ABORT, 'account_exists_with_different_asset')
  FROM ledger_accounts a WHERE a.id = NEW.id AND a.asset <> NEW.asset;
  SELECT RAISE(ABORT, 'account_exists_with_different_code')
  FROM ledger_accounts a WHERE a.id = NEW.id AND a.code <> NEW.code;
  SELECT RAISE(ABORT, 'account_exists_with_different_owner')
  FROM ledger_accounts a WHERE a.id = NEW.id AND a.owner IS NOT NEW.owner;
  SELECT RAISE(ABORT, 'account_exists_with_different_flags')
  FROM ledger_accounts a WHERE a.id = NEW.id
    AND (a.debits_must_not_exceed_credits, a.credits_must_not_exceed_debits)
      IS NOT (NEW.debits_must_not_exceed_credits, NEW.credits_must_not_exceed_debits);
  SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM ledger_accounts WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'ledger_account_is_kept') WHERE EXISTS (SELECT 1 FROM ledger_accounts WHERE seq = NEW.seq);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_kept BEFORE DELETE ON ledger_accounts
BEGIN SELECT RAISE(ABORT, 'ledger_account_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_same BEFORE UPDATE OF seq, id, asset, code, owner, debits_must_not_exceed_credits, credits_must_not_exceed_debits, created_at ON ledger_accounts
BEGIN SELECT RAISE(ABORT, 'ledger_account_is_kept'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_moved BEFORE UPDATE OF debits_pending, debits_posted, credits_pending, credits_posted, version, last_transfer, moved_at ON ledger_accounts
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_transfers t
  WHERE t.seq = NEW.last_transfer AND t.seq > OLD.last_transfer AND NEW.version = OLD.version + 1
    AND NEW.moved_at = max(OLD.moved_at, t.created_at) AND (
    (t.debit_account_id = NEW.id
      AND NEW.debits_pending = OLD.debits_pending + t.held_delta
      AND NEW.debits_posted = OLD.debits_posted + iif(t.kind IN ('posted', 'post'), t.amount, 0)
      AND NEW.credits_pending = OLD.credits_pending AND NEW.credits_posted = OLD.credits_posted)
    OR (t.credit_account_id = NEW.id
      AND NEW.credits_pending = OLD.credits_pending + t.held_delta
      AND NEW.credits_posted = OLD.credits_posted + iif(t.kind IN ('posted', 'post'), t.amount, 0)
      AND NEW.debits_pending = OLD.debits_pending AND NEW.debits_posted = OLD.debits_posted)))
BEGIN SELECT RAISE(ABORT, 'ledger_counters_follow_transfers'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_entered AFTER UPDATE OF version ON ledger_accounts
BEGIN
  INSERT INTO ledger_entries (account_seq, version, transfer_seq, at, debits_pending, debits_posted, credits_pending, credits_posted)
  VALUES (NEW.seq, NEW.version, NEW.last_transfer, NEW.moved_at, NEW.debits_pending, NEW.debits_posted, NEW.credits_pending, NEW.credits_posted);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_follow BEFORE INSERT ON ledger_entries
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_accounts a WHERE a.seq = NEW.account_seq AND a.version = NEW.version
    AND a.last_transfer = NEW.transfer_seq AND a.moved_at = NEW.at
    AND a.debits_pending = NEW.debits_pending AND a.debits_posted = NEW.debits_posted
    AND a.credits_pending = NEW.credits_pending AND a.credits_posted = NEW.credits_posted)
BEGIN SELECT RAISE(ABORT, 'ledger_entries_follow_transfers'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_kept BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_same BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_kept BEFORE DELETE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_same BEFORE UPDATE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_begin_judged BEFORE INSERT ON ledger_transfers WHEN NEW.kind IN ('posted', 'pending')
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
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_end_judged BEFORE INSERT ON ledger_transfers WHEN NEW.kind IS NULL OR NEW.kind NOT IN ('posted', 'pending')
BEGIN
  INSERT INTO ledger_outcomes (id, code, at)
  SELECT NEW.id, code, NEW.created_at FROM (
    SELECT coalesce(
      iif(NEW.kind IN ('post', 'void', 'expire'), NULL, 'kind_unknown'),
      iif(NEW.id IS NULL OR length(NEW.id) NOT BETWEEN 1 AND iif(NEW.kind = 'expire', 95, 88) OR NEW.id GLOB '*[^a-z0-9_.]*'
        OR iif(NEW.kind = 'expire', NEW.id IS NOT NEW.pending_id || '.expire', NEW.id GLOB '*.expire'), 'id_malformed', NULL),
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
      iif(coalesce(NEW.pending_id, '') = '', 'pending_id_missing', NULL),
      iif(NEW.pending_id = NEW.id, 'pending_id_must_be_different', NULL),
      iif(NEW.timeout_seconds IS NOT NULL, 'timeout_reserved_for_pending_transfer', NULL),
      iif(NEW.amount < 1, 'amount_must_be_positive', NULL),
      iif(p.seq IS NULL, 'pending_transfer_not_found', NULL),
      iif(p.kind <> 'pending', 'pending_transfer_not_pending', NULL),
      iif(NEW.debit_account_id IS NOT p.debit_account_id, 'pending_transfer_has_different_debit_account_id', NULL),
      iif(NEW.credit_account_id IS NOT p.credit_account_id, 'pending_transfer_has_different_credit_account_id', NULL),
      iif(NEW.asset IS NOT p.asset, 'pending_transfer_has_different_asset', NULL),
      iif(NEW.code IS NOT p.code, 'pending_transfer_has_different_code', NULL),
      coalesce(
        iif(NEW.amount IS NULL, 'amount_must_be_positive', NULL),
        iif(NEW.amount > p.amount, 'exceeds_pending_transfer_amount', NULL),
        iif(NEW.kind <> 'post' AND NEW.amount < p.amount, 'pending_transfer_has_different_amount', NULL),
        iif(s.kind = 'post', 'pending_transfer_already_posted', NULL),
        iif(s.kind = 'void', 'pending_transfer_already_voided', NULL),
        iif(s.kind = 'expire', 'pending_transfer_expired', NULL),
        iif(NEW.kind <> 'expire' AND p.created_at + p.timeout_seconds * 1000 <= NEW.created_at, 'pending_transfer_expired', NULL),
        iif(NEW.kind = 'expire' AND coalesce(p.created_at + p.timeout_seconds * 1000 > NEW.created_at, 1), 'pending_transfer_not_expired', NULL),
        iif(NEW.held_delta IS NOT -p.amount, 'held_amount_must_match', NULL)),
      iif(NEW.kind = 'post', coalesce(
        (SELECT 'debit_account_already_closed' FROM ledger_accounts WHERE id = NEW.debit_account_id AND closed = 1),
        (SELECT 'credit_account_already_closed' FROM ledger_accounts WHERE id = NEW.credit_account_id AND closed = 1)), NULL)
    ) AS code
    FROM (SELECT 1) one
    LEFT JOIN ledger_transfers p ON p.id = NEW.pending_id
    LEFT JOIN ledger_transfers s ON s.pending_id = NEW.pending_id
  ) WHERE code IS NOT NULL;
  SELECT RAISE(IGNORE) WHERE changes() > 0;
  SELECT RAISE(ABORT, 'ledger_append_only') WHERE EXISTS (SELECT 1 FROM ledger_transfers WHERE seq = NEW.seq);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_moved AFTER INSERT ON ledger_transfers
BEGIN
  UPDATE ledger_accounts SET
    debits_pending = debits_pending + NEW.held_delta,
    debits_posted = debits_posted + iif(NEW.kind IN ('posted', 'post'), NEW.amount, 0),
    version = version + 1, last_transfer = NEW.seq, moved_at = max(moved_at, NEW.created_at)
  WHERE id = NEW.debit_account_id;
  UPDATE ledger_accounts SET
    credits_pending = credits_pending + NEW.held_delta,
    credits_posted = credits_posted + iif(NEW.kind IN ('posted', 'post'), NEW.amount, 0),
    version = version + 1, last_transfer = NEW.seq, moved_at = max(moved_at, NEW.created_at)
  WHERE id = NEW.credit_account_id;
END;
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_due AFTER INSERT ON ledger_transfers WHEN NEW.timeout_seconds IS NOT NULL
BEGIN
  INSERT INTO ledger_deadlines (expires_at, transfer_seq) VALUES (NEW.created_at + NEW.timeout_seconds * 1000, NEW.seq);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_ended AFTER INSERT ON ledger_transfers WHEN NEW.pending_id IS NOT NULL
BEGIN
  DELETE FROM ledger_deadlines WHERE (expires_at, transfer_seq) IN (
    SELECT created_at + timeout_seconds * 1000, seq FROM ledger_transfers WHERE id = NEW.pending_id);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_outcomes_refuse BEFORE INSERT ON ledger_outcomes WHEN NOT EXISTS (SELECT 1 FROM ledger_groups)
BEGIN
  SELECT RAISE(ABORT, 'id_malformed') WHERE NEW.code = 'id_malformed';
  SELECT RAISE(ABORT, NEW.code || '.' || NEW.id);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_outcomes_remember AFTER INSERT ON ledger_outcomes
WHEN NEW.code IN ('debit_account_not_found', 'credit_account_not_found', 'pending_transfer_not_found', 'exceeds_credits', 'exceeds_debits', 'debit_account_already_closed', 'credit_account_already_closed')
BEGIN
  INSERT INTO ledger_refusals (id, code, at) VALUES (NEW.id, NEW.code, NEW.at);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_refusals_judged BEFORE INSERT ON ledger_refusals
BEGIN
  SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM ledger_transfers WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM ledger_refusals WHERE id = NEW.id);
END;
--> statement-breakpoint
CREATE TRIGGER ledger_refusals_kept BEFORE DELETE ON ledger_refusals
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_refusals_same BEFORE UPDATE ON ledger_refusals
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_group_ends_empty BEFORE INSERT ON ledger_group_ends
BEGIN SELECT RAISE(ABORT, 'ledger_groups_end'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_digests_kept BEFORE DELETE ON ledger_digests
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_digests_same BEFORE UPDATE ON ledger_digests
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
