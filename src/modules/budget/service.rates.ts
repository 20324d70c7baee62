import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { currencyOf } from "./currencies.ts";
import type { Counted } from "./repository.rates.ts";
import * as repository from "./repository.rates.ts";
import type { DatedRate } from "./rules.rates.ts";
import { convert } from "./rules.rates.ts";
import { shareBase } from "./rules.transactions.ts";
import { invalid } from "./service.allocations.ts";
import { readOpening } from "./service.opening.ts";
import { RANGE } from "./service.transactions.ts";

export async function listRates(ctx: Ctx, page: PageRequest): Promise<Page<DatedRate>> {
  return toPage(await repository.listRates(ctx, customerOf(ctx), page), page, repository.ratePosition);
}

const END = "9999-12-31";

/** Says what an asset is worth from a day on; what was counted by the rate before it is counted anew. */
export async function putRate(ctx: Ctx, input: DatedRate): Promise<DatedRate> {
  const userId = customerOf(ctx);
  const { asset, statements } = await readOpening(ctx);
  if (input.asset === asset.code)
    throw invalid("asset", "asset_same", `The budget is counted in ${asset.code} itself.`);
  const until = (await repository.findNextRate(ctx, userId, input)) ?? END;
  const rows = await repository.listCounted(ctx, userId, { asset: input.asset, from: input.date, until });
  const conversion = { rate: input.rate, fromScale: currencyOf(input.asset).scale, toScale: asset.scale };
  const recounted = [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((group) =>
    countAnew(group, (amount) => convert(amount, conversion)),
  );
  const recount = recounted.length > 0 ? repository.recount(ctx, recounted) : [];
  await commit(ctx, [...statements, repository.putRate(ctx, userId, input), ...recount], { refusals: RANGE });
  return input;
}

/** A transaction and its parts, which add up to it in the budget's asset as well. */
function countAnew(
  [whole, ...parts]: readonly Counted[],
  convertOne: (amount: number) => number,
): (Counted & { base: number })[] {
  if (!whole) return [];
  const base = convertOne(whole.amount);
  const amounts = parts.map(({ amount }) => amount);
  const shares = parts.length === 0 ? [] : shareBase(base, amounts, convertOne);
  return [{ ...whole, base }, ...parts.map((part, index) => ({ ...part, base: shares[index] ?? 0 }))];
}
