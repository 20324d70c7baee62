import { fromDayNumber, toTimestamp } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { GENERATED } from "./generated.ts";
import { findIndexPrice } from "./service.price-index.ts";
import { getState } from "./service.ts";

/** Whether prices are real, and whether the newest session of each exchange is here. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const { exchanges, asOf } = await getState(ctx);
  const { marketProvider, marketApiBase, marketApiKey } = ctx.config;
  const made = marketProvider === GENERATED;
  const connected = marketApiBase !== null && marketApiKey !== null;
  const late = exchanges.filter(({ stale }) => stale).map(({ exchange }) => exchange);
  return [
    await indexItem(ctx),
    {
      id: "market-provider",
      group: "operations",
      title: "Bars come from a provider",
      status: made ? "warn" : connected ? "pass" : "fail",
      evidence: made ? "The market is made up, and says so." : `Configured: ${marketProvider}.`,
      fix: "Set MARKET_PROVIDER, MARKET_API_BASE and MARKET_API_KEY.",
    },
    {
      id: "market-fresh",
      group: "operations",
      title: "The newest session of every exchange is here",
      status: asOf === null ? "fail" : late.length > 0 ? "warn" : "pass",
      evidence:
        asOf === null
          ? "There are no bars."
          : `Bars up to ${fromDayNumber(asOf)}${late.length > 0 ? `; late: ${late.join(", ")}` : ""}.`,
      fix: "Look for errors of market.pullSessions in the log, or import the bars.",
    },
  ];
}

/** Whether floating ads and swaps have prices. */
async function indexItem(ctx: Ctx): Promise<ReadinessItem> {
  const index = await findIndexPrice(ctx, "BTC", "USD");
  return {
    id: "market-index",
    group: "operations",
    title: "The price index knows prices",
    status: index === null ? "fail" : index.sources.includes("embedded") ? "warn" : "pass",
    evidence:
      index === null
        ? "Too few sources have said a price lately."
        : `BTC in USD as of ${toTimestamp(index.asOf)}, from ${index.sources.join(", ")}.`,
    fix: "Set PRICE_INDEX_SOURCES to several sources, such as coinbase=https://api.coinbase.com; look for market.refreshIndex in the log.",
  };
}
