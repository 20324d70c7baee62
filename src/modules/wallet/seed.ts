import { findAccountByEmail } from "#modules/identity";
import type { Ctx } from "#platform/ctx";
import { listDeposits } from "./repository.deposits.ts";
import { fundWallet } from "./service.deposits.ts";

/** What the people of the demonstration begin with, in minor units. */
const DEMO: Readonly<Record<string, readonly (readonly [asset: string, amount: number])[]>> = {
  "trader@bourse.test": [
    ["INR", 50_000_000],
    ["USD", 500_000],
    ["USDT", 10_000_000_000],
    ["BTC", 25_000_000],
    ["ETH", 5_000_000_000],
  ],
  "buyer@bourse.test": [
    ["INR", 20_000_000],
    ["USD", 200_000],
  ],
};

/** Fills the wallets of the demonstration, of people who have never had a deposit. */
export async function seed(ctx: Ctx, { demo }: { readonly demo: boolean }): Promise<void> {
  if (!demo || !ctx.config.development) return;
  for (const [email, amounts] of Object.entries(DEMO)) {
    const account = await findAccountByEmail(ctx, email);
    if (!account || (await listDeposits(ctx, account.id, { limit: 1, after: null })).length > 0) continue;
    for (const [asset, amount] of amounts) await fundWallet(ctx, { userId: account.id, asset, amount });
  }
}
