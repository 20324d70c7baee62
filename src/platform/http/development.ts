import { createCtx } from "#platform/ctx";
import { drain } from "#platform/drain";
import { forgetCatalogues } from "./catalogue.ts";
import type { RootRoute } from "./root-route.ts";

/** Doors that stand open in development alone; elsewhere their addresses answer 404. */
export function developmentRoutes(): RootRoute[] {
  const closed = { method: "POST", limit: "exempt", duringMaintenance: true, developmentOnly: true } as const;
  return [
    { ...closed, path: "/dev/jobs/drain", handler: async (c) => c.json(await drain(c.get("ctx"))) },
    {
      ...closed,
      path: "/dev/seed",
      handler: async (c) => {
        const { composition, config, log, requestId, defer, env } = c.get("ctx");
        const ctx = createCtx({ env, requestId, log, defer, composition, actor: { kind: "system", job: "seed" } });
        for (const module of composition.modules) await module.seed?.(ctx, { demo: config.development });
        forgetCatalogues();
        return c.json({ seeded: composition.modules.filter((module) => module.seed).map((module) => module.name) });
      },
    },
  ];
}
