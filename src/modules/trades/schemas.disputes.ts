import { z } from "@hono/zod-openapi";
import { formatAmount } from "#kernel/money";
import { toTimestamp } from "#kernel/time";
import { pageQuery, textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { Note } from "./repository.disputes.ts";
import * as trades from "./schemas.ts";
import type { DisputeFile, Listed } from "./service.disputes.ts";

const state = z.enum(["open", "assigned", "proposed", "resolved", "settled"]).openapi({
  description:
    "`proposed` waits for a second administrator; `settled` was ended by the seller's release or the buyer's cancellation.",
});

export const dispute = z
  .object({
    id: z.string().openapi({ example: "disp_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    tradeId: z.string(),
    state,
    openedBy: z.enum(["buyer", "seller", "system"]),
    reason: z.string(),
    assignedTo: z.string().nullable(),
    openedAt: timestamp,
    closedAt: timestamp.nullable(),
    ageSeconds: z.int().openapi({ description: "For how long it has waited, or did." }),
    escalation: z.int().openapi({ description: "0 in time, 1 after a day, 2 after three." }),
    asset: z.string(),
    assetAmount: z.string(),
    tradeState: z.string(),
    resolution: z.object({ sellerShare: z.string(), buyerShare: z.string(), reason: z.string() }).nullable(),
  })
  .openapi("Dispute");

export const note = z
  .object({ id: z.string(), authorId: z.string(), body: z.string(), at: timestamp })
  .openapi("DisputeNote");

export const disputeFile = dispute
  .extend({
    trade: trades.trade,
    notes: z.array(note),
    evidence: z.array(trades.evidence),
    messages: z.array(trades.message).openapi({ description: "For the one whom it is assigned to." }),
  })
  .openapi("DisputeFile");

export const disputeQuery = z.strictObject({
  ...pageQuery,
  state: state.optional(),
  assignedTo: z.string().max(64).optional().openapi({ description: "`me`, or an administrator's id.", example: "me" }),
});

export const assign = z
  .strictObject({
    to: z.string().max(64).optional().openapi({ description: "An administrator; yourself, if left out." }),
  })
  .openapi("AssignDispute");

export const resolve = z
  .strictObject({
    sellerShare: amountText.openapi({ description: "Of the asset; may be zero.", example: "0" }),
    buyerShare: amountText.openapi({ description: "Of the asset; may be zero." }),
    reason: textField(2_000).openapi({ example: "The payment was proven." }),
  })
  .openapi("ResolveDispute");

export const addNote = z
  .strictObject({ body: textField(4_000).openapi({ example: "Asked the bank." }) })
  .openapi("AddDisputeNote");

export function presentDispute({ dispute: row, view }: Listed, now: number): z.infer<typeof dispute> {
  const { trade, asset } = view;
  const show = (minor: number): string => formatAmount(minor, asset.ledger.scale);
  const { buyerShare, sellerShare, resolution } = row;
  const decided = buyerShare !== null && sellerShare !== null;
  return {
    id: row.id,
    tradeId: row.tradeId,
    state: row.state,
    openedBy: row.openedBy === null ? "system" : row.openedBy === trade.buyerId ? "buyer" : "seller",
    reason: row.reason,
    assignedTo: row.assignedTo,
    openedAt: toTimestamp(row.openedAt),
    closedAt: row.closedAt === null ? null : toTimestamp(row.closedAt),
    ageSeconds: Math.max(0, Math.floor(((row.closedAt ?? now) - row.openedAt) / 1_000)),
    escalation: row.escalation,
    asset: trade.asset,
    assetAmount: show(trade.assetAmount),
    tradeState: trade.state,
    resolution: decided
      ? { sellerShare: show(sellerShare), buyerShare: show(buyerShare), reason: resolution ?? "" }
      : null,
  };
}

export function presentNote({ id, authorId, body, at }: Note): z.infer<typeof note> {
  return { id, authorId, body, at: toTimestamp(at) };
}

export function presentDisputeFile(file: DisputeFile, now: number): z.infer<typeof disputeFile> {
  const { view, notes, evidence, messages } = file;
  return {
    ...presentDispute(file, now),
    trade: trades.presentTrade(view),
    notes: notes.map(presentNote),
    evidence: evidence.map((row) => trades.presentEvidence(row, view.trade.buyerId)),
    messages: messages.map(trades.presentMessage),
  };
}
