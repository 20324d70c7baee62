import { z } from "@hono/zod-openapi";
import { formatAmount } from "#kernel/money";
import { toTimestamp } from "#kernel/time";
import { findAsset } from "#modules/ledger";
import { timestamp, textField } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { PaymentMethod } from "./repository.methods.ts";
import type { Blocked, TraderProfile } from "./service.profile.ts";

export const trader = z
  .object({
    id: z.string().openapi({ example: "user_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    name: z.string(),
    completionRate: z.number().nullable().openapi({ description: "0 to 1, of the last thirty days." }),
    trades30d: z.int(),
    volume: z.array(z.object({ asset: z.string(), amount: amountText, trades: z.int() })).openapi({
      description: "What was completed, by asset, of all time.",
    }),
    medianReleaseSeconds: z.int().nullable().openapi({ description: "Of the latest hundred releases." }),
    ratings: z.object({
      count: z.int(),
      average: z.number().nullable(),
      byRating: z.array(z.object({ rating: z.int(), count: z.int() })),
    }),
    memberSince: timestamp,
    blocked: z.boolean().openapi({ description: "Whether you have blocked this trader." }),
  })
  .openapi("Trader");

export const blockedTrader = z
  .object({ traderId: z.string(), name: z.string(), createdAt: timestamp })
  .openapi("BlockedTrader");

export const blockTrader = z
  .strictObject({ traderId: z.string().openapi({ example: "user_01k0gq2v9eft6tmd4y6n3k9b2x" }) })
  .openapi("BlockTrader");

export const methodFields = {
  name: textField(60).openapi({ example: "UPI" }),
  minWindowMinutes: z.int().min(15).max(360),
  maxWindowMinutes: z.int().min(15).max(360),
  releaseWindowMinutes: z.int().min(5).max(10_080).openapi({
    description: "How long a seller may look for the money before the trade is disputed by itself.",
  }),
  maxAmount: amountText.openapi({ description: "Most in one trade, in the fiat." }),
  newcomerMaxAmount: amountText.openapi({ description: "Most in one trade with somebody new, in the fiat." }),
  active: z.boolean(),
};

export const method = z
  .object({ fiat: z.string(), method: z.string().openapi({ example: "upi" }), ...methodFields })
  .openapi("PaymentMethodOfMarket");

export const putMethod = z
  .strictObject(methodFields)
  .refine((input) => input.maxWindowMinutes >= input.minWindowMinutes, {
    path: ["maxWindowMinutes"],
    error: "This must not be below the shortest.",
  })
  .openapi("PutPaymentMethod");

export function presentTrader(row: TraderProfile): z.infer<typeof trader> {
  return {
    id: row.id,
    name: row.name,
    completionRate: row.completionBps === null ? null : row.completionBps / 10_000,
    trades30d: row.trades30d,
    volume: row.volumes.map(({ asset, volume, completed }) => ({
      asset,
      amount: formatAmount(volume, findAsset(asset)?.scale ?? 0),
      trades: completed,
    })),
    medianReleaseSeconds: row.medianReleaseSeconds,
    ratings: {
      count: row.ratingCount,
      average: row.ratingCount === 0 ? null : Math.round((row.ratingSum * 100) / row.ratingCount) / 100,
      byRating: [...row.ratings].map(([rating, count]) => ({ rating, count })),
    },
    memberSince: toTimestamp(row.since),
    blocked: row.blocked,
  };
}

export function presentBlocked({ id, name, at }: Blocked): z.infer<typeof blockedTrader> {
  return { traderId: id, name, createdAt: toTimestamp(at) };
}

export function presentMethod(row: PaymentMethod): z.infer<typeof method> {
  const scale = findAsset(row.fiat)?.scale ?? 0;
  const { updatedAt: _updatedAt, ...rest } = row;
  return {
    ...rest,
    maxAmount: formatAmount(row.maxAmount, scale),
    newcomerMaxAmount: formatAmount(row.newcomerMaxAmount, scale),
  };
}
