import { commit } from "#platform/commit";
import type { Actor } from "#platform/ctx";
import { putPair } from "../../src/modules/swap/repository.ts";
import type { Pair } from "../../src/modules/swap/repository.ts";
import { moveLiquidity } from "../../src/modules/swap/service.operators.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import { testCtx } from "./ctx.ts";

/** A pair of which half a percent is kept. */
export async function aPair(
  app: TestApp,
  fromAsset = "USDT",
  toAsset = "BTC",
  more: Partial<Pair> = {},
): Promise<Pair> {
  const ctx = testCtx(app);
  const terms = { spreadBps: 50, minGive: 10, maxGive: 1_000_000_000_000, active: true, updatedAt: ctx.now() };
  const pair = { fromAsset, toAsset, ...terms, ...more };
  await commit(ctx, [putPair(ctx, pair)]);
  return pair;
}

/** Sets some of an asset aside, in minor units. */
export async function aReserve(app: TestApp, asset: string, amount: number): Promise<void> {
  await moveLiquidity(testCtx(app), { asset, amount, direction: "fund", reason: "A test." });
}

export async function askQuote(app: TestApp, as: Actor, amount = "65", [from, to] = ["USDT", "BTC"]): Promise<string> {
  return (await bodyOf<{ id: string }>(await app.call("POST /api/v1/swaps/quotes", { as, json: { from, to, amount } })))
    .id;
}

export async function swap(app: TestApp, as: Actor, quoteId: string): Promise<Response> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  return await app.call("POST /api/v1/swaps", { as, json: { quoteId }, headers });
}
