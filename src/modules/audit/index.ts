import { MINUTE, toTimestamp } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import { remember } from "#platform/memory";
import type { Module, ReadinessItem } from "#platform/module";
import { routes } from "./routes.ts";
import { afterRestore, publishHead, sealAudit, sealSoon, verifyAudit } from "./service.ts";

export type { AuditVerdict } from "./service.ts";
export { verifyAudit } from "./service.ts";

const crons = [
  { name: "audit.seal", schedule: "* * * * *", run: sealAudit },
  { name: "audit.publishHead", schedule: "5 0 * * *", run: publishHead },
] as const;

/** The whole chain is hashed for it, which is too much to do again at every look. */
const verified = remember(MINUTE, async (ctx) => ({ ...(await verifyAudit(ctx)), at: ctx.now() }));

async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const verdict = await verified.get(ctx);
  return [
    {
      id: "audit.whole",
      group: "security",
      title: "The audit is whole",
      status: verdict.ok ? "pass" : "fail",
      evidence: verdict.ok
        ? `${verdict.checked} rows verified, ${toTimestamp(verdict.at)}.`
        : `Row ${verdict.firstBad} is not as it was written.`,
      fix: "Find out who can write to the database; GET /api/v1/admin/audit/verify names the row.",
    },
  ];
}

/** Seals what `commit` has written to the audit, shows it, and proves that nobody has changed it. */
export const audit = {
  name: "audit",
  required: true,
  routes,
  crons,
  afterAudit: sealSoon,
  afterRestore,
  readiness,
} as const satisfies Module;
