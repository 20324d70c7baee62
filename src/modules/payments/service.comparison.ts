import { DAY, HOUR, MINUTE } from "#kernel/time";
import type { Activity, Gateway, PaymentState } from "#modules/gateways";
import { GatewayFailure, listGateways } from "#modules/gateways";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Effects } from "./effects.ts";
import { NOTHING } from "./effects.ts";
import * as comparison from "./repository.comparison.ts";
import type { ComparisonRow } from "./repository.differences.ts";
import { listComparisons, putComparison, resolveUnseen } from "./repository.differences.ts";
import { listUnsettled } from "./repository.refunds.ts";
import type { CheckoutRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { paymentEffects } from "./service.captures.ts";
import { alertDifferences, noteDifference } from "./service.differences.ts";
import { disputeEffects } from "./service.disputes.ts";
import { seeSubscription } from "./service.recurring.ts";
import { bringPayment, refundEffects, sendRefund } from "./service.refunds.ts";
import { revisitDifferences } from "./service.revisit.ts";
import { compareSettlements } from "./service.settlements.ts";
import { isSomething, note, settle } from "./service.settling.ts";
import { checkoutEffects } from "./service.webhooks.ts";

/**
 * Compares what a vendor knows with what we know and what the books say. What is certain is settled on the spot, by the
 * same functions that events go through; the rest is a difference with an age, for an operator.
 */

const FIRST_LOOK = 30 * DAY;
/** A bank may agree days after it was asked, so each comparison looks back so far. */
const OVERLAP = 5 * DAY;
/** Younger checkouts and refunds may still be on their way. */
const PATIENCE = 15 * MINUTE;
const OVERDUE = DAY;
const FEE_KNOWN_AFTER = DAY;
const SUBSCRIPTIONS_A_RUN = 100;
/** Kinds that every comparison finds again as long as they last. */
const RECOMPUTED = ["books_refuse", "clearing_differs", "fee_unknown", "refund_overdue", "not_compared"];
/** A gateway that could not be compared for so long is for an operator. */
const SILENT_FOR = HOUR;
const NOT_COMPARED = { kind: "not_compared", subject: "list", amount: null, asset: null } as const;

/** How many things one comparison has looked at and settled. */
interface Tally {
  payments: number;
  settled: number;
}

/** Compares every gateway; one that does not answer does not keep the others from it. */
export async function reconcile(ctx: Ctx): Promise<void> {
  const before = new Map((await listComparisons(ctx)).map((row) => [row.provider, row]));
  for (const gateway of listGateways(ctx)) await compareOne(ctx, gateway, before.get(gateway.name) ?? null);
  await alertDifferences(ctx);
}

async function compareOne(ctx: Ctx, gateway: Gateway, last: ComparisonRow | null): Promise<void> {
  const row = { provider: gateway.name, comparedAt: last?.comparedAt ?? 0, payments: 0, settled: 0 };
  try {
    const tally = await compare(ctx, gateway, last?.comparedAt || null);
    await commit(ctx, [putComparison(ctx, { ...row, ...tally, comparedAt: ctx.now(), failure: null })]);
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    const { name: target } = gateway;
    ctx.log.warn("A payment gateway could not be compared.", { module: "payments", target, code: error.code });
    const silent = typeof last?.failure === "string" && row.comparedAt < ctx.now() - SILENT_FOR;
    const noted = silent ? [noteDifference(ctx, gateway.name, NOT_COMPARED)] : [];
    await commit(ctx, [putComparison(ctx, { ...row, failure: error.code }), ...noted]);
  }
}

async function compare(ctx: Ctx, gateway: Gateway, last: number | null): Promise<Tally> {
  const begun = ctx.now();
  const since = last === null ? begun - FIRST_LOOK : last - OVERLAP;
  const activity = await gateway.listActivity(ctx, since);
  const tally = { payments: activity.payments.length, settled: 0 };
  await comparePayments(ctx, gateway, { activity, tally });
  await compareRefunds(ctx, gateway, { activity, tally });
  await compareDisputes(ctx, gateway, { activity, tally });
  await compareSettlements(ctx, gateway, activity.settlements);
  await compareCheckouts(ctx, gateway, tally);
  await compareSubscriptions(ctx, gateway, tally);
  await compareMissing(ctx, gateway, { activity, since });
  await compareBooks(ctx, gateway);
  await revisitDifferences(ctx, gateway);
  await commit(ctx, [resolveUnseen(ctx, gateway.name, { kinds: RECOMPUTED, since: begun })]);
  return tally;
}

interface Looking {
  readonly activity: Activity;
  readonly tally: Tally;
}

/** The payment whose event never came is found here. */
async function comparePayments(ctx: Ctx, gateway: Gateway, { activity, tally }: Looking): Promise<void> {
  const moved = activity.payments.filter(({ state }) => state === "captured" || state === "authorized");
  const ours = await comparison.paymentsByVendor(
    ctx,
    gateway.name,
    moved.map(({ id }) => id),
  );
  for (const state of moved) {
    const row = ours.get(state.id);
    if (row?.status === "captured" && row.fee !== null) {
      if (row.refunded !== state.refunded) await lookAtRefunds(ctx, gateway, { state, tally });
      continue;
    }
    await takeIn(ctx, gateway, { state, tally });
  }
}

interface Met {
  readonly state: PaymentState;
  readonly tally: Tally;
}

/** Takes in a payment that is not ours yet; what is nobody's here, and was not given back, is a difference. */
async function takeIn(ctx: Ctx, gateway: Gateway, { state, tally }: Met): Promise<void> {
  const effects = await settle(ctx, gateway, {
    subject: state.id,
    work: async () => await paymentEffects(ctx, gateway, state.id),
  });
  const { id: subject, amount, asset } = state;
  if (effects.ignored === null) tally.settled += isSomething(effects) ? 1 : 0;
  else if (state.state === "captured" && state.refunded < amount)
    await note(ctx, gateway, { kind: "payment_unknown", subject, amount, asset });
}

/** A payment of which the vendor has given back another sum than we know of. */
async function lookAtRefunds(ctx: Ctx, gateway: Gateway, { state, tally }: Met): Promise<void> {
  for (const refund of await gateway.listRefunds(ctx, state.id)) {
    const effects = await settle(ctx, gateway, {
      subject: refund.id,
      work: async () => await refundEffects(ctx, gateway, refund),
    });
    if (isSomething(effects)) tally.settled += 1;
  }
  const row = await repository.findPaymentBy(ctx, gateway.name, { vendorId: state.id });
  const amount = state.refunded - (row?.refunded ?? 0);
  if (amount !== 0 && row?.refunding === 0)
    await note(ctx, gateway, { kind: "refunded_differs", subject: state.id, amount, asset: state.asset });
}

async function compareRefunds(ctx: Ctx, gateway: Gateway, { activity, tally }: Looking): Promise<void> {
  const ours = await comparison.refundsByVendor(
    ctx,
    gateway.name,
    activity.refunds.map(({ id }) => id),
  );
  for (const refund of activity.refunds) {
    if (ours.get(refund.id)?.state === refund.state) continue;
    await bringPayment(ctx, gateway, refund.paymentId);
    const effects = await settle(ctx, gateway, {
      subject: refund.id,
      work: async () => await refundEffects(ctx, gateway, refund),
    });
    if (isSomething(effects)) tally.settled += 1;
  }
  const unsettled = await listUnsettled(ctx, gateway.name, ctx.now() - PATIENCE);
  for (const row of unsettled) {
    if (row.vendorId === null) await sendRefund(ctx, row.id);
    else {
      const state = await gateway.readRefund(ctx, row.vendorId);
      await settle(ctx, gateway, { subject: row.id, work: async () => await refundEffects(ctx, gateway, state) });
    }
  }
  for (const row of await listUnsettled(ctx, gateway.name, ctx.now() - OVERDUE))
    await note(ctx, gateway, { kind: "refund_overdue", subject: row.id, amount: row.amount, asset: null });
}

async function compareDisputes(ctx: Ctx, gateway: Gateway, { activity, tally }: Looking): Promise<void> {
  const ours = await comparison.disputesByVendor(
    ctx,
    gateway.name,
    activity.disputes.map(({ id }) => id),
  );
  const listed = new Set(activity.disputes.map(({ id }) => id));
  const older = (await comparison.listOpenDisputes(ctx, gateway.name)).filter(({ vendorId }) => !listed.has(vendorId));
  const asked = await Promise.all(older.map(async ({ vendorId }) => await gateway.readDispute(ctx, vendorId)));
  for (const dispute of [...activity.disputes, ...asked]) {
    if (ours.get(dispute.id)?.state === dispute.state) continue;
    await bringPayment(ctx, gateway, dispute.paymentId);
    const effects = await settle(ctx, gateway, {
      subject: dispute.id,
      work: async () => await disputeEffects(ctx, gateway, dispute),
    });
    if (isSomething(effects)) tally.settled += 1;
  }
}

/** Checkouts of which nobody has heard again: the vendor says what became of them. */
async function compareCheckouts(ctx: Ctx, gateway: Gateway, tally: Tally): Promise<void> {
  for (const checkout of await comparison.listOpenCheckouts(ctx, gateway.name, ctx.now() - PATIENCE)) {
    const effects = await settle(ctx, gateway, {
      subject: checkout.id,
      work: async () => await endOf(ctx, gateway, checkout),
    });
    if (isSomething(effects)) tally.settled += 1;
  }
}

async function endOf(ctx: Ctx, gateway: Gateway, checkout: CheckoutRow): Promise<Effects> {
  const isOver = checkout.expiresAt + HOUR < ctx.now();
  const expired = { ...NOTHING, statements: [repository.endCheckout(ctx, checkout.id, { state: "expired" })] };
  if (checkout.vendorId === null) return isOver ? expired : NOTHING;
  const effects = await checkoutEffects(ctx, gateway, checkout.vendorId);
  // Razorpay's orders never end by themselves; a payment that comes later is still taken in.
  return isSomething(effects) || !isOver ? effects : expired;
}

/** Subscriptions that are otherwise than we were told. */
async function compareSubscriptions(ctx: Ctx, gateway: Gateway, tally: Tally): Promise<void> {
  if (!gateway.subscriptions) return;
  for (const row of await comparison.listLiveSubscriptions(ctx, gateway.name, SUBSCRIPTIONS_A_RUN)) {
    const seen = await seeSubscription(ctx, gateway, row.vendorId);
    if (!seen) continue;
    await commit(ctx, seen.statements, { events: seen.isChanged ? seen.events : [] });
    if (seen.isChanged) tally.settled += 1;
  }
}

/** What we hold for captured, and the vendor does not know. */
async function compareMissing(
  ctx: Ctx,
  gateway: Gateway,
  { activity, since }: { readonly activity: Activity; readonly since: number },
): Promise<void> {
  const known = new Set(activity.payments.map(({ id }) => id));
  for (const row of await comparison.listCaptured(ctx, gateway.name, since)) {
    if (row.vendorId === null || known.has(row.vendorId)) continue;
    const state = await gateway.readPayment(ctx, row.vendorId).catch(absent);
    if (state?.state === "captured") continue;
    await note(ctx, gateway, { kind: "payment_missing", subject: row.vendorId, amount: row.amount, asset: row.asset });
  }
}

function absent(error: unknown): null {
  if (error instanceof GatewayFailure && error.state === "missing") return null;
  throw error;
}

/** What the vendor owes us by our rows, against what the books say. */
async function compareBooks(ctx: Ctx, gateway: Gateway): Promise<void> {
  const { name } = gateway;
  for (const { asset, expected, booked } of await comparison.listClearing(ctx, name)) {
    if (expected === booked) continue;
    const subject = `clearing:${name}:${asset}`;
    await note(ctx, gateway, { kind: "clearing_differs", subject, amount: booked - expected, asset });
  }
  for (const row of await comparison.listWithoutFee(ctx, name, ctx.now() - FEE_KNOWN_AFTER))
    await note(ctx, gateway, { kind: "fee_unknown", subject: row.id, amount: row.amount, asset: row.asset });
}
