import type { Ctx } from "#platform/ctx";
import { EMBEDDED_PRICES } from "./embedded-prices.ts";
import { problems } from "./errors.ts";
import * as repository from "./repository.price-index.ts";
import type { IndexQuote } from "./repository.price-index.ts";
import { crossPrice, medianPrice, quorumOf } from "./rules.price-index.ts";

/** What one unit of something costs. */
export interface IndexPrice {
  readonly base: string;
  readonly quote: string;
  /** 1e-8 of the quote. */
  readonly price: number;
  /** When the oldest saying that counts was made. */
  readonly asOf: number;
  /** Whose sayings count: `embedded`, or the sources. */
  readonly sources: readonly string[];
}

const PIVOT = "USD";

/** The index price of one thing in another; null where too few sources have said one lately. */
export async function findIndexPrice(ctx: Ctx, base: string, quote: string): Promise<IndexPrice | null> {
  const { sources, maxAgeMs } = ctx.config.priceIndex;
  if (sources.length === 0) return ctx.config.development ? embedded(ctx, base, quote) : null;
  const bases = base === quote ? [base] : [base, quote];
  const said = await repository.listQuotes(ctx, { bases, since: ctx.now() - maxAgeMs });
  const configured = new Set<string>(sources.map(({ kind }) => kind));
  const quorum = quorumOf(sources.length);
  const direct = (one: string, other: string): IndexPrice | null =>
    settle(
      said.filter((row) => row.base === one && row.quote === other && configured.has(row.source)),
      quorum,
    );
  return direct(base, quote) ?? across(direct(base, PIVOT), direct(quote, PIVOT));
}

/** The same, refused where there is none. */
export async function getIndexPrice(ctx: Ctx, base: string, quote: string): Promise<IndexPrice> {
  const price = await findIndexPrice(ctx, base, quote);
  if (!price) throw problems.priceUnavailable({ detail: `Nobody knows lately what ${base} costs in ${quote}.` });
  return price;
}

function embedded(ctx: Ctx, base: string, quote: string): IndexPrice | null {
  const [one, other] = [EMBEDDED_PRICES.get(base), EMBEDDED_PRICES.get(quote)];
  const price = one === undefined || other === undefined ? null : crossPrice(one, other);
  return price === null ? null : { base, quote, price, asOf: ctx.now(), sources: ["embedded"] };
}

function settle(said: readonly IndexQuote[], quorum: number): IndexPrice | null {
  const [first] = said;
  const price = medianPrice(
    said.map((row) => row.price),
    quorum,
  );
  if (!first || price === null) return null;
  const { base, quote } = first;
  const sources = said.map(({ source }) => source).toSorted();
  return { base, quote, price, asOf: Math.min(...said.map(({ at }) => at)), sources };
}

function across(base: IndexPrice | null, quote: IndexPrice | null): IndexPrice | null {
  if (!base || !quote) return null;
  const price = crossPrice(base.price, quote.price);
  if (price === null) return null;
  const sources = [...new Set([...base.sources, ...quote.sources])].toSorted();
  return { base: base.base, quote: quote.base, price, asOf: Math.min(base.asOf, quote.asOf), sources };
}
