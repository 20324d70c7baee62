import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { problems } from "./errors.ts";
import { GatewayFailure } from "./gateway.ts";
import type { Kind, Of, Versioned } from "./repository.sandbox.ts";
import * as repository from "./repository.sandbox.ts";
import type { Checkout, Method, Step, Subscription } from "./sandbox-objects.ts";
import type { Means } from "./rules.sandbox.ts";
import { advance, begin, bill, charge, collect } from "./rules.sandbox.ts";
import { periodLines } from "./rules.proration.ts";
import { storing } from "./service.webhooks.ts";

/** The sandbox vendor, in the database: development's stand-in for somebody else's service. */

const RACED = "raced";
const BATCH = 50;
/** A subscription that slept for years is brought up to date in so many steps a run. */
const STEPS_A_RUN = 60;

/** Reads an object as a vendor would answer: one that is not there is missing. */
export async function load<K extends Kind>(ctx: Ctx, kind: K, id: string): Promise<Versioned<Of<K>>> {
  const found = await repository.find(ctx, kind, id);
  if (!found) throw new GatewayFailure("missing", `${kind}_missing`);
  return found;
}

/** Writes what a step has made of the objects, and tells of it by an event in the inbox, as a vendor's webhook does. */
export async function apply(ctx: Ctx, step: Step, read: readonly Versioned[] = []): Promise<void> {
  const versions = new Map(read.map(({ object, version }) => [object.id, version]));
  const objects = new Map(step.objects.map((object) => [object.id, object]));
  const stored = await Promise.all(
    step.told.map(
      async (told) =>
        await storing(ctx, "sandbox", {
          ...told,
          eventId: ctx.newId("evt"),
          refusedFor: null,
          body: JSON.stringify(told),
        }),
    ),
  );
  const statements = [
    ...[...objects.values()].flatMap((object) =>
      repository.put(ctx, { object, version: versions.get(object.id) ?? 0 }),
    ),
    ...(step.removed ?? []).map((id) => repository.removeObject(ctx, id)),
    ...stored.flatMap((part) => part.statements),
  ];
  try {
    await commit(ctx, statements, { events: stored.flatMap((part) => part.events), partial: true });
  } catch (error) {
    if (isRefusedBy(error, "gateways_sandbox_raced")) throw new GatewayFailure("unavailable", RACED);
    throw error;
  }
}

export interface Paying {
  readonly checkoutId: string;
  /** Whether the card works now and is declined later. */
  readonly failsLater: boolean;
}

/** The customer pays on the sandbox's page. A checkout is paid once. */
export async function payCheckout(ctx: Ctx, { checkoutId, failsLater }: Paying): Promise<Checkout> {
  const found = await openCheckout(ctx, checkoutId);
  const { object: checkout } = found;
  const done: Checkout = { ...checkout, state: "complete" };
  const step = checkout.request.mode === "payment" ? payOnce(ctx, done) : await payByMethod(ctx, done, failsLater);
  try {
    await apply(ctx, step.step, [found, ...step.read]);
  } catch (error) {
    if (isRaced(error)) throw problems.checkoutClosed();
    throw error;
  }
  return step.checkout;
}

interface Paid {
  readonly checkout: Checkout;
  readonly step: Step;
  readonly read: readonly Versioned[];
}

function payOnce(ctx: Ctx, checkout: Checkout): Paid {
  const { id, customerId, request } = checkout;
  const paymentId = `sbxpay_${id}`;
  const { amount, asset } = request;
  const payment = charge({
    id: paymentId,
    amount,
    asset,
    customerId,
    checkoutKey: id,
    invoiceId: null,
    declined: false,
    now: ctx.now(),
  });
  const done: Checkout = { ...checkout, paymentId };
  const told = [{ topic: "payment", type: "payment.captured", objectId: paymentId }] as const;
  return { checkout: done, step: { objects: [done, payment], told }, read: [] };
}

async function payByMethod(ctx: Ctx, checkout: Checkout, fails: boolean): Promise<Paid> {
  const { id, customerId, request } = checkout;
  const customer = await load(ctx, "customer", customerId ?? "");
  const method: Method = {
    kind: "method",
    id: `sbxpm_${id}`,
    customerId: customer.object.id,
    fails,
    brand: "visa",
    last4: fails ? "0341" : "4242",
  };
  const owner = { ...customer.object, defaultMethodId: method.id };
  const read = [customer];
  if (request.mode !== "subscription" || request.price === null) {
    const told = [{ topic: "checkout", type: "checkout.completed", objectId: id }] as const;
    return { checkout, step: { objects: [checkout, method, owner], told }, read };
  }
  const done: Checkout = { ...checkout, subscriptionId: `sbxsub_${id}` };
  const started = start(begin(checkout, request.price, ctx.now()), method, ctx.now());
  const told = [{ topic: "checkout", type: "checkout.completed", objectId: id } as const, ...started.told];
  return { checkout: done, step: { objects: [done, method, owner, ...started.objects], told }, read };
}

/** The first payment works even with a card that is declined later. */
function start(subscription: Subscription, method: Method, now: number): Step {
  if (subscription.status === "trialing") {
    const told = { topic: "subscription", type: "subscription.created", objectId: subscription.id } as const;
    return { objects: [subscription], told: [told] };
  }
  const invoice = bill(subscription, { lines: periodLines(subscription.price, subscription), reason: "start" }, now);
  return collect(subscription, invoice, { method: { ...method, fails: false }, now });
}

/** The customer's payment is declined on the sandbox's page; the checkout stays open for another try. */
export async function failCheckout(ctx: Ctx, checkoutId: string): Promise<Checkout> {
  const { object: checkout } = await openCheckout(ctx, checkoutId);
  const id = `sbxpay_${checkoutId}_${ctx.newId("pay")}`;
  const { amount, asset } = checkout.request;
  const declined = charge({
    id,
    amount,
    asset,
    customerId: checkout.customerId,
    checkoutKey: checkoutId,
    invoiceId: null,
    declined: true,
    now: ctx.now(),
  });
  await apply(ctx, { objects: [declined], told: [{ topic: "payment", type: "payment.failed", objectId: id }] });
  return checkout;
}

/** A checkout as its page shows it. */
export async function getCheckout(ctx: Ctx, id: string): Promise<Checkout> {
  const found = await repository.find(ctx, "checkout", id);
  if (!found) throw problems.checkoutNotFound();
  return found.object;
}

async function openCheckout(ctx: Ctx, id: string): Promise<Versioned<Checkout>> {
  const found = await repository.find(ctx, "checkout", id);
  if (!found) throw problems.checkoutNotFound();
  const { state, request } = found.object;
  if (state !== "open" || request.expiresAt <= ctx.now()) throw problems.checkoutClosed();
  return found;
}

/** Everything that a subscription's next step needs of its customer. */
export async function meansOf(ctx: Ctx, subscription: Subscription): Promise<Means & { read: readonly Versioned[] }> {
  const customer = await load(ctx, "customer", subscription.customerId);
  const { defaultMethodId } = customer.object;
  const method = defaultMethodId === null ? null : await repository.find(ctx, "method", defaultMethodId);
  const { latestInvoiceId } = subscription;
  const latest = latestInvoiceId === null ? null : await repository.find(ctx, "invoice", latestInvoiceId);
  const open = latest?.object.status === "open" ? latest : null;
  return { method: method?.object ?? null, open: open?.object ?? null, read: open ? [open] : [] };
}

/** Lets the sandbox's time pass: renewals, ends, second tries. */
export async function advanceSandbox(ctx: Ctx): Promise<void> {
  for (let round = 0; round < STEPS_A_RUN; round += 1) {
    const due = await repository.listDue(ctx, ctx.now(), BATCH);
    if (due.length === 0) return;
    for (const found of due) await advanceOne(ctx, found);
  }
}

async function advanceOne(ctx: Ctx, found: Versioned<Subscription>): Promise<void> {
  const { read, ...means } = await meansOf(ctx, found.object);
  try {
    await apply(ctx, advance(found.object, means, ctx.now()), [found, ...read]);
  } catch (error) {
    if (!isRaced(error)) throw error;
  }
}

function isRaced(error: unknown): boolean {
  return error instanceof GatewayFailure && error.code === RACED;
}
