import { SECOND } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { remember } from "#platform/memory";
import type { TaxRateRow } from "./repository.ts";
import * as repository from "./repository.ts";
import type { TaxLine, TaxRate } from "./rules.tax.ts";
import { taxOn } from "./rules.tax.ts";

const MEMORY_MS = 30 * SECOND;

const remembered = remember(MEMORY_MS, repository.listTaxRates);

/** The rates of a buyer's country; none where it is not known or no tax is due. */
export async function ratesOf(ctx: Ctx, country: string | null): Promise<TaxRate[]> {
  if (country === null) return [];
  return (await remembered.get(ctx)).filter((rate) => rate.country === country);
}

/** The tax on a net price for a buyer of a country. */
export async function taxFor(ctx: Ctx, country: string | null, netMinor: number): Promise<TaxLine[]> {
  return taxOn(netMinor, await ratesOf(ctx, country));
}

export async function listTaxRates(ctx: Ctx): Promise<TaxRateRow[]> {
  return await repository.listTaxRates(ctx);
}

export interface SetTaxRates {
  readonly country: string;
  readonly rates: readonly TaxRate[];
}

/** Puts a country's rates in the place of those before: for what is sold from now on. */
export async function setTaxRates(ctx: Ctx, { country, rates }: SetTaxRates): Promise<readonly TaxRate[]> {
  const before = (await repository.listTaxRates(ctx)).filter((rate) => rate.country === country);
  await commit(ctx, repository.replaceTaxRates(ctx, country, rates), {
    audit: { action: "taxRates.updated", target: country, before, after: rates },
    result: rates,
  });
  remembered.forget();
  return rates;
}
