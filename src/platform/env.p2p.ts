import { z } from "zod";
import { SECOND } from "#kernel/time";

/** The settings of the P2P market and of the price index that floating prices and swaps follow. */

const KINDS = ["coinbase", "coingecko", "cryptocompare"] as const;
const source = z.string().regex(/^(coinbase|coingecko|cryptocompare)=https?:\/\/[^\s,]+$/);

export const P2P_SHAPE = {
  P2P_MAKER_FEE_BPS: z.coerce.number().int().min(0).max(1_000).default(0),
  P2P_TAKER_FEE_BPS: z.coerce.number().int().min(0).max(1_000).default(50),
  P2P_LINKED_ACCOUNTS: z.enum(["refuse", "warn", ""]).optional(),
  PRICE_INDEX_SOURCES: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((item) => item.trim() || []))
    .pipe(z.array(source).max(5)),
  PRICE_INDEX_MAX_AGE_SECONDS: z.coerce.number().int().min(10).max(86_400).default(300),
  PRICE_INDEX_TIMEOUT_MS: z.coerce.number().int().min(100).max(30_000).default(5_000),
};

export const P2P_HELP: Readonly<Record<keyof typeof P2P_SHAPE, string>> = {
  P2P_MAKER_FEE_BPS: "Set it to what makers' trades cost, in hundredths of a percent of the asset; 0 is the default.",
  P2P_TAKER_FEE_BPS: "Set it to what takers' trades cost, in hundredths of a percent of the asset; 50 is the default.",
  P2P_LINKED_ACCOUNTS:
    "Set it to refuse or warn: whether accounts that share a device or a bank account may trade with each other.",
  PRICE_INDEX_SOURCES: `Set it to sources of prices as kind=address with commas between, such as \`coinbase=https://api.coinbase.com\`; kinds are ${KINDS.join(", ")}.`,
  PRICE_INDEX_MAX_AGE_SECONDS: "Set it to how old a price may be to count; 300 is the default.",
  PRICE_INDEX_TIMEOUT_MS: "Set it to how many milliseconds a source of prices has for an answer; 5000 is the default.",
};

export interface PriceSource {
  readonly kind: (typeof KINDS)[number];
  readonly base: string;
}

export interface P2pConfig {
  readonly makerFeeBps: number;
  readonly takerFeeBps: number;
  /** Accounts that share a device or a bank account do not trade with each other. */
  readonly refuseLinked: boolean;
}

export interface PriceIndexConfig {
  /** None in development stands for the table of made-up prices; elsewhere there are no prices then. */
  readonly sources: readonly PriceSource[];
  readonly maxAgeMs: number;
  readonly timeoutMs: number;
}

type Values = z.output<z.ZodObject<typeof P2P_SHAPE>>;

export function readP2p(values: Values, { development }: { readonly development: boolean }): P2pConfig {
  const linked = values.P2P_LINKED_ACCOUNTS || (development ? "warn" : "refuse");
  return {
    makerFeeBps: values.P2P_MAKER_FEE_BPS,
    takerFeeBps: values.P2P_TAKER_FEE_BPS,
    refuseLinked: linked === "refuse",
  };
}

export function readPriceIndex(values: Values): PriceIndexConfig {
  return {
    sources: values.PRICE_INDEX_SOURCES.map((item) => {
      const cut = item.indexOf("=");
      return { kind: item.slice(0, cut) as PriceSource["kind"], base: item.slice(cut + 1).replace(/\/+$/, "") };
    }),
    maxAgeMs: values.PRICE_INDEX_MAX_AGE_SECONDS * SECOND,
    timeoutMs: values.PRICE_INDEX_TIMEOUT_MS,
  };
}
