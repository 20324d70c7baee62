import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { withdrawalApproved } from "./events.ts";
import type { Incident } from "./repository.watch.ts";
import * as watch from "./repository.watch.ts";
import type { Withdrawal } from "./repository.withdrawals.ts";
import * as repository from "./repository.withdrawals.ts";
import type { WithdrawalStatus } from "./rules.withdrawals.ts";
import { confirm, fail } from "./service.follow.ts";
import { giveBack, moved } from "./service.withdrawals.ts";

/** Operators' verbs over everybody's withdrawals, none of them over one's own. */

export async function listQueue(
  ctx: Ctx,
  status: WithdrawalStatus | null,
  page: PageRequest,
): Promise<Page<Withdrawal>> {
  return toPage(await repository.listWithdrawals(ctx, { userId: null, status }, page), page, (row) => row.id);
}

async function othersWithdrawal(ctx: Ctx, id: Id<"wdr">): Promise<Withdrawal> {
  const withdrawal = await repository.findWithdrawal(ctx, id);
  if (!withdrawal) throw problems.withdrawalNotFound();
  if (withdrawal.userId === customerOf(ctx)) throw problems.ownWithdrawal();
  return withdrawal;
}

/** Agrees to a withdrawal. It is approved once as many operators have agreed as its size asks for. */
export const approveWithdrawal = once(async (ctx: Ctx, id: Id<"wdr">): Promise<Withdrawal> => {
  const withdrawal = await othersWithdrawal(ctx, id);
  if (withdrawal.status !== "requested") throw moved(withdrawal.status);
  const operatorId = customerOf(ctx);
  await commit(
    ctx,
    [
      ...repository.moveWithdrawal(ctx, {
        id,
        from: ["requested"],
        to: "requested",
        changes: { waitsFor: withdrawal.approvalsNeeded > 1 ? "second_operator" : null },
      }),
      repository.insertApproval(ctx, id, operatorId),
      repository.approveIfAgreed(ctx, id),
    ],
    {
      audit: { action: "withdrawal.agreed", target: id },
      events: [draftEvent(withdrawalApproved, { withdrawalId: id })],
      result: withdrawal,
      refusals: {
        "wallet_approvals.withdrawal_id, wallet_approvals.operator_id": () => problems.alreadyAgreed(),
        wallet_withdrawal_moved: () => moved("no longer requested"),
      },
    },
  );
  return (await repository.findWithdrawal(ctx, id)) ?? withdrawal;
});

export interface Decision {
  readonly id: Id<"wdr">;
  readonly reason: string;
}

export const rejectWithdrawal = once(async (ctx: Ctx, { id, reason }: Decision): Promise<Withdrawal> => {
  return await giveBack(ctx, await othersWithdrawal(ctx, id), { to: "rejected", reason });
});

/** Gives everything that waits for an external signer out, once: from here on it cannot be stopped. */
export const exportWithdrawals = once(async (ctx: Ctx, network: string): Promise<readonly Withdrawal[]> => {
  const waiting = (await repository.listInStatus(ctx, "approved", network)).filter(
    ({ waitsFor, userId }) => waitsFor === "export" && userId !== customerOf(ctx),
  );
  if (waiting.length === 0) throw problems.exportEmpty();
  const result = waiting.map((row): Withdrawal => ({ ...row, status: "broadcast", waitsFor: "txid" }));
  await commit(
    ctx,
    waiting.flatMap(({ id }) =>
      repository.moveWithdrawal(ctx, { id, from: ["approved"], to: "broadcast", changes: { waitsFor: "txid" } }),
    ),
    {
      audit: { action: "withdrawals.exported", target: network, after: { ids: waiting.map(({ id }) => id) } },
      result,
      refusals: { wallet_withdrawal_moved: () => problems.withdrawalMoved({ detail: "One has moved; ask again." }) },
    },
  );
  return result;
});

export interface Sent {
  readonly id: Id<"wdr">;
  readonly txid: string;
}

/** Says in which transaction an exported withdrawal was sent; the chain is then asked for it. */
export const markSent = once(async (ctx: Ctx, { id, txid }: Sent): Promise<Withdrawal> => {
  const withdrawal = await othersWithdrawal(ctx, id);
  if (withdrawal.status !== "broadcast" || withdrawal.network !== "bitcoin") throw moved(withdrawal.status);
  if (await repository.isPaidBy(ctx, withdrawal, txid)) throw problems.txidTaken();
  const after: Withdrawal = { ...withdrawal, txid, waitsFor: null };
  await commit(ctx, [repository.noteWithdrawal(ctx, withdrawal, { txid, waitsFor: null })], {
    audit: { action: "withdrawal.sent", target: id, after: { txid } },
    result: after,
  });
  return after;
});

export interface Resolution extends Decision {
  readonly outcome: "paid" | "unpaid";
}

/** Ends a withdrawal of which nobody knew what became of it, by what an operator has found in the chain. */
export async function resolveWithdrawal(ctx: Ctx, { id, outcome, reason }: Resolution): Promise<Withdrawal> {
  const withdrawal = await othersWithdrawal(ctx, id);
  if (withdrawal.status !== "broadcast" || withdrawal.waitsFor !== "unknown_outcome") throw moved(withdrawal.status);
  if (outcome === "paid") await confirm(ctx, withdrawal);
  else await fail(ctx, withdrawal, { txid: withdrawal.txid, fee: "0", reason });
  return (await repository.findWithdrawal(ctx, id)) ?? withdrawal;
}

export async function listIncidents(ctx: Ctx, page: PageRequest): Promise<Page<Incident>> {
  return toPage(await watch.listIncidents(ctx, page), page, (row) => row.id);
}

/** Closes an incident once its cause is understood: its network lets withdrawals out again. */
export const closeIncident = once(
  async (ctx: Ctx, { id, note }: { id: Id<"inc">; note: string }): Promise<Incident> => {
    const incident = await watch.findIncident(ctx, id);
    if (!incident) throw problems.incidentNotFound();
    const closed = { ...incident, closedAt: ctx.now(), closedBy: customerOf(ctx), note };
    await commit(ctx, watch.closeIncident(ctx, id, { closedBy: closed.closedBy, note }), {
      audit: { action: "incident.closed", target: id, reason: note },
      result: closed,
      refusals: { wallet_incident_closed: problems.incidentClosed },
    });
    return closed;
  },
);
