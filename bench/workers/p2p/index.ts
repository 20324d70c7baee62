import type { Id } from "../../../src/kernel/ids.ts";
import { MODULES } from "../../../src/app.ts";
import worker from "../../../src/index.ts";
import { audit } from "../../../src/modules/ledger/index.ts";
import type { Ad } from "../../../src/modules/p2p/repository.ads.ts";
import { insertAd } from "../../../src/modules/p2p/repository.ads.ts";
import { putMethod } from "../../../src/modules/p2p/repository.methods.ts";
import { fundWallet } from "../../../src/modules/wallet/index.ts";
import { commit } from "../../../src/platform/commit.ts";
import { createHttpApp } from "../../../src/platform/http/app.ts";
import { developmentRoutes } from "../../../src/platform/http/development.ts";
import type { RootRoute } from "../../../src/platform/http/root-route.ts";
import type { ApiRoute } from "../../../src/platform/http/route.ts";
import type { Module } from "../../../src/platform/module.ts";
import { compose } from "../../../src/platform/module.ts";

export * from "../../../src/index.ts";

/** The product with every route exempt from limits, an ad to take, the ledger's audit, and a bare question to the database. */
const floor: RootRoute = {
  method: "GET",
  path: "/bench/floor",
  limit: "exempt",
  handler: async (c) => c.json(await c.get("ctx").db.sql("select 1 as one").first(), 200),
};

const proof: RootRoute = {
  method: "GET",
  path: "/bench/audit",
  limit: "exempt",
  handler: async (c) => c.json(await audit(c.get("ctx")), 200),
};

const ad: RootRoute = {
  method: "GET",
  path: "/bench/ad",
  limit: "exempt",
  handler: async (c) => {
    const ctx = c.get("ctx");
    const userId = (c.req.query("seller") ?? "") as Id<"user">;
    const at = ctx.now();
    const caps = { maxAmount: 10_000_000, newcomerMaxAmount: 10_000_000 };
    const windows = { minWindowMinutes: 15, maxWindowMinutes: 360, releaseWindowMinutes: 60 };
    const method = { fiat: "INR", method: "bench", name: "Bench", ...windows, ...caps, active: true, updatedAt: at };
    const row: Ad = {
      id: ctx.newId("ad"),
      userId,
      side: "sell",
      asset: "USDT",
      fiat: "INR",
      priceType: "fixed",
      price: 9_000_000_000,
      marginBps: null,
      minFiat: 100,
      maxFiat: 5_000_000,
      stock: null,
      paymentMethods: ["bench"],
      paymentWindowMinutes: 30,
      terms: "",
      status: "active",
      funded: true,
      exhausted: false,
      standing: 50,
      version: 1,
      createdAt: at,
      updatedAt: at,
    };
    await fundWallet(ctx, { userId, asset: "USDT", amount: 1_000_000_000_000 });
    await commit(ctx, [putMethod(ctx, method), ...insertAd(ctx, row, 100)]);
    return c.json({ id: row.id }, 200);
  },
};

const modules: readonly Module[] = MODULES;
const routes = modules
  .flatMap((module): readonly ApiRoute[] => module.routes ?? [])
  .map((route) => ({ ...route, policy: { ...route.policy, limit: "exempt" as const } }));
const roots = [...developmentRoutes(), ...modules.flatMap((module) => module.rootRoutes ?? []), floor, proof, ad];
const app = createHttpApp(compose(modules), routes, roots);

export default { ...worker, fetch: app.fetch };
