import { HOUR, SECOND, toTimestamp } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Gauge } from "#platform/metrics-catalogue";
import type { Module, ReadinessItem } from "#platform/module";
import { crons } from "./jobs.ts";
import { findLatestPass } from "./repository.audit.ts";
import { routes } from "./routes.ts";
import { payoutsFrozen } from "./service.audit.ts";

export type { LedgerAsset } from "./assets.ts";
export { ASSETS, findAsset, getAsset, writeAmount } from "./assets.ts";
export { CHART, account, accountId } from "./chart.ts";
export type { AccountCode } from "./chart.ts";
export { refusals } from "./errors.ts";
export { correctionBooked, dustBooked, openingBalanceBooked } from "./posting-rules.ts";
export {
  disputeLost,
  disputeOpened,
  disputeWon,
  gatewayFeeKept,
  paymentCaptured,
  payoutFailed,
  payoutHeld,
  payoutReleased,
  payoutReversed,
  payoutSent,
  payoutSettled,
  refundBegun,
  refundFailed,
  refundPaid,
  refundReturned,
  settlementReceived,
  settlementReturned,
} from "./posting-rules.payments.ts";
export {
  commissionClawedBack,
  commissionHeld,
  commissionReleased,
  depositCredited,
  escrowCancelled,
  escrowExpired,
  escrowLocked,
  escrowReleased,
  escrowRelocked,
  escrowResolved,
  liquidityFunded,
  liquidityWithdrawn,
  networkFeePaid,
  swapExecuted,
  withdrawalHeld,
  withdrawalSettled,
  withdrawalVoided,
} from "./posting-rules.wallets.ts";
export { isBroken } from "./repository.audit.ts";
export { listAccounts, listEntries, listTrialBalance, readSpendable } from "./repository.balances.ts";
export type { TrialBalanceRow } from "./repository.balances.ts";
export { insertTransfers, openAccount as insertAccount, setClosed } from "./repository.ts";
export type { NewAccount } from "./repository.ts";
export type { Outcome, OutcomeCode, Posted, Transfer } from "./rules.ts";
export { verifyArchives } from "./service.archives.ts";
export { assertPayoutsOpen, audit, auditFailed, payoutsFrozen } from "./service.audit.ts";
export { verifyDigests } from "./service.digests.ts";
export {
  balance,
  chain,
  closeAccount,
  commitTransfers,
  expireDue,
  getAccount,
  hold,
  openAccount,
  post,
  release,
  reopenAccount,
  settle,
  submit,
  writeEach,
} from "./service.ts";

const newestAudit = async (ctx: Ctx) => await Promise.all([findLatestPass(ctx), payoutsFrozen(ctx)]);

async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const [pass, frozen] = await newestAudit(ctx);
  const stale = pass === null || pass.startedAt < ctx.now() - 3 * HOUR;
  return [
    {
      id: "ledger.balanced",
      group: "money",
      title: "The books add up",
      status: frozen ? "fail" : stale ? "warn" : "pass",
      evidence:
        pass === null
          ? "No audit has run yet."
          : `Audit ${pass.id}, begun ${toTimestamp(pass.startedAt)}, has looked at ${pass.entries} entries and found ${pass.failures} failures.`,
      fix: "GET /api/v1/admin/ledger/audit names the rows; docs/ledger.md says what to do about them.",
    },
  ];
}

async function gauges(ctx: Ctx): Promise<readonly Gauge[]> {
  const [pass, frozen] = await newestAudit(ctx);
  const failures = { name: "ledger_audit_failures", help: "Failures that the newest audit of the books found." };
  const age = { name: "ledger_audit_age_seconds", help: "Time since the newest audit of the books began." };
  return [
    { name: "ledger_payouts_frozen", help: "Whether payouts wait for the books to add up.", value: frozen ? 1 : 0 },
    ...(pass === null
      ? []
      : [
          { ...failures, value: pass.failures },
          { ...age, value: (ctx.now() - pass.startedAt) / SECOND },
        ]),
  ];
}

async function statistics(ctx: Ctx): Promise<Readonly<Record<string, number>>> {
  const [pass, frozen] = await newestAudit(ctx);
  return { auditFailures: pass?.failures ?? 0, payoutsFrozen: frozen ? 1 : 0 };
}

/** The books: accounts, transfers and what must stay true of them. */
export const ledger = {
  name: "ledger",
  required: true,
  routes,
  crons,
  readiness,
  gauges,
  statistics,
} as const satisfies Module;
