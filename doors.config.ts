/**
 * Which doors may be opened from where: the table of docs/architecture.md as data. The linter is configured from it, so
 * a new module is a new row here. A module enters only modules above its own row, hence there are no cycles.
 */
export const MODULE_DOORS: Readonly<Record<string, readonly string[]>> = {
  audit: [],
  messaging: [],
  webhooks: ["messaging"],
  ledger: [],
  market: [],
  indicators: [],
  language: ["indicators"],
  identity: ["messaging"],
  gateways: [],
  payments: ["ledger", "messaging", "gateways"],
  invoicing: ["identity", "ledger", "messaging"],
  billing: ["identity", "payments", "invoicing", "ledger", "messaging"],
  revenue: ["billing", "invoicing", "ledger"],
  scanner: ["identity", "billing", "market", "indicators", "language", "messaging", "webhooks"],
  chains: [],
  verification: ["identity", "messaging"],
  wallet: ["identity", "ledger", "messaging", "chains", "verification"],
  statements: [],
  rails: ["gateways"],
  payouts: ["identity", "ledger", "messaging", "gateways", "rails", "statements"],
  p2p: ["identity", "ledger", "wallet", "verification", "market", "messaging", "payouts"],
  swap: ["ledger", "wallet", "market"],
  trades: ["p2p", "identity", "ledger", "wallet", "verification", "messaging"],
  budget: ["identity", "statements"],
  // The scanner only to run a scan: a model looks for symbols by its language and by nothing else.
  adviser: ["identity", "budget", "market", "scanner"],
  assistant: ["identity", "billing", "budget", "market", "messaging", "adviser"],
  packages: ["identity", "ledger", "payments", "invoicing"],
  academy: ["identity", "packages"],
  affiliate: ["identity", "ledger", "payments", "packages", "messaging", "payouts"],
  support: ["identity", "billing", "messaging"],
  status: ["messaging"],
  analytics: ["identity", "payments"],
  backups: ["audit", "ledger"],
  retention: [],
  readiness: ["messaging"],
  legal: ["identity"],
  admin: ["*"],
};

/** Which doors a Durable Object may open; most know the kernel and the platform alone. */
export const OBJECT_DOORS: Readonly<Record<string, readonly string[]>> = {
  "rate-limiter": [],
  "market-shard": ["indicators", "language"],
  "escrow-trade": ["trades"],
  "hot-wallet": ["chains"],
  "chat-session": ["assistant"],
  "ledger-writer": ["ledger"],
  "metrics-hub": [],
};
