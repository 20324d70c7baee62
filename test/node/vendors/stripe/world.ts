import { readFileSync } from "node:fs";
import path from "node:path";
import type { Thing as Made } from "../simulator.ts";
import { VendorWorld } from "../simulator.ts";

/** One account at the simulated Stripe: its objects, and the events that it would send. */

export interface Thing extends Made {
  object: string;
}

const file = path.join(import.meta.dirname, "..", "..", "..", "vectors", "stripe-objects.json");
const samples = (JSON.parse(readFileSync(file, "utf8")) as { resources: Record<string, Thing> }).resources;

const PREFIXES: Readonly<Record<string, string>> = {
  customer: "cus",
  "checkout.session": "cs",
  payment_intent: "pi",
  charge: "ch",
  balance_transaction: "txn",
  refund: "re",
  dispute: "dp",
  subscription: "sub",
  subscription_item: "si",
  subscription_schedule: "sub_sched",
  invoice: "in",
  price: "price",
  payment_method: "pm",
  payout: "po",
  transfer: "tr",
  invoice_payment: "inpay",
};

let count = 0;

export function freshId(kind: string): string {
  count += 1;
  return `${PREFIXES[kind] ?? kind}_${Date.now().toString(36)}${count}`;
}

export const seconds = (): number => Math.floor(Date.now() / 1_000);

export class World extends VendorWorld<Thing> {
  /** Makes an object of a kind in the shape of Stripe's own sample. */
  make(kind: string, values: Record<string, unknown>): Thing {
    const thing = { ...structuredClone(samples[kind]), created: seconds(), id: freshId(kind), ...values } as Thing;
    this.things.set(thing.id, thing);
    return thing;
  }

  get(id: unknown): Thing {
    const thing = this.things.get(String(id));
    if (!thing)
      throw new Refusal(404, { type: "invalid_request_error", code: "resource_missing", message: "No such object" });
    return thing;
  }

  set(id: unknown, values: Record<string, unknown>): Thing {
    return Object.assign(this.get(id), values);
  }

  all(kind: string): Thing[] {
    return [...this.things.values()].filter(({ object }) => object === kind);
  }

  tell(type: string, about: Thing): void {
    count += 1;
    this.events.push({
      id: `evt_${Date.now().toString(36)}${count}`,
      object: "event",
      api_version: null,
      created: seconds(),
      data: { object: structuredClone(about) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    });
  }
}

export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, error: Record<string, unknown>) {
    super("Refused.");
    this.status = status;
    this.body = { error };
  }
}
