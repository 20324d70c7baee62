import type { Ctx } from "#platform/ctx";
import { problems } from "./errors.ts";
import * as repository from "./repository.sandbox.ts";
import type { Checkout, Dispute, Payment } from "./sandbox-objects.ts";
import { apply, getCheckout } from "./service.sandbox.ts";

/** What the sandbox keeps for a dispute, in minor units of whatever was paid in. */
const FEE = 1_500;

export interface Disputing {
  readonly checkoutId: string;
  /** How the dispute ends; null where it only begins. */
  readonly outcome: "won" | "lost" | null;
}

/** The customer's bank takes back what was last paid by a checkout, or decides about that. */
export async function disputeCheckout(ctx: Ctx, { checkoutId, outcome }: Disputing): Promise<Dispute> {
  const payment = await lastPayment(ctx, await getCheckout(ctx, checkoutId));
  if (payment?.state !== "captured") throw problems.nothingToDispute();
  const id = `sbxdp_${payment.id}`;
  const known = await repository.find(ctx, "dispute", id);
  if (known) assertOpen(known.object, outcome);
  const dispute: Dispute = { ...(known?.object ?? opened(ctx, id, payment)), state: outcome ?? "open" };
  const told = {
    topic: "dispute",
    type: outcome === null ? "dispute.created" : "dispute.closed",
    objectId: id,
  } as const;
  await apply(ctx, { objects: [dispute], told: [told] }, known ? [known] : []);
  return dispute;
}

function assertOpen({ state }: Dispute, outcome: Disputing["outcome"]): void {
  if (state !== "open" || outcome === null) throw problems.nothingToDispute();
}

function opened(ctx: Ctx, id: string, { id: paymentId, amount, asset }: Payment): Dispute {
  const openedAt = ctx.now();
  return { kind: "dispute", id, paymentId, amount, asset, state: "open", fee: FEE, reason: "fraudulent", openedAt };
}

async function lastPayment(ctx: Ctx, { paymentId, subscriptionId }: Checkout): Promise<Payment | null> {
  const id = subscriptionId === null ? paymentId : await paymentOfLatest(ctx, subscriptionId);
  return id === null ? null : ((await repository.find(ctx, "payment", id))?.object ?? null);
}

async function paymentOfLatest(ctx: Ctx, subscriptionId: string): Promise<string | null> {
  const invoiceId = (await repository.find(ctx, "subscription", subscriptionId))?.object.latestInvoiceId ?? null;
  return invoiceId === null ? null : ((await repository.find(ctx, "invoice", invoiceId))?.object.paymentId ?? null);
}
