import { DAY, HOUR, toDate } from "#kernel/time";
import { ports } from "./vendors.ts";

/** An installation in order, and what breaks each item of its readiness. */

const resolver = `http://127.0.0.1:${ports.receiver}/dns-query`;

const XPUB =
  "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";

export type Settings = Readonly<Record<string, string>>;

/** An installation that lacks nothing which a setting could give. */
export const READY: Settings = {
  ENVIRONMENT: "production",
  PUBLIC_ORIGIN: "https://bourse.good-bank.net",
  FIELD_KEYS: "k1:q3Zk0d8Xy1T5uVbN7mLwRfGhJkPsDa2Ce4Ii6Oo9ZzA",
  METRICS_TOKEN: "9f1c2b7a64d84e0fa5c3",
  SENTRY_DSN: "https://key@errors.good-bank.net/1",
  DNS_RESOLVER_URL: resolver,
  MAIL_FROM: "Bourse <no-reply@good.bank>",
  MAIL_DKIM_SELECTORS: "s1",
  MIGRATION: "the newest",
  SMTP_HOST: "127.0.0.1",
  RESEND_API_KEY: "re_key",
  STRIPE_SECRET_KEY: "sk_live_5f0c9d2b7a614e83",
  STRIPE_WEBHOOK_SECRET: "whsec_5f0c9d2b7a614e83b1",
  SELLER: "Bourse Ltd|1 Street|City|Tax 1",
  LEGAL_EMAIL: "law@good.bank",
  LEGAL_JURISDICTION: "the laws of India",
  OPENAI_API_KEY: "sk-none",
};

interface Breakage {
  readonly settings?: Settings;
  readonly sql?: readonly string[];
  /** How large the database says that it is. */
  readonly bytes?: number;
  readonly sees: "fail" | "warn";
  readonly evidence: RegExp;
}

const delivery = (state: string, nextAt: number): string =>
  `insert into platform_deliveries (event_id, handler, state, next_at, created_at) values ('evt_${crypto.randomUUID()}', 'x.y', '${state}', ${nextAt}, 0)`;
const user = (id: string, role: string, email: string): string =>
  `insert into identity_users (id, email, name, role, status, locale, time_zone, display_currency, mfa_enabled, created_at, updated_at)
   values ('${id}', '${email}', 'X', '${role}', 'active', 'en', 'UTC', 'USD', 0, 0, 0)`;
export const backup = (takenAt: number, rest: Readonly<Record<string, string | number>> = {}): string => {
  const row = {
    id: "backup_z",
    reason: "daily",
    status: "stored",
    started_at: 0,
    taken_at: takenAt,
    sealed_key: "k1.a.b",
    ...rest,
  };
  const values = Object.values(row).map((value) => (typeof value === "number" ? value : `'${value}'`));
  return `insert or replace into backups_backups (${Object.keys(row).join(", ")}) values (${values.join(", ")})`;
};
const now = Date.now();

/** What breaks each item, and what is then seen. */
export const BREAKAGES: Readonly<Record<string, Breakage>> = {
  "configuration.origin": {
    settings: { PUBLIC_ORIGIN: "http://bourse.example.com" },
    sees: "fail",
    evidence: /http:\/\/bourse\.example\.com/,
  },
  "configuration.environment": {
    settings: { ENVIRONMENT: "development" },
    sees: "fail",
    evidence: /development at https:/,
  },
  "configuration.docs": { settings: { DOCS_ENABLED: "true" }, sees: "warn", evidence: /is open/ },
  "configuration.cors": {
    settings: { CORS_ORIGINS: "http://app.good-bank.net" },
    sees: "fail",
    evidence: /Not https: http:\/\/app/,
  },
  "security.fieldKeys": { settings: { FIELD_KEYS: `k1:${"A".repeat(43)}` }, sees: "fail", evidence: /Not random: k1/ },
  "security.metricsToken": { settings: { METRICS_TOKEN: "metrics_development" }, sees: "fail", evidence: /published/ },
  "security.limits": { settings: { RATE_LIMIT_SCALE: "1000" }, sees: "fail", evidence: /is 1000/ },
  "operations.errors": { settings: { SENTRY_DSN: "" }, sees: "warn", evidence: /not set/ },
  "data.migrations": {
    settings: { MIGRATION: "9999_never.sql" },
    sees: "fail",
    evidence: /the code at 9999_never\.sql/,
  },
  "data.size": { bytes: 9.2 * 1_073_741_824, sees: "fail", evidence: /^9\.200 GiB of 10/ },
  "operations.deadLetters": { sql: [delivery("dead", 0)], sees: "fail", evidence: /^1 dead letters/ },
  "operations.queue": { sql: [delivery("pending", now - HOUR)], sees: "fail", evidence: /oldest delivery was due at/ },
  "operations.cron": {
    sql: ["update platform_cron_slots set finished_at = 1"],
    sees: "fail",
    evidence: /ran last at 1970/,
  },
  "operations.maintenance": {
    sql: ["insert or replace into admin_maintenance (id, enabled, message, updated_at) values (1, 1, 'Back soon.', 0)"],
    sees: "warn",
    evidence: /Back soon/,
  },
  "mail.spf": { settings: { MAIL_FROM: "x@open.bank" }, sees: "fail", evidence: /lets everybody send/ },
  "mail.dmarc": {
    settings: { MAIL_FROM: "x@bare.bank" },
    sees: "fail",
    evidence: /_dmarc\.bare\.bank: There is no DMARC/,
  },
  "mail.dkim": { settings: { MAIL_FROM: "x@open.bank" }, sees: "fail", evidence: /revoked/ },
  "messaging-mail": { settings: { SMTP_HOST: "", RESEND_API_KEY: "" }, sees: "fail", evidence: /No provider/ },
  "messaging-sms": { sees: "warn", evidence: /No provider/ },
  "identity.admin": {
    sql: ["update identity_users set mfa_enabled = 0"],
    sees: "fail",
    evidence: /^0 with two factors/,
  },
  "identity.operators": { sql: [user("user_o", "support", "o@people.test")], sees: "warn", evidence: /^1 without/ },
  "identity.demo": { sql: [user("user_d", "user", "trader@bourse.test")], sees: "fail", evidence: /^1 accounts/ },
  "audit.whole": {
    sql: [
      "drop trigger platform_audit_entry_kept",
      "update platform_audit_entries set actor = 'somebody' where seq = (select min(seq) from platform_audit_entries)",
    ],
    sees: "fail",
    evidence: /is not as it was written/,
  },
  "ledger.balanced": {
    sql: [
      "insert into ledger_passes (id, started_at, finished_at, entry_seq, entries, failures) values (99, 1, 1, 0, 0, 1)",
    ],
    sees: "fail",
    evidence: /found 1 failures/,
  },
  "gateways.secrets": {
    settings: { STRIPE_WEBHOOK_SECRET: "whsec_development" },
    sees: "fail",
    evidence: /STRIPE_WEBHOOK_SECRET is weak/,
  },
  "gateways.webhooks": { sees: "warn", evidence: /stripe: never/ },
  "payments.reconciled": {
    sql: [
      "insert into payments_differences (id, provider, kind, subject, first_seen_at, last_seen_at) values ('diff_x', 'stripe', 'payment_unknown', 'pi_x', 0, 0)",
    ],
    sees: "fail",
    evidence: /^1 differences/,
  },
  "rails.keys": { settings: { PAYOUT_RAILS: "razorpayx" }, sees: "fail", evidence: /razorpayx lacks its keys/ },
  "payouts.reconciled": {
    sql: [
      "insert into payouts_differences (id, kind, subject, detail, blocking, first_seen_at, last_seen_at) values ('diff_p', 'x', 'y', '{}', 1, 0, 0)",
    ],
    sees: "fail",
    evidence: /^1 differences, 1 of which hold payouts/,
  },
  "trades.disputes": {
    sql: [
      "insert into trades_disputes (id, trade_id, state, reason, opened_at) values ('disp_x', 'trade_x', 'open', 'late', 0)",
    ],
    sees: "fail",
    evidence: /^1 are open, 1 of them/,
  },
  "trades.clocks": {
    sql: [
      `insert into trades_trades (id, ad_id, buyer_id, seller_id, maker_id, asset, asset_amount, fee_amount, fiat, fiat_amount, price, payment_method, terms, release_minutes, hints, state, version, state_since, pay_by, created_at)
       values ('trade_late', 'ad_x', 'user_b', 'user_s', 'user_s', 'USDT', 1, 0, 'INR', 1, 1, 'upi', '', 30, '[]', 'escrowed', 1, 0, ${now - HOUR}, 0)`,
    ],
    sees: "fail",
    evidence: /^1 stand, the first of them trade_late/,
  },
  "billing.plans": { sql: ["update billing_plans set prices = '[]'"], sees: "warn", evidence: /without a price/ },
  "billing.step": {
    sql: [
      `insert into billing_subscriptions (id, user_id, gateway, gateway_ref, level, interval, asset, amount_minor, status, current_period_start, current_period_end, cancel_at_period_end, version, synced_at, created_at, updated_at)
       values ('sub_x', 'user_x', 'stripe', 'sub_1', 'pro', 'month', 'USD', 1, 'active', 0, 1, 0, 1, 0, 0, 0)`,
    ],
    sees: "fail",
    evidence: /^1 past their period/,
  },
  "invoicing.numbers": {
    sql: [
      "drop trigger if exists invoicing_series_begins",
      "drop trigger if exists invoicing_series_kept",
      "insert into invoicing_series (series, last) values ('X', 3)",
    ],
    sees: "fail",
    evidence: /Broken: X/,
  },
  "invoicing.seller": { settings: { SELLER: "Bourse" }, sees: "warn", evidence: /^1 lines/ },
  "wallet.keys": { sees: "warn", evidence: /No extended public key/ },
  "wallet.watched": {
    settings: { EVM_RPC_URL: "http://127.0.0.1:9", EVM_XPUB: XPUB },
    sees: "fail",
    evidence: /Not read for ten minutes: ethereum/,
  },
  "wallet.incidents": {
    sql: [
      "insert into wallet_incidents (id, network, kind, subject, opened_at) values ('inc_x', 'ethereum', 'outcome_unknown', 's', 0)",
    ],
    sees: "fail",
    evidence: /Open on: ethereum/,
  },
  "wallet.withdrawals": {
    sql: [
      `insert into wallet_withdrawals (id, user_id, asset, network, amount, fee, address_id, address, status, approvals_needed, waits_for, created_at, updated_at)
       values ('wdr_x', 'user_x', 'ETH', 'ethereum', 1, 0, 'addr_x', '0x', 'approved', 0, 'hot_wallet_low', 0, 0)`,
    ],
    sees: "fail",
    evidence: /^1 for hot_wallet_low/,
  },
  "market-provider": { settings: { MARKET_PROVIDER: "polygon" }, sees: "fail", evidence: /Configured: polygon/ },
  "market-index": { sees: "fail", evidence: /Too few sources/ },
  "market-fresh": { sees: "fail", evidence: /There are no bars/ },
  "assistant.model": { settings: { OPENAI_API_KEY: "" }, sees: "warn", evidence: /embedded adviser/ },
  "assistant.spending": {
    sql: [
      `insert or replace into assistant_meters (scope, period, used_tokens, used_micros) values ('installation', '${toDate(now)}', 1, 41000000)`,
    ],
    sees: "warn",
    evidence: /^41000000 of 50000000 micro-dollars today/,
  },
  "legal.operator": {
    settings: { LEGAL_EMAIL: "" },
    sees: "fail",
    evidence: /Not set: LEGAL_EMAIL/,
  },
  "backups.fresh": { sql: [backup(now - 3 * DAY)], sees: "fail", evidence: /The newest shows/ },
  "backups.proven": {
    sql: [backup(now, { verification: "failed", verified_at: now, finding: "A table lacks rows." })],
    sees: "fail",
    evidence: /A table lacks rows/,
  },
  "backups.keys": { sql: [backup(now, { sealed_key: "lost.a.b" })], sees: "fail", evidence: /1 need a key/ },
  "backups.restore": {
    sql: ["insert into backups_restores (id, backup_id, taken_at, restored_at) values ('restore_x', 'backup_x', 0, 0)"],
    sees: "fail",
    evidence: /money stays/,
  },
};
