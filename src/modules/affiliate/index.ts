import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { crons, jobs } from "./jobs.ts";
import { eraseMember, exportMember } from "./repository.privacy.ts";
import { rootRoutes } from "./routes.root.ts";
import { termsRoutes } from "./routes.terms.ts";
import { routes } from "./routes.ts";
import { knowsCode } from "./service.members.ts";

/**
 * Who brought whom in, and what it earns. Kept after a person is gone, as the books are: rows name nobody but an id, and
 * other people's commissions stand on them.
 */
export const affiliate = {
  name: "affiliate",
  routes: [...routes, ...termsRoutes],
  rootRoutes,
  tags: { Affiliate: "Your link, whom it has brought in, and what that has earned." },
  jobs,
  crons,
  checkRegistration: knowsCode,
  exportUser: async (ctx: Ctx, userId: Id<"user">) => await exportMember(ctx, userId),
  eraseUser: async (ctx: Ctx, userId: Id<"user">) => await Promise.resolve(eraseMember(ctx, userId)),
} as const satisfies Module;
