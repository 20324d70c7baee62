import { z } from "@hono/zod-openapi";
import { formatAmount } from "#kernel/money";
import { toDate } from "#kernel/time";
import type { CsvValue } from "#platform/csv";
import { writeCsv } from "#platform/csv";
import type { HttpContext } from "#platform/http/env";
import { jsonAnswer } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { assetCode, dateField, money, monthField } from "./schemas.ts";
import { invalid } from "./service.allocations.ts";
import type { Report } from "./service.reports.ts";
import * as service from "./service.reports.ts";

const read = { access: signedIn("budget:read"), limit: "read" } as const;
const tag = { tags: ["Reports"] as [string] };
const MAX_YEARS = 20;
const period = z.strictObject({ from: monthField.optional(), to: monthField.optional() });
const csvContent = { "text/csv": { schema: z.string() } };
const CSV_NOTE = "`Accept: text/csv` answers it as a file.";

const report = <S extends z.ZodType>(name: string, row: S) =>
  z
    .object({ asset: assetCode, from: z.string(), to: z.string(), data: z.array(row), nextCursor: z.null() })
    .openapi(name);

const answer = <S extends z.ZodType>(schema: S) => {
  const json = jsonAnswer("The report.", schema);
  return {
    200: { ...json, content: { ...json.content, ...csvContent } },
    409: { description: "The amounts add up to more than can be counted." },
  };
};

const wantsCsv = (accept: string | undefined): boolean => /\btext\/csv\b/i.test(accept ?? "");

/** A report's rows as they go out: amounts as exact decimals. */
function shape<Row, Shown>(
  { asset, from, to, rows }: Report<Row>,
  present: (row: Row, say: (minor: number) => string) => Shown,
) {
  const say = (minor: number): string => formatAmount(minor, asset.scale);
  return { asset: asset.code, from, to, data: rows.map((row) => present(row, say)), nextCursor: null };
}

/** The same rows as a table; amounts stay numbers. */
function table(
  c: HttpContext,
  rows: readonly Readonly<Record<string, string | number | null>>[],
  amounts: readonly string[],
): Response {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) =>
    columns.map((name): CsvValue => {
      const value = row[name] ?? null;
      return amounts.includes(name) && typeof value === "string" ? { decimal: value } : value;
    }),
  );
  const headers = {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": 'attachment; filename="report.csv"',
  };
  return c.body(writeCsv(columns, lines), 200, headers);
}

/** Refuses a period that runs backwards or is longer than a report goes. */
function within(query: z.output<typeof period>): z.output<typeof period> {
  const { from, to } = query;
  if (from === undefined) return query;
  const last = to ?? toDate(Date.now());
  if (from > last) throw invalid("from", "period_invalid", "It must not begin after its end.");
  const years = Number(last.slice(0, 4)) - Number(from.slice(0, 4));
  if (years > MAX_YEARS) throw invalid("from", "period_too_long", `At most ${MAX_YEARS} years.`);
  return query;
}

const spendingRow = z.object({
  month: z.string(),
  categoryId: z.string().nullable(),
  name: z.string().nullable(),
  group: z.string().nullable(),
  amount: money("Signed: spending is below zero."),
});

const spending = defineRoute(
  { operation: "reportSpending", ...read },
  {
    ...tag,
    method: "get",
    path: "/reports/spending",
    summary: "Spending by category and month",
    description: `The last twelve months, if nothing else is asked for. ${CSV_NOTE}`,
    request: { query: period },
    responses: answer(report("SpendingReport", spendingRow)),
  },
  async (c) => {
    const result = await service.reportSpending(c.get("ctx"), within(c.req.valid("query")));
    const shown = shape(result, ({ month, categoryId, name, group, amount }, say) => ({
      month,
      categoryId: categoryId || null,
      name,
      group,
      amount: say(amount),
    }));
    return wantsCsv(c.req.header("Accept")) ? table(c, shown.data, ["amount"]) : c.json(shown, 200);
  },
);

const flowRow = z.object({
  month: z.string(),
  income: money("What income categories took in."),
  spending: money("Signed: spending is below zero."),
  uncategorised: money("Signed: what has no category yet."),
  net: money("Signed: all of it."),
});

const cashFlow = defineRoute(
  { operation: "reportCashFlow", ...read },
  {
    ...tag,
    method: "get",
    path: "/reports/cash-flow",
    summary: "What came in and went out by month",
    description: `The last twelve months, if nothing else is asked for. ${CSV_NOTE}`,
    request: { query: period },
    responses: answer(report("CashFlowReport", flowRow)),
  },
  async (c) => {
    const shown = shape(await service.reportCashFlow(c.get("ctx"), within(c.req.valid("query"))), (row, say) => ({
      month: row.month,
      income: say(row.income),
      spending: say(row.spending),
      uncategorised: say(row.uncategorised),
      net: say(row.net),
    }));
    const amounts = ["income", "spending", "uncategorised", "net"];
    return wantsCsv(c.req.header("Accept")) ? table(c, shown.data, amounts) : c.json(shown, 200);
  },
);

const worthRow = z.object({
  month: z.string(),
  assets: money("What accounts above zero held at its end."),
  debts: money("What accounts below zero owed; zero or below."),
  net: money("Both together."),
});

const netWorth = defineRoute(
  { operation: "reportNetWorth", ...read },
  {
    ...tag,
    method: "get",
    path: "/reports/net-worth",
    summary: "What you are worth by month",
    description: `Accounts in other currencies count by the rate of the month's end. ${CSV_NOTE}`,
    request: { query: period },
    responses: answer(
      report("NetWorthReport", worthRow).extend({
        unconverted: z.array(z.string()).openapi({ description: "Currencies without a rate, which are left out." }),
      }),
    ),
  },
  async (c) => {
    const result = await service.reportNetWorth(c.get("ctx"), within(c.req.valid("query")));
    const shown = shape(result, ({ month, assets, debts, net }, say) => ({
      month,
      assets: say(assets),
      debts: say(debts),
      net: say(net),
    }));
    if (wantsCsv(c.req.header("Accept"))) return table(c, shown.data, ["assets", "debts", "net"]);
    return c.json({ ...shown, unconverted: [...result.unconverted] }, 200);
  },
);

const averageRow = z.object({
  categoryId: z.string().nullable(),
  name: z.string().nullable(),
  amount: money("Of the month."),
  average: money("Of the months before it."),
  difference: money("Below zero where more was spent than usual."),
});

const averages = defineRoute(
  { operation: "reportAverages", ...read },
  {
    ...tag,
    method: "get",
    path: "/reports/averages",
    summary: "A month against the months before it",
    description: CSV_NOTE,
    request: {
      query: z.strictObject({
        month: monthField,
        months: z.coerce
          .number()
          .int()
          .min(1)
          .max(36)
          .default(6)
          .openapi({ description: "How many before it.", example: 6 }),
      }),
    },
    responses: answer(report("AverageReport", averageRow)),
  },
  async (c) => {
    const { month, months } = c.req.valid("query");
    const shown = shape(await service.reportAverages(c.get("ctx"), month, months), (row, say) => ({
      categoryId: row.categoryId || null,
      name: row.name,
      amount: say(row.amount),
      average: say(row.average),
      difference: say(row.difference),
    }));
    const amounts = ["amount", "average", "difference"];
    return wantsCsv(c.req.header("Accept")) ? table(c, shown.data, amounts) : c.json(shown, 200);
  },
);

const payeeRow = z.object({ payee: z.string(), amount: money("Signed: spending is below zero."), count: z.int() });

const payees = defineRoute(
  { operation: "reportPayees", ...read },
  {
    ...tag,
    method: "get",
    path: "/reports/payees",
    summary: "Whom you paid most",
    description: CSV_NOTE,
    request: {
      query: period.extend({ top: z.coerce.number().int().min(1).max(100).default(10).openapi({ example: 10 }) }),
    },
    responses: answer(report("PayeeReport", payeeRow)),
  },
  async (c) => {
    const { top, ...query } = c.req.valid("query");
    const shown = shape(
      await service.reportPayees(c.get("ctx"), within(query), top),
      ({ payee, amount, count }, say) => ({
        payee,
        amount: say(amount),
        count,
      }),
    );
    return wantsCsv(c.req.header("Accept")) ? table(c, shown.data, ["amount"]) : c.json(shown, 200);
  },
);

const age = z
  .object({
    date: z.string().openapi({ format: "date", example: "2026-11-20" }),
    days: z.int().nullable().openapi({ description: "Null while nothing that came in was spent.", example: 31 }),
  })
  .openapi("AgeOfMoney");

const ageOfMoney = defineRoute(
  { operation: "reportAgeOfMoney", ...read },
  {
    ...tag,
    method: "get",
    path: "/reports/age-of-money",
    summary: "How old your money is when you spend it",
    description: "The mean over the last ten days with spending, where the oldest money goes first.",
    request: { query: z.strictObject({ date: dateField.optional() }) },
    responses: { 200: jsonAnswer("In days.", age) },
  },
  async (c) => c.json(await service.reportAgeOfMoney(c.get("ctx"), c.req.valid("query").date), 200),
);

export const reportRoutes = [spending, cashFlow, netWorth, averages, payees, ageOfMoney] as const;
