import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { jobs } from "./jobs.ts";
import { listPurchases } from "./repository.ts";
import { routes } from "./routes.ts";
import { seed } from "./seed.ts";

export { packagePurchased } from "./events.ts";
export { mayRead } from "./service.ts";

/**
 * What was bought is kept after a person is gone, as the books are: it names nobody but an id, and invoices and
 * commissions stand on it.
 */
export const packages = {
  name: "packages",
  routes,
  tags: { Packages: "Courses in packages: what they cost, what they hold, and what you have of them." },
  jobs,
  seed,
  exportUser: async (ctx: Ctx, userId: Id<"user">) => await listPurchases(ctx, userId),
} as const satisfies Module;
