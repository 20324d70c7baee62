import type { OpenAPIHono } from "@hono/zod-openapi";
import type { BlankSchema } from "hono/types";
import { academy } from "#modules/academy";
import { admin } from "#modules/admin";
import { analytics } from "#modules/analytics";
import { audit } from "#modules/audit";
import { backups } from "#modules/backups";
import { billing } from "#modules/billing";
import { budget } from "#modules/budget";
import { gateways } from "#modules/gateways";
import { affiliate } from "#modules/affiliate";
import { assistant } from "#modules/assistant";
import { identity } from "#modules/identity";
import { invoicing } from "#modules/invoicing";
import { ledger } from "#modules/ledger";
import { legal } from "#modules/legal";
import { market } from "#modules/market";
import { messaging } from "#modules/messaging";
import { p2p } from "#modules/p2p";
import { packages } from "#modules/packages";
import { payments } from "#modules/payments";
import { payouts } from "#modules/payouts";
import { rails } from "#modules/rails";
import { readiness } from "#modules/readiness";
import { retention } from "#modules/retention";
import { revenue } from "#modules/revenue";
import { scanner } from "#modules/scanner";
import { status } from "#modules/status";
import { support } from "#modules/support";
import { trades } from "#modules/trades";
import { swap } from "#modules/swap";
import { verification } from "#modules/verification";
import { wallet } from "#modules/wallet";
import { webhooks } from "#modules/webhooks";
import { pages } from "./console/index.ts";
import { PLATFORM_CRONS } from "#platform/cron";
import { ConfigError } from "#platform/env";
import type { HttpApp } from "#platform/http/app";
import { createHttpApp } from "#platform/http/app";
import { documentRoutes } from "#platform/http/documents";
import type { HttpEnv } from "#platform/http/env";
import { developmentRoutes } from "#platform/http/development";
import type { Tags } from "#platform/http/openapi";
import { writeDocument } from "#platform/http/openapi";
import { problemRoutes } from "#platform/http/problem-pages";
import type { RootRoute } from "#platform/http/root-route";
import { metricsRoute } from "#platform/http/metrics";
import { SYSTEM_TAGS, systemRoutes } from "#platform/http/system";
import type { ApiRoute } from "#platform/http/route";
import type { Composition, Module } from "#platform/module";
import { compose } from "#platform/module";

/** Every product, each above what it stands on. Adding a module is adding it here. */
export const MODULES = [
  audit,
  messaging,
  webhooks,
  ledger,
  market,
  identity,
  gateways,
  payments,
  invoicing,
  billing,
  revenue,
  scanner,
  verification,
  wallet,
  rails,
  payouts,
  p2p,
  trades,
  swap,
  budget,
  assistant,
  packages,
  academy,
  affiliate,
  support,
  status,
  analytics,
  legal,
  backups,
  retention,
  readiness,
  admin,
  pages,
] as const satisfies readonly Module[];

export interface App {
  readonly http: HttpApp;
  readonly composition: Composition;
  /** The routes below `/api/v1` and those outside it: tests are generated from them. */
  readonly routes: readonly ApiRoute[];
  readonly rootRoutes: readonly RootRoute[];
  /** Writes the OpenAPI document. */
  readonly document: () => object;
}

/**
 * Puts the product together.
 *
 * @param enabled names of the modules that are switched on; null means all, and a name that is none is refused
 * @param extra modules beside the product's own: tests inject actors with one
 */
export function createApp(enabled: ReadonlySet<string> | null, extra: readonly Module[] = []): App {
  const known: readonly Module[] = [...extra, ...MODULES];
  const names = new Set(known.map(({ name }) => name));
  if (enabled && !enabled.isSubsetOf(names)) throw new ConfigError(["MODULES"]);
  const modules = known.filter(
    (module) => module.required === true || extra.includes(module) || enabled === null || enabled.has(module.name),
  );
  const composition = compose(modules, PLATFORM_CRONS);
  const routes: ApiRoute[] = [...systemRoutes, ...modules.flatMap((module) => module.routes ?? [])];
  const roots = [
    ...documentRoutes(() => document()),
    ...problemRoutes(),
    metricsRoute,
    ...developmentRoutes(),
    ...modules.flatMap((module) => module.rootRoutes ?? []),
  ];
  const http: HttpApp = createHttpApp(composition, routes, roots);
  const tags = Object.assign({}, SYSTEM_TAGS, ...modules.map((module) => module.tags ?? {})) as Tags;
  const document = (): object => writeDocument(http, tags);
  return { http, composition, routes, rootRoutes: roots, document };
}

type RoutesOf<M extends readonly Module[]> = M extends readonly [infer First, ...infer Rest extends readonly Module[]]
  ? [...(First extends { routes: infer R extends readonly ApiRoute[] } ? R : []), ...RoutesOf<Rest>]
  : [];

/** Mapped, not recursive: a tuple of all routes is longer than the compiler recurses. */
type Describe<R extends readonly ApiRoute[]> = { [K in keyof R]: { route: R[K]["config"]; handler: unknown } };

type Described = Describe<[...typeof systemRoutes, ...RoutesOf<typeof MODULES>]>;
declare const base: OpenAPIHono<HttpEnv, BlankSchema, "/api/v1">;

/** The API's types for Hono's client: `hc<AppType>("https://bourse.example.com")`. */
export type AppType = ReturnType<typeof base.openapiRoutes<Described>>;
