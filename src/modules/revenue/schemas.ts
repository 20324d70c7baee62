import { z } from "@hono/zod-openapi";
import { parseAmount } from "#kernel/money";
import { isDate, isMonth, toTimestamp } from "#kernel/time";
import { findAsset, writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import type { Cost } from "./repository.ts";
import type { Figures } from "./rules.ts";
import { DEFINITION, divide } from "./rules.ts";
import type { NewCost, Revenue } from "./service.ts";

const amount = z.string().openapi({ example: "29.00" });
const asset = z.string().openapi({ example: "USD" });
const bps = (description: string) => z.int().nullable().openapi({ description, example: 250 });
const date = z
  .string()
  .refine(isDate, { params: { code: "date_invalid" }, error: "There is no such day." })
  .openapi({ format: "date", example: "2026-11-20" });
const kind = z.enum(["marketing", "sales", "other"]).openapi({ example: "marketing" });

export const revenueQuery = z.strictObject({
  month: z
    .string()
    .refine(isMonth, { params: { code: "month_invalid" }, error: "A month is written 2026-11." })
    .optional()
    .openapi({ description: "The present one, if left out.", example: "2026-11" }),
});

const figures = z
  .object({
    asset,
    mrr: amount,
    arr: amount,
    customers: z.int(),
    arpu: amount.nullable(),
    ltv: amount.nullable().openapi({ description: "Null while nobody has been lost." }),
    mrrAtStart: amount,
    customersAtStart: z.int(),
    movements: z.object({
      new: amount,
      expansion: amount,
      contraction: amount,
      churn: amount,
      reactivation: amount,
      net: amount.openapi({ description: "What the others add up to: MRR less MRR at the start." }),
    }),
    newCustomers: z.int(),
    lostCustomers: z.int(),
    customerChurnBps: bps("Customers lost, in hundredths of a percent of those at the start."),
    revenueChurnBps: bps("Revenue lost, in hundredths of a percent of that at the start."),
    netRevenueChurnBps: bps("The same, less expansion and reactivation; below zero where revenue grew."),
    costs: amount.openapi({ description: "Marketing and sales." }),
    cac: amount.nullable().openapi({ description: "Null while there is no new customer." }),
    byPlan: z.array(z.object({ plan: z.string(), mrr: amount, customers: z.int() })),
  })
  .openapi("RevenueFigures");

export const revenue = z
  .object({
    from: timestamp,
    to: timestamp,
    definition: z.string(),
    figures: z.array(figures),
    trials: z.object({
      running: z.int(),
      ended: z.int(),
      converted: z.int(),
      conversionBps: bps("Of those that ended."),
    }),
    history: z.array(z.object({ date: z.string(), asset, mrr: amount, customers: z.int() })).openapi({
      description: "The snapshot of each day of the month that is over.",
    }),
  })
  .openapi("Revenue");

export const cost = z
  .object({
    id: z.string().openapi({ example: "cost_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    date,
    kind,
    amount,
    asset,
    note: z.string(),
    createdAt: timestamp,
  })
  .openapi("Cost");

export const createCost = z
  .strictObject({
    date,
    kind,
    amount: z.string().max(40).openapi({ description: "Below zero to correct another one.", example: "1200.00" }),
    asset: z.string().max(10).openapi({ example: "USD" }),
    note: textField(500).openapi({ example: "Advertisements in November" }),
  })
  .transform((input, context): NewCost => {
    const known = findAsset(input.asset);
    const read = known
      ? parseAmount(input.amount, known, { signed: true })
      : ({ ok: false, error: "asset_unknown" } as const);
    const { date: day, kind: own, note } = input;
    if (read.ok) return { date: day, kind: own, asset: input.asset, note, amountMinor: read.minor };
    context.addIssue({
      code: "custom",
      path: [known ? "amount" : "asset"],
      params: { code: read.error },
      message: known ? "This is no amount of the asset." : "This asset is not known here.",
    });
    return z.NEVER;
  })
  .openapi("CreateCost");

export function presentCost(row: Cost): z.infer<typeof cost> {
  const { id, date: day, kind: own, amountMinor, asset: code, note, createdAt } = row;
  return {
    id,
    date: day,
    kind: own,
    amount: writeAmount(amountMinor, code),
    asset: code,
    note,
    createdAt: toTimestamp(createdAt),
  };
}

function presentFigures(row: Figures): z.infer<typeof figures> {
  const tell = (minor: number): string => writeAmount(minor, row.asset);
  const maybe = (minor: number | null): string | null => (minor === null ? null : tell(minor));
  const { movements } = row;
  return {
    asset: row.asset,
    mrr: tell(row.mrrMinor),
    arr: tell(row.arrMinor),
    customers: row.customers,
    arpu: maybe(row.arpuMinor),
    ltv: maybe(row.ltvMinor),
    mrrAtStart: tell(row.startMrrMinor),
    customersAtStart: row.startCustomers,
    movements: {
      new: tell(movements.new),
      expansion: tell(movements.expansion),
      contraction: tell(movements.contraction),
      churn: tell(movements.churn),
      reactivation: tell(movements.reactivation),
      net: tell(row.mrrMinor - row.startMrrMinor),
    },
    newCustomers: row.newCustomers,
    lostCustomers: row.lostCustomers,
    customerChurnBps: row.customerChurnBps,
    revenueChurnBps: row.revenueChurnBps,
    netRevenueChurnBps: row.netRevenueChurnBps,
    costs: tell(row.costsMinor),
    cac: maybe(row.cacMinor),
    byPlan: row.byPlan.map(({ level, mrrMinor, customers }) => ({ plan: level, mrr: tell(mrrMinor), customers })),
  };
}

export function presentRevenue(found: Revenue): z.infer<typeof revenue> {
  const { running, converted, lost } = found.trials;
  const ended = converted + lost;
  return {
    from: toTimestamp(found.from),
    to: toTimestamp(found.to),
    definition: DEFINITION,
    figures: found.figures.map(presentFigures),
    trials: { running, ended, converted, conversionBps: divide(converted * 10_000, ended) },
    history: found.history.map(({ date: day, asset: code, mrrMinor, customers }) => ({
      date: day,
      asset: code,
      mrr: writeAmount(mrrMinor, code),
      customers,
    })),
  };
}
