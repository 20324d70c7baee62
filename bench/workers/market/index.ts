import { MODULES } from "../../../src/app.ts";
import worker from "../../../src/index.ts";
import type { Ctx } from "../../../src/platform/ctx.ts";
import { createHttpApp } from "../../../src/platform/http/app.ts";
import { developmentRoutes } from "../../../src/platform/http/development.ts";
import type { RootRoute } from "../../../src/platform/http/root-route.ts";
import type { ApiRoute } from "../../../src/platform/http/route.ts";
import type { Module } from "../../../src/platform/module.ts";
import { compose } from "../../../src/platform/module.ts";

export * from "../../../src/index.ts";

const ADS = 100_000;
const CHUNK = 20_000;

/** The product with every route exempt from limits, a route that only asks the database whether it is there, and one that fills the market. */
const floor: RootRoute = {
  method: "GET",
  path: "/bench/floor",
  limit: "exempt",
  handler: async (c) => c.json(await c.get("ctx").db.sql("select 1 as one").first(), 200),
};

/** A hundred thousand ads of two thousand traders in one market: half of them floating, a hundredth by NEFT. */
async function fill(ctx: Ctx): Promise<string> {
  await ctx.db
    .sql(
      `with recursive n (i) as (select 0 union all select i + 1 from n where i < 1999)
       insert into p2p_traders (user_id, completed30d, cancelled30d, standing) select 'user_bench' || i, i % 300, i % 7, i % 100 from n`,
    )
    .run();
  for (let from = 0; from < ADS; from += CHUNK) await fillChunk(ctx, from);
  const { results } = await ctx.db.sql("select count(*) as count from p2p_listings").all<{ count: number }>();
  return `${ADS} ads, ${results[0]?.count} listings`;
}

async function fillChunk(ctx: Ctx, from: number): Promise<void> {
  await ctx.db.batch([
    ctx.db.sql(
      `with recursive n (i) as (select ?1 union all select i + 1 from n where i < ?1 + ?2 - 1)
       insert into p2p_ads (id, user_id, side, asset, fiat, price_type, price, margin_bps, min_fiat, max_fiat, stock,
         payment_methods, payment_window_minutes, terms, status, funded, exhausted, standing, version, created_at, updated_at)
       select 'ad_' || printf('%026d', i), 'user_bench' || (i % 2000), 'sell', 'USDT', 'INR',
         iif(i % 2 = 0, 'fixed', 'floating'), iif(i % 2 = 0, 8400000000 + (i * 7919) % 500000000, null),
         iif(i % 2 = 0, null, (i * 7919) % 600), 50000 + (i % 50) * 1000, 1000000 + (i % 391) * 10000, 1000000000,
         iif(i % 100 = 0, '["neft"]', '["upi","imps"]'), 30, '', 'active', 1, 0, i % 100, 1, 0, 0 from n`,
      from,
      CHUNK,
    ),
    ctx.db.sql(
      `insert into p2p_listings (ad_id, method, side, asset, fiat, price_type, rank, standing, min_fiat, max_fiat)
       select a.id, m.value, side, asset, fiat, price_type, coalesce(price, margin_bps), -standing, min_fiat, max_fiat
       from p2p_ads a, json_each(json_insert(a.payment_methods, '$[#]', '')) m
       where a.id >= 'ad_' || printf('%026d', ?1) and a.id < 'ad_' || printf('%026d', ?1 + ?2)`,
      from,
      CHUNK,
    ),
  ]);
}

const filling: RootRoute = {
  method: "POST",
  path: "/bench/fill",
  limit: "exempt",
  handler: async (c) => c.text(await fill(c.get("ctx")), 200),
};

const modules: readonly Module[] = MODULES;
const routes = modules
  .flatMap((module): readonly ApiRoute[] => module.routes ?? [])
  .map((route) => ({ ...route, policy: { ...route.policy, limit: "exempt" as const } }));
const roots = [...developmentRoutes(), ...modules.flatMap((module) => module.rootRoutes ?? []), floor, filling];
const app = createHttpApp(compose(modules), routes, roots);

export default { ...worker, fetch: app.fetch };
