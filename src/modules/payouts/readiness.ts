import { HOUR, toTimestamp } from "#kernel/time";
import { listRails } from "#modules/rails";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { listComparisons, listDifferences } from "./repository.sending.ts";

const SHOWN = 100;

/** Whether payouts on their way agree with the vendors and the books. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const [open, compared] = await Promise.all([
    listDifferences(ctx, { limit: SHOWN, after: null }),
    listComparisons(ctx),
  ]);
  const at = new Map(compared.map((row) => [row.rail, row]));
  const stale = listRails(ctx).filter(({ name }) => {
    const last = at.get(name);
    return !last || last.failure !== null || last.comparedAt < ctx.now() - HOUR;
  });
  const blocking = open.filter((row) => row.blocking).length;
  const newest = Math.max(0, ...compared.map(({ comparedAt }) => comparedAt));
  return [
    {
      id: "payouts.reconciled",
      group: "payments",
      title: "Payouts on their way agree with the banks and the books",
      status: blocking > 0 ? "fail" : open.length + stale.length > 0 ? "warn" : "pass",
      evidence: `${open.length} differences, ${blocking} of which hold payouts; compared last: ${newest === 0 ? "never" : toTimestamp(newest)}.`,
      fix: "GET /api/v1/admin/payout-differences lists them; the runbook says what each of them means.",
    },
  ];
}
