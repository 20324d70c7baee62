-- The plans that every installation starts with; operators change them.
INSERT INTO billing_plans (id, level, rank, version, name, support, limits, prices, updated_at) VALUES
  ('plan_01m6a6ft00ey8acqdxvt6nepa5', 'free', 0, 1, 'Free', 'community',
    '{"apiCallsPerDay":10000,"savedScans":3,"alerts":3,"scheduleMinutes":1440,"backtestsPerMonth":20,"assistantTokensPerMonth":100000}',
    '[]', 1793491200000),
  ('plan_01m6a6ft00fny83c6sx3rhxm33', 'basic', 1, 1, 'Basic', 'email',
    '{"apiCallsPerDay":100000,"savedScans":20,"alerts":20,"scheduleMinutes":60,"backtestsPerMonth":200,"assistantTokensPerMonth":1000000}',
    '[{"interval":"month","asset":"USD","amountMinor":900},{"interval":"year","asset":"USD","amountMinor":9000},{"interval":"month","asset":"EUR","amountMinor":900},{"interval":"year","asset":"EUR","amountMinor":9000},{"interval":"month","asset":"INR","amountMinor":74900},{"interval":"year","asset":"INR","amountMinor":749000}]', 1793491200000),
  ('plan_01m6a6ft00f7282x1p4qcjhrqp', 'pro', 2, 1, 'Pro', 'priority',
    '{"apiCallsPerDay":1000000,"savedScans":100,"alerts":100,"scheduleMinutes":15,"backtestsPerMonth":2000,"assistantTokensPerMonth":5000000}',
    '[{"interval":"month","asset":"USD","amountMinor":2900},{"interval":"year","asset":"USD","amountMinor":29000},{"interval":"month","asset":"EUR","amountMinor":2900},{"interval":"year","asset":"EUR","amountMinor":29000},{"interval":"month","asset":"INR","amountMinor":239900},{"interval":"year","asset":"INR","amountMinor":2399000}]', 1793491200000),
  ('plan_01m6a6ft00fy3snh31eaee152f', 'enterprise', 3, 1, 'Enterprise', 'dedicated',
    '{"apiCallsPerDay":10000000,"savedScans":1000,"alerts":1000,"scheduleMinutes":5,"backtestsPerMonth":20000,"assistantTokensPerMonth":25000000}',
    '[{"interval":"month","asset":"USD","amountMinor":9900},{"interval":"year","asset":"USD","amountMinor":99000},{"interval":"month","asset":"EUR","amountMinor":9900},{"interval":"year","asset":"EUR","amountMinor":99000},{"interval":"month","asset":"INR","amountMinor":799900},{"interval":"year","asset":"INR","amountMinor":7999000}]', 1793491200000);
--> statement-breakpoint
INSERT INTO billing_plan_versions (plan_id, version, name, support, limits, prices, changed_by, at)
  SELECT id, version, name, support, limits, prices, 'migration', updated_at FROM billing_plans;
