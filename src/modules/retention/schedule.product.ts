import type { Retention } from "./rules.ts";
import { aged, forGood, withAccount } from "./rules.ts";

const SUMS = "sums of what is exported";
const ACCOUNT = "It is what somebody came for.";

/** Scans, budgets, chats, courses, customers' webhooks, market data. */
export const PRODUCT: readonly Retention[] = [
  withAccount(["scanner_scans", "scanner_versions", "scanner_watchlists", "scanner_usage"], ACCOUNT),
  aged(["scanner_matches"], {
    days: 400,
    age: { id: "run" },
    where: "run_id < ?1",
    after: "their run",
    why: "A year of what entered and left.",
  }),
  aged(["scanner_runs"], {
    days: 400,
    age: { id: "run" },
    where: "id < ?1",
    after: "they ran",
    why: "A year of a scan's history.",
  }),
  withAccount(
    [
      "budget_accounts",
      "budget_allocations",
      "budget_carries",
      "budget_categories",
      "budget_goals",
      "budget_import_changes",
      "budget_imports",
      "budget_mappings",
      "budget_months",
      "budget_profiles",
      "budget_rates",
      "budget_recurring",
      "budget_removals",
      "budget_rules",
      "budget_splits",
      "budget_transactions",
    ],
    ACCOUNT,
  ),
  withAccount(["budget_account_months", "budget_days", "budget_sums"], ACCOUNT, { notExported: SUMS }),
  withAccount(["assistant_conversations"], ACCOUNT),
  aged(["assistant_turns"], {
    days: 732,
    age: "month",
    where: "month < ?1 and state <> 'reserved'",
    after: "their month",
    why: "Cost and tokens of a turn, without its words.",
  }),
  aged(["assistant_meters"], {
    days: 732,
    age: "month",
    where: "period < iif(length(period) = 10, date(?1 || '-01', '+639 days'), ?1) and reserved_tokens = 0",
    after: "their month, 92 for those of a day",
    why: "What is used of an allowance.",
  }),
  aged(["assistant_answer_days"], {
    days: 92,
    age: "date",
    where: "day < ?1",
    after: "the day",
    why: "How often a kept answer helped.",
  }),
  aged(["assistant_answers"], {
    days: 0,
    age: "moment",
    where: "expires_at <= ?1",
    after: "they expire, 7 days",
    why: "Answers to common questions, of nobody.",
  }),
  aged(["assistant_sockets"], {
    days: 1,
    age: "moment",
    where: "opened_at < ?1",
    after: "they were opened",
    why: "Where a chat is open, so that a sign-out closes it.",
    notExported: "which page is open",
  }),
  withAccount(["academy_attempts", "academy_certificates", "academy_progress", "academy_ratings"], ACCOUNT),
  forGood(
    ["academy_courses", "academy_lesson_files", "academy_lessons", "academy_modules", "academy_quizzes"],
    "The catalogue.",
  ),
  withAccount(["webhooks_endpoints"], ACCOUNT),
  aged(["webhooks_attempts"], {
    days: 30,
    age: "moment",
    where: "at < ?1",
    after: "they were made",
    why: "A customer looks into what was tried.",
  }),
  aged(["webhooks_deliveries"], {
    days: 30,
    age: "moment",
    where: "created_at < ?1 and state <> 'pending'",
    after: "they were written",
    why: "A customer sends one again.",
  }),
  forGood(
    ["market_symbols", "market_actions", "market_sessions", "market_index_sources"],
    "Prices and symbols; they name nobody.",
  ),
  forGood(["market_index_quotes"], "The newest price of each source."),
];
