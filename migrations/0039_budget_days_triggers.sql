CREATE TRIGGER budget_days_added AFTER INSERT ON budget_transactions WHEN NEW.counted = 1
BEGIN
  INSERT INTO budget_days (user_id, date, income, spending)
  VALUES (NEW.user_id, NEW.date, max(NEW.base_amount, 0), max(-NEW.base_amount, 0))
  ON CONFLICT (user_id, date) DO UPDATE SET income = income + excluded.income, spending = spending + excluded.spending;
END;
--> statement-breakpoint
CREATE TRIGGER budget_days_removed AFTER DELETE ON budget_transactions WHEN OLD.counted = 1
BEGIN
  UPDATE budget_days SET income = income - max(OLD.base_amount, 0), spending = spending - max(-OLD.base_amount, 0)
  WHERE user_id = OLD.user_id AND date = OLD.date;
END;
--> statement-breakpoint
CREATE TRIGGER budget_days_changed AFTER UPDATE OF date, base_amount, counted ON budget_transactions
WHEN OLD.date <> NEW.date OR OLD.base_amount <> NEW.base_amount OR OLD.counted <> NEW.counted
BEGIN
  UPDATE budget_days SET income = income - max(OLD.base_amount, 0), spending = spending - max(-OLD.base_amount, 0)
  WHERE OLD.counted = 1 AND user_id = OLD.user_id AND date = OLD.date;
  INSERT INTO budget_days (user_id, date, income, spending)
  SELECT NEW.user_id, NEW.date, max(NEW.base_amount, 0), max(-NEW.base_amount, 0) WHERE NEW.counted = 1
  ON CONFLICT (user_id, date) DO UPDATE SET income = income + excluded.income, spending = spending + excluded.spending;
END;
--> statement-breakpoint
INSERT INTO budget_days (user_id, date, income, spending)
SELECT user_id, date, sum(max(base_amount, 0)), sum(max(-base_amount, 0)) FROM budget_transactions WHERE counted = 1 GROUP BY user_id, date;
