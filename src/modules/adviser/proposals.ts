import { parseAmount } from "#kernel/money";
import { Problem } from "#kernel/problem";
import { isMonth } from "#kernel/time";
import { setAllocation } from "#modules/budget";
import type { Proposal, ProposalState } from "#objects/chat-session";
import { randomToken } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { formatAmount } from "#kernel/money";
import { plain, readMonth } from "./figures.ts";

/** Changes that are put before a person, and made once that person has said so. */

export interface Wish {
  readonly month: string;
  /** As somebody calls it. */
  readonly category: string;
  readonly amount: string;
}

export type Drafted =
  | { readonly state: "drafted"; readonly proposal: Proposal }
  | { readonly state: "impossible"; readonly reason: string };

export async function draftProposal(ctx: Ctx, { month, category, amount }: Wish): Promise<Drafted> {
  if (!isMonth(month)) return { state: "impossible", reason: "That is no month." };
  const { budget, categories } = await readMonth(ctx, month);
  const wanted = category.trim().toLowerCase();
  const found = categories.find(({ kind, name }) => kind === "expense" && name.toLowerCase() === wanted);
  if (!found) return { state: "impossible", reason: `There is no category ${plain(category)}.` };
  const parsed = parseAmount(amount.trim(), budget.asset, { zero: true });
  if (!parsed.ok) return { state: "impossible", reason: "That is no amount of the budget's currency." };
  const { code, scale } = budget.asset;
  const proposal: Proposal = {
    id: randomToken(12),
    kind: "allocation",
    month,
    categoryId: found.id,
    category: found.name,
    amount: formatAmount(parsed.minor, scale),
    asset: code,
  };
  return { state: "drafted", proposal };
}

/** Does what a person has confirmed, with their rights. Doing it again changes nothing. */
export async function applyProposal(ctx: Ctx, { month, categoryId, amount }: Proposal): Promise<ProposalState> {
  try {
    await setAllocation(ctx, { month, categoryId, amount });
    return "accepted";
  } catch (error) {
    if (error instanceof Problem) return "failed";
    throw error;
  }
}
