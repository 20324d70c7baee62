import { DAY, toTimestamp } from "#kernel/time";
import type { RootRoute } from "#platform/http/root-route";
import { sharePictureRoute } from "#platform/http/share-picture";
import { Home } from "./home.tsx";
import { academyRoutes } from "./customers/academy.tsx";
import { accountRoutes } from "./customers/account.tsx";
import { affiliateRoutes } from "./customers/affiliate.tsx";
import { assistantRoutes } from "./customers/assistant.tsx";
import { billingRoutes } from "./customers/billing.tsx";
import { budgetImportRoutes } from "./customers/budget.import.tsx";
import { budgetReportRoutes } from "./customers/budget.reports.tsx";
import { budgetRoutes } from "./customers/budget.tsx";
import { exportRoutes } from "./customers/export.tsx";
import { homeRoutes } from "./customers/home.tsx";
import { invoiceRoutes } from "./customers/invoice.tsx";
import { lessonRoutes } from "./customers/lesson.tsx";
import { adRoutes } from "./customers/p2p.ads.tsx";
import { p2pRoutes } from "./customers/p2p.tsx";
import { scannerRoutes } from "./customers/scanner.tsx";
import { scansRoutes } from "./customers/scans.tsx";
import { settingsRoutes } from "./customers/settings.tsx";
import { tradeRoutes } from "./customers/trade.tsx";
import { walletAssetRoutes } from "./customers/wallet.asset.tsx";
import { walletRoutes } from "./customers/wallet.tsx";
import { webhookRoutes } from "./customers/webhooks.tsx";
import { withdrawalRoutes as ownWithdrawalRoutes } from "./customers/withdrawal.tsx";
import { downloadRoutes } from "./downloads.ts";
import { helpRoutes } from "./help.tsx";
import { mailLinkRoutes } from "./mail-links.tsx";
import { analyticsRoutes } from "./operators/analytics.tsx";
import { assetRoutes } from "./operators/assets.tsx";
import { auditRoutes } from "./operators/audit.tsx";
import { backupRoutes } from "./operators/backups.tsx";
import { batchRoutes } from "./operators/batches.tsx";
import { broadcastRoutes } from "./operators/broadcasts.tsx";
import { commissionRoutes } from "./operators/commissions.tsx";
import { courseRoutes } from "./operators/courses.tsx";
import { deskRoutes } from "./operators/desk.tsx";
import { disputeRoutes } from "./operators/dispute.tsx";
import { disputesRoutes } from "./operators/disputes.tsx";
import { paymentRoutes } from "./operators/gateway-events.tsx";
import { incidentRoutes } from "./operators/incidents.tsx";
import { lessonEditingRoutes } from "./operators/lessons.tsx";
import { overviewRoutes } from "./operators/overview.tsx";
import { methodRoutes } from "./operators/methods.tsx";
import { packageRoutes } from "./operators/packages.tsx";
import { payoutRoutes } from "./operators/payouts.tsx";
import { planRoutes } from "./operators/plans.tsx";
import { quizRoutes } from "./operators/quiz.tsx";
import { readinessRoutes } from "./operators/readiness.tsx";
import { reconciliationRoutes } from "./operators/reconciliation.tsx";
import { revenueRoutes } from "./operators/revenue.tsx";
import { swapRoutes } from "./operators/swaps.tsx";
import { symbolRoutes } from "./operators/symbols.tsx";
import { taxRoutes } from "./operators/taxes.tsx";
import { ticketRoutes } from "./operators/tickets.tsx";
import { userRoutes } from "./operators/users.tsx";
import { verificationRoutes } from "./operators/verifications.tsx";
import { withdrawalRoutes } from "./operators/withdrawals.tsx";
import { searchEngineRoutes } from "./search-engines.ts";
import { signInRoutes } from "./sign-in.tsx";
import { islandRoute } from "#console/frame/island.ts";
import { page } from "#console/frame/page.ts";

const home: RootRoute = {
  method: "GET",
  path: "/",
  limit: "public",
  handler: async (c) => {
    const { composition, config } = c.get("ctx");
    const products = composition.modules.map(({ name }) => name);
    return await page(c, (nonce) => (
      <Home nonce={nonce} origin={config.publicOrigin} products={products} docs={config.docsEnabled} />
    ));
  },
};

const SECURITY_TXT_DAYS = 180;

/** RFC 9116: where to report a weakness. */
const securityTxt: RootRoute = {
  method: "GET",
  path: "/.well-known/security.txt",
  limit: "public",
  duringMaintenance: true,
  handler: (c) => {
    const { config, now } = c.get("ctx");
    const contact = `${config.publicOrigin}/api/v1/help/articles/get-help`;
    const expires = toTimestamp(now() + SECURITY_TXT_DAYS * DAY);
    const canonical = `${config.publicOrigin}/.well-known/security.txt`;
    return c.text(`Contact: ${contact}\nExpires: ${expires}\nCanonical: ${canonical}\nPreferred-Languages: en\n`);
  },
};

export const rootRoutes: readonly RootRoute[] = [
  home,
  securityTxt,
  islandRoute,
  sharePictureRoute,
  ...searchEngineRoutes,
  ...mailLinkRoutes,
  ...helpRoutes,
  ...signInRoutes,
  ...homeRoutes,
  ...walletRoutes,
  ...walletAssetRoutes,
  ...scannerRoutes,
  ...accountRoutes,
  ...settingsRoutes,
  ...billingRoutes,
  ...academyRoutes,
  ...lessonRoutes,
  ...affiliateRoutes,
  ...budgetRoutes,
  ...assistantRoutes,
  ...p2pRoutes,
  ...tradeRoutes,
  ...adRoutes,
  ...invoiceRoutes,
  ...ownWithdrawalRoutes,
  ...scansRoutes,
  ...budgetReportRoutes,
  ...budgetImportRoutes,
  ...webhookRoutes,
  ...exportRoutes,
  ...downloadRoutes,
  ...overviewRoutes,
  ...userRoutes,
  ...verificationRoutes,
  ...deskRoutes,
  ...disputesRoutes,
  ...disputeRoutes,
  ...withdrawalRoutes,
  ...payoutRoutes,
  ...batchRoutes,
  ...reconciliationRoutes,
  ...revenueRoutes,
  ...analyticsRoutes,
  ...planRoutes,
  ...packageRoutes,
  ...commissionRoutes,
  ...swapRoutes,
  ...taxRoutes,
  ...paymentRoutes,
  ...assetRoutes,
  ...methodRoutes,
  ...symbolRoutes,
  ...ticketRoutes,
  ...courseRoutes,
  ...lessonEditingRoutes,
  ...quizRoutes,
  ...broadcastRoutes,
  ...incidentRoutes,
  ...readinessRoutes,
  ...backupRoutes,
  ...auditRoutes,
];
