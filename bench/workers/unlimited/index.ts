import { MODULES } from "../../../src/app.ts";
import worker from "../../../src/index.ts";
import { createHttpApp } from "../../../src/platform/http/app.ts";
import { developmentRoutes } from "../../../src/platform/http/development.ts";
import type { RootRoute } from "../../../src/platform/http/root-route.ts";
import type { ApiRoute } from "../../../src/platform/http/route.ts";
import type { Module } from "../../../src/platform/module.ts";
import { compose } from "../../../src/platform/module.ts";

export * from "../../../src/index.ts";

/**
 * The product from the same sources with every route exempt from limits. That is a Worker of its own and not a setting
 * of the product, so that no configuration can switch its limits off.
 */
const modules: readonly Module[] = MODULES;
const routes = modules
  .flatMap((module) => module.routes ?? [])
  .map((route): ApiRoute => ({ ...route, policy: { ...route.policy, limit: "exempt" } }));
const roots = modules
  .flatMap((module) => module.rootRoutes ?? [])
  .map((route): RootRoute => ({ ...route, limit: "exempt" }));
const app = createHttpApp(compose(modules), routes, [...developmentRoutes(), ...roots]);

export default { ...worker, fetch: app.fetch };
