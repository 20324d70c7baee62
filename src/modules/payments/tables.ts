import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, unique } from "drizzle-orm/sqlite-core";

/**
 * What must stay true:
 * - A payment is captured once, whichever of a vendor's events, the customer's browser or the reconciler comes first.
 * - A vendor's payment, invoice, refund or dispute belongs to one row.
 * - What is refunded or about to be is never more than what was captured.
 */

const provider = () => text({ enum: ["stripe", "razorpay", "sandbox"] }).notNull();

/** Who somebody is at a vendor. */
export const customers = sqliteTable(
  "payments_customers",
  {
    userId: text().notNull(),
    provider: provider(),
    vendorId: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.provider] }),
    unique("payments_customer_vendor").on(table.provider, table.vendorId),
  ],
);

export const checkouts = sqliteTable(
  "payments_checkouts",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    provider: provider(),
    mode: text({ enum: ["payment", "subscription", "setup"] }).notNull(),
    /** What it is for, and which one of it, in the words of the module that asked. */
    purpose: text().notNull(),
    reference: text().notNull(),
    paymentId: text(),
    vendorId: text(),
    subscriptionId: text(),
    url: text(),
    state: text({ enum: ["created", "open", "complete", "expired"] }).notNull(),
    /** The try to pay that was last declined. */
    declined: text(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [
    unique("payments_checkout_vendor").on(table.provider, table.vendorId),
    index("payments_checkouts_user").on(table.userId, table.id),
    index("payments_checkouts_state").on(table.state, table.createdAt),
    check("payments_checkout_mode", sql`mode in ('payment', 'subscription', 'setup')`),
    check("payments_checkout_state", sql`state in ('created', 'open', 'complete', 'expired')`),
  ],
);

export const payments = sqliteTable(
  "payments_payments",
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    provider: provider(),
    checkoutId: text(),
    purpose: text().notNull(),
    reference: text().notNull(),
    /** The account of the books that it is income of. */
    revenue: text({ enum: ["revenue:package", "revenue:subscription"] }).notNull(),
    /** Tax included. */
    amount: integer().notNull(),
    tax: integer().notNull(),
    asset: text().notNull(),
    status: text({ enum: ["created", "pending", "captured", "failed"] }).notNull(),
    /** The vendor's payment that was captured. */
    vendorId: text(),
    invoiceId: text(),
    subscriptionId: text(),
    /** What the vendor has kept, once it is known. */
    fee: integer(),
    refunded: integer().notNull().default(0),
    /** Asked for, and not settled yet. */
    refunding: integer().notNull().default(0),
    /** In dispute, or lost in one. */
    disputed: integer().notNull().default(0),
    failureCode: text(),
    createdAt: integer().notNull(),
    capturedAt: integer(),
  },
  (table) => [
    unique("payments_payment_vendor").on(table.provider, table.vendorId),
    unique("payments_payment_invoice").on(table.provider, table.invoiceId),
    index("payments_payments_user").on(table.userId, table.id),
    index("payments_payments_status").on(table.status, table.createdAt),
    check("payments_payment_status", sql`status in ('created', 'pending', 'captured', 'failed')`),
    check("payments_payment_amount", sql`amount >= 1 and tax between 0 and amount`),
    check("payments_refund_within_amount", sql`refunded >= 0 and refunding >= 0 and refunded + refunding <= amount`),
    check("payments_refund_of_captured", sql`refunded + refunding = 0 or status = 'captured'`),
    check("payments_captured_known", sql`(status = 'captured') = (captured_at is not null and vendor_id is not null)`),
  ],
);

export const refunds = sqliteTable(
  "payments_refunds",
  {
    id: text().primaryKey(),
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    provider: provider(),
    vendorId: text(),
    amount: integer().notNull(),
    /** The part of it that is tax. */
    tax: integer().notNull(),
    state: text({ enum: ["requested", "pending", "paid", "failed"] }).notNull(),
    reason: text().notNull(),
    createdAt: integer().notNull(),
    settledAt: integer(),
  },
  (table) => [
    unique("payments_refund_vendor").on(table.provider, table.vendorId),
    index("payments_refunds_payment").on(table.paymentId),
    index("payments_refunds_state").on(table.state, table.createdAt),
    check("payments_refund_state", sql`state in ('requested', 'pending', 'paid', 'failed')`),
    check("payments_refund_amount", sql`amount >= 1 and tax between 0 and amount`),
  ],
);

export const disputes = sqliteTable(
  "payments_disputes",
  {
    id: text().primaryKey(),
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    provider: provider(),
    vendorId: text().notNull(),
    amount: integer().notNull(),
    state: text({ enum: ["inquiry", "open", "won", "lost"] }).notNull(),
    /** Whether the vendor has taken the amount back at any time. */
    booked: integer({ mode: "boolean" }).notNull(),
    /** What the vendor keeps for it. */
    fee: integer().notNull().default(0),
    reason: text().notNull(),
    openedAt: integer().notNull(),
    closedAt: integer(),
  },
  (table) => [
    unique("payments_dispute_vendor").on(table.provider, table.vendorId),
    index("payments_disputes_payment").on(table.paymentId),
    check("payments_dispute_state", sql`state in ('inquiry', 'open', 'won', 'lost')`),
  ],
);

/** Whose a vendor's subscription is, and what began it. */
export const subscriptions = sqliteTable(
  "payments_subscriptions",
  {
    provider: provider(),
    vendorId: text().notNull(),
    userId: text().notNull(),
    checkoutId: text(),
    reference: text().notNull(),
    /** What was last seen of it at the vendor, to know a change by that no event told of. */
    seen: text().notNull().default(""),
    checkedAt: integer().notNull().default(0),
    ended: integer({ mode: "boolean" }).notNull().default(false),
    createdAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.vendorId] }),
    index("payments_subscriptions_user").on(table.userId),
    index("payments_subscriptions_checked").on(table.provider, table.ended, table.checkedAt),
  ],
);

/** Where a vendor and we do not agree, until we do. */
export const differences = sqliteTable(
  "payments_differences",
  {
    id: text().primaryKey(),
    provider: provider(),
    kind: text().notNull(),
    /** What it is about: an id of the vendor's or of ours, or an account of the books. */
    subject: text().notNull(),
    amount: integer(),
    asset: text(),
    firstSeenAt: integer().notNull(),
    lastSeenAt: integer().notNull(),
    resolvedAt: integer(),
    /** When an operator was called. */
    alertedAt: integer(),
  },
  (table) => [
    unique("payments_difference_known").on(table.provider, table.kind, table.subject),
    index("payments_differences_open").on(table.resolvedAt, table.firstSeenAt),
  ],
);

/** When each vendor was last compared with us, and up to where. */
export const comparisons = sqliteTable("payments_comparisons", {
  provider: provider().primaryKey(),
  comparedAt: integer().notNull(),
  payments: integer().notNull(),
  settled: integer().notNull(),
  /** Why the last try did not come to an end. */
  failure: text(),
});

/** What a vendor has paid out to our bank. */
export const settlements = sqliteTable(
  "payments_settlements",
  {
    id: text().primaryKey(),
    provider: provider(),
    vendorId: text().notNull(),
    amount: integer().notNull(),
    asset: text().notNull(),
    /** What the vendor has kept in it beside the fees of payments. */
    kept: integer().notNull().default(0),
    state: text({ enum: ["paid", "returned"] }).notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    unique("payments_settlement_vendor").on(table.provider, table.vendorId),
    check("payments_settlement_state", sql`state in ('paid', 'returned')`),
  ],
);
