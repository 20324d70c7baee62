import type { Module } from "#platform/module";
import { deleteQuotesOf, exportSwaps } from "./repository.ts";
import { operatorRoutes } from "./routes.operators.ts";
import { routes } from "./routes.ts";
import { seed } from "./seed.ts";

/** Swaps of one asset for another, at once, at a price that we offer. */
export const swap = {
  name: "swap",
  routes: [...routes, ...operatorRoutes],
  tags: { Swaps: "One asset for another, at once, at a price that stands for half a minute." },
  seed,
  exportUser: exportSwaps,
  eraseUser: (ctx, userId) => Promise.resolve([deleteQuotesOf(ctx, userId)]),
} as const satisfies Module;
