import type { Asset } from "#kernel/money";
import { addMonths, toDate } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { currencyOf } from "./currencies.ts";
import { problems } from "./errors.ts";
import { findProfile } from "./repository.books.ts";
import type { AccountMonth, CategoryMonth, PayeeTotal } from "./repository.reports.ts";
import * as repository from "./repository.reports.ts";
import { plus } from "./rules.envelope.ts";
import type { DatedRate } from "./rules.rates.ts";
import { convert, rateOn } from "./rules.rates.ts";
import { ageOfMoney, monthsBetween } from "./rules.reports.ts";
import { assetOf } from "./service.opening.ts";

export interface Report<Row> {
  readonly asset: Asset;
  readonly from: string;
  readonly to: string;
  readonly rows: readonly Row[];
}

export interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The months that a report covers: the last twelve, if nothing is said. */
function periodOf(ctx: Ctx, { from, to }: Period): { from: string; to: string } {
  const last = to ?? toDate(ctx.now()).slice(0, 7);
  return { from: from ?? addMonths(last, -11), to: last };
}

async function assetAnd<T>(ctx: Ctx, work: Promise<T>): Promise<[Asset, T]> {
  const [profile, result] = await Promise.all([findProfile(ctx, customerOf(ctx)), guarded(work)]);
  return [await assetOf(ctx, profile?.asset ?? null), result];
}

async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RangeError) throw problems.amountsOutOfRange({ cause: error });
    throw error;
  }
}

export type SpendingRow = CategoryMonth;

/** Spending by category and month, newest month first. What has no category counts where it went out. */
export async function reportSpending(ctx: Ctx, period: Period): Promise<Report<SpendingRow>> {
  const span = periodOf(ctx, period);
  const [asset, rows] = await assetAnd(ctx, repository.sumByCategory(ctx, { userId: customerOf(ctx), ...span }));
  return { asset, ...span, rows: rows.filter(({ kind }) => kind !== "income") };
}

export interface CashFlowRow {
  readonly month: string;
  readonly income: number;
  readonly spending: number;
  readonly uncategorised: number;
  readonly net: number;
}

/** What came in and went out, month by month, newest first. */
export async function reportCashFlow(ctx: Ctx, period: Period): Promise<Report<CashFlowRow>> {
  const span = periodOf(ctx, period);
  const [asset, sums] = await assetAnd(ctx, repository.sumByCategory(ctx, { userId: customerOf(ctx), ...span }));
  const byMonth = Map.groupBy(sums, ({ month }) => month);
  const total = (month: string, kind: CategoryMonth["kind"]): number =>
    (byMonth.get(month) ?? []).filter((row) => row.kind === kind).reduce((sum, row) => sum + row.amount, 0);
  const rows = monthsBetween(span.from, span.to).map((month) => {
    const [income, spending, uncategorised] = [total(month, "income"), total(month, "expense"), total(month, null)];
    return { month, income, spending, uncategorised, net: income + spending + uncategorised };
  });
  return { asset, ...span, rows: rows.toReversed() };
}

export interface NetWorthRow {
  readonly month: string;
  readonly assets: number;
  readonly debts: number;
  readonly net: number;
}

export interface NetWorth extends Report<NetWorthRow> {
  /** Currencies that no rate is known for, and that are left out. */
  readonly unconverted: readonly string[];
}

/** What all accounts held at the end of each month, newest first, in the budget's currency by the rate of that day. */
export async function reportNetWorth(ctx: Ctx, period: Period): Promise<NetWorth> {
  const span = periodOf(ctx, period);
  const { months, rates, asset: known } = await repository.sumByAccount(ctx, { userId: customerOf(ctx), to: span.to });
  const asset = await assetOf(ctx, known);
  const byMonth = Map.groupBy(months, ({ month }) => month);
  const before = [...byMonth.keys()].filter((month) => month < span.from).toSorted();
  const balances = new Map<string, Balance>();
  const unconverted = new Set<string>();
  const rows: NetWorthRow[] = [];
  for (const month of [...before, ...monthsBetween(span.from, span.to)]) {
    for (const change of byMonth.get(month) ?? []) move(balances, change);
    if (month < span.from) continue;
    const worths = [...balances.values()].map((balance) => worthOf(balance, { asset, month, rates, unconverted }));
    const assets = worths.filter((worth) => worth > 0).reduce((sum, worth) => sum + worth, 0);
    const debts = worths.filter((worth) => worth < 0).reduce((sum, worth) => sum + worth, 0);
    rows.push({ month, assets, debts, net: assets + debts });
  }
  return { asset, ...span, rows: rows.toReversed(), unconverted: [...unconverted].toSorted() };
}

interface Balance {
  readonly asset: string;
  readonly amount: number;
}

function move(balances: Map<string, Balance>, { accountId, asset, amount }: AccountMonth): void {
  balances.set(accountId, { asset, amount: (balances.get(accountId)?.amount ?? 0) + amount });
}

interface Valuation {
  readonly asset: Asset;
  readonly month: string;
  readonly rates: readonly DatedRate[];
  readonly unconverted: Set<string>;
}

function worthOf(balance: Balance, { asset, month, rates, unconverted }: Valuation): number {
  if (balance.asset === asset.code || balance.amount === 0) return balance.amount;
  const rate = rateOn(rates, balance.asset, `${month}-31`);
  if (rate === null) unconverted.add(balance.asset);
  const fromScale = currencyOf(balance.asset).scale;
  return rate === null ? 0 : convert(balance.amount, { rate, fromScale, toScale: asset.scale });
}

export interface AverageRow {
  readonly categoryId: string;
  readonly name: string | null;
  readonly amount: number;
  /** Of the months before, rounded towards zero. */
  readonly average: number;
  readonly difference: number;
}

/** A month's spending by category against the mean of the months before it. */
export async function reportAverages(ctx: Ctx, month: string, count: number): Promise<Report<AverageRow>> {
  const span = { from: addMonths(month, -count), to: month };
  const [asset, sums] = await assetAnd(ctx, repository.sumByCategory(ctx, { userId: customerOf(ctx), ...span }));
  const groups = Map.groupBy(
    sums.filter(({ kind }) => kind !== "income"),
    ({ categoryId }) => categoryId,
  );
  const rows = Array.from(groups, ([categoryId, cells]) => {
    const amount = cells.find((cell) => cell.month === month)?.amount ?? 0;
    const earlier = cells.reduce((sum, cell) => plus(sum, cell.month === month ? 0 : cell.amount), 0);
    const average = Math.trunc(earlier / count);
    return { categoryId, name: cells[0]?.name ?? null, amount, average, difference: amount - average };
  });
  return { asset, ...span, rows: rows.toSorted((a, b) => a.difference - b.difference) };
}

/** Whom most was paid to. */
export async function reportPayees(ctx: Ctx, period: Period, limit: number): Promise<Report<PayeeTotal>> {
  const span = periodOf(ctx, period);
  const days = { from: `${span.from}-01`, to: `${span.to}-31` };
  const userId = customerOf(ctx);
  const [asset, rows] = await assetAnd(ctx, repository.sumByPayee(ctx, { userId, ...days }, limit));
  return { asset, ...span, rows };
}

export async function reportAgeOfMoney(
  ctx: Ctx,
  date: string | undefined,
): Promise<{ date: string; days: number | null }> {
  const to = date ?? toDate(ctx.now());
  const flows = await repository.sumByDay(ctx, { userId: customerOf(ctx), to });
  return { date: to, days: ageOfMoney(flows) };
}
