import { MODULES } from "../../../src/app.ts";
import worker from "../../../src/index.ts";
import { createHttpApp } from "../../../src/platform/http/app.ts";
import { developmentRoutes } from "../../../src/platform/http/development.ts";
import type { RootRoute } from "../../../src/platform/http/root-route.ts";
import type { ApiRoute } from "../../../src/platform/http/route.ts";
import type { Module } from "../../../src/platform/module.ts";
import { compose } from "../../../src/platform/module.ts";

export * from "../../../src/index.ts";

/** The product with its limits, and a route that gives every plan a day that is long enough to be measured. */
const lift: RootRoute = {
  method: "GET",
  path: "/bench/lift",
  limit: "exempt",
  handler: async (c) => {
    const limit = "update billing_plans set limits = json_set(limits, '$.apiCallsPerDay', 1000000000)";
    await c.get("ctx").db.sql(limit).run();
    return c.json({ lifted: true }, 200);
  },
};

const modules: readonly Module[] = MODULES;
const routes = modules.flatMap((module): readonly ApiRoute[] => module.routes ?? []);
const roots = [...developmentRoutes(), ...modules.flatMap((module) => module.rootRoutes ?? []), lift];
const app = createHttpApp(compose(modules), routes, roots);

export default { ...worker, fetch: app.fetch };
