import type { Retention } from "./rules.ts";
import { aged, forGood, sweptBy, withAccount } from "./rules.ts";

const LAW = "Books must be kept for years and checked at any time.";
const BOOKS = "books are kept, under an id that leads to nobody any more";
const OPERATOR = "names an operator in office, not a customer";
const VENDOR = "state between us and a vendor, of rows that are exported";

/** Ledger, payments, subscriptions, wallets, payouts, trades, commissions. */
export const MONEY: readonly Retention[] = [
  forGood(["ledger_accounts"], LAW, { notErased: BOOKS }),
  forGood(
    [
      "ledger_assets",
      "ledger_transfers",
      "ledger_entries",
      "ledger_marks",
      "ledger_deadlines",
      "ledger_outcomes",
      "ledger_refusals",
      "ledger_groups",
      "ledger_group_ends",
      "ledger_digests",
      "ledger_archives",
      "ledger_passes",
      "ledger_findings",
    ],
    LAW,
  ),
  forGood(["payments_payments", "payments_refunds", "payments_checkouts", "invoicing_documents"], LAW),
  forGood(["payments_disputes"], LAW),
  forGood(["payments_customers", "payments_subscriptions"], "Refunds and disputes name them for years.", {
    notErased: "ids of the gateway, without which a late refund finds nobody",
  }),
  forGood(["payments_settlements", "payments_comparisons", "payments_differences"], "What was compared with gateways."),
  forGood(["invoicing_series", "invoicing_tax_rates"], "Numbers without a gap; taxes in force."),
  sweptBy("gateways.forgetBodies", ["gateways_webhooks"], {
    kept: "bodies 90 days, the rest for good",
    why: "An event that comes again a year later must still meet its first.",
  }),
  forGood(["gateways_sandbox_objects"], "The sandbox's own books; development alone."),
  forGood(["billing_subscriptions", "billing_movements", "billing_operations"], LAW, { notErased: BOOKS }),
  forGood(["billing_trials"], "A trial is had once, by the keyed hash of a person.", {
    notErased: "a new account would have another trial",
  }),
  withAccount(["billing_signups"], "One open checkout of a plan.", { notExported: "an open checkout, over in a day" }),
  forGood(["billing_plans", "billing_plan_versions"], "What was sold, and who changed it.", {
    notExported: OPERATOR,
    notErased: OPERATOR,
  }),
  forGood(["revenue_costs", "revenue_snapshots"], "Figures of the business.", { notErased: OPERATOR }),
  forGood(["wallet_deposits", "wallet_withdrawals"], LAW, { notErased: BOOKS }),
  forGood(["wallet_deposit_addresses"], "Money that comes late must find its way.", { notErased: BOOKS }),
  withAccount(["wallet_withdrawal_addresses"], "Where somebody wants money to go."),
  forGood(["wallet_approvals", "wallet_incidents"], "Who let money go.", {
    notExported: OPERATOR,
    notErased: OPERATOR,
  }),
  forGood(["wallet_asset_terms"], "Limits, fees and thresholds of assets."),
  forGood(["wallet_asset_states"], "Which assets may come in and go out.", {
    notExported: OPERATOR,
    notErased: OPERATOR,
  }),
  forGood(["wallet_cursors", "wallet_dust"], "How far networks have been read."),
  forGood(["payouts_payouts", "payouts_history"], LAW, { notErased: BOOKS }),
  forGood(["payouts_bank_accounts"], "Emptied with the account; the row stays for its payouts."),
  withAccount(["payouts_schedules"], "Payouts by the calendar."),
  forGood(["payouts_sendings"], LAW, { notExported: VENDOR, notErased: BOOKS }),
  forGood(
    ["payouts_approvals", "payouts_comparisons", "payouts_differences"],
    "Who let money go, and what was compared.",
    {
      notExported: OPERATOR,
      notErased: OPERATOR,
    },
  ),
  sweptBy("verification.deleteDue", ["verification_documents"], {
    kept: "90 days after the decision",
    why: "A decision can be contested; the file goes with its key.",
  }),
  withAccount(["verification_tiers"], "What somebody may do."),
  withAccount(["p2p_ads", "p2p_listings"], "Offers; closed with the account."),
  withAccount(["p2p_blocks", "p2p_feedback"], "Whom somebody does not want to meet, and what was said of trades."),
  forGood(["p2p_trade_ends", "p2p_trader_days", "p2p_traders"], "Counts of trades, without words.", {
    notErased: "counts under an id that leads to nobody any more",
  }),
  forGood(["p2p_payment_methods", "p2p_cursors"], "The catalogue."),
  forGood(["trades_trades", "trades_messages"], "The trade stays as the ledger says it too; words and names go."),
  forGood(["trades_transitions", "trades_disputes"], "Who did what; the words go with the account."),
  forGood(["trades_dispute_notes"], "Why operators decided as they did.", {
    notExported: "operators' working notes; handed out by hand where the law asks",
    notErased: OPERATOR,
  }),
  sweptBy("trades.deleteOldEvidence", ["trades_evidence"], {
    kept: "180 days after the trade's end",
    why: "A decision can be contested; the file goes with its key.",
  }),
  aged(["trades_sockets"], {
    days: 2,
    age: "moment",
    where: "opened_at < ?1",
    after: "they were opened",
    why: "Where a trade's page is open, so that a sign-out closes it.",
    notExported: "which page is open",
  }),
  aged(["trades_used_tickets", "assistant_used_tickets"], {
    days: 0,
    age: "moment",
    where: "expires_at <= ?1",
    after: "they expire, a minute",
    why: "A ticket opens one socket.",
  }),
  forGood(["trades_pauses"], "When clocks of trades stood still."),
  aged(["swap_quotes"], {
    days: 1,
    age: "moment",
    where: "expires_at < ?1",
    after: "they expire",
    why: "A price that nobody took.",
  }),
  forGood(["swap_swaps"], LAW, { notErased: BOOKS }),
  forGood(["swap_pairs"], "The catalogue."),
  forGood(["packages_packages", "packages_package_versions"], "What was sold, and who changed it.", {
    notExported: OPERATOR,
    notErased: OPERATOR,
  }),
  forGood(["packages_purchases"], LAW, { notErased: BOOKS }),
  forGood(["affiliate_members"], "Who sent whom decides over commissions of years."),
  forGood(["affiliate_commissions"], LAW, { notErased: BOOKS }),
  forGood(["affiliate_earnings", "affiliate_earned_days", "affiliate_days"], "Sums.", { notErased: BOOKS }),
  withAccount(["affiliate_payment_methods"], "Two accounts that pay with one card are one."),
  aged(["affiliate_visits"], {
    days: 1,
    age: "date",
    where: "day < ?1",
    after: "the day",
    why: "A visitor counts once a day; then counts alone.",
    notExported: "keyed hashes of visitors, who are not known",
    notErased: "they are over within two days",
  }),
  forGood(["affiliate_caps", "affiliate_rates"], "Terms, and who set them.", {
    notExported: OPERATOR,
    notErased: OPERATOR,
  }),
];
