import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Rule, Sorted } from "./repository.rules.ts";
import * as repository from "./repository.rules.ts";
import type { PayeeRule } from "./rules.payees.ts";
import { findRule } from "./rules.payees.ts";
import { foldText } from "./rules.text.ts";
import { getCategory } from "./service.categories.ts";

/** Rules, in the order in which they decide. */
export async function listRules(ctx: Ctx, page: PageRequest): Promise<Page<Rule>> {
  return toPage(await repository.listRules(ctx, customerOf(ctx), page), page, (row) => row.id);
}

export interface CreateRule {
  readonly match?: PayeeRule["match"] | undefined;
  readonly payee: string;
  readonly categoryId: string;
  readonly position?: number | undefined;
}

export const createRule = once(async (ctx: Ctx, input: CreateRule): Promise<Rule> => {
  const category = await getCategory(ctx, input.categoryId);
  const { match = "contains", payee, position = 0 } = input;
  const origin = { id: ctx.newId("rule"), userId: customerOf(ctx), createdAt: ctx.now() };
  const rule: Rule = { ...origin, match, payee, pattern: foldText(payee), categoryId: category.id, position };
  await commit(ctx, repository.insertRule(ctx, rule), {
    result: rule,
    refusals: { budget_rules_full: problems.tooMany },
  });
  return rule;
});

export type UpdateRule = { readonly [K in keyof CreateRule]?: CreateRule[K] | undefined };

/** Changes what a rule looks for, where it sorts to, or when it decides. What it sorted stays. */
export async function updateRule(ctx: Ctx, id: Id<"rule">, input: UpdateRule): Promise<Rule> {
  const before = await repository.findRule(ctx, id);
  if (before?.userId !== customerOf(ctx)) throw problems.ruleNotFound();
  const words = given(input);
  if (input.categoryId !== undefined) await getCategory(ctx, input.categoryId);
  const rule: Rule = { ...before, ...words, pattern: foldText(input.payee ?? before.payee) };
  await commit(ctx, repository.updateRule(ctx, rule), { refusals: { budget_rule_gone: problems.ruleNotFound } });
  return rule;
}

export async function deleteRule(ctx: Ctx, id: Id<"rule">): Promise<void> {
  await commit(ctx, repository.deleteRule(ctx, customerOf(ctx), id), {
    refusals: { budget_rule_gone: problems.ruleNotFound },
  });
}

export interface ApplyRules {
  readonly dryRun: boolean;
  /** Also gives another category to what has one. */
  readonly overwrite: boolean;
}

export interface Applied {
  readonly matched: number;
  readonly changes: readonly (Sorted & { readonly to: string; readonly ruleId: string })[];
}

const SHOWN = 100;

/** Sorts transactions by the rules, or only shows what they would do. */
export const applyRules = once(async (ctx: Ctx, { dryRun, overwrite }: ApplyRules): Promise<Applied> => {
  const userId = customerOf(ctx);
  const [rules, rows] = await Promise.all([
    repository.readRules(ctx, userId),
    repository.listSortable(ctx, userId, overwrite),
  ]);
  const changes = rows.flatMap((row) => {
    const rule = findRule(rules, row.payee);
    return rule && rule.categoryId !== row.categoryId ? [{ ...row, to: rule.categoryId, ruleId: rule.id }] : [];
  });
  const result = { matched: changes.length, changes: changes.slice(0, SHOWN) };
  const moves = changes.map(({ id, categoryId, to }) => ({ id, from: categoryId, to }));
  if (dryRun || moves.length === 0) return result;
  await commit(ctx, [repository.assignCategories(ctx, moves)], { result });
  return result;
});
