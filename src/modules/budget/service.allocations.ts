import type { Id } from "#kernel/ids";
import type { Asset } from "#kernel/money";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { readAmount } from "#platform/http/money";
import { http } from "#platform/http/problems";
import { currencyOf } from "./currencies.ts";
import { problems } from "./errors.ts";
import type { Allocation } from "./repository.allocations.ts";
import * as repository from "./repository.allocations.ts";
import type { Category } from "./repository.categories.ts";
import { readCategories } from "./repository.categories.ts";
import { getCategory } from "./service.categories.ts";
import { readOpening } from "./service.opening.ts";

export type { Allocation } from "./repository.allocations.ts";

/** Allocations, newest first; of one month or of all. */
export async function listAllocations(ctx: Ctx, month: string | null, page: PageRequest): Promise<Page<Allocation>> {
  const rows = await repository.listAllocations(ctx, { userId: customerOf(ctx), month }, page);
  return toPage(rows, page, (row) => row.id);
}

export interface CreateAllocation {
  readonly month: string;
  readonly categoryId: string;
  readonly amount: string;
}

export const createAllocation = once(async (ctx: Ctx, input: CreateAllocation): Promise<Allocation> => {
  const userId = customerOf(ctx);
  const { asset, statements } = await readOpening(ctx);
  const amount = readAssigned(input.amount, asset);
  const category = expense(await getCategory(ctx, input.categoryId));
  const row = { id: ctx.newId("alloc"), month: input.month, categoryId: category.id, amount };
  const result: Allocation = { ...row, asset: asset.code };
  await commit(ctx, [...statements, repository.insertAllocation(ctx, userId, row)], {
    result,
    refusals: {
      [repository.ALLOCATION_CELL]: () =>
        problems.allocationExists({ detail: "Change it with PATCH, or replace several with PUT /allocations." }),
    },
  });
  return result;
});

export interface PutAllocations {
  readonly month: string;
  readonly allocations: readonly { readonly categoryId: string; readonly amount: string }[];
}

/** Assigns to several categories of a month at once: all or none. Categories that are not named keep what they have. */
export async function putAllocations(ctx: Ctx, input: PutAllocations): Promise<Allocation[]> {
  const userId = customerOf(ctx);
  const { asset, statements } = await readOpening(ctx);
  const amounts = input.allocations.map(({ amount }, index) =>
    readAssigned(amount, asset, `allocations.${index}.amount`),
  );
  refuseTwice(input.allocations.map(({ categoryId }) => categoryId));
  const known = new Map((await readCategories(ctx, userId)).map((category) => [category.id as string, category]));
  const rows = input.allocations.map(({ categoryId }, index) => {
    const category = known.get(categoryId);
    if (!category) throw problems.categoryNotFound();
    return {
      id: ctx.newId("alloc"),
      month: input.month,
      categoryId: expense(category).id,
      amount: amounts[index] ?? 0,
    };
  });
  await commit(ctx, [...statements, repository.putAllocations(ctx, userId, rows)]);
  return (await repository.readMonth(ctx, userId, input.month)).map((row) => ({ ...row, asset: asset.code }));
}

/** Assigns to one category, in the place of what it had. */
export async function setAllocation(ctx: Ctx, input: CreateAllocation): Promise<Allocation> {
  const { month, categoryId, amount } = input;
  const rows = await putAllocations(ctx, { month, allocations: [{ categoryId, amount }] });
  const row = rows.find((each) => each.categoryId === categoryId);
  if (!row) throw problems.allocationNotFound();
  return row;
}

export async function updateAllocation(ctx: Ctx, id: Id<"alloc">, text: string): Promise<Allocation> {
  const before = await getAllocation(ctx, id);
  const amount = readAssigned(text, currencyOf(before.asset));
  await commit(ctx, repository.updateAllocation(ctx, id, amount), {
    refusals: { budget_allocation_gone: problems.allocationNotFound },
  });
  return { ...before, amount };
}

export async function deleteAllocation(ctx: Ctx, id: Id<"alloc">): Promise<void> {
  await getAllocation(ctx, id);
  await commit(ctx, repository.deleteAllocation(ctx, id), {
    refusals: { budget_allocation_gone: problems.allocationNotFound },
  });
}

async function getAllocation(ctx: Ctx, id: Id<"alloc">): Promise<Allocation> {
  const row = await repository.findAllocation(ctx, id);
  if (row?.userId !== customerOf(ctx)) throw problems.allocationNotFound();
  const { userId: _userId, ...allocation } = row;
  return allocation;
}

function readAssigned(text: string, asset: Asset, path = "amount"): number {
  return readAmount(text, asset, { zero: true, path });
}

/** Money is assigned to what is spent on; income is what is assigned. */
export function expense(category: Category): Category {
  if (category.kind === "expense") return category;
  throw invalid("categoryId", "category_not_expense", "Money is assigned to categories of expenses.");
}

function refuseTwice(ids: readonly string[]): void {
  if (new Set(ids).size < ids.length) throw invalid("allocations", "category_twice", "Each category once.");
}

export function invalid(path: string, code: string, message: string): Error {
  return http.validationFailed({ detail: `${path}: ${message}`, code, errors: [{ path, code, message }] });
}
