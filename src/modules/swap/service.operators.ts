import * as ledger from "#modules/ledger";
import { listWalletAssets } from "#modules/wallet";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { problems } from "./errors.ts";
import type { Pair } from "./repository.ts";
import * as repository from "./repository.ts";

/** Puts a pair down or changes it. Quotes that were given out are stood by. */
export async function putPair(ctx: Ctx, pair: Pair): Promise<Pair> {
  const before = await repository.findPair(ctx, pair.fromAsset, pair.toAsset);
  const target = `${pair.fromAsset}/${pair.toAsset}`;
  await commit(ctx, [repository.putPair(ctx, pair)], {
    audit: { action: "swapPair.updated", target, before, after: pair },
  });
  return pair;
}

/** What is set aside of one asset to swap with, in minor units. */
export interface Reserve {
  readonly asset: string;
  readonly available: number;
}

export async function listReserves(ctx: Ctx): Promise<Reserve[]> {
  const ids = listWalletAssets(ctx.config).map(({ asset }) => ledger.accountId("clearing:swap", asset));
  return (await ledger.listAccounts(ctx, ids)).map(({ asset, creditsPosted, debitsPosted, debitsPending }) => ({
    asset,
    available: creditsPosted - debitsPosted - debitsPending,
  }));
}

export interface MoveLiquidity {
  readonly asset: string;
  readonly amount: number;
  readonly direction: "fund" | "withdraw";
  readonly reason: string;
}

/** Sets some of our own aside to swap with, or takes some of it back. */
export const moveLiquidity = once(
  async (ctx: Ctx, { asset, amount, direction, reason }: MoveLiquidity): Promise<Reserve> => {
    const reference = ctx.newId("op");
    const rule = direction === "fund" ? ledger.liquidityFunded : ledger.liquidityWithdrawn;
    const opened = [ledger.account("clearing:swap", asset), ledger.account("equity", asset)];
    const before = (await listReserves(ctx)).find((reserve) => reserve.asset === asset)?.available ?? 0;
    const result = { asset, available: before + (direction === "fund" ? amount : -amount) };
    await ledger.commitTransfers(
      ctx,
      {
        transfers: rule({ reference, asset, amount }),
        statements: opened.map((account) => ledger.insertAccount(ctx, account)),
      },
      {
        audit: {
          action: `liquidity.${direction === "fund" ? "funded" : "withdrawn"}`,
          target: reference,
          reason,
          after: { asset, amount },
        },
        result,
        refusals: { exceeds_credits: () => problems.liquidityExhausted() },
      },
    );
    return result;
  },
);
