import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { fromDayNumber, toDate, toDayNumber } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { readAmount } from "#platform/http/money";
import { currencyOf } from "./currencies.ts";
import { problems } from "./errors.ts";
import { actFor, defaultAccountOf } from "./owner.ts";
import type { Account, Shelf } from "./repository.accounts.ts";
import type { Series } from "./repository.recurring.ts";
import * as repository from "./repository.recurring.ts";
import { insertTransactions } from "./repository.transactions.ts";
import { occurrences, parseRule } from "./rules.recurrence.ts";
import { invalid } from "./service.allocations.ts";
import { composeTransaction, knownCategory, openAccount } from "./service.compose.ts";
import { readDrawer } from "./service.transactions.ts";

export type { Series } from "./repository.recurring.ts";

export interface CreateSeries {
  readonly accountId?: string | undefined;
  readonly rrule: string;
  readonly startDate: string;
  readonly amount: string;
  readonly payee?: string | null | undefined;
  readonly categoryId?: string | null | undefined;
  readonly notes?: string | null | undefined;
}

/** A series with what its account is counted in. */
export interface ShownSeries extends Series {
  readonly asset: string;
}

const FAR = "2199-12-31";

/** The first day of a series that is not before another; null where none is left. */
function nextDay({ rrule, startDate }: Pick<Series, "rrule" | "startDate">, from: string): string | null {
  const rule = parseRule(rrule);
  if (!rule) return null;
  const near = fromDayNumber(toDayNumber(from) + 800);
  const span = (to: string) => occurrences(rule, startDate, { from, to })[0];
  return span(near) ?? span(FAR) ?? null;
}

function checkRule(rrule: string): void {
  if (!parseRule(rrule))
    throw invalid("rrule", "rrule_invalid", "A rule of RFC 5545, such as FREQ=MONTHLY;BYMONTHDAY=-1.");
}

export const createSeries = once(async (ctx: Ctx, input: CreateSeries): Promise<ShownSeries> => {
  const userId = customerOf(ctx);
  const { shelf, opening } = await readDrawer(ctx);
  const account = openAccount(shelf, input.accountId ?? defaultAccountOf(userId));
  const { payee = null, categoryId = null, notes = null, rrule, startDate } = input;
  checkRule(rrule);
  const amount = readAmount(input.amount, currencyOf(account.asset), { signed: true });
  const series: Series = {
    id: ctx.newId("rec"),
    userId,
    accountId: account.id,
    rrule,
    startDate,
    amount,
    payee,
    categoryId: knownCategory(shelf, categoryId),
    notes,
    nextDate: nextDay({ rrule, startDate }, startDate),
    createdAt: ctx.now(),
  };
  const result = { ...series, asset: account.asset };
  await commit(ctx, [...opening.statements, repository.insertSeries(ctx, series)], { result });
  return result;
});

export type UpdateSeries = { readonly [K in keyof CreateSeries]?: CreateSeries[K] | undefined };

/**
 * Changes what a series enters from now on. Another rule or start counts from tomorrow, or from the first day that is
 * still to be entered, so that no day is entered twice.
 */
export async function updateSeries(ctx: Ctx, id: Id<"rec">, input: UpdateSeries): Promise<ShownSeries> {
  const before = await repository.findSeries(ctx, id);
  if (before?.userId !== customerOf(ctx)) throw problems.recurringNotFound();
  const { shelf } = await readDrawer(ctx);
  const account = openAccount(shelf, input.accountId ?? before.accountId);
  const changed: Series = { ...before, ...readChanges(shelf, account, { before, input }), accountId: account.id };
  const moved = input.rrule !== undefined || input.startDate !== undefined;
  const series = moved ? { ...changed, nextDate: nextDay(changed, firstOpenDay(ctx, before)) } : changed;
  await commit(ctx, repository.replaceSeries(ctx, series, before), {
    refusals: { budget_series_moved: problems.changedMeanwhile },
  });
  return { ...series, asset: account.asset };
}

function readChanges(
  shelf: Shelf,
  account: Account,
  { before, input }: { readonly before: Series; readonly input: UpdateSeries },
): Partial<Series> {
  if (input.amount === undefined && shelf.accounts.get(before.accountId)?.asset !== account.asset)
    throw invalid("amount", "required", "An account in another asset needs an amount in it.");
  const { amount, categoryId, ...words } = given(input);
  if (words.rrule !== undefined) checkRule(words.rrule);
  return {
    ...words,
    ...(amount === undefined ? {} : { amount: readAmount(amount, currencyOf(account.asset), { signed: true }) }),
    ...(categoryId === undefined ? {} : { categoryId: knownCategory(shelf, categoryId) }),
  };
}

/** The first day on which a changed rule may enter something. */
function firstOpenDay(ctx: Ctx, { nextDate }: Series): string {
  const today = toDate(ctx.now());
  return nextDate !== null && nextDate <= today ? nextDate : fromDayNumber(toDayNumber(today) + 1);
}

export async function listSeries(ctx: Ctx, page: PageRequest): Promise<Page<ShownSeries>> {
  const [rows, { shelf }] = await Promise.all([repository.listSeries(ctx, customerOf(ctx), page), readDrawer(ctx)]);
  const shown = rows.map((row) => ({ ...row, asset: shelf.accounts.get(row.accountId)?.asset ?? "USD" }));
  return toPage(shown, page, (row) => row.id);
}

export async function deleteSeries(ctx: Ctx, id: Id<"rec">): Promise<void> {
  await commit(ctx, repository.deleteSeries(ctx, customerOf(ctx), id), {
    refusals: { budget_series_gone: problems.recurringNotFound },
  });
}

export interface Forecast {
  readonly date: string;
  readonly series: ShownSeries;
}

const MOST_SERIES = 500;

/** What the series will bring in the next days, soonest first. */
export async function forecast(ctx: Ctx, days: number): Promise<Forecast[]> {
  const { data } = await listSeries(ctx, { limit: MOST_SERIES, after: null });
  const today = toDate(ctx.now());
  const to = fromDayNumber(toDayNumber(today) + days);
  return data
    .flatMap((series) => {
      const rule = parseRule(series.rrule);
      if (!rule || series.nextDate === null) return [];
      return occurrences(rule, series.startDate, { from: series.nextDate, to }).map((date) => ({ date, series }));
    })
    .toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

const AT_ONCE = 200;

/** Enters the transactions of all series whose day has come, each day of each once. */
export async function postDue(ctx: Ctx): Promise<void> {
  const today = toDate(ctx.now());
  for (const series of await repository.listDueSeries(ctx, today, AT_ONCE)) {
    await post(ctx, series, today).catch((error: unknown) => {
      ctx.log.warn("A series could not be entered.", { target: series.id, error });
    });
  }
}

const DAYS_AT_ONCE = 400;

/** Acts for the owner of the series, who has asked for it. A series whose account is closed waits. */
async function post(ctx: Ctx, series: Series, today: string): Promise<void> {
  const rule = parseRule(series.rrule);
  const owner = actFor(ctx, series.userId);
  const drawer = await readDrawer(owner);
  const account = openAccount(drawer.shelf, series.accountId);
  const due = rule ? occurrences(rule, series.startDate, { from: series.nextDate ?? today, to: today }) : [];
  const dates = due.slice(0, DAYS_AT_ONCE);
  const { amount, payee, categoryId, notes } = series;
  const words = { payee, categoryId, notes, cleared: false, splits: [] };
  const rows = dates.map((date) => ({
    ...composeTransaction(owner, drawer, { account, other: null, date, amount, ...words }),
    recurringId: series.id,
    occurrence: date,
  }));
  const next = nextDay(series, fromDayNumber(toDayNumber(dates.at(-1) ?? today) + 1));
  await commit(owner, [...repository.moveSeries(owner, series, next), ...insertTransactions(owner, rows)]);
}
