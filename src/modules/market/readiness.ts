import { fromDayNumber } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { GENERATED } from "./generated.ts";
import { getState } from "./service.ts";

/** Whether prices are real, and whether the newest session of each exchange is here. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const { exchanges, asOf } = await getState(ctx);
  const { marketProvider, marketApiBase, marketApiKey } = ctx.config;
  const made = marketProvider === GENERATED;
  const connected = marketApiBase !== null && marketApiKey !== null;
  const late = exchanges.filter(({ stale }) => stale).map(({ exchange }) => exchange);
  return [
    {
      id: "market-provider",
      group: "Market data",
      title: "Bars come from a provider",
      status: made ? "warn" : connected ? "pass" : "fail",
      evidence: made ? "The market is made up, and says so." : `Configured: ${marketProvider}.`,
      fix: "Set MARKET_PROVIDER, MARKET_API_BASE and MARKET_API_KEY.",
    },
    {
      id: "market-fresh",
      group: "Market data",
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
