import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { findRail } from "./rails.ts";

const SECRET_LENGTH = 16;

/** Whether the roads that payouts are to take are set up. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const { rails, razorpayxSecrets } = ctx.config.payouts;
  const faults = rails.flatMap((name) => (findRail(ctx, name) === null ? [`${name} lacks its keys`] : []));
  if (rails.includes("razorpayx") && !razorpayxSecrets.some((secret) => secret.length >= SECRET_LENGTH))
    faults.push("RAZORPAYX_WEBHOOK_SECRET is missing or short");
  return await Promise.resolve([
    {
      id: "rails.keys",
      group: "payments",
      title: "The roads that payouts take are set up",
      status: faults.length > 0 ? "fail" : "pass",
      evidence: faults.length > 0 ? `${faults.join("; ")}.` : `Set up: ${rails.join(", ") || "files for the bank"}.`,
      fix: "Set the keys with `wrangler secret put`, or take the rail out of PAYOUT_RAILS, as the runbook says.",
    },
  ]);
}
