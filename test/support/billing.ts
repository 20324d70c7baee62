import { vi } from "vitest";
import { DAY } from "#kernel/time";
import type { Actor } from "#platform/ctx";
import { anAccount } from "./accounts.ts";
import { bodyOf, type TestApp } from "./app.ts";
import { testCtx } from "./ctx.ts";
import { drain as settle } from "#platform/drain";
import { inJob, rows } from "./platform.ts";

/** Somebody's subscription, by the front door and the sandbox gateway's page, under a clock that the test sets. */

export interface Subscription {
  readonly id: string;
  readonly plan: string;
  readonly interval: string;
  readonly status: string;
  readonly amount: string;
  readonly cancelAtPeriodEnd: boolean;
  readonly scheduledPlan: string | null;
  readonly currentPeriodStart: string;
  readonly currentPeriodEnd: string;
  readonly trialEnd: string | null;
}

export interface Document {
  readonly id: string;
  readonly number: string;
  readonly kind: string;
  readonly status: string;
  readonly total: string;
}

export interface Preview {
  readonly lines: readonly { readonly description: string; readonly amount: string }[];
  readonly amountDue: string;
}

export interface Order {
  readonly plan: string;
  readonly interval?: string;
  readonly asset?: string;
  readonly trial?: boolean;
}

export class Customer {
  readonly app: TestApp;
  /** Where mail goes; nobody is there for somebody without an account. */
  readonly email: string;
  readonly as: Extract<Actor, { kind: "user" }>;

  constructor(app: TestApp, as: Extract<Actor, { kind: "user" }>, email = "") {
    this.app = app;
    this.as = as;
    this.email = email;
  }

  /** Somebody with an account. */
  static async signUp(app: TestApp, email?: string): Promise<Customer> {
    const { user, actor } = await anAccount(app, email === undefined ? {} : { email });
    return new Customer(app, actor, user.email ?? "");
  }

  async call(line: string, json?: unknown): Promise<Response> {
    const headers = line.startsWith("POST") ? { "Idempotency-Key": crypto.randomUUID() } : {};
    return await this.app.call(line, { as: this.as, headers, ...(json === undefined ? {} : { json }) });
  }

  async checkout({ interval = "month", ...order }: Order): Promise<Response> {
    return await this.call("POST /api/v1/billing/checkout", { interval, provider: "sandbox", ...order });
  }

  /** Pays on the sandbox's page. A card that `fails_later` works this once. */
  async pay(checkoutId: string, card = "works"): Promise<number> {
    return (await this.app.call(`POST /sandbox/checkout/${checkoutId}/pay`, { json: { card } })).status;
  }

  async subscribe(order: Order, card?: string): Promise<Subscription> {
    const { checkoutId } = await bodyOf<{ checkoutId: string }>(await this.checkout(order));
    await this.pay(checkoutId, card);
    await drain(this.app);
    return await this.subscription();
  }

  async subscription(): Promise<Subscription> {
    return await bodyOf<Subscription>(await this.call("GET /api/v1/billing/subscription"));
  }

  async change(plan: string, interval = "month"): Promise<Response> {
    return await this.call("POST /api/v1/billing/subscription/change", { plan, interval });
  }

  async preview(plan: string, interval = "month"): Promise<Preview> {
    return await bodyOf<Preview>(await this.call("POST /api/v1/billing/subscription/preview", { plan, interval }));
  }

  async cancel(atPeriodEnd: boolean): Promise<Response> {
    return await this.call("POST /api/v1/billing/subscription/cancel", { atPeriodEnd });
  }

  async resume(): Promise<Response> {
    return await this.call("POST /api/v1/billing/subscription/resume");
  }

  /** The plan that this customer may use. */
  async plan(): Promise<string> {
    return (await this.app.composition.userFields(testCtx(this.app), this.as.userId)).plan;
  }

  async invoices(): Promise<Document[]> {
    return (await bodyOf<{ data: Document[] }>(await this.call("GET /api/v1/billing/invoices"))).data;
  }

  /** What moved the revenue, in minor units: `new 2900`. */
  async movements(): Promise<string[]> {
    const found = await rows<{ kind: string; moved: number }>(
      "select kind, after_minor - before_minor as moved from billing_movements where user_id = ? order by seq",
      this.as.userId,
    );
    return found.map(({ kind, moved }) => `${kind} ${moved}`);
  }

  /** The subjects of the mails so far. */
  async mails(): Promise<string[]> {
    await drain(this.app);
    const answer = await this.app.call(`GET /dev/outbox?to=${encodeURIComponent(this.email)}`);
    return (await bodyOf<{ data: { subject: string | null }[] }>(answer)).data.map(({ subject }) => subject ?? "");
  }

  /** What was taken from this customer and not given back, in minor units. */
  async paid(): Promise<number> {
    const [row] = await rows<{ paid: number }>(
      "select coalesce(sum(amount - refunded), 0) as paid from payments_payments where user_id = ? and status = 'captured'",
      this.as.userId,
    );
    return row?.paid ?? 0;
  }
}

const CLOCKS: ReadonlySet<string> = new Set(["gateways", "payments", "billing", "revenue"]);

/**
 * Settles everything that is due at this moment, as far as money goes: no market is simulated for each month. `without`
 * leaves out a module's clock that a test has no eye for.
 */
export async function drain(app: TestApp, without: readonly string[] = []): Promise<void> {
  const crons = app.composition.crons.filter(({ name }) => {
    const [module = ""] = name.split(".");
    return CLOCKS.has(module) && !without.includes(module);
  });
  await inJob({ ...app, composition: { ...app.composition, crons } }, {}, settle);
}

/** Sets the clock that the whole product goes by. */
export function setClock(time: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: time });
}

/** Lets days pass, and then happen what has fallen due. */
export async function passDays(app: TestApp, days: number): Promise<void> {
  vi.setSystemTime(Date.now() + days * DAY);
  await drain(app);
}
