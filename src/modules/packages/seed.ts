import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { PackageRow } from "./repository.ts";
import { insertPackage, listPackages } from "./repository.ts";

type Starter = Pick<PackageRow, "slug" | "name" | "rank" | "prices" | "courses">;

const LEVEL_1_BPS = 2_000;
const LEVEL_2_BPS = 500;

const STARTERS: readonly Starter[] = [
  {
    slug: "silver",
    name: "Silver",
    rank: 1,
    prices: [
      { asset: "INR", amountMinor: 299_900 },
      { asset: "USD", amountMinor: 3_900 },
    ],
    courses: ["personal-budgeting"],
  },
  {
    slug: "gold",
    name: "Gold",
    rank: 2,
    prices: [
      { asset: "INR", amountMinor: 599_900 },
      { asset: "USD", amountMinor: 7_900 },
    ],
    courses: ["personal-budgeting", "p2p-escrow"],
  },
  {
    slug: "platinum",
    name: "Platinum",
    rank: 3,
    prices: [
      { asset: "INR", amountMinor: 1_199_900 },
      { asset: "USD", amountMinor: 15_900 },
    ],
    courses: null,
  },
];

/** Puts the starting packages down where there are none. */
export async function seed(ctx: Ctx): Promise<void> {
  if ((await listPackages(ctx)).length > 0) return;
  const rest = { level1Bps: LEVEL_1_BPS, level2Bps: LEVEL_2_BPS, offered: true, version: 1, updatedAt: ctx.now() };
  await commit(
    ctx,
    STARTERS.flatMap((starter) => insertPackage(ctx, { ...starter, ...rest }, "seed")),
  );
}
