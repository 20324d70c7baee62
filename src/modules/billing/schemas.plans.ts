import { z } from "@hono/zod-openapi";
import { parseAmount } from "#kernel/money";
import { toTimestamp } from "#kernel/time";
import { findAsset, writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import type { PlanVersion } from "./repository.plans.ts";
import type { Limits, Plan, PlanPrice } from "./rules.plans.ts";
import { INTERVALS, LEVELS, SUPPORT_LEVELS } from "./rules.plans.ts";
import type { Usage } from "./service.usage.ts";

export const level = z.enum(LEVELS).openapi({ example: "pro" });
export const interval = z.enum(INTERVALS).openapi({ example: "month" });
export const amount = z.string().openapi({ example: "29.00" });
export const asset = z.string().openapi({ example: "USD" });

const count = (description: string, max = 1_000_000_000): z.ZodInt => z.int().min(0).max(max).openapi({ description });

const limits = z.object({
  apiCallsPerDay: count("Calls of the API on one day of UTC."),
  savedScans: count("Scans that are kept."),
  alerts: count("Saved scans that send alerts."),
  scheduleMinutes: count("The shortest time between two runs of a scan.", 527_040).min(1),
  backtestsPerMonth: count("Backtests in one month of UTC."),
  assistantTokensPerMonth: count("Tokens of the assistant in one month of UTC.", 1_000_000_000_000),
});

const support = z.enum(SUPPORT_LEVELS).openapi({ example: "priority" });
const price = z.object({ interval, amount, asset });

export const plan = z
  .object({
    id: z.string().openapi({ example: "plan_01m6a6ft00f7282x1p4qcjhrqp" }),
    name: z.string().openapi({ example: "Pro" }),
    level: level.openapi({ description: "What an account's `plan` says, and what checkout takes." }),
    prices: z.array(price).openapi({ description: "Without tax. None for the free plan." }),
    limits: limits.openapi("PlanLimits"),
    support,
  })
  .openapi("Plan");

export const adminPlan = plan.extend({ version: z.int().min(1), updatedAt: timestamp }).openapi("AdminPlan");

export const planVersion = z
  .object({
    version: z.int(),
    name: z.string(),
    prices: z.array(price),
    limits,
    support,
    changedBy: z
      .string()
      .openapi({ description: "The operator, or `migration` for what every installation starts with." }),
    at: timestamp,
  })
  .openapi("PlanVersion");

/** A price that the asset's ledger can hold to the last digit. */
const newPrice = z
  .strictObject({ interval, asset: z.string().max(10), amount: z.string().max(40) })
  .transform((input, context): PlanPrice => {
    const known = findAsset(input.asset);
    const read = known ? parseAmount(input.amount, known) : ({ ok: false, error: "asset_unknown" } as const);
    if (read.ok) return { interval: input.interval, asset: input.asset, amountMinor: read.minor };
    context.addIssue({
      code: "custom",
      path: [known ? "amount" : "asset"],
      params: { code: read.error },
      message: known ? "This is no amount of the asset." : "The ledger does not know this asset.",
    });
    return z.NEVER;
  });

export const updatePlan = z
  .strictObject({
    name: textField(50).optional().openapi({ example: "Pro" }),
    support: support.optional(),
    limits: limits
      .partial()
      .strict()
      .optional()
      .openapi({ example: { savedScans: 150 } }),
    prices: z
      .array(newPrice)
      .max(40)
      .refine((list) => new Set(list.map((item) => `${item.interval} ${item.asset}`)).size === list.length, {
        params: { code: "price_repeated" },
        error: "Each interval and asset stands once.",
      })
      .optional()
      .openapi({
        description: "All prices; they take the place of those before, for new customers.",
        example: [{ interval: "month", amount: "29.00", asset: "USD" }],
      }),
  })
  .openapi("UpdatePlan");

export const usage = z
  .object({
    plan: level,
    data: z.array(
      z.object({
        name: z.string().openapi({ example: "savedScans" }),
        limit: z.int(),
        used: z.int().nullable().openapi({ description: "Null for a bound that is not used up." }),
        remaining: z.int().nullable(),
        resetsAt: timestamp
          .nullable()
          .openapi({ description: "When it is whole again; null for what does not refill." }),
      }),
    ),
  })
  .openapi("Usage");

const presentPrice = (item: PlanPrice): z.infer<typeof price> => ({
  interval: item.interval,
  amount: writeAmount(item.amountMinor, item.asset),
  asset: item.asset,
});

export function presentPlan(row: Plan): z.infer<typeof plan> {
  const { id, name, level: own, prices, limits: allowed, support: help } = row;
  return { id, name, level: own, prices: prices.map(presentPrice), limits: { ...allowed }, support: help };
}

export function presentAdminPlan(row: Plan): z.infer<typeof adminPlan> {
  return { ...presentPlan(row), version: row.version, updatedAt: toTimestamp(row.updatedAt) };
}

export function presentVersion(row: PlanVersion): z.infer<typeof planVersion> {
  const { version, name, prices, limits: allowed, support: help, changedBy, at } = row;
  return {
    version,
    name,
    prices: prices.map(presentPrice),
    limits: { ...(allowed satisfies Limits) },
    support: help as Plan["support"],
    changedBy,
    at: toTimestamp(at),
  };
}

export function presentUsage({ plan: own, lines }: Usage): z.infer<typeof usage> {
  return {
    plan: own as Plan["level"],
    data: lines.map(({ name, limit, used, resetsAt }) => ({
      name,
      limit,
      used,
      remaining: used === null ? null : Math.max(0, limit - used),
      resetsAt: resetsAt === null ? null : toTimestamp(resetsAt),
    })),
  };
}
