import type { Id } from "#kernel/ids";
import { toTimestamp } from "#kernel/time";
import { findAccount } from "#modules/identity";
import type { Command, Order, Refusal } from "#objects/escrow-trade";
import type { Ctx } from "#platform/ctx";
import { http } from "#platform/http/problems";
import type { Problem } from "#kernel/problem";
import { problems } from "./errors.ts";
import type { Trade } from "./repository.trades.ts";
import { tradeAt } from "./repository.trades.ts";
import { getOwnTrade } from "./service.views.ts";

/** What the parties tell a trade. Each command goes to the trade's object, which puts all of them in order. */

export function tradeObject(ctx: Ctx, id: Id<"trade">) {
  return ctx.env.ESCROW_TRADE.getByName(id);
}

export interface Give {
  readonly tradeId: Id<"trade">;
  /** A party's side is for the trade to say. */
  readonly role: Order["role"];
  readonly command: Command;
  readonly expectedVersion: number | null;
}

/** Gives a trade a command; the answer is the trade as the command, or its first run under the same key, left it. */
export async function give(ctx: Ctx, { tradeId, role, command, expectedVersion }: Give): Promise<Trade> {
  const { actor, requestId, source } = ctx;
  const { ip, userAgent, country, place, deviceId, referralCode } = source;
  const verdict = await tradeObject(ctx, tradeId).obey({
    commandId: ctx.newId("op"),
    command,
    role,
    expectedVersion,
    actor,
    requestId,
    source: { ip, userAgent, country, place, deviceId, referralCode },
  });
  if (verdict.state === "done") return tradeAt(verdict.trade, verdict.version);
  throw refuse(verdict.why, verdict.trade);
}

export type PartyCommand = Omit<Give, "role">;

/** A command of a party to the trade. */
export async function commandAsParty(ctx: Ctx, given: PartyCommand): Promise<Trade> {
  return await give(ctx, { ...given, role: "party" });
}

/** The seller gives the asset away: with two factors on, only in a session that was raised by them. */
export async function releaseTrade(
  ctx: Ctx,
  { tradeId, expectedVersion }: Omit<PartyCommand, "command">,
): Promise<Trade> {
  await assertRaised(ctx, tradeId);
  return await commandAsParty(ctx, { tradeId, command: { name: "release" }, expectedVersion });
}

/** Whoever has no part in the trade hears that it is not there, raised or not. */
async function assertRaised(ctx: Ctx, tradeId: Id<"trade">): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "user" || actor.raisedUntil > ctx.now()) return;
  if (!actor.mfa && (await findAccount(ctx, actor.userId))?.mfaEnabled !== true) return;
  await getOwnTrade(ctx, tradeId);
  throw http.stepUpRequired({
    detail: "Call POST /api/v1/auth/step-up with your second factor, then repeat this call.",
  });
}

const SAYS: Readonly<Record<Exclude<Refusal, "absent">, (trade: Trade) => Problem>> = {
  forbidden: () => problems.notYourPart(),
  stale: (trade) =>
    problems.versionStale({
      detail: `The trade is ${trade.state}, at version ${trade.version}.`,
      extra: standing(trade),
    }),
  illegal: (trade) => problems.illegalTransition({ detail: `The trade is ${trade.state}.`, extra: standing(trade) }),
  too_long: (trade) =>
    problems.extensionTooLong({
      detail: `The window ends ${toTimestamp(trade.payBy)}; it can be a day long at most.`,
      extra: standing(trade),
    }),
  insufficient_funds: (trade) =>
    problems.insufficientFunds({
      detail: "The seller no longer has what would be locked again.",
      extra: standing(trade),
    }),
  not_assigned: (trade) => problems.notAssigned({ extra: standing(trade) }),
};

function standing({ state, version }: Trade): { state: string; version: number } {
  return { state, version };
}

function refuse(why: Refusal, trade: Trade | null): Problem {
  return why === "absent" || trade === null ? problems.tradeNotFound() : SAYS[why](trade);
}
