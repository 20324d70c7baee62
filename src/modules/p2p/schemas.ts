import { z } from "@hono/zod-openapi";
import { formatAmount } from "#kernel/money";
import { PRICE_SCALE } from "#modules/market";
import { toTimestamp } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import { pageQuery, textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import { assetsOf } from "./assets.ts";
import type { ShownAd } from "./service.search.ts";

const MARGIN_MAX = 5_000;
const assetCode = z.string().regex(/^[A-Z]{3,6}$/);
const side = z.enum(["sell", "buy"]).openapi({ description: "The maker's: `sell` sells the asset." });
const methodName = z
  .string()
  .regex(/^[a-z0-9_]{2,40}$/)
  .openapi({ example: "upi" });

export const ad = z
  .object({
    id: z.string().openapi({ example: "ad_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    trader: z.object({
      id: z.string(),
      name: z.string(),
      completionRate: z.number().nullable().openapi({ description: "0 to 1, of the last thirty days.", example: 0.98 }),
      trades30d: z.int(),
    }),
    side,
    asset: z.string().openapi({ example: "USDT" }),
    fiat: z.string().openapi({ example: "INR" }),
    priceType: z.enum(["fixed", "floating"]),
    price: z.string().nullable().openapi({
      description:
        "Fiat for one unit of the asset. A floating one is frozen when the ad is taken; null while there is no index price.",
      example: "90.50",
    }),
    marginBps: z.int().nullable().openapi({ description: "Over the index price, of a floating price.", example: 150 }),
    minAmount: amountText.openapi({ description: "In fiat." }),
    maxAmount: amountText.openapi({ description: "In fiat." }),
    available: amountText.openapi({ description: "What can be taken of the asset now." }),
    paymentMethods: z.array(z.string()),
    paymentWindowMinutes: z.int(),
    terms: z.string(),
    status: z.enum(["active", "paused", "closed"]),
    pausedBecause: z.enum(["owner", "balance", "exhausted"]).nullable().openapi({
      description: "`balance`: the seller's wallet does not cover the minimum; the ad comes back by itself.",
    }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Ad");

const terms = {
  price: amountText.openapi({ description: "Of a fixed price: fiat for one unit of the asset.", example: "90.50" }),
  marginBps: z.int().min(-MARGIN_MAX).max(MARGIN_MAX).openapi({ description: "Of a floating price.", example: 150 }),
  minAmount: amountText.openapi({ description: "Least in one trade, in fiat.", example: "500.00" }),
  maxAmount: amountText.openapi({ description: "Most in one trade, in fiat.", example: "50000.00" }),
  available: amountText.openapi({
    description: "How much of the asset there is in all; left out, a seller's wallet is the bound.",
    example: "1000",
  }),
  paymentMethods: z
    .array(methodName)
    .min(1)
    .max(10)
    .refine((names) => new Set(names).size === names.length, { error: "Name each once." })
    .openapi({ example: ["upi"] }),
  paymentWindowMinutes: z.int().min(15).max(360).openapi({ example: 30 }),
  terms: z
    .union([z.literal(""), textField(2_000)])
    .openapi({ type: "string", description: "What a taker is to know.", example: "Same-name payments only." }),
};

interface Kind {
  readonly priceType?: "fixed" | "floating" | undefined;
  readonly price?: string | null | undefined;
  readonly marginBps?: number | null | undefined;
}

/** Either a price or a margin, and none that contradicts the kind. */
function agrees({ priceType, price = null, marginBps = null }: Kind): boolean {
  if (price !== null && marginBps !== null) return false;
  return priceType === "fixed" ? marginBps === null : priceType !== "floating" || price === null;
}

const DISAGREES = { error: "Give a price for a fixed one, or a margin for a floating one.", path: ["price"] };

export const createAd = z
  .strictObject({
    side,
    asset: assetCode.openapi({ example: "USDT" }),
    fiat: assetCode.openapi({ example: "INR" }),
    priceType: z.enum(["fixed", "floating"]).optional(),
    ...terms,
    price: terms.price.nullable().default(null),
    marginBps: terms.marginBps.nullable().default(null),
    available: terms.available.nullable().default(null),
    paymentWindowMinutes: terms.paymentWindowMinutes.default(30),
    terms: terms.terms.default(""),
  })
  .refine(agrees, DISAGREES)
  .refine((input) => input.price !== null || input.marginBps !== null, DISAGREES)
  .openapi("CreateAd");

export const updateAd = z
  .strictObject({
    priceType: z.enum(["fixed", "floating"]).optional().openapi({ description: "Together with its price or margin." }),
    price: terms.price.optional(),
    marginBps: terms.marginBps.optional(),
    minAmount: terms.minAmount.optional(),
    maxAmount: terms.maxAmount.optional(),
    available: terms.available.nullish(),
    paymentMethods: terms.paymentMethods.optional(),
    paymentWindowMinutes: terms.paymentWindowMinutes.optional(),
    terms: terms.terms.optional(),
    status: z.enum(["active", "paused"]).optional(),
  })
  .refine(agrees, DISAGREES)
  .refine(({ priceType, price, marginBps }) => !priceType || price !== undefined || marginBps !== undefined, DISAGREES)
  .openapi("UpdateAd");

export const adQuery = z.strictObject({
  side: side.optional(),
  asset: assetCode.optional(),
  fiat: assetCode.optional(),
  paymentMethod: methodName.optional(),
  amount: amountText.optional().openapi({ description: "In fiat: ads that take so much. Needs `fiat`." }),
  mine: z.enum(["true"]).optional().openapi({ description: "Your own ads instead, also paused ones." }),
  ...pageQuery,
});

/** A price as it is written: at least the fiat's decimals, and no zeros beyond. */
export function writePrice(price: number, fiatScale: number): string {
  const text = formatAmount(price, PRICE_SCALE);
  const least = text.length - PRICE_SCALE + fiatScale;
  let end = text.length;
  while (end > least && text[end - 1] === "0") end -= 1;
  return text.slice(0, end).replace(/\.$/, "");
}

export function presentAd(ctx: Ctx, { ad: row, trader, price, available }: ShownAd): z.infer<typeof ad> {
  const { asset, fiat } = assetsOf(ctx, row);
  const { id, side: of, priceType, marginBps, paymentMethods, paymentWindowMinutes } = row;
  const reason = row.status === "paused" ? "owner" : row.exhausted ? "exhausted" : row.funded ? null : "balance";
  return {
    id,
    trader: {
      id: trader.id,
      name: trader.name,
      completionRate: trader.completionBps === null ? null : trader.completionBps / 10_000,
      trades30d: trader.trades30d,
    },
    side: of,
    asset: row.asset,
    fiat: row.fiat,
    priceType,
    price: price === null ? null : writePrice(price, fiat.scale),
    marginBps,
    minAmount: formatAmount(row.minFiat, fiat.scale),
    maxAmount: formatAmount(row.maxFiat, fiat.scale),
    available: formatAmount(available, asset.ledger.scale),
    paymentMethods: [...paymentMethods],
    paymentWindowMinutes,
    terms: row.terms,
    status: row.status === "active" && reason !== null ? "paused" : row.status,
    pausedBecause: row.status === "closed" ? null : reason,
    createdAt: toTimestamp(row.createdAt),
    updatedAt: toTimestamp(row.updatedAt),
  };
}
