import type { EventDraft } from "#kernel/event";
import * as ledger from "#modules/ledger";
import { findContact, notify } from "#modules/messaging";
import { describeActor } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { problems } from "./errors.ts";
import type { Move, Payout, PayoutRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { isBlocked } from "./repository.sending.ts";
import type { Command, State } from "./rules.ts";
import { step } from "./rules.ts";

/** How a payout moves on: its row from the version that was read, its history, the books and the notice, in one commit. */

/** What a payout books, as the ledger's rules take it. */
export function booking({ id, userId, asset, grossMinor, taxMinor }: PayoutRow) {
  return { payoutId: id, userId, asset, gross: grossMinor, tax: taxMinor, fee: 0 };
}

/** Refuses while the books do not add up, or a vendor and we do not agree: no money leaves then. */
export async function assertOpen(ctx: Ctx): Promise<void> {
  await ledger.assertPayoutsOpen(ctx);
  if (await isBlocked(ctx))
    throw problems.payoutsHeld({
      retryAfterSeconds: 3_600,
      detail: "GET /api/v1/admin/payout-differences lists them.",
    });
}

export interface Order {
  readonly command: Command;
  readonly reason?: string;
  readonly reference?: string;
  /** Rows that are committed with it. */
  readonly along?: readonly Statement[];
  readonly events?: readonly EventDraft[];
}

/** Carries a command out, or says that the state does not allow it. What is done already is answered as it is. */
export async function carryOut(ctx: Ctx, payout: Payout, order: Order): Promise<Payout> {
  const moved = step(payout.state, order.command);
  if (moved.kind === "done") return payout;
  if (moved.kind === "illegal") {
    throw problems.illegalTransition({ extra: { state: payout.state }, detail: `It is ${payout.state}.` });
  }
  const { actor } = describeActor(ctx);
  const { reason = null, reference = payout.reference, along = [] } = order;
  const move: Move = { to: moved.to, actor, reason, reference };
  const told = await tell(ctx, { ...payout, state: moved.to }, reason);
  const at = ctx.now();
  const version = payout.version + 1;
  const entry = { payoutId: payout.id, version, state: moved.to, actor, reason, at };
  const history = [...payout.history, entry];
  const result: Payout = { ...payout, state: moved.to, version, reference, updatedAt: at, history };
  await ledger.commitTransfers(
    ctx,
    {
      transfers: transfersOf(payout, moved.to),
      statements: [...along, ...repository.movePayout(ctx, payout, move), ...told.statements],
    },
    {
      audit: {
        action: `payout.${moved.to}`,
        target: payout.id,
        ...(reason === null ? {} : { reason }),
        before: { state: payout.state },
        after: { state: moved.to, reference },
      },
      events: [...told.events, ...(order.events ?? [])],
      result,
      refusals: {
        [repository.PAYOUT_RACED]: problems.payoutRaced,
        [repository.APPROVED_BEFORE]: problems.approvedByYou,
      },
    },
  );
  return result;
}

/** What the books say to a payout's way from one state to another. */
export function transfersOf(payout: PayoutRow, to: State): readonly ledger.Transfer[] {
  const booked = booking(payout);
  const sent = payout.state === "processing";
  if (to === "processing") return ledger.payoutSent(booked);
  if (to === "completed") return [...(sent ? [] : ledger.payoutSent(booked)), ...ledger.payoutSettled(booked)];
  if (to === "failed") return sent ? ledger.payoutFailed(booked) : ledger.payoutReleased(booked);
  if (to === "cancelled" || to === "rejected") return ledger.payoutReleased(booked);
  return to === "reversed" ? ledger.payoutReversed(booked) : [];
}

interface Told {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

/** Writes to whom the payout is for. */
export async function tell(ctx: Ctx, row: PayoutRow, reason: string | null): Promise<Told> {
  const contact = await findContact(ctx, row.userId);
  if (!contact) return { statements: [], events: [] };
  const amount = ledger.writeAmount(row.grossMinor, row.asset);
  const data = { amount, asset: row.asset, state: row.state, reason, path: "/app/affiliate" };
  return await notify(ctx, { contact, kind: "payoutState", data, dedupeKey: `${row.id}.${row.state}` });
}
