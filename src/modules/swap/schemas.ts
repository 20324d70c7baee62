import { z } from "@hono/zod-openapi";
import { formatAmount } from "#kernel/money";
import { toTimestamp } from "#kernel/time";
import { findAsset } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { Pair, Quote, Swap } from "./repository.ts";
import type { Reserve } from "./service.operators.ts";

const code = z.string().regex(/^[A-Z]{3,6}$/);
const terms = {
  from: z.string().openapi({ example: "USDT" }),
  to: z.string().openapi({ example: "BTC" }),
  amount: amountText.openapi({ description: "What is given, in `from`, fee included." }),
  fee: amountText.openapi({ description: "What we keep of it, in `from`." }),
  receive: amountText.openapi({ description: "What comes out, in `to`." }),
  rate: z
    .string()
    .openapi({ description: "What one unit of `from` is in `to`, before the fee.", example: "0.00001538461538" }),
};

export const quote = z
  .object({
    id: z.string().openapi({ example: "quote_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    ...terms,
    createdAt: timestamp,
    expiresAt: timestamp,
  })
  .openapi("SwapQuote");

export const swap = z
  .object({
    id: z.string().openapi({ example: "swap_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    quoteId: z.string(),
    ...terms,
    createdAt: timestamp,
  })
  .openapi("Swap");

export const createQuote = z
  .strictObject({
    from: code.openapi({ example: "USDT" }),
    to: code.openapi({ example: "BTC" }),
    amount: amountText.openapi({ description: "What you give, in `from`." }),
  })
  .openapi("CreateSwapQuote");

export const createSwap = z
  .strictObject({ quoteId: z.string().max(60).openapi({ example: "quote_01k0gq2v9eft6tmd4y6n3k9b2x" }) })
  .openapi("CreateSwap");

const pairFields = {
  spreadBps: z.int().min(0).max(5_000).openapi({ description: "What we keep of what is given.", example: 50 }),
  minAmount: amountText.openapi({ description: "Least at once, in `from`." }),
  maxAmount: amountText.openapi({ description: "Most at once, in `from`." }),
  active: z.boolean(),
};

export const pair = z.object({ from: terms.from, to: terms.to, ...pairFields }).openapi("SwapPair");
export const putPair = z.strictObject(pairFields).openapi("PutSwapPair");

export const reserve = z
  .object({ asset: z.string(), available: z.string().openapi({ example: "1000.000000" }) })
  .openapi("SwapReserve");

export const moveLiquidity = z
  .strictObject({
    asset: code,
    amount: amountText,
    direction: z.enum(["fund", "withdraw"]),
    reason: textField(500).openapi({ example: "Bought at the exchange, order 4711." }),
  })
  .openapi("MoveSwapLiquidity");

const scaleOf = (asset: string): number => findAsset(asset)?.scale ?? 0;

function presentTerms({ fromAsset, toAsset, give, fee, receive, rate }: Quote | Swap) {
  const scale = scaleOf(fromAsset);
  return {
    from: fromAsset,
    to: toAsset,
    amount: formatAmount(give, scale),
    fee: formatAmount(fee, scale),
    receive: formatAmount(receive, scaleOf(toAsset)),
    rate,
  };
}

export function presentQuote(row: Quote): z.infer<typeof quote> {
  const { id, createdAt, expiresAt } = row;
  return { id, ...presentTerms(row), createdAt: toTimestamp(createdAt), expiresAt: toTimestamp(expiresAt) };
}

export function presentSwap(row: Swap): z.infer<typeof swap> {
  return { id: row.id, quoteId: row.quoteId, ...presentTerms(row), createdAt: toTimestamp(row.createdAt) };
}

export function presentPair(row: Pair): z.infer<typeof pair> {
  const scale = scaleOf(row.fromAsset);
  const [minAmount, maxAmount] = [formatAmount(row.minGive, scale), formatAmount(row.maxGive, scale)];
  return { from: row.fromAsset, to: row.toAsset, spreadBps: row.spreadBps, minAmount, maxAmount, active: row.active };
}

export function presentReserve({ asset, available }: Reserve): z.infer<typeof reserve> {
  return { asset, available: formatAmount(available, scaleOf(asset)) };
}
