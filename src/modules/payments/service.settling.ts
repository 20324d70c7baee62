import { Problem } from "#kernel/problem";
import type { Gateway } from "#modules/gateways";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Effects } from "./effects.ts";
import { carryOut, NOTHING } from "./effects.ts";
import type { Note } from "./service.differences.ts";
import { noteDifference } from "./service.differences.ts";

export async function note(ctx: Ctx, gateway: Gateway, found: Note): Promise<void> {
  await commit(ctx, [noteDifference(ctx, gateway.name, found)]);
}

/**
 * Carries effects out; what the books refuse becomes a difference, so that one thing that is wrong does not keep all others
 * from being compared.
 */
export async function settle(
  ctx: Ctx,
  gateway: Gateway,
  { subject, work }: { readonly subject: string; readonly work: () => Promise<Effects> },
): Promise<Effects> {
  try {
    return await carryOut(ctx, work);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    ctx.log.error("The books refuse what a payment gateway says.", {
      module: "payments",
      code: error.code,
      target: subject,
    });
    await note(ctx, gateway, { kind: "books_refuse", subject, amount: null, asset: null });
    return NOTHING;
  }
}

/** Whether effects would change anything. */
export function isSomething({ statements, transfers, events }: Effects): boolean {
  return statements.length + transfers.length + events.length > 0;
}
