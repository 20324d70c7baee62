import { z } from "zod";
import type { Ctx } from "#platform/ctx";
import type { PriceSource } from "#platform/env.p2p";
import { callVendor } from "#platform/vendor-call";
import type { IndexQuote } from "./repository.price-index.ts";
import { INDEX_BASES, INDEX_QUOTES, parsePrice } from "./rules.price-index.ts";

/** Asks one source what everything costs in everything. What is not well formed is not believed. */

type Quotes = Pick<IndexQuote, "base" | "quote" | "price">[];

/** One call of a source, and how its answer is read. */
interface Question {
  readonly path: string;
  readonly read: (answer: unknown) => Quotes;
}

const amount = z.union([z.string(), z.number()]);

function pick(base: string, rates: Readonly<Record<string, z.infer<typeof amount>>>): Quotes {
  return INDEX_QUOTES.flatMap((quote) => {
    const price = parsePrice(rates[quote] ?? rates[quote.toLowerCase()] ?? "");
    return price === null ? [] : [{ base, quote, price }];
  });
}

const coinbaseAnswer = z.object({ data: z.object({ currency: z.string(), rates: z.record(z.string(), amount) }) });

/** Coinbase answers for one asset at a time: `GET /v2/exchange-rates?currency=BTC`. */
const coinbase: readonly Question[] = INDEX_BASES.map((base) => ({
  path: `/v2/exchange-rates?currency=${base}`,
  read: (answer) => {
    const { currency, rates } = coinbaseAnswer.parse(answer).data;
    return currency === base ? pick(base, rates) : [];
  },
}));

const GECKO_IDS = { BTC: "bitcoin", ETH: "ethereum", USDT: "tether", USDC: "usd-coin" } as const;
const table = z.record(z.string(), z.record(z.string(), amount));

/** CoinGecko knows assets by names of its own: `GET /api/v3/simple/price?ids=bitcoin&vs_currencies=usd`. */
const coingecko: readonly Question[] = [
  {
    path: `/api/v3/simple/price?ids=${Object.values(GECKO_IDS).join(",")}&vs_currencies=${INDEX_QUOTES.join(",").toLowerCase()}&precision=full`,
    read: (answer) => {
      const rows = table.parse(answer);
      return INDEX_BASES.flatMap((base) => pick(base, rows[GECKO_IDS[base]] ?? {}));
    },
  },
];

/** CryptoCompare answers in a table: `GET /data/pricemulti?fsyms=BTC&tsyms=USD`. */
const cryptocompare: readonly Question[] = [
  {
    path: `/data/pricemulti?fsyms=${INDEX_BASES.join(",")}&tsyms=${INDEX_QUOTES.join(",")}`,
    read: (answer) => {
      const rows = table.parse(answer);
      return INDEX_BASES.flatMap((base) => pick(base, rows[base] ?? {}));
    },
  },
];

const QUESTIONS: Readonly<Record<PriceSource["kind"], readonly Question[]>> = { coinbase, coingecko, cryptocompare };

/** Everything that a source says now; null where it does not answer, or not as agreed. */
export async function askSource(ctx: Ctx, { kind, base }: PriceSource): Promise<Quotes | null> {
  const answers = await Promise.all(QUESTIONS[kind].map(async (question) => await ask(ctx, base, question)));
  const quotes = answers.flatMap((answer) => answer ?? []);
  return answers.includes(null) || quotes.length === 0 ? null : quotes;
}

async function ask(ctx: Ctx, base: string, { path, read }: Question): Promise<Quotes | null> {
  const headers = { Accept: "application/json", "User-Agent": "Bourse" };
  const url = `${base}${path}`;
  const answer = await callVendor({ method: "GET", url, headers, timeoutMs: ctx.config.priceIndex.timeoutMs });
  if (answer.state !== "answered" || answer.status !== 200) return null;
  try {
    return read(JSON.parse(answer.body));
  } catch {
    return null;
  }
}
