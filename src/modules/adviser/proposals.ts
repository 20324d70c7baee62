import type { Proposal, ProposalState } from "#objects/chat-session";
import type { Ctx } from "#platform/ctx";

/** Does what a person has confirmed, with their rights. Doing it again changes nothing. */
export async function applyProposal(ctx: Ctx, proposal: Proposal): Promise<ProposalState> {
  ctx.log.info("A proposal was confirmed.", { target: proposal.categoryId });
  return await Promise.resolve("failed");
}
