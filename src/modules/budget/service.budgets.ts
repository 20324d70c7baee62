import type { Asset } from "#kernel/money";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { readAmount } from "#platform/http/money";
import { problems } from "./errors.ts";
import * as allocations from "./repository.allocations.ts";
import { readBooks } from "./repository.books.ts";
import * as repository from "./repository.months.ts";
import type { MonthlyBudget } from "./rules.envelope.ts";
import { computeBudget } from "./rules.envelope.ts";
import { expense, invalid } from "./service.allocations.ts";
import { getCategory } from "./service.categories.ts";
import { assetOf, readOpening } from "./service.opening.ts";

export interface Budget extends MonthlyBudget {
  readonly month: string;
  readonly note: string | null;
  readonly asset: Asset;
  /** What has come in or gone out without a category, and so stands outside the budget. */
  readonly uncategorised: number;
}

/** A month as it follows from all that came before it. */
export async function getBudget(ctx: Ctx, month: string): Promise<Budget> {
  const { books, asset, note } = await readBooks(ctx, customerOf(ctx), month);
  const uncategorised = books.activity.get("")?.[month] ?? 0;
  try {
    return { month, note, asset: await assetOf(ctx, asset), uncategorised, ...computeBudget(books, month) };
  } catch (error) {
    if (error instanceof RangeError) throw problems.amountsOutOfRange({ cause: error });
    throw error;
  }
}

export interface UpdateBudget {
  readonly note?: string | null | undefined;
  readonly income?: string | null | undefined;
  readonly held?: string | null | undefined;
}

/** Changes what a month says for itself; what is left out stays, and null takes it away. */
export async function updateBudget(ctx: Ctx, month: string, input: UpdateBudget): Promise<Budget> {
  const { asset, statements } = await readOpening(ctx);
  const read = (text: string | null | undefined, path: string): number | null | undefined =>
    typeof text === "string" ? readAmount(text, asset, { zero: true, path }) : text;
  const change = { month, note: input.note, income: read(input.income, "income"), held: read(input.held, "held") };
  await commit(ctx, [...statements, repository.putMonth(ctx, customerOf(ctx), change)]);
  return await getBudget(ctx, month);
}

export interface SetCarry {
  readonly month: string;
  readonly categoryId: string;
  readonly carryOverspending: boolean;
}

export async function setCarry(ctx: Ctx, { month, categoryId, carryOverspending }: SetCarry): Promise<Budget> {
  const { id } = await getCategory(ctx, categoryId);
  const carry = { categoryId: id, month, carry: carryOverspending };
  await commit(ctx, [repository.putCarry(ctx, customerOf(ctx), carry)]);
  return await getBudget(ctx, month);
}

export interface CopyBudget {
  readonly from: string;
  readonly to: string;
}

/** Assigns to each category what another month assigned; categories without an allocation there keep theirs. */
export const copyBudget = once(async (ctx: Ctx, { from, to }: CopyBudget): Promise<string> => {
  const userId = customerOf(ctx);
  if (from === to) throw invalid("month", "month_same", "Copy from another month.");
  const { statements } = await readOpening(ctx);
  const source = await allocations.readMonth(ctx, userId, from);
  const rows = source.map(({ categoryId, amount }) => ({ id: ctx.newId("alloc"), month: to, categoryId, amount }));
  await commit(ctx, [...statements, allocations.putAllocations(ctx, userId, rows)], { result: to });
  return to;
});

export interface MoveMoney {
  readonly month: string;
  /** Null stands for what is to be budgeted. */
  readonly from: string | null;
  readonly to: string | null;
  readonly amount: string;
}

/** Moves money from one category to another, or from and to what is not budgeted yet. */
export const moveMoney = once(async (ctx: Ctx, { month, from, to, amount }: MoveMoney): Promise<string> => {
  const userId = customerOf(ctx);
  const { asset, statements } = await readOpening(ctx);
  const minor = readAmount(amount, asset);
  if (from === to) throw invalid("to", "category_same", "Move to another category.");
  const moves = [];
  for (const [id, signed] of [
    [from, -minor],
    [to, minor],
  ] as const) {
    if (id === null) continue;
    const categoryId = expense(await getCategory(ctx, id)).id;
    moves.push(allocations.addToAllocation(ctx, userId, { id: ctx.newId("alloc"), month, categoryId, amount: signed }));
  }
  await commit(ctx, [...statements, ...moves], { result: month });
  return month;
});
