import type { Id } from "#kernel/ids";
import { userRegistered } from "#modules/identity";
import type { Ctx } from "#platform/ctx";
import type { Module, ReadinessItem } from "#platform/module";
import { defineJob } from "#platform/module";
import { erase, listAcceptances } from "./repository.ts";
import { rootRoutes } from "./routes.root.tsx";
import { routes } from "./routes.ts";
import { acceptAtRegistration } from "./service.ts";

async function readiness({ config }: Ctx): Promise<readonly ReadinessItem[]> {
  const missing = [
    ...(config.seller.length < 2 ? ["SELLER"] : []),
    ...(config.launch.legalEmail === null ? ["LEGAL_EMAIL"] : []),
    ...(config.launch.jurisdiction === null ? ["LEGAL_JURISDICTION"] : []),
  ];
  return await Promise.resolve([
    {
      id: "legal.operator",
      group: "legal",
      title: "The legal pages name who operates the place",
      status: missing.length === 0 ? "pass" : config.development ? "warn" : "fail",
      evidence:
        missing.length === 0 ? "Privacy, terms and referral terms are filled in." : `Not set: ${missing.join(", ")}.`,
      fix: "Set them under [vars], read /legal/privacy, /legal/terms and /legal/referral, and have a lawyer read them.",
    },
  ]);
}

/** Privacy policy, terms and referral terms, and who has accepted which version. */
export const legal = {
  name: "legal",
  required: true,
  routes,
  rootRoutes,
  jobs: [
    defineJob("legal.acceptAtRegistration", userRegistered, async (ctx, event) => {
      await acceptAtRegistration(ctx, event.data.userId as Id<"user">);
    }),
  ],
  readiness,
  exportUser: listAcceptances,
  eraseUser: async (ctx, userId) => await Promise.resolve(erase(ctx, userId)),
} as const satisfies Module;
