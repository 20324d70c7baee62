import { MODULES } from "../../../src/app.ts";
import worker from "../../../src/index.ts";
import { createHttpApp } from "../../../src/platform/http/app.ts";
import { developmentRoutes } from "../../../src/platform/http/development.ts";
import type { RootRoute } from "../../../src/platform/http/root-route.ts";
import type { ApiRoute } from "../../../src/platform/http/route.ts";
import type { Module } from "../../../src/platform/module.ts";
import { compose } from "../../../src/platform/module.ts";

export * from "../../../src/index.ts";

/** The product with every route and page exempt from limits: an account's minute is too short to be measured. */
const modules: readonly Module[] = MODULES;
const routes = modules
  .flatMap((module): readonly ApiRoute[] => module.routes ?? [])
  .map((route) => ({ ...route, policy: { ...route.policy, limit: "exempt" as const } }));
const roots = [
  ...developmentRoutes(),
  ...modules
    .flatMap((module): readonly RootRoute[] => module.rootRoutes ?? [])
    .map((route) => ({
      ...route,
      limit: "exempt" as const,
    })),
];
const app = createHttpApp(compose(modules), routes, roots);

export default { ...worker, fetch: app.fetch };
