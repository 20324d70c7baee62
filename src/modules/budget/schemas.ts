import { z } from "@hono/zod-openapi";
import { formatAmount } from "#kernel/money";
import { isDate, isMonth, toTimestamp } from "#kernel/time";
import { pageOf, pageQuery, textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import { findCurrency, writeAmount } from "./currencies.ts";
import type { Allocation } from "./service.allocations.ts";
import type { Budget } from "./service.budgets.ts";
import type { Category } from "./service.categories.ts";

export const CATEGORY = "cat_01k0gq2v9eft6tmd4y6n3k9b2x";
export const money = (description: string) => z.string().openapi({ description, example: "12.50" });
export const assetCode = z.string().openapi({ description: "A currency.", example: "USD" });
const YEARS = /^(?:19[0-9]{2}|20[0-9]{2}|21[0-9]{2})-/;

/** Days and months lie between 1900 and 2199. */
export const dateField = z
  .string()
  .refine((text) => isDate(text) && YEARS.test(text), {
    params: { code: "date_invalid" },
    error: "A day that exists, such as 2026-11-20.",
  })
  .openapi({ format: "date", example: "2026-11-20" });

const isBudgetMonth = (text: string): boolean => isMonth(text) && YEARS.test(text);
export const monthField = z
  .string()
  .refine(isBudgetMonth, { params: { code: "month_invalid" }, error: "A month, such as 2026-11." })
  .openapi({ example: "2026-11" });
export const monthParams = z.object({
  month: z
    .string()
    .refine(isBudgetMonth)
    .openapi({ param: { name: "month", in: "path" }, description: "A month.", example: "2026-11" }),
});

export const assetField = z
  .string()
  .max(10)
  .refine((code) => findCurrency(code) !== null, {
    params: { code: "currency_unknown" },
    error: "A currency's code, such as INR.",
  })
  .openapi({ example: "INR" });

export const idField = (prefix: string) =>
  z
    .string()
    .max(40)
    .openapi({ example: `${prefix}_01k0gq2v9eft6tmd4y6n3k9b2x` });

export const flag = z.enum(["true", "false"]).transform((text) => text === "true");

const kind = z.enum(["expense", "income"]);

export const category = z
  .object({
    id: z.string().openapi({ example: CATEGORY }),
    name: z.string().openapi({ example: "Groceries" }),
    group: z.string().openapi({ example: "Everyday" }),
    kind,
    icon: z.string().nullable().openapi({ example: "🛒" }),
    position: z.int().openapi({ description: "Its place in the group.", example: 0 }),
    archived: z.boolean().openapi({ description: "No longer in use; it still counts in totals." }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Category");
export const categoryPage = pageOf(category).openapi("CategoryPage");

const categoryFields = {
  name: textField(100).openapi({ example: "Groceries" }),
  group: textField(100).optional().openapi({ example: "Everyday" }),
  icon: textField(16).nullable().optional().openapi({ example: "🛒" }),
  position: z.int().min(0).max(10_000).optional().openapi({ example: 0 }),
  archived: z.boolean().optional(),
};
export const createCategory = z.strictObject({ ...categoryFields, kind: kind.optional() }).openapi("CreateCategory");
export const updateCategory = z.strictObject(categoryFields).partial().openapi("UpdateCategory");
export const categoryQuery = z.strictObject({
  ...pageQuery,
  archived: flag.optional().openapi({ description: "Only those that are archived, or only those that are not." }),
});

export function presentCategory(row: Category): z.infer<typeof category> {
  const { id, name, group, kind: rowKind, icon, position, archived, createdAt, updatedAt } = row;
  const at = { createdAt: toTimestamp(createdAt), updatedAt: toTimestamp(updatedAt) };
  return { id, name, group, kind: rowKind, icon, position, archived, ...at };
}

export const allocation = z
  .object({
    id: z.string().openapi({ example: "alloc_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    month: z.string().openapi({ example: "2026-11" }),
    categoryId: z.string().openapi({ example: CATEGORY }),
    amount: money("What the category is given in this month; below zero where more was taken out again."),
    asset: assetCode,
  })
  .openapi("Allocation");
export const allocationPage = pageOf(allocation).openapi("AllocationPage");
export const allocationQuery = z.strictObject({ ...pageQuery, month: monthField.optional() });

const assignment = { categoryId: idField("cat"), amount: amountText };
export const createAllocation = z.strictObject({ month: monthField, ...assignment }).openapi("CreateAllocation");
export const updateAllocation = z.strictObject({ amount: amountText }).openapi("UpdateAllocation");
export const putAllocations = z
  .strictObject({
    month: monthField,
    allocations: z
      .array(z.strictObject(assignment))
      .min(1)
      .max(300)
      .openapi({ example: [{ categoryId: CATEGORY, amount: "300.00" }] }),
  })
  .openapi("PutAllocations");

export function presentAllocation(row: Allocation): z.infer<typeof allocation> {
  const { id, month, categoryId, asset } = row;
  return { id, month, categoryId, amount: writeAmount(row.amount, asset), asset };
}

const envelope = z.object({
  categoryId: z.string().openapi({ example: CATEGORY }),
  kind,
  assigned: money("Given in this month."),
  spent: money("Signed: spending is below zero. Of an income category, what came in."),
  carriedIn: money("What was left of the month before; below zero where overspending is carried over."),
  available: money("carriedIn + assigned + spent."),
  carryOverspending: z.boolean(),
});

export const budget = z
  .object({
    month: z.string().openapi({ example: "2026-11" }),
    asset: assetCode,
    note: z.string().nullable(),
    income: money("As declared for the month, or what income categories took in."),
    received: money("What income categories took in."),
    fromLastMonth: money("What was to be budgeted or held last month."),
    lastMonthOverspent: money("What last month's overspending takes away; zero or below."),
    held: money("Held for next month."),
    assigned: money("Given to all categories."),
    spent: money("Signed: spending is below zero."),
    available: money("What is left in all categories."),
    uncategorised: money("What has no category yet, and so stands outside the budget."),
    toBeBudgeted: money("income + fromLastMonth + lastMonthOverspent - assigned - held."),
    categories: z.array(envelope),
  })
  .openapi("Budget");

export const updateBudget = z
  .strictObject({
    note: textField(2_000).nullable().openapi({ example: "Holidays" }),
    income: amountText.nullable().openapi({
      description: "Counts in the place of what income categories took in; null takes it away.",
      example: "2500.00",
    }),
    held: amountText.nullable().openapi({
      description: "Held for next month in the place of the income of categories that carry over; null takes it away.",
      example: "100.00",
    }),
  })
  .partial()
  .openapi("UpdateBudget");
export const copyBudget = z.strictObject({ month: monthField }).openapi("CopyBudget");
export const setCarry = z.strictObject({ carryOverspending: z.boolean() }).openapi("SetCarry");
export const moveMoney = z
  .strictObject({
    from: idField("cat").nullable().openapi({ description: "Null stands for what is to be budgeted.", example: null }),
    to: idField("cat")
      .nullable()
      .openapi({ description: "Null stands for what is to be budgeted.", example: CATEGORY }),
    amount: amountText,
  })
  .openapi("MoveMoney");

export function presentBudget(row: Budget): z.infer<typeof budget> {
  const say = (minor: number): string => formatAmount(minor, row.asset.scale);
  return {
    month: row.month,
    asset: row.asset.code,
    note: row.note,
    income: say(row.income),
    received: say(row.received),
    fromLastMonth: say(row.fromLastMonth),
    lastMonthOverspent: say(row.lastMonthOverspent),
    held: say(row.held),
    assigned: say(row.assigned),
    spent: say(row.spent),
    available: say(row.available),
    uncategorised: say(row.uncategorised),
    toBeBudgeted: say(row.toBeBudgeted),
    categories: row.categories.map((each) => ({
      categoryId: each.categoryId,
      kind: each.kind,
      assigned: say(each.assigned),
      spent: say(each.spent),
      carriedIn: say(each.carriedIn),
      available: say(each.available),
      carryOverspending: each.carryOverspending,
    })),
  };
}
