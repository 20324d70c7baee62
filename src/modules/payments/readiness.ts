import { HOUR, MINUTE, toTimestamp } from "#kernel/time";
import { listGateways } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { listComparisons, listDifferences } from "./repository.differences.ts";

const STALE_AFTER = HOUR;
const SHOWN = 100;

/** Whether what vendors say and what the books say agree. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const [differences, compared] = await Promise.all([listDifferences(ctx, SHOWN), listComparisons(ctx)]);
  const at = new Map(compared.map(({ provider, comparedAt }) => [provider, comparedAt]));
  const stale = listGateways(ctx).filter(({ name }) => (at.get(name) ?? 0) < ctx.now() - STALE_AFTER);
  const [oldest] = differences;
  const age = oldest ? Math.floor((ctx.now() - oldest.firstSeenAt) / MINUTE) : 0;
  return [
    {
      id: "payments.reconciled",
      group: "Money",
      title: "Payment gateways and books agree",
      status: differences.length > 0 ? "fail" : stale.length > 0 ? "warn" : "pass",
      evidence:
        differences.length > 0
          ? `${differences.length} differences; the oldest is ${age} minutes old.`
          : stale.length > 0
            ? `Not compared within the last hour: ${stale.map(({ name }) => name).join(", ")}.`
            : `Compared last at ${toTimestamp(Math.max(0, ...at.values()))}; nothing differs.`,
      fix: "GET /api/v1/admin/reconciliation lists them; the runbook says what each of them means.",
    },
  ];
}
