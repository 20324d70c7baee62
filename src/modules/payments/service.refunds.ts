import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Problem } from "#kernel/problem";
import type { Gateway, RefundRequest, RefundState } from "#modules/gateways";
import { findGateway, GatewayFailure } from "#modules/gateways";
import { refundBegun, refundFailed, refundPaid, refundReturned, writeAmount } from "#modules/ledger";
import { once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { SetAside } from "#platform/failure";
import type { Effects } from "./effects.ts";
import { aboutOf, carryOut, ignoredAs, NOTHING, together } from "./effects.ts";
import { problems } from "./errors.ts";
import { paymentRefunded, refundRequested } from "./events.ts";
import type { RefundRow } from "./repository.refunds.ts";
import * as refunds from "./repository.refunds.ts";
import type { PaymentRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { taxOfRefund } from "./rules.ts";
import { getRow } from "./service.ts";
import { paymentEffects } from "./service.captures.ts";
import { noteDifference } from "./service.differences.ts";

export interface RefundPayment {
  readonly paymentId: Id<"pay">;
  /** Minor units; all that is left, if left out. */
  readonly amount?: number;
  readonly reason: string;
}

/** What a refund books, as the ledger's rules take it. */
function booking(payment: PaymentRow, { id, amount, tax }: Pick<RefundRow, "id" | "amount" | "tax">) {
  const { provider: gateway, asset, revenue } = payment;
  return { refundId: id, gateway, asset, amount, tax, revenue };
}

/**
 * Asks for a refund, whole or in part: sets the amount aside in the books at once, so that no other refund can promise it
 * again; a job then asks the vendor.
 */
export const refundPayment = once(async (ctx: Ctx, input: RefundPayment): Promise<PaymentRow> => {
  const id = ctx.newId("refund");
  const work = async (): Promise<Effects & { readonly payment: PaymentRow }> => {
    const payment = await getRefundable(ctx, input.paymentId);
    const left = payment.amount - payment.refunded - payment.refunding;
    const amount = input.amount ?? left;
    if (amount > left || amount < 1) throw tooLarge(left, payment.asset);
    const taxed = await refunds.sumTax(ctx, payment.id);
    const row = newRefund(ctx, payment, { id, amount, tax: taxOfRefund({ ...payment, taxed }, amount) });
    return {
      ...NOTHING,
      payment: { ...payment, refunding: payment.refunding + amount },
      statements: [
        ...refunds.moveTotals(ctx, payment.id, { refunding: amount, seen: payment }),
        refunds.insertRefund(ctx, { ...row, reason: input.reason }),
      ],
      transfers: refundBegun(booking(payment, row)),
      events: [draftEvent(refundRequested, { refundId: id })],
    };
  };
  const audit = {
    action: "payment.refundRequested",
    target: input.paymentId,
    reason: input.reason,
    after: { refundId: id, amount: input.amount ?? null },
  };
  const { payment } = await carryOut(ctx, work, { options: ({ payment: result }) => ({ audit, result }) });
  return payment;
});

function tooLarge(left: number, asset: string): Problem {
  const amount = writeAmount(left, asset);
  return problems.refundTooLarge({ detail: `${amount} ${asset} are left.`, extra: { left: amount, asset } });
}

async function getRefundable(ctx: Ctx, id: Id<"pay">): Promise<PaymentRow> {
  const payment = await getRow(ctx, id);
  if (payment.status !== "captured") throw problems.notCaptured();
  if (payment.disputed > 0) throw problems.paymentDisputed({ detail: "The bank decides about its money now." });
  return payment;
}

interface Part {
  readonly id: Id<"refund">;
  readonly amount: number;
  readonly tax: number;
}

function newRefund(ctx: Ctx, payment: PaymentRow, part: Part): RefundRow {
  return {
    ...part,
    paymentId: payment.id,
    provider: payment.provider,
    vendorId: null,
    state: "requested",
    reason: "",
    createdAt: ctx.now(),
    settledAt: null,
  };
}

/** Asks the vendor for a refund that was requested. What it has done already is found, not asked for again. */
export async function sendRefund(ctx: Ctx, id: string): Promise<void> {
  const row = await refunds.findRefund(ctx, id);
  if (row?.state !== "requested") return;
  const payment = await repository.findPayment(ctx, row.paymentId);
  const gateway = findGateway(ctx, row.provider);
  if (!gateway || !payment?.vendorId) throw new SetAside("gateway_not_configured");
  const request = { key: row.id, paymentId: payment.vendorId, amount: row.amount, asset: payment.asset };
  const state = await askOnce(ctx, gateway, request);
  await carryOut(ctx, async () => await refundEffects(ctx, gateway, state));
}

async function askOnce(ctx: Ctx, gateway: Gateway, request: RefundRequest): Promise<RefundState> {
  const known = (await gateway.listRefunds(ctx, request.paymentId)).find(({ key }) => key === request.key);
  if (known) return known;
  try {
    return await gateway.refund(ctx, request);
  } catch (error) {
    if (!(error instanceof GatewayFailure) || error.state !== "declined") throw error;
    ctx.log.error("A payment gateway has declined a refund.", {
      module: "payments",
      target: request.key,
      code: error.code,
    });
    return { ...request, id: `declined:${request.key}`, state: "failed" };
  }
}

/** What a vendor's refund comes to here, whoever has made it. */
export async function refundEffects(ctx: Ctx, gateway: Gateway, state: RefundState): Promise<Effects> {
  const byKey = state.key === null ? null : await refunds.findRefund(ctx, state.key);
  const row = byKey ?? (await refunds.findRefundBy(ctx, gateway.name, state.id));
  const payment = row
    ? await repository.findPayment(ctx, row.paymentId)
    : await repository.findPaymentBy(ctx, gateway.name, { vendorId: state.paymentId });
  if (row && payment) return moveRefund(ctx, { row, payment, state });
  return payment ? await foreignRefund(ctx, payment, state) : ignoredAs("not_ours");
}

/** Sees to it that a refund's payment is in the books before it; its own event may be still on the way. */
export async function bringPayment(ctx: Ctx, gateway: Gateway, vendorId: string): Promise<void> {
  if (await repository.findPaymentBy(ctx, gateway.name, { vendorId })) return;
  await carryOut(ctx, async () => await paymentEffects(ctx, gateway, vendorId), {
    options: () => ({ partial: true }),
  });
}

/** A refund that was made at the vendor, past us. */
async function foreignRefund(ctx: Ctx, payment: PaymentRow, state: RefundState): Promise<Effects> {
  const { amount } = state;
  const base = { ...NOTHING, userId: payment.userId };
  if (state.state === "failed") return base;
  if (payment.refunded + payment.refunding + amount > payment.amount || payment.status !== "captured") {
    const note = { kind: "refund_unknown", subject: state.id, amount, asset: state.asset } as const;
    return { ...base, statements: [noteDifference(ctx, payment.provider, note)] };
  }
  const taxed = await refunds.sumTax(ctx, payment.id);
  const tax = taxOfRefund({ ...payment, taxed }, amount);
  const fresh = newRefund(ctx, payment, { id: ctx.newId("refund"), amount, tax });
  const row: RefundRow = { ...fresh, vendorId: state.id, state: "pending", reason: "made at the payment gateway" };
  const begun: Effects = {
    ...base,
    statements: [
      ...refunds.moveTotals(ctx, payment.id, { refunding: amount, seen: payment }),
      refunds.insertRefund(ctx, row),
    ],
    transfers: refundBegun(booking(payment, row)),
  };
  if (state.state === "pending") return begun;
  const paid = moveRefund(ctx, { row, payment, state });
  return together(begun, paid);
}

interface Heard {
  readonly row: RefundRow;
  readonly payment: PaymentRow;
  readonly state: RefundState;
}

function moveRefund(ctx: Ctx, { row, payment, state }: Heard): Effects {
  const base = { ...NOTHING, userId: payment.userId };
  const { amount } = row;
  if (row.state === state.state) return base;
  const set = refunds.setRefund(ctx, row, { state: state.state, vendorId: state.id });
  if (row.state === "paid") return state.state === "failed" ? returned(ctx, { row, payment, state }, set) : base;
  if (row.state === "failed") {
    const note = { kind: "refund_unknown", subject: state.id, amount, asset: state.asset } as const;
    return state.state === "paid" ? { ...base, statements: [noteDifference(ctx, row.provider, note)] } : base;
  }
  if (state.state === "pending") return { ...base, statements: set };
  if (state.state === "failed") {
    const statements = [...set, ...refunds.moveTotals(ctx, payment.id, { refunding: -amount })];
    return { ...base, statements, transfers: refundFailed(booking(payment, row)) };
  }
  const statements = [...set, ...refunds.moveTotals(ctx, payment.id, { refunding: -amount, refunded: amount })];
  const refunded = payment.refunded + amount;
  const told = { ...aboutOf(payment), refundId: row.id, amount, tax: row.tax, captured: payment.amount, refunded };
  return {
    ...base,
    statements,
    transfers: refundPaid(booking(payment, row)),
    events: [draftEvent(paymentRefunded, told)],
  };
}

/** A refund that was paid has come back to the vendor: the bank did not take it. */
function returned(ctx: Ctx, { row, payment, state }: Heard, set: readonly Statement[]): Effects {
  const note = { kind: "refund_returned", subject: state.id, amount: row.amount, asset: state.asset } as const;
  return {
    ...NOTHING,
    userId: payment.userId,
    statements: [
      ...set,
      ...refunds.moveTotals(ctx, payment.id, { refunded: -row.amount }),
      noteDifference(ctx, row.provider, note),
    ],
    transfers: refundReturned(booking(payment, row)),
  };
}
