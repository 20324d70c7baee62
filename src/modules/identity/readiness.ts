import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";

/** Whether somebody can run the place, and nobody can walk in. */
export async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const counted = await ctx.db
    .sql(
      `select coalesce(sum(role = 'admin' and mfa_enabled), 0) as guarded, coalesce(sum(role <> 'user' and not mfa_enabled), 0) as open,
         coalesce(sum(email like '%@bourse.test'), 0) as demo from identity_users where status = 'active'`,
    )
    .first<{ guarded: number; open: number; demo: number }>();
  const { guarded, open, demo } = counted ?? { guarded: 0, open: 0, demo: 0 };
  return [
    {
      id: "identity.admin",
      group: "security",
      title: "An administrator has two factors",
      status: guarded > 0 ? "pass" : "fail",
      evidence: `${guarded} with two factors.`,
      fix: "Register, turn two factors on, and run `npm run admin:grant -- <email> --env production`.",
    },
    {
      id: "identity.operators",
      group: "security",
      title: "Every operator has two factors",
      status: open === 0 ? "pass" : "warn",
      evidence: `${open} without.`,
      fix: "Their rights rest until they turn two factors on; remind them, or take the role away.",
    },
    {
      id: "identity.demo",
      group: "security",
      title: "There are no demo accounts",
      status: demo === 0 || ctx.config.development ? "pass" : "fail",
      evidence: `${demo} accounts at bourse.test.`,
      fix: "Suspend them: their passwords are published.",
    },
  ];
}
