import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { findAsset, writeAmount } from "#modules/ledger";
import type { ChangePreview, PaymentMethodState } from "#modules/payments";
import { timestamp } from "#platform/http/fields";
import type { Subscription } from "./repository.subscriptions.ts";
import { STATUSES } from "./rules.subscription.ts";
import { amount, asset, interval, level } from "./schemas.plans.ts";

const plan = z.string().min(1).max(40).openapi({ description: "A plan's `level`, or its id.", example: "pro" });

const currency = z
  .string()
  .refine((code) => findAsset(code) !== null, {
    params: { code: "asset_unknown" },
    error: "This asset is not known here.",
  })
  .default("USD")
  .openapi({ description: "One that the plan has a price in.", example: "USD" });

export const createCheckout = z
  .strictObject({
    plan,
    interval,
    asset: currency,
    provider: z.enum(["stripe", "sandbox"]).optional().openapi({ description: "The usual one, if left out." }),
    trial: z.boolean().default(false).openapi({ description: "Begin with 14 days that cost nothing; once in a life." }),
  })
  .openapi("CreateBillingCheckout");

export const checkout = z
  .object({
    checkoutId: z.string().openapi({ example: "chk_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    checkoutUrl: z.string().openapi({ description: "Where the customer goes on." }),
  })
  .openapi("BillingCheckout");

export const changeSubscription = z.strictObject({ plan, interval }).openapi("ChangeSubscription");

export const cancelSubscription = z
  .strictObject({
    atPeriodEnd: z.boolean().default(true).openapi({ description: "When what is paid for is used up, or at once." }),
  })
  .openapi("CancelSubscription");

export const subscription = z
  .object({
    id: z.string().openapi({ example: "sub_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    plan: level,
    interval,
    amount: amount.openapi({ description: "Each interval, without tax." }),
    asset,
    provider: z.string().openapi({ example: "stripe" }),
    status: z.enum(STATUSES),
    currentPeriodStart: timestamp,
    currentPeriodEnd: timestamp,
    cancelAtPeriodEnd: z.boolean(),
    trialEnd: timestamp.nullable(),
    scheduledPlan: level.nullable().openapi({ description: "What it changes to when the period is over." }),
    scheduledInterval: interval.nullable(),
    endedAt: timestamp.nullable(),
  })
  .openapi("Subscription");

export const preview = z
  .object({
    lines: z.array(z.object({ description: z.string(), amount, periodStart: timestamp, periodEnd: timestamp })),
    amountDue: amount.openapi({ description: "What is charged at once; below zero for a credit." }),
    asset,
  })
  .openapi("ChangePreview");

const paymentMethod = z
  .object({
    id: z.string().openapi({ example: "pm_1Q0PsIJvEtkwdCNYMSaVuRz6" }),
    kind: z.string().openapi({ example: "card" }),
    brand: z.string().nullable().openapi({ example: "visa" }),
    last4: z.string().nullable().openapi({ example: "4242" }),
    expiryMonth: z.int().nullable(),
    expiryYear: z.int().nullable(),
    isDefault: z.boolean(),
  })
  .openapi("PaymentMethod");

export const paymentMethods = z
  .object({ data: z.array(paymentMethod), nextCursor: z.null() })
  .openapi("PaymentMethods");

export const addPaymentMethod = z.strictObject({ asset: currency }).openapi("AddPaymentMethod");

export const methodId = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9_-]+$/)
  .openapi({ param: { name: "id", in: "path" }, example: "pm_1Q0PsIJvEtkwdCNYMSaVuRz6" });

export const portal = z
  .object({ url: z.string().openapi({ example: "https://billing.stripe.com/p/session/…" }) })
  .openapi("BillingPortal");

export function presentSubscription(row: Subscription): z.infer<typeof subscription> {
  return {
    id: row.id,
    plan: row.level,
    interval: row.interval,
    amount: writeAmount(row.amountMinor, row.asset),
    asset: row.asset,
    provider: row.gateway,
    status: row.status,
    currentPeriodStart: toTimestamp(row.currentPeriodStart),
    currentPeriodEnd: toTimestamp(row.currentPeriodEnd),
    cancelAtPeriodEnd: row.cancelAtPeriodEnd,
    trialEnd: row.trialEnd === null ? null : toTimestamp(row.trialEnd),
    scheduledPlan: row.scheduledLevel,
    scheduledInterval: row.scheduledInterval,
    endedAt: row.endedAt === null ? null : toTimestamp(row.endedAt),
  };
}

export function presentPreview({ lines, amountDue, asset: code }: ChangePreview): z.infer<typeof preview> {
  return {
    lines: lines.map((line) => ({
      description: line.description,
      amount: writeAmount(line.amount, code),
      periodStart: toTimestamp(line.periodStart),
      periodEnd: toTimestamp(line.periodEnd),
    })),
    amountDue: writeAmount(amountDue, code),
    asset: code,
  };
}

export function presentMethods(rows: readonly PaymentMethodState[]): z.infer<typeof paymentMethods> {
  return { data: rows.map((row) => ({ ...row })), nextCursor: null };
}
