import { DAY } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { GENERATED, generateMarket } from "./generated.ts";
import { calendarOf, lastSession } from "./calendar.ts";
import { crons } from "./jobs.ts";
import { readiness } from "./readiness.ts";
import { routes } from "./routes.ts";
import { indexRoutes } from "./routes.price-index.ts";
import { symbolRoutes } from "./routes.symbols.ts";
import { isEmpty, putSession } from "./service.ts";

export { PRICE_SCALE } from "./rules.price-index.ts";
export type { IndexPrice } from "./service.price-index.ts";
export { findIndexPrice, getIndexPrice } from "./service.price-index.ts";
export type { MarketState } from "./service.ts";
export { barsLoaded, findRow, getState, getSymbol } from "./service.ts";
export { shardStub } from "./shards.ts";

const TWO_YEARS = 731;

/** Puts two years of the generated market down where it is the provider and nothing is there yet. */
async function seed(ctx: Ctx): Promise<void> {
  const calendar = calendarOf("XNYS");
  if (ctx.config.marketProvider !== GENERATED || !calendar || !(await isEmpty(ctx))) return;
  const to = lastSession(calendar, ctx.now());
  await putSession(ctx, GENERATED, generateMarket(Math.floor(ctx.now() / DAY) - TWO_YEARS, to));
}

const tags = { Market: "Symbols and their daily bars." } as const;

/** Symbols and daily bars, from providers, files or the generated market. */
export const market = {
  name: "market",
  required: true,
  routes: [...routes, ...symbolRoutes, ...indexRoutes],
  tags,
  crons,
  seed,
  readiness,
} as const satisfies Module;
