import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Category } from "./repository.categories.ts";
import * as repository from "./repository.categories.ts";
import type { CategoryKind } from "./rules.envelope.ts";
import { foldText } from "./rules.text.ts";
import { readOpening } from "./service.opening.ts";

export type { Category } from "./repository.categories.ts";

const NAME_COLUMNS = "budget_categories.user_id, budget_categories.folded";
const FOREIGN_KEY = "FOREIGN KEY constraint failed";

export async function listCategories(ctx: Ctx, archived: boolean | null, page: PageRequest): Promise<Page<Category>> {
  const rows = await repository.listCategories(ctx, { userId: customerOf(ctx), archived }, page);
  return toPage(rows, page, (row) => row.id);
}

export interface CreateCategory {
  readonly name: string;
  readonly group?: string | undefined;
  readonly kind?: CategoryKind | undefined;
  readonly icon?: string | null | undefined;
  readonly position?: number | undefined;
  readonly archived?: boolean | undefined;
}

const DEFAULT_GROUPS = { expense: "Everyday", income: "Income" } as const;

export const createCategory = once(async (ctx: Ctx, input: CreateCategory): Promise<Category> => {
  const opening = await readOpening(ctx);
  const category = newCategory(ctx, input);
  await commit(ctx, [...opening.statements, ...repository.insertCategory(ctx, category)], {
    result: category,
    refusals: { [NAME_COLUMNS]: nameTaken, budget_categories_full: problems.tooMany },
  });
  return category;
});

/** A category of the caller's that is about to be put down. */
export function newCategory(ctx: Ctx, input: CreateCategory): Category {
  const { name, kind = "expense", group = DEFAULT_GROUPS[kind], icon = null, position = 0, archived = false } = input;
  const now = ctx.now();
  const id = ctx.newId("cat");
  const userId = customerOf(ctx);
  const folded = foldText(name);
  return { id, userId, name, folded, group, kind, icon, position, archived, createdAt: now, updatedAt: now };
}

function nameTaken(): Error & ReturnType<typeof problems.categoryExists> {
  return problems.categoryExists({ detail: "Choose another name, or archive the other category." });
}

export async function getCategory(ctx: Ctx, id: string): Promise<Category> {
  const category = await repository.findCategory(ctx, id as Id<"cat">);
  if (category?.userId !== customerOf(ctx)) throw problems.categoryNotFound();
  return category;
}

type Undefinable<T> = { readonly [K in keyof T]?: T[K] | undefined };
export type UpdateCategory = Undefinable<Omit<CreateCategory, "kind">>;

export async function updateCategory(ctx: Ctx, id: Id<"cat">, changes: UpdateCategory): Promise<Category> {
  const before = await getCategory(ctx, id);
  const merged: Category = { ...before, ...given(changes), updatedAt: ctx.now() };
  const category = { ...merged, folded: foldText(merged.name) };
  await commit(ctx, repository.updateCategory(ctx, category), {
    refusals: { [NAME_COLUMNS]: nameTaken, budget_category_gone: problems.categoryNotFound },
  });
  return category;
}

/** Removes a category; what stands in it goes to another one, or the removal is refused. */
export async function deleteCategory(ctx: Ctx, id: Id<"cat">, moveTo: Id<"cat"> | null): Promise<void> {
  const category = await getCategory(ctx, id);
  const heir = moveTo === null ? null : await getCategory(ctx, moveTo);
  if (heir?.id === id || (heir && heir.kind !== category.kind))
    throw problems.categoryInUse({ detail: "`moveTo` must be another category of the same kind." });
  const moves = heir ? repository.moveCategory(ctx, category, heir.id) : [];
  const statements = [...moves, ...repository.deleteCategory(ctx, category)];
  await commit(ctx, statements).catch((error: unknown) => {
    if (!String(error).includes(FOREIGN_KEY)) throw error;
    throw problems.categoryInUse({
      detail: "Archive it, or pass `moveTo` with the category that takes over what stands in it.",
      cause: error,
    });
  });
}
