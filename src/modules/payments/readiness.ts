import { HOUR, MINUTE, toTimestamp } from "#kernel/time";
import { listGateways } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import type { DifferenceRow } from "./repository.differences.ts";
import { listComparisons, listDifferences } from "./repository.differences.ts";

const STALE_AFTER = HOUR;
const SHOWN = 100;

/** Whether what vendors say and what the books say agree. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const [differences, compared] = await Promise.all([listDifferences(ctx, SHOWN), listComparisons(ctx)]);
  const at = new Map(compared.map(({ provider, comparedAt }) => [provider, comparedAt]));
  const stale = listGateways(ctx).filter(({ name }) => (at.get(name) ?? 0) < ctx.now() - STALE_AFTER);
  return [
    {
      id: "payments.reconciled",
      group: "payments",
      title: "Payment gateways and books agree",
      ...stateOf(ctx, differences, { stale: stale.map(({ name }) => name), latest: Math.max(0, ...at.values()) }),
      fix: "GET /api/v1/admin/reconciliation lists them; the runbook says what each of them means.",
    },
  ];
}

interface Compared {
  readonly stale: readonly string[];
  readonly latest: number;
}

function stateOf(
  ctx: Ctx,
  differences: readonly DifferenceRow[],
  { stale, latest }: Compared,
): Pick<ReadinessItem, "status" | "evidence"> {
  const [oldest] = differences;
  if (oldest) {
    const minutes = Math.floor((ctx.now() - oldest.firstSeenAt) / MINUTE);
    return { status: "fail", evidence: `${differences.length} differences; the oldest is ${minutes} minutes old.` };
  }
  if (stale.length > 0) return { status: "warn", evidence: `Not compared within the last hour: ${stale.join(", ")}.` };
  return { status: "pass", evidence: `Compared last at ${toTimestamp(latest)}; nothing differs.` };
}
