import { applyProposal } from "#modules/assistant";
import { DAY } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ClientFrame, Proposal, ProposalState } from "./contract.ts";
import { refuse, write } from "./frames.ts";
import type { KeptProposal } from "./storage.frames.ts";
import * as storage from "./storage.frames.ts";

/** Changes that were proposed. Nothing of one happens before its owner has confirmed it. */

const OPEN_MS = DAY;

/** Keeps a proposal, and gives the frame that shows it. */
export function propose(sql: SqlStorage, proposal: Proposal): string {
  storage.addProposal(sql, proposal, Date.now() + OPEN_MS);
  return write({ type: "proposal", state: "open", ...proposal });
}

export function openProposals(sql: SqlStorage, now: number): string[] {
  return storage.listOpenProposals(sql, now).map((proposal) => write({ type: "proposal", state: "open", ...proposal }));
}

type Confirmation = Extract<ClientFrame, { type: "confirm" }>;

/** Decides a proposal by its owner's word. Doing it twice changes nothing, so that a lost answer may be asked for again. */
export async function confirm(sql: SqlStorage, frame: Confirmation, ctx: Ctx): Promise<string> {
  const kept = storage.findProposal(sql, frame.proposalId);
  if (!kept) return refuse("proposal_unknown");
  if (kept.state !== "open") return write({ type: "proposal", state: kept.state, ...kept.proposal });
  const state = await decide(kept, frame, ctx);
  storage.decideProposal(sql, frame.proposalId, state);
  return write({ type: "proposal", state, ...kept.proposal });
}

async function decide({ proposal, expiresAt }: KeptProposal, frame: Confirmation, ctx: Ctx): Promise<ProposalState> {
  if (expiresAt <= Date.now()) return "expired";
  return frame.accept ? await applyProposal(ctx, proposal) : "rejected";
}
