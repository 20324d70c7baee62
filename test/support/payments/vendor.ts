import { Stripe } from "stripe";
import type { Id } from "#kernel/ids";
import type { CreatedCheckout, GatewayName, NewCheckout, Price } from "#modules/payments";
import { createCheckout } from "#modules/payments";
import type { Ctx } from "#platform/ctx";
import { freshId } from "../actors.ts";
import type { Call, TestApp } from "../app.ts";
import { testCtx } from "../ctx.ts";
import { HeldQueue, inJob, rows } from "../platform.ts";
import { ports } from "../vendors.ts";

/** An account of its own at a simulated vendor, the settings that lead there, and what the vendor would send. */

type Thing = { readonly id: string; readonly [name: string]: unknown };

export interface Told {
  readonly id: string;
  readonly type: string;
  readonly [name: string]: unknown;
}

interface State {
  readonly result: Thing | null;
  readonly things: Readonly<Record<string, Thing>>;
  readonly events: readonly Told[];
  readonly effects: Readonly<Record<string, number>>;
}

const encoder = new TextEncoder();
export const STRIPE_SECRET = "whsec_present";
export const STRIPE_SECRET_BEFORE = "whsec_before";
export const RAZORPAY_SECRET = "razorpay_present";
export const RAZORPAY_KEY_SECRET = "EnLs21M47BllR3X8PSFtjtbd";

export async function hmacHex(secret: string, message: Uint8Array | string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const bytes = typeof message === "string" ? encoder.encode(message) : message;
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes)).toHex();
}

/** The official package's own signer of test events. */
export async function stripeHeader(
  payload: string,
  options: { secret?: string; timestamp?: number } = {},
): Promise<string> {
  const cryptoProvider = Stripe.createSubtleCryptoProvider();
  const header = await Stripe.webhooks.generateTestHeaderStringAsync({
    payload,
    secret: options.secret ?? STRIPE_SECRET,
    cryptoProvider,
    ...(options.timestamp === undefined ? {} : { timestamp: options.timestamp }),
  });
  return header;
}

export class Vendor {
  readonly provider: "stripe" | "razorpay";
  readonly app: TestApp;
  readonly key: string;
  readonly env: Readonly<Record<string, unknown>>;
  readonly queue = new HeldQueue();
  /** How far its events have been delivered. */
  #delivered = 0;

  constructor(app: TestApp, provider: "stripe" | "razorpay", extra: Readonly<Record<string, unknown>> = {}) {
    this.app = app;
    this.provider = provider;
    this.key = `${provider === "stripe" ? "sk" : "rzp"}_test_${crypto.randomUUID().replaceAll("-", "")}`;
    this.env = {
      EVENTS: this.queue.binding,
      GATEWAY_TIMEOUT_MS: "400",
      STRIPE_WEBHOOK_SECRET: STRIPE_SECRET,
      STRIPE_WEBHOOK_SECRET_PREVIOUS: STRIPE_SECRET_BEFORE,
      RAZORPAY_KEY_SECRET,
      RAZORPAY_WEBHOOK_SECRET: RAZORPAY_SECRET,
      RAZORPAY_WEBHOOK_SECRET_PREVIOUS: "razorpay_before",
      ...(provider === "stripe"
        ? { STRIPE_SECRET_KEY: this.key, STRIPE_API_BASE: `http://127.0.0.1:${ports.stripe}` }
        : { RAZORPAY_KEY_ID: this.key, RAZORPAY_API_BASE: `http://127.0.0.1:${ports.razorpay}` }),
      ...extra,
    };
  }

  ctx(options: { readonly now?: () => number; readonly env?: Readonly<Record<string, unknown>> } = {}): Ctx {
    return testCtx(this.app, { ...options, env: { ...this.env, ...options.env } });
  }

  async call(line: string, call: Call = {}): Promise<Response> {
    return await this.app.call(line, { ...call, env: { ...this.env, ...call.env } });
  }

  async #control(command: object): Promise<State> {
    const address = `http://127.0.0.1:${ports[this.provider]}/control/${this.key}`;
    return await (await fetch(address, { method: "POST", body: JSON.stringify(command) })).json<State>();
  }

  /** Something that happens at the vendor without us. */
  async happens(what: string, details: Readonly<Record<string, unknown>> = {}): Promise<Thing> {
    const { result } = await this.#control({ do: what, with: details });
    if (!result) throw new Error(`The vendor cannot ${what}.`);
    return result;
  }

  async plan(operation: string, ...list: readonly string[]): Promise<void> {
    await this.#control({ faults: { operation, list } });
  }

  async release(): Promise<void> {
    await this.#control({ release: true });
  }

  async state(): Promise<State> {
    return await this.#control({});
  }

  /** The newest object of a kind, by how its id begins. */
  async newest(prefix: string): Promise<Thing> {
    const { things } = await this.state();
    const found = Object.values(things).findLast(({ id }) => id.startsWith(`${prefix}_`));
    if (!found) throw new Error(`The vendor has no ${prefix}.`);
    return found;
  }

  /** What the vendor has told since it was asked the last time. */
  async told(): Promise<readonly Told[]> {
    const { events } = await this.state();
    const fresh = events.slice(this.#delivered);
    this.#delivered = events.length;
    return fresh;
  }

  /** Sends an event as the vendor does. */
  async send(event: unknown): Promise<Response> {
    const body = JSON.stringify(event);
    const stripe = this.provider === "stripe";
    const headers = stripe
      ? { "Stripe-Signature": await stripeHeader(body) }
      : { "X-Razorpay-Signature": await hmacHex(RAZORPAY_SECRET, body), "X-Razorpay-Event-Id": crypto.randomUUID() };
    return await this.call(`POST /webhooks/${this.provider}`, { body, headers });
  }

  /** Delivers whatever the vendor has told, each so many times, and lets every job run. */
  async deliver(arrange: (events: readonly Told[]) => readonly Told[] = (events) => events): Promise<void> {
    for (const event of arrange(await this.told())) await this.send(event);
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.call("POST /dev/jobs/drain");
  }

  /** One run of the comparison. */
  async reconcile(now?: () => number): Promise<void> {
    const cron = this.app.composition.crons.find(({ name }) => name === "payments.reconcile");
    const options = { env: this.env as Partial<Env>, ...(now ? { now } : {}) };
    await inJob(this.app, options, async (ctx) => await cron?.run(ctx, ctx.now()));
  }
}

const NAMES = { stripe: "USD", razorpay: "INR", sandbox: "USD" } as const;

/** A thing for 118.00, of which 18.00 is tax. No module of the product knows its purpose. */
export function purchase(provider: GatewayName, userId: Id<"user">, rest: Partial<NewCheckout> = {}): NewCheckout {
  return {
    provider,
    mode: "payment",
    userId,
    purpose: "probe",
    reference: "silver",
    revenue: "revenue:package",
    amount: 11_800,
    tax: 1_800,
    asset: NAMES[provider],
    description: "Silver",
    successPath: "/app/done",
    cancelPath: "/app",
    ...rest,
  };
}

export const PRO: Price = { plan: "pro", name: "Bourse Pro", interval: "month", net: 2_900, tax: 522, asset: "USD" };
export const TOP: Price = { ...PRO, plan: "enterprise", name: "Bourse Enterprise", net: 9_900, tax: 1_782 };

/** A subscription of the plan pro for 34.22 a month. */
export function subscribing(provider: GatewayName, userId: Id<"user">, rest: Partial<NewCheckout> = {}): NewCheckout {
  return purchase(provider, userId, {
    mode: "subscription",
    purpose: "subscription",
    reference: "pro",
    revenue: "revenue:subscription",
    amount: 3_422,
    tax: 522,
    price: PRO,
    ...rest,
  });
}

/** A checkout of somebody new at a vendor, with the vendor's own id of it. */
export async function open(
  vendor: Vendor,
  input: (userId: Id<"user">) => NewCheckout,
): Promise<CreatedCheckout & { readonly userId: Id<"user">; readonly vendorId: string }> {
  const userId = freshId("user");
  const created = await createCheckout(vendor.ctx(), input(userId));
  const [row] = await rows<{ vendor_id: string }>(
    "select vendor_id from payments_checkouts where id = ?",
    created.checkoutId,
  );
  return { ...created, userId, vendorId: row?.vendor_id ?? "" };
}

export interface PaymentNow {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly tax: number;
  readonly fee: number | null;
  readonly refunded: number;
  readonly refunding: number;
  readonly disputed: number;
  readonly vendor_id: string | null;
}

export async function paymentNow(id: string | null): Promise<PaymentNow> {
  const [row] = await rows<PaymentNow>("select * from payments_payments where id = ?", id ?? "");
  if (!row) throw new Error("There is no such payment.");
  return row;
}

/** How many events of a type were published about something. */
export async function published(type: string, about: string): Promise<number> {
  const [row] = await rows<{ n: number }>(
    "select count(*) as n from platform_events where type = ? and instr(data, ?) > 0",
    type,
    about,
  );
  return row?.n ?? 0;
}

/** What the books have under a reference: amounts by the rule and its part, holds with their ends. */
export async function bookedFor(reference: string): Promise<Record<string, number>> {
  const found = await rows<{ id: string; amount: number }>(
    "select id, amount from ledger_transfers where reference = ?1 or id like ?1 || '.%'",
    reference,
  );
  return Object.fromEntries(found.map(({ id, amount }) => [id.slice(reference.length + 1), amount]));
}
