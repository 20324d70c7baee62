import { draftEvent } from "#kernel/event";
import { Problem } from "#kernel/problem";
import type { Id } from "#kernel/ids";
import { SECOND } from "#kernel/time";
import { findPerson } from "#modules/identity";
import * as ledger from "#modules/ledger";
import * as p2p from "#modules/p2p";
import { insertWallet } from "#modules/wallet";
import type { Command, Refusal, Step } from "#objects/escrow-trade";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isRefusedBy } from "#platform/db";
import { accountOf } from "#platform/http/access";
import { tradeMoved } from "./events.ts";
import { openDispute, resolveDispute, settleDispute } from "./repository.disputes.ts";
import type { Moved, Trade, Transition } from "./repository.trades.ts";
import { moveTrade } from "./repository.trades.ts";
import { differsFrom } from "./rules.ts";

/**
 * How a transition is written: its row, the money that it moves, the dispute, the figures of both traders, the audit and
 * the event are one transaction.
 */

export type Written =
  | { readonly state: "written"; readonly trade: Trade }
  /** The trade stands elsewhere by now: look again. */
  | { readonly state: "moved" }
  | { readonly state: "refused"; readonly why: Refusal };

/** Refused by these, a transition met another one. */
const MOVED = [
  "trades_trade_moved",
  "trades_transitions.trade_id, trades_transitions.version",
  "trades_transitions.trade_id, trades_transitions.command_id",
] as const;

/** What a trade has in escrow, as the posting rules want it. */
export function escrowOf({ id, buyerId, sellerId, asset, assetAmount, feeAmount }: Trade) {
  return { tradeId: id, buyerId, sellerId, asset, amount: assetAmount, fee: feeAmount };
}

export function escrowAccount({ id, asset }: Trade): string {
  return ledger.accountId("escrow:trade", asset, id);
}

/** Writes a step that the machine has decided on. */
export async function writeStep(ctx: Ctx, trade: Trade, step: Step): Promise<Written> {
  const event = eventOf(ctx, trade, step);
  const moved: Moved = { trade, event, payer: await payerOf(ctx, trade, step.command), due: dueOf(step.command) };
  const after = applied(moved);
  try {
    await commit(
      ctx,
      [
        ...moveTrade(ctx, moved),
        ...disputeStatements(ctx, trade, step),
        ...moneyStatements(ctx, trade, step),
        ...figures(ctx, after, step),
      ],
      {
        audit: {
          action: `trade.${AUDITED[step.command.name]}`,
          target: trade.id,
          ...(event.reason === null ? {} : { reason: event.reason }),
          before: { state: trade.state, version: trade.version },
          after: { state: after.state, version: after.version },
        },
        events: [
          draftEvent(tradeMoved, { tradeId: trade.id, version: after.version }),
          ...(SELLER_FEELS.has(step.move) ? [draftEvent(p2p.sellerFundsMoved, { userId: trade.sellerId })] : []),
        ],
        refusals: ledger.refusals,
      },
    );
    return { state: "written", trade: after };
  } catch (error) {
    const why = refusalOf(error, step);
    if (why === null) throw error;
    return why === "moved" ? { state: "moved" } : { state: "refused", why };
  }
}

/** What changes the seller's wallet. A release does not: it has been in escrow. */
const SELLER_FEELS: ReadonlySet<Step["move"]> = new Set(["return", "relock", "share"]);

const AUDITED: Readonly<Record<Command["name"], string>> = {
  pay: "paid",
  release: "released",
  cancel: "cancelled",
  extend: "extended",
  dispute: "disputed",
  resolve: "resolved",
  expire: "expired",
  escalate: "escalated",
};

/** Why a commit fell, as far as that is the trade's own business. */
function refusalOf(error: unknown, step: Step): Refusal | "moved" | null {
  if (isRefusedBy(error, ...MOVED)) return "moved";
  if (isRefusedBy(error, "trades_dispute_moved")) return "not_assigned";
  const poor = error instanceof Problem && error.code === "insufficient_funds" && step.move === "relock";
  return poor ? "insufficient_funds" : null;
}

function eventOf(ctx: Ctx, trade: Trade, { command, commandId, role, to, deadlines }: Step): Transition {
  return {
    tradeId: trade.id,
    version: trade.version + 1,
    commandId,
    command: command.name,
    actorId: accountOf(ctx.actor) as Id<"user"> | null,
    role,
    fromState: trade.state,
    toState: to,
    reason: reasonOf(command),
    ...deadlines,
    at: ctx.now(),
  };
}

function reasonOf(command: Command): string | null {
  if (command.name === "dispute" || command.name === "resolve") return command.reason;
  if (command.name === "expire") return "The payment window was over.";
  return command.name === "escalate" ? "The seller did not answer in time." : null;
}

async function payerOf(ctx: Ctx, { buyerId }: Trade, command: Command): Promise<Moved["payer"]> {
  if (command.name !== "pay" || command.payerName === null) return null;
  const verified = (await findPerson(ctx, buyerId))?.name ?? null;
  return { name: command.payerName, differs: differsFrom(command.payerName, verified) };
}

function dueOf({ name }: Command): Moved["due"] {
  if (name === "expire") return "pay_by";
  return name === "escalate" ? "release_by" : null;
}

/** The trade as it stands after a transition. */
function applied({ trade, event, payer }: Moved): Trade {
  const { toState: state, version, payBy, releaseBy, appealBy, at } = event;
  return {
    ...trade,
    state,
    version,
    payBy,
    releaseBy,
    appealBy,
    stateSince: state === trade.state ? trade.stateSince : at,
    payerName: payer?.name ?? trade.payerName,
    payerDiffers: trade.payerDiffers || payer?.differs === true,
    events: [...trade.events, event],
  };
}

function disputeStatements(ctx: Ctx, trade: Trade, { command, to }: Step): Statement[] {
  if (to === "disputed") {
    const openedBy = accountOf(ctx.actor) as Id<"user"> | null;
    const reason = reasonOf(command) ?? "";
    return [openDispute(ctx, { id: ctx.newId("disp"), tradeId: trade.id, openedBy, reason })];
  }
  if (command.name === "resolve") {
    const { buyerShare, reason, assignedTo, confirms } = command;
    const sellerShare = trade.assetAmount - buyerShare;
    const confirmedBy = confirms ? accountOf(ctx.actor) : null;
    return resolveDispute(ctx, { tradeId: trade.id, buyerShare, sellerShare, reason, assignedTo, confirmedBy });
  }
  return trade.state === "disputed" ? [settleDispute(ctx, trade.id)] : [];
}

/** Accounts that must be there, the transfers, and the trade's own account, which is closed whenever it is empty. */
function moneyStatements(ctx: Ctx, trade: Trade, step: Step): Statement[] {
  const escrow = escrowOf(trade);
  const { buyerId, asset } = trade;
  const close = ledger.setClosed(ctx, escrowAccount(trade), true);
  const open = [insertWallet(ctx, buyerId, asset), ledger.insertAccount(ctx, ledger.account("revenue:fee", asset))];
  if (step.move === "release") return [...open, ...ledger.insertTransfers(ctx, ledger.escrowReleased(escrow)), close];
  if (step.move === "return") {
    const transfers = step.to === "expired" ? ledger.escrowExpired(escrow) : ledger.escrowCancelled(escrow);
    return [...ledger.insertTransfers(ctx, transfers), close];
  }
  if (step.move === "relock")
    return [
      ledger.setClosed(ctx, escrowAccount(trade), false),
      ...ledger.insertTransfers(ctx, ledger.escrowRelocked(escrow)),
    ];
  if (step.command.name !== "resolve") return [];
  return [...open, ...ledger.insertTransfers(ctx, ledger.escrowResolved(escrow, step.command.buyerShare)), close];
}

/** What a transition says of both traders, and what goes back to the ad. */
function figures(ctx: Ctx, trade: Trade, step: Step): Statement[] {
  const { id: tradeId, adId, sellerId, buyerId, asset, assetAmount } = trade;
  if (step.move === "relock")
    return [...p2p.retakeFromAd(ctx, adId, assetAmount), ...p2p.undoTradeEnd(ctx, { tradeId, sellerId, buyerId })];
  if (step.move === "stay") return [];
  const end = { tradeId, sellerId, buyerId, asset, assetAmount, ...conclude(trade, step) };
  const back = step.move === "return" ? p2p.returnToAd(ctx, adId, assetAmount) : [];
  return [...back, ...p2p.recordTradeEnd(ctx, end)];
}

/** How a trade ended: whose fault it was that the buyer did not get all of it as agreed. */
function conclude(
  { events, assetAmount }: Trade,
  { move, command }: Step,
): Pick<p2p.TradeEnd, "completed" | "fault" | "releaseSeconds"> {
  if (move === "release") {
    const [paid, released] = [events.find(({ toState }) => toState === "paid"), events.at(-1)];
    const releaseSeconds = paid && released ? Math.round((released.at - paid.at) / SECOND) : null;
    return { completed: true, fault: null, releaseSeconds };
  }
  const share = command.name === "resolve" ? command.buyerShare : 0;
  return {
    completed: false,
    fault: share === 0 ? "buyer" : share === assetAmount ? "seller" : null,
    releaseSeconds: null,
  };
}
