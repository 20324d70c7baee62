import { DAY, toDate } from "#kernel/time";
import type { Budget, Category, Transaction } from "#modules/budget";
import { getBudget, listAccounts, listCategories, listGoals, listTransactions, writeAmount } from "#modules/budget";
import type { Ctx } from "#platform/ctx";

/** The figures of whoever acts, as answers are made from them: minor units, with what writes them. */

export interface CategoryFigures {
  readonly id: string;
  readonly name: string;
  readonly kind: "expense" | "income";
  readonly assigned: number;
  /** Above zero what was spent, or what came in. */
  readonly moved: number;
  readonly available: number;
}

export interface MonthFigures {
  readonly month: string;
  readonly budget: Budget;
  readonly categories: readonly CategoryFigures[];
  /** Whether anything at all has happened in it. */
  readonly empty: boolean;
}

const MAX_CATEGORIES = 300;
const PAGE = 100;

async function allCategories(ctx: Ctx): Promise<Category[]> {
  const found: Category[] = [];
  let after: string | null = null;
  while (found.length < MAX_CATEGORIES) {
    const page = await listCategories(ctx, null, { limit: PAGE, after });
    found.push(...page.data);
    after = page.nextCursor === null ? null : (page.data.at(-1)?.id ?? null);
    if (after === null) break;
  }
  return found;
}

export async function readMonth(ctx: Ctx, month: string): Promise<MonthFigures> {
  const [budget, categories] = await Promise.all([getBudget(ctx, month), allCategories(ctx)]);
  const names = new Map<string, string>(categories.map(({ id, name }) => [id, name]));
  const rows = budget.categories.map(({ categoryId, kind, assigned, spent, available }) => ({
    id: categoryId,
    name: plain(names.get(categoryId) ?? "another category"),
    kind,
    assigned,
    moved: kind === "expense" ? -spent : spent,
    available,
  }));
  const empty = rows.every(({ assigned, moved, available }) => assigned === 0 && moved === 0 && available === 0);
  return { month, budget, categories: rows, empty: empty && budget.income === 0 };
}

export interface NetWorth {
  readonly asset: string;
  readonly amount: string;
  readonly accounts: number;
}

/** What the accounts hold, by asset. */
export async function readNetWorth(ctx: Ctx): Promise<readonly NetWorth[]> {
  const { data } = await listAccounts(ctx, { limit: PAGE, after: null });
  const open = data.filter(({ closed }) => !closed);
  return [...Map.groupBy(open, ({ asset }) => asset)].map(([asset, accounts]) => ({
    asset,
    amount: write(
      accounts.reduce((sum, { balance }) => sum + balance, 0),
      asset,
    ),
    accounts: accounts.length,
  }));
}

export interface TransactionQuery {
  readonly month: string;
  readonly categoryId?: string | undefined;
  readonly text?: string | undefined;
  readonly limit: number;
}

export interface TransactionFigures {
  readonly date: string;
  readonly payee: string;
  readonly amount: string;
}

/** Transactions of a month, newest first. What others have written is cut and cleaned, and is never more than data. */
export async function readTransactions(ctx: Ctx, query: TransactionQuery): Promise<readonly TransactionFigures[]> {
  const { limit, ...filter } = query;
  const { data } = await listTransactions(ctx, filter, { limit, after: null });
  return data.map((row: Transaction) => ({
    date: row.date,
    payee: plain(row.payee ?? "nobody named"),
    amount: write(row.amount, row.asset),
  }));
}

export interface GoalFigures {
  readonly name: string;
  readonly target: string;
  readonly saved: string;
  readonly missing: string;
  readonly targetDate: string;
  /** What to give it this month, so that the months that are left share what is missing. */
  readonly suggestedThisMonth: string;
}

/** What is being saved for, as it stands today. */
export async function readGoals(ctx: Ctx): Promise<readonly GoalFigures[]> {
  const { data } = await listGoals(ctx, { limit: PAGE, after: null });
  return data.map(({ name, target, saved, remaining, targetDate, suggested, asset }) => ({
    name: plain(name),
    target: write(target, asset.code),
    saved: write(saved, asset.code),
    missing: write(remaining, asset.code),
    targetDate,
    suggestedThisMonth: write(suggested, asset.code),
  }));
}

/** Text by others, as it may be quoted: one line, and not long. */
export function plain(text: string): string {
  const clean = text
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return clean.length <= 60 ? clean : `${clean.slice(0, 59)}…`;
}

export function write(minor: number, asset: string): string {
  return `${writeAmount(minor, asset)} ${asset}`;
}

export function monthAt(time: number): string {
  return toDate(time).slice(0, 7);
}

/** So many months after another one. */
export function shiftMonth(month: string, by: number): string {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  return monthAt(Date.UTC(year, number - 1 + by, 15));
}

const NAMES = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

export function nameMonth(month: string): string {
  const [year = "", number = "1"] = month.split("-");
  return `${NAMES[Number(number) - 1] ?? ""} ${year}`;
}

/** Which month a question speaks of; the present one where it names none. */
export function monthIn(question: string, now: number): string {
  const present = monthAt(now);
  const written = /\b(20[0-9]{2}-(?:0[1-9]|1[0-2]))\b/.exec(question)?.[1];
  if (written !== undefined) return written;
  if (/\b(?:last|previous) month\b/i.test(question)) return shiftMonth(present, -1);
  if (/\bnext month\b/i.test(question)) return shiftMonth(present, 1);
  const named = NAMES.findIndex((name) =>
    new RegExp(String.raw`\b(?:in|for|of|during|since)\s+${name}\b`, "i").test(question),
  );
  if (named < 0) return present;
  const year = /\b(20[0-9]{2})\b/.exec(question)?.[1] ?? present.slice(0, 4);
  const month = `${year}-${String(named + 1).padStart(2, "0")}`;
  return month > present && !question.includes(year) ? `${Number(year) - 1}-${month.slice(5)}` : month;
}

/** How much of a month is over: days gone, today among them, of all. */
export function progressOf(month: string, now: number): { readonly gone: number; readonly days: number } {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  const [start, end] = [Date.UTC(year, number - 1, 1), Date.UTC(year, number, 1)];
  const days = Math.round((end - start) / DAY);
  return { days, gone: Math.max(0, Math.min(days, Math.ceil((now + 1 - start) / DAY))) };
}
