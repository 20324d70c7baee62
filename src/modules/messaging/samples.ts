import type { InputOf, Kind } from "./kinds.ts";

const AT = Date.parse("2026-11-20T08:30:00Z");
const LATER = Date.parse("2026-11-21T08:30:00Z");
const SECURITY = "/app/settings";
const INR = { amount: "2999.00", asset: "INR" } as const;

/** One example of each kind, as the preview and the snapshots show it. */
export const SAMPLES: { readonly [K in Kind]: InputOf<K> } = {
  verification: { path: "/verify-email?token=sample", expiresAt: LATER },
  accountExists: { signInPath: "/sign-in", resetPath: "/forgot-password" },
  reset: { path: "/reset-password?token=sample", expiresAt: LATER },
  passwordChanged: { at: AT, path: SECURITY },
  newDevice: { at: AT, device: "Firefox on Linux", place: "Munich, Germany", path: "/app/settings" },
  suspiciousActivity: { at: AT, what: "Two sign-ins from far apart", place: null, path: SECURITY },
  accountLocked: { at: AT, until: LATER, path: "/forgot-password" },
  accountStatusChanged: { status: "suspended", reason: "We are checking a payment." },
  twoFactorChanged: { change: "enabled", at: AT, path: SECURITY },
  loginCode: { code: "123456", expiresAt: LATER },
  emailConfirm: { path: "/confirm-email?token=sample", expiresAt: LATER },
  emailChanged: { at: AT, maskedEmail: "a…@example.com", path: SECURITY },
  phoneConfirm: { code: "123456", expiresAt: LATER },
  phoneChanged: { at: AT, maskedPhone: "+49…78", path: SECURITY },
  apiKeyChanged: { name: "Nightly report", change: "created", at: AT, path: "/app/settings" },
  withdrawalAddressAdded: {
    network: "ethereum",
    masked: "0xde70…1f09",
    at: AT,
    usableFrom: LATER,
    path: "/app/wallet",
  },
  bankAccountChanged: { masked: "…4321", at: AT, usableFrom: LATER, path: "/app/affiliate" },
  exportReady: { path: "/app/settings", expiresAt: LATER },
  deletionScheduled: { on: LATER, path: "/sign-in" },
  welcome: { path: "/app" },
  receipt: {
    number: "2026-0042",
    lines: [{ description: "Pro, November 2026", amount: "24.79", asset: "EUR" }],
    tax: { amount: "4.71", asset: "EUR" },
    total: { amount: "29.50", asset: "EUR" },
    paidAt: AT,
    path: "/app/billing",
  },
  paymentFailed: { amount: "29.50", asset: "EUR", retryAt: LATER, path: "/app/billing" },
  trialEnding: { plan: "Pro", endsAt: LATER, price: { amount: "29.50", asset: "EUR" }, path: "/app/billing" },
  subscriptionChanged: { plan: "Pro", change: "upgraded", from: AT, path: "/app/billing" },
  depositState: { amount: "0.00150000", asset: "BTC", state: "credited", path: "/app/wallet" },
  withdrawalState: { amount: "250.000000", asset: "USDT", state: "requested", path: "/app/wallet" },
  commissionEarned: { ...INR, level: 1, availableAt: LATER, path: "/app/affiliate" },
  payoutState: { ...INR, state: "rejected", reason: "The name does not match.", path: "/app/affiliate" },
  tradeState: {
    amount: "100.000000",
    asset: "USDT",
    state: "escrowed",
    counterparty: "Grace",
    deadline: LATER,
    path: "/app/p2p",
  },
  dispute: { state: "resolved", reason: "The payment was proven.", path: "/app/p2p" },
  scanAlert: { scan: "Breakouts", entered: ["ACME", "GLOBEX"], left: ["INITECH"], at: AT, path: "/app/scanner" },
  webhookDisabled: { host: "hooks.example.com", reason: "failures", at: AT, path: "/app/webhooks" },
  ticketAnswered: { subject: "My export does not arrive", path: "/app/support" },
  operatorAlert: {
    subject: "A payment gateway and the books do not agree",
    text: "Nobody here knows a payment that stripe has taken.",
    facts: [{ label: "Payment", value: "pi_3Q0000" }],
    path: "/admin/reconciliation",
  },
  monthlyReport: {
    month: "2026-11",
    facts: [
      { label: "Spent", value: "€1,204.10" },
      { label: "Saved", value: "€310.00" },
    ],
    path: "/app/budget/reports",
  },
  statusConfirm: { path: "/status/confirm?token=sample", expiresAt: AT },
  incident: {
    title: "Payouts are late",
    state: "identified",
    message: "The bank takes no files. Nothing is lost.",
    at: AT,
    path: "/status",
    unsubscribePath: "/status/unsubscribe?token=sample",
  },
  broadcast: { subject: "New payment methods", body: "You can now pay by UPI.\n\nNothing else changes.", path: "/app" },
};
