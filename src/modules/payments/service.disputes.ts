import { draftEvent } from "#kernel/event";
import { disputeLost, disputeOpened as bookOpened, disputeWon, gatewayFeeKept } from "#modules/ledger";
import type { DisputeState, Gateway } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { Effects } from "./effects.ts";
import { aboutOf, ignoredAs, NOTHING } from "./effects.ts";
import { disputeClosed, disputeOpened } from "./events.ts";
import type { DisputeRow } from "./repository.refunds.ts";
import * as refunds from "./repository.refunds.ts";
import type { PaymentRow } from "./repository.ts";
import * as repository from "./repository.ts";
import type { DisputeStep } from "./rules.ts";
import { disputeSteps, isOver } from "./rules.ts";

/** What a vendor's dispute comes to here, in whichever order its events came. */
export async function disputeEffects(ctx: Ctx, gateway: Gateway, state: DisputeState): Promise<Effects> {
  const payment = await repository.findPaymentBy(ctx, gateway.name, { vendorId: state.paymentId });
  if (!payment) return ignoredAs("not_ours");
  const known = await refunds.findDispute(ctx, gateway.name, state.id);
  const base = { ...NOTHING, userId: payment.userId };
  if (known?.state === state.state || isOver(known?.state)) return base;
  const steps = disputeSteps(known, state.state);
  const row = known ?? newRow(ctx, payment, state);
  const opens = steps.includes("open") ? { booked: true, fee: state.fee } : { booked: row.booked, fee: row.fee };
  const next = { ...opens, state: state.state, closedAt: isOver(state.state) ? ctx.now() : null };
  const parts = steps.map((step) => stepEffects(ctx, { row, payment, step, fee: state.fee }));
  return {
    ...base,
    statements: [
      ...(known ? refunds.setDispute(ctx, known, next) : [refunds.insertDispute(ctx, { ...row, ...next })]),
      ...parts.flatMap(({ statements }) => statements),
    ],
    transfers: parts.flatMap(({ transfers }) => transfers),
    events: parts.flatMap(({ events }) => events),
  };
}

function newRow(ctx: Ctx, payment: PaymentRow, state: DisputeState): DisputeRow {
  return {
    id: ctx.newId("disp"),
    paymentId: payment.id,
    provider: payment.provider,
    vendorId: state.id,
    amount: state.amount,
    state: state.state,
    booked: false,
    fee: state.fee,
    reason: state.reason,
    openedAt: state.openedAt,
    closedAt: null,
  };
}

interface Stepping {
  readonly row: DisputeRow;
  readonly payment: PaymentRow;
  readonly step: DisputeStep;
  readonly fee: number;
}

function stepEffects(
  ctx: Ctx,
  { row, payment, step, fee }: Stepping,
): Pick<Effects, "statements" | "transfers" | "events"> {
  const { asset, provider } = payment;
  const { id: disputeId, amount } = row;
  const booked = { disputeId, gateway: provider, asset, amount };
  const told = { ...aboutOf(payment), disputeId, amount };
  if (step === "open")
    return {
      statements: [refunds.addDisputed(ctx, payment.id, amount)],
      transfers: [
        ...bookOpened(booked),
        ...gatewayFeeKept({ reference: disputeId, gateway: provider, asset, amount: fee }),
      ],
      events: [draftEvent(disputeOpened, told)],
    };
  if (step === "win")
    return {
      statements: [refunds.addDisputed(ctx, payment.id, -amount)],
      transfers: disputeWon(booked),
      events: [draftEvent(disputeClosed, { ...told, outcome: "won" })],
    };
  return {
    statements: [],
    transfers: disputeLost(booked),
    events: [draftEvent(disputeClosed, { ...told, outcome: "lost" })],
  };
}
