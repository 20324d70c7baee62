import type { Actor } from "#platform/ctx";
import { fundWallet } from "#modules/wallet";
import { aUser } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { testCtx } from "./ctx.ts";

type User = Extract<Actor, { kind: "user" }>;

/** Somebody with a deposit on the sandbox network, in minor units. */
export async function aHolder(app: TestApp, asset = "USDT", amount = 100_000_000): Promise<User> {
  const as = aUser();
  await fundWallet(testCtx(app), { userId: as.userId, asset, amount });
  return as;
}
