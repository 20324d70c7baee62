CREATE TRIGGER budget_transactions_added AFTER INSERT ON budget_transactions
BEGIN
  UPDATE budget_accounts SET balance = balance + NEW.amount, cleared_balance = cleared_balance + iif(NEW.cleared = 1, NEW.amount, 0)
  WHERE id = NEW.account_id;
  INSERT INTO budget_account_months (user_id, account_id, month, amount)
  VALUES (NEW.user_id, NEW.account_id, substr(NEW.date, 1, 7), NEW.amount)
  ON CONFLICT (user_id, account_id, month) DO UPDATE SET amount = amount + excluded.amount;
  INSERT INTO budget_sums (user_id, category_id, month, amount, entries)
  SELECT NEW.user_id, coalesce(NEW.category_id, ''), substr(NEW.date, 1, 7), NEW.base_amount, 1
  WHERE NEW.counted = 1 AND NEW.split = 0
  ON CONFLICT (user_id, category_id, month) DO UPDATE SET amount = amount + excluded.amount, entries = entries + excluded.entries;
END;
--> statement-breakpoint
CREATE TRIGGER budget_transactions_removed AFTER DELETE ON budget_transactions
BEGIN
  UPDATE budget_accounts SET balance = balance - OLD.amount, cleared_balance = cleared_balance - iif(OLD.cleared = 1, OLD.amount, 0)
  WHERE id = OLD.account_id;
  INSERT INTO budget_account_months (user_id, account_id, month, amount)
  VALUES (OLD.user_id, OLD.account_id, substr(OLD.date, 1, 7), -OLD.amount)
  ON CONFLICT (user_id, account_id, month) DO UPDATE SET amount = amount + excluded.amount;
  INSERT INTO budget_sums (user_id, category_id, month, amount, entries)
  SELECT OLD.user_id, coalesce(OLD.category_id, ''), substr(OLD.date, 1, 7), -OLD.base_amount, -1
  WHERE OLD.counted = 1 AND OLD.split = 0
  ON CONFLICT (user_id, category_id, month) DO UPDATE SET amount = amount + excluded.amount, entries = entries + excluded.entries;
END;
--> statement-breakpoint
CREATE TRIGGER budget_transactions_moved AFTER UPDATE OF account_id, date, amount, cleared ON budget_transactions
BEGIN
  UPDATE budget_accounts SET balance = balance - OLD.amount, cleared_balance = cleared_balance - iif(OLD.cleared = 1, OLD.amount, 0)
  WHERE id = OLD.account_id;
  INSERT INTO budget_account_months (user_id, account_id, month, amount)
  VALUES (OLD.user_id, OLD.account_id, substr(OLD.date, 1, 7), -OLD.amount)
  ON CONFLICT (user_id, account_id, month) DO UPDATE SET amount = amount + excluded.amount;
  UPDATE budget_accounts SET balance = balance + NEW.amount, cleared_balance = cleared_balance + iif(NEW.cleared = 1, NEW.amount, 0)
  WHERE id = NEW.account_id;
  INSERT INTO budget_account_months (user_id, account_id, month, amount)
  VALUES (NEW.user_id, NEW.account_id, substr(NEW.date, 1, 7), NEW.amount)
  ON CONFLICT (user_id, account_id, month) DO UPDATE SET amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER budget_transactions_counted AFTER UPDATE OF date, base_amount, category_id, counted, split ON budget_transactions
BEGIN
  INSERT INTO budget_sums (user_id, category_id, month, amount, entries)
  SELECT OLD.user_id, coalesce(OLD.category_id, ''), substr(OLD.date, 1, 7), -OLD.base_amount, -1
  WHERE OLD.counted = 1 AND OLD.split = 0
  ON CONFLICT (user_id, category_id, month) DO UPDATE SET amount = amount + excluded.amount, entries = entries + excluded.entries;
  INSERT INTO budget_sums (user_id, category_id, month, amount, entries)
  SELECT NEW.user_id, coalesce(NEW.category_id, ''), substr(NEW.date, 1, 7), NEW.base_amount, 1
  WHERE NEW.counted = 1 AND NEW.split = 0
  ON CONFLICT (user_id, category_id, month) DO UPDATE SET amount = amount + excluded.amount, entries = entries + excluded.entries;
END;
--> statement-breakpoint
CREATE TRIGGER budget_splits_added AFTER INSERT ON budget_splits
BEGIN
  INSERT INTO budget_sums (user_id, category_id, month, amount, entries)
  SELECT NEW.user_id, coalesce(NEW.category_id, ''), NEW.month, NEW.base_amount, 1 WHERE NEW.counted = 1
  ON CONFLICT (user_id, category_id, month) DO UPDATE SET amount = amount + excluded.amount, entries = entries + excluded.entries;
END;
--> statement-breakpoint
CREATE TRIGGER budget_splits_removed AFTER DELETE ON budget_splits
BEGIN
  INSERT INTO budget_sums (user_id, category_id, month, amount, entries)
  SELECT OLD.user_id, coalesce(OLD.category_id, ''), OLD.month, -OLD.base_amount, -1 WHERE OLD.counted = 1
  ON CONFLICT (user_id, category_id, month) DO UPDATE SET amount = amount + excluded.amount, entries = entries + excluded.entries;
END;
--> statement-breakpoint
CREATE TRIGGER budget_splits_changed AFTER UPDATE ON budget_splits
BEGIN
  INSERT INTO budget_sums (user_id, category_id, month, amount, entries)
  SELECT OLD.user_id, coalesce(OLD.category_id, ''), OLD.month, -OLD.base_amount, -1 WHERE OLD.counted = 1
  ON CONFLICT (user_id, category_id, month) DO UPDATE SET amount = amount + excluded.amount, entries = entries + excluded.entries;
  INSERT INTO budget_sums (user_id, category_id, month, amount, entries)
  SELECT NEW.user_id, coalesce(NEW.category_id, ''), NEW.month, NEW.base_amount, 1 WHERE NEW.counted = 1
  ON CONFLICT (user_id, category_id, month) DO UPDATE SET amount = amount + excluded.amount, entries = entries + excluded.entries;
END;
