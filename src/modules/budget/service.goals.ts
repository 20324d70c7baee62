import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import type { Asset } from "#kernel/money";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { toDate } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { readAmount } from "#platform/http/money";
import { problems } from "./errors.ts";
import type { GoalRow } from "./repository.goals.ts";
import * as repository from "./repository.goals.ts";
import { monthsLeft, suggestSaving } from "./rules.reports.ts";
import { expense } from "./service.allocations.ts";
import type { Budget } from "./service.budgets.ts";
import { getBudget } from "./service.budgets.ts";
import { getCategory } from "./service.categories.ts";
import { readOpening } from "./service.opening.ts";

export interface Goal extends GoalRow {
  readonly asset: Asset;
  readonly remaining: number;
  /** What to give its category this month, so that the months that are left share what is missing. */
  readonly suggested: number;
  readonly monthsLeft: number;
}

export async function listGoals(ctx: Ctx, page: PageRequest): Promise<Page<Goal>> {
  const rows = await repository.listGoals(ctx, customerOf(ctx), page);
  const budget = await currentBudget(ctx);
  const { data, nextCursor } = toPage(rows, page, (row) => row.id);
  return { data: data.map((row) => measure(row, budget)), nextCursor };
}

async function currentBudget(ctx: Ctx): Promise<Budget> {
  return await getBudget(ctx, toDate(ctx.now()).slice(0, 7));
}

/** A goal against this month: what its category holds, and what it held before this month gave anything. */
function measure(row: GoalRow, { categories, asset, month }: Budget): Goal {
  const envelope = categories.find(({ categoryId }) => categoryId === row.categoryId);
  const saved = envelope ? envelope.available : row.saved;
  const before = envelope ? envelope.available - envelope.assigned : row.saved;
  const months = monthsLeft(month, row.targetDate);
  const suggested = suggestSaving(row.target, before, months);
  return { ...row, saved, asset, remaining: Math.max(0, row.target - saved), suggested, monthsLeft: months };
}

export interface CreateGoal {
  readonly name: string;
  readonly categoryId?: string | null | undefined;
  readonly targetAmount: string;
  readonly targetDate: string;
  readonly savedAmount?: string | undefined;
}

export const createGoal = once(async (ctx: Ctx, input: CreateGoal): Promise<Goal> => {
  const { asset, statements } = await readOpening(ctx);
  const now = ctx.now();
  const row: GoalRow = {
    id: ctx.newId("goal"),
    userId: customerOf(ctx),
    name: input.name,
    categoryId: null,
    target: 0,
    saved: 0,
    targetDate: input.targetDate,
    createdAt: now,
    updatedAt: now,
    ...(await readChanges(ctx, asset, input)),
  };
  const goal = measure(row, await currentBudget(ctx));
  await commit(ctx, [...statements, repository.insertGoal(ctx, row)], { result: goal });
  return goal;
});

export type UpdateGoal = { readonly [K in keyof CreateGoal]?: CreateGoal[K] | undefined };

async function readChanges(ctx: Ctx, asset: Asset, input: UpdateGoal): Promise<Partial<GoalRow>> {
  const { targetAmount, savedAmount, categoryId, ...words } = input;
  if (typeof categoryId === "string") expense(await getCategory(ctx, categoryId));
  return {
    ...given(words),
    ...given({ categoryId }),
    ...(targetAmount === undefined ? {} : { target: readAmount(targetAmount, asset, { path: "targetAmount" }) }),
    ...(savedAmount === undefined
      ? {}
      : { saved: readAmount(savedAmount, asset, { zero: true, path: "savedAmount" }) }),
  };
}

async function findOwn(ctx: Ctx, id: string): Promise<GoalRow> {
  const row = await repository.findGoal(ctx, id);
  if (row?.userId !== customerOf(ctx)) throw problems.goalNotFound();
  return row;
}

export async function updateGoal(ctx: Ctx, id: Id<"goal">, input: UpdateGoal): Promise<Goal> {
  const before = await findOwn(ctx, id);
  const { asset } = await readOpening(ctx);
  const row = { ...before, ...(await readChanges(ctx, asset, input)), updatedAt: ctx.now() };
  await commit(ctx, repository.updateGoal(ctx, row), { refusals: { budget_goal_gone: problems.goalNotFound } });
  return measure(row, await currentBudget(ctx));
}

export async function deleteGoal(ctx: Ctx, id: Id<"goal">): Promise<void> {
  await findOwn(ctx, id);
  await commit(ctx, [repository.deleteGoal(ctx, id)]);
}
