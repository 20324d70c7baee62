import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { listSharers } from "#modules/payouts";
import * as repository from "./repository.members.ts";
import { insertMethod, listPayers } from "./repository.terms.ts";

/**
 * One person with two accounts: who shares a bank account or a way of paying with somebody above or below goes under review,
 * and what his purchases have brought stays held until an operator has looked.
 */

export async function noteMethod(ctx: Ctx, userId: string, methodKey: string): Promise<void> {
  // First noted, then looked for: of two who pay at the same moment, one sees the other.
  await commit(ctx, [insertMethod(ctx, userId, methodKey)], { partial: true });
  await flag(ctx, { userId, others: await listPayers(ctx, methodKey, userId), reason: "shared_payment_method" });
}

export async function checkBankAccount(ctx: Ctx, userId: string): Promise<void> {
  await flag(ctx, { userId, others: await listSharers(ctx, userId), reason: "shared_bank_account" });
}

interface Suspicion {
  readonly userId: string;
  readonly others: readonly string[];
  readonly reason: "shared_payment_method" | "shared_bank_account";
}

async function flag(ctx: Ctx, { userId, others, reason }: Suspicion): Promise<void> {
  if (others.length > 0) await commit(ctx, [repository.holdRelated(ctx, userId, { others, reason })]);
}
