import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { findAccount } from "#modules/identity";
import { walletAsset } from "#modules/wallet";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { http } from "#platform/http/problems";
import { readAmount } from "#platform/http/money";
import { problems } from "./errors.ts";
import { disputeAssigned } from "./events.ts";
import type { Dispute, DisputeFilter, Note } from "./repository.disputes.ts";
import * as repository from "./repository.disputes.ts";
import type { Evidence } from "./repository.evidence.ts";
import { listEvidence } from "./repository.evidence.ts";
import type { Message } from "./repository.messages.ts";
import { listMessages } from "./repository.messages.ts";
import type { Trade } from "./repository.trades.ts";
import { findTrade } from "./repository.trades.ts";
import { escalationOf, sideOf } from "./rules.ts";
import type { TradeView } from "./schemas.ts";
import { give } from "./service.commands.ts";
import type { File } from "./service.evidence.ts";
import { openEvidence } from "./service.evidence.ts";
import { viewTrades } from "./service.views.ts";

/** What administrators do about disputes. Reading is for support as well; deciding is for the one who is assigned. */

export interface Listed {
  readonly dispute: Dispute;
  readonly view: TradeView;
}

export interface DisputeFile extends Listed {
  readonly notes: readonly Note[];
  readonly evidence: readonly Evidence[];
  readonly messages: readonly Message[];
}

async function withTrades(ctx: Ctx, disputes: readonly Dispute[]): Promise<Listed[]> {
  if (disputes.length === 0) return [];
  const found = await Promise.all(disputes.map(async ({ tradeId }) => await findTrade(ctx, tradeId)));
  const trades = found.filter((trade) => trade !== null);
  const views = new Map(
    (await viewTrades(ctx, trades, () => "arbitrator")).map((view) => [view.trade.id, view] as const),
  );
  return disputes.flatMap((dispute) => {
    const view = views.get(dispute.tradeId);
    return view ? [{ dispute, view }] : [];
  });
}

export async function listDisputes(ctx: Ctx, filter: DisputeFilter, page: PageRequest): Promise<Page<Listed>> {
  const rows = await repository.listDisputes(ctx, filter, page);
  const { data, nextCursor } = toPage(rows, page, ({ id }) => id);
  return { data: await withTrades(ctx, data), nextCursor };
}

/** What waits to be decided, the most pressing first. */
export async function listQueue(ctx: Ctx): Promise<Listed[]> {
  return await withTrades(ctx, await repository.listWaiting(ctx));
}

/**
 * Everything that there is to a dispute; what the parties have said is for its arbitrator alone. That somebody has looked
 * is written down.
 */
export async function viewDispute(ctx: Ctx, id: Id<"disp">): Promise<DisputeFile> {
  const dispute = await getDispute(ctx, id);
  const [listed] = await withTrades(ctx, [dispute]);
  if (!listed) throw problems.disputeNotFound();
  const { tradeId, assignedTo } = dispute;
  const [notes, evidence, messages] = await Promise.all([
    repository.listNotes(ctx, id),
    listEvidence(ctx, tradeId),
    assignedTo === customerOf(ctx) ? listMessages(ctx, tradeId, { limit: 1_000, after: null }) : [],
  ]);
  await commit(ctx, [], { audit: { action: "dispute.viewed", target: id } });
  return { ...listed, notes, evidence, messages: messages.toReversed() };
}

async function getDispute(ctx: Ctx, id: Id<"disp">): Promise<Dispute> {
  const dispute = await repository.findDispute(ctx, id);
  if (!dispute) throw problems.disputeNotFound();
  return dispute;
}

async function getOpen(ctx: Ctx, id: Id<"disp">): Promise<{ dispute: Dispute; trade: Trade }> {
  const dispute = await getDispute(ctx, id);
  const trade = await findTrade(ctx, dispute.tradeId);
  if (!trade) throw problems.disputeNotFound();
  if (sideOf(trade, customerOf(ctx))) throw problems.ownDispute({ detail: "You are a party to this trade." });
  if (dispute.closedAt !== null) throw over(dispute);
  return { dispute, trade };
}

const over = ({ state }: Dispute) => problems.disputeClosed({ detail: `It is ${state}.`, extra: { state } });
const moved = { trades_dispute_moved: () => problems.disputeClosed({ detail: "It ended, or moved on, meanwhile." }) };

export interface Assign {
  readonly id: Id<"disp">;
  /** Oneself, if null. */
  readonly to: Id<"user"> | null;
}

/** Gives a dispute to an administrator who is no party to it. The same again changes nothing. */
export const assignDispute = once(async (ctx: Ctx, { id, to }: Assign): Promise<Listed> => {
  const { dispute, trade } = await getOpen(ctx, id);
  const assignedTo = to ?? customerOf(ctx);
  if (to !== null && to !== customerOf(ctx)) await assertFit(ctx, trade, to);
  const after: Dispute =
    dispute.assignedTo === assignedTo
      ? dispute
      : {
          ...dispute,
          state: "assigned",
          assignedTo,
          assignedAt: ctx.now(),
          buyerShare: null,
          sellerShare: null,
          resolution: null,
        };
  const [result] = await withTrades(ctx, [after]);
  if (!result) throw problems.disputeNotFound();
  if (after === dispute) return result;
  await commit(ctx, repository.assignDispute(ctx, id, assignedTo), {
    audit: {
      action: "dispute.assigned",
      target: id,
      before: { assignedTo: dispute.assignedTo },
      after: { assignedTo },
    },
    events: [draftEvent(disputeAssigned, { disputeId: id, assignedTo })],
    refusals: moved,
  });
  return result;
});

async function assertFit(ctx: Ctx, trade: Trade, to: Id<"user">): Promise<void> {
  const account = await findAccount(ctx, to);
  if (account?.role !== "admin" || account.status !== "active" || sideOf(trade, to)) throw problems.assigneeUnfit();
}

export interface AddNote {
  readonly id: Id<"disp">;
  readonly body: string;
}

/** Writes something down that only administrators and support see. */
export const addNote = once(async (ctx: Ctx, { id, body }: AddNote): Promise<Note> => {
  await getDispute(ctx, id);
  const note = { id: ctx.newId("msg"), disputeId: id, authorId: customerOf(ctx), body, at: ctx.now() };
  await commit(ctx, [repository.insertNote(ctx, note)], {
    audit: { action: "dispute.noted", target: id },
    result: note,
  });
  return note;
});

export interface Resolve {
  readonly id: Id<"disp">;
  readonly sellerShare: string;
  readonly buyerShare: string;
  readonly reason: string;
}

/**
 * The arbitrator's decision. Above the limit from which two must agree it waits for a second administrator. Done once:
 * the same again answers the same, anything else is refused.
 */
export async function resolveDispute(ctx: Ctx, input: Resolve): Promise<Listed> {
  const dispute = await getDispute(ctx, input.id);
  const trade = await findTrade(ctx, dispute.tradeId);
  if (!trade) throw problems.disputeNotFound();
  const shares = readShares(ctx, trade, input);
  const me = customerOf(ctx);
  if (sideOf(trade, me)) throw problems.ownDispute({ detail: "You are a party to this trade." });
  if (dispute.assignedTo !== me) throw problems.notAssigned({ detail: "Assign it to yourself first." });
  if (dispute.state === "resolved" && dispute.buyerShare === shares.buyerShare) return await viewAgain(ctx, dispute.id);
  if (dispute.closedAt !== null) throw over(dispute);
  if (!needsSecond(ctx, trade)) return await decide(ctx, { dispute, ...shares, reason: input.reason, confirms: false });
  const proposal = { assignedTo: me, ...shares, reason: input.reason };
  await commit(ctx, repository.proposeResolution(ctx, dispute.id, proposal), {
    audit: { action: "dispute.proposed", target: dispute.id, reason: input.reason, after: shares },
    refusals: moved,
  });
  return await viewAgain(ctx, dispute.id);
}

/** A second administrator agrees to what the arbitrator has proposed. */
export async function confirmResolution(ctx: Ctx, id: Id<"disp">): Promise<Listed> {
  const { dispute } = await getOpen(ctx, id);
  const { state, buyerShare, assignedTo, resolution } = dispute;
  if (state !== "proposed" || buyerShare === null) throw problems.nothingProposed();
  if (assignedTo === customerOf(ctx)) throw problems.ownProposal();
  return await decide(ctx, { dispute, buyerShare, reason: resolution ?? "", confirms: true });
}

interface Decision {
  readonly dispute: Dispute;
  readonly buyerShare: number;
  readonly reason: string;
  readonly confirms: boolean;
}

async function decide(ctx: Ctx, { dispute, buyerShare, reason, confirms }: Decision): Promise<Listed> {
  const assignedTo = dispute.assignedTo ?? customerOf(ctx);
  await give(ctx, {
    tradeId: dispute.tradeId,
    role: "arbitrator",
    command: { name: "resolve", buyerShare, reason, assignedTo, confirms },
    expectedVersion: null,
  });
  const listed = await viewAgain(ctx, dispute.id);
  // Whoever came second under other shares has met the first one's.
  if (listed.dispute.buyerShare !== buyerShare) throw over(listed.dispute);
  return listed;
}

async function viewAgain(ctx: Ctx, id: Id<"disp">): Promise<Listed> {
  const [listed] = await withTrades(ctx, [await getDispute(ctx, id)]);
  if (!listed) throw problems.disputeNotFound();
  return listed;
}

function needsSecond(ctx: Ctx, trade: Trade): boolean {
  return trade.assetAmount >= walletAsset(ctx, trade.asset).fourEyesFrom;
}

function readShares(ctx: Ctx, trade: Trade, input: Resolve): { buyerShare: number; sellerShare: number } {
  const asset = walletAsset(ctx, trade.asset).ledger;
  const buyerShare = readAmount(input.buyerShare, asset, { path: "buyerShare", zero: true });
  const sellerShare = readAmount(input.sellerShare, asset, { path: "sellerShare", zero: true });
  if (buyerShare + sellerShare === trade.assetAmount) return { buyerShare, sellerShare };
  const message = "The shares must add up to the trade's `assetAmount`.";
  throw http.validationFailed({
    detail: message,
    code: "shares_mismatch",
    errors: [{ path: "buyerShare", code: "shares_mismatch", message }],
  });
}

/** A file of a disputed trade, for its arbitrator. That somebody has looked at it is written down. */
export async function openDisputeEvidence(
  ctx: Ctx,
  { id, fileId }: { readonly id: Id<"disp">; readonly fileId: Id<"file"> },
): Promise<File> {
  const { tradeId, assignedTo } = await getDispute(ctx, id);
  if (assignedTo !== customerOf(ctx)) throw problems.notAssigned({ detail: "Assign the dispute to yourself first." });
  const file = await openEvidence(ctx, { tradeId, fileId });
  await commit(ctx, [], { audit: { action: "evidence.viewed", target: fileId } });
  return file;
}

/** Raises what has waited for too long, once for each step. */
export async function escalateDisputes(ctx: Ctx): Promise<void> {
  for (const { id, openedAt } of await repository.listToEscalate(ctx)) {
    const escalation = escalationOf(openedAt, ctx.now());
    ctx.log.warn("A dispute has waited for too long.", { module: "trades", target: id, code: `level_${escalation}` });
    await commit(ctx, [repository.setEscalation(ctx, id, escalation)], {
      audit: { action: "dispute.escalated", target: id, after: { escalation } },
    });
  }
}
