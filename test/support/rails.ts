import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Call, TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import { anOperator } from "./actors.ts";
import { testCtx } from "./ctx.ts";
import { hmacHex } from "./payments/vendor.ts";
import type { PayoutBody } from "./payouts.ts";
import { aPayout, BANK } from "./payouts.ts";
import { HeldQueue, inJob, rows } from "./platform.ts";
import { ports } from "./vendors.ts";

/** An account of its own at the simulated RazorpayX, the settings that lead there, and what it would send. */

export const RAILS_SECRET = "razorpayx_present_secret";

type Thing = { readonly id: string; readonly [name: string]: unknown };

interface State {
  readonly result: Thing | null;
  readonly things: Readonly<Record<string, Thing>>;
  readonly events: readonly unknown[];
  readonly keys: readonly string[];
  readonly effects: Readonly<Record<string, number>>;
}

export class Razorpayx {
  readonly app: TestApp;
  readonly key = `rzp_test_${crypto.randomUUID().replaceAll("-", "")}`;
  readonly queue = new HeldQueue();
  readonly env: Readonly<Record<string, unknown>>;
  #delivered = 0;

  constructor(app: TestApp, extra: Readonly<Record<string, unknown>> = {}) {
    this.app = app;
    this.env = {
      EVENTS: this.queue.binding,
      GATEWAY_TIMEOUT_MS: "400",
      PAYOUT_RAILS: "razorpayx",
      RAZORPAYX_ACCOUNT_NUMBER: "7878780080316316",
      RAZORPAYX_KEY_ID: this.key,
      RAZORPAYX_KEY_SECRET: "razorpayx_key_secret",
      RAZORPAYX_WEBHOOK_SECRET: RAILS_SECRET,
      RAZORPAYX_API_BASE: `http://127.0.0.1:${ports.razorpayx}/relay`,
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
    const address = `http://127.0.0.1:${ports.razorpayx}/control/${this.key}`;
    return await (await fetch(address, { method: "POST", body: JSON.stringify(command) })).json<State>();
  }

  async happens(what: "move" | "rogue", details: Readonly<Record<string, unknown>>): Promise<Thing> {
    const { result } = await this.#control({ do: what, with: details });
    if (!result) throw new Error(`The vendor cannot ${what}.`);
    return result;
  }

  async plan(operation: string, ...list: readonly string[]): Promise<void> {
    await this.#control({ faults: { operation, list } });
  }

  async state(): Promise<State> {
    return await this.#control({});
  }

  /** The vendor's payouts under a reference of ours. */
  async payoutsOf(reference: string): Promise<readonly Thing[]> {
    const { things } = await this.state();
    return Object.values(things).filter((one) => one["reference_id"] === reference && one.id.startsWith("pout_"));
  }

  /** Under which keys payouts were asked for, call by call. */
  async keys(): Promise<readonly string[]> {
    return (await this.state()).keys;
  }

  /** What the vendor has told since it was asked the last time. */
  async told(): Promise<readonly unknown[]> {
    const { events } = await this.state();
    const fresh = events.slice(this.#delivered);
    this.#delivered = events.length;
    return fresh;
  }

  async post(event: unknown, secret = RAILS_SECRET): Promise<Response> {
    const body = JSON.stringify(event);
    const headers = { "X-Razorpay-Signature": await hmacHex(secret, body) };
    return await this.call("POST /webhooks/razorpayx", { body, headers });
  }

  /** Delivers whatever the vendor has told, as arranged, and lets every job run. */
  async deliver(arrange: (events: readonly unknown[]) => readonly unknown[] = (events) => events): Promise<void> {
    for (const event of arrange(await this.told())) await this.post(event);
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.call("POST /dev/jobs/drain");
  }

  /** One run of a cron of payouts. */
  async tick(name: "reconcile" | "runSchedules" | "sendApproved", now?: () => number): Promise<void> {
    const cron = this.app.composition.crons.find((one) => one.name === `payouts.${name}`);
    const options = { env: this.env as Partial<Env>, ...(now ? { now } : {}) };
    await inJob(this.app, options, async (ctx) => await cron?.run(ctx, ctx.now()));
  }

  /** Approves a payout and has it sent; what becomes of the call may be said. */
  async sendOut(id: string, fault?: string): Promise<void> {
    await this.call(`POST /api/v1/admin/payouts/${id}/approve`, { as: anOperator() });
    await rows("update payouts_payouts set state = 'rejected' where state = 'approved' and id <> ?", id);
    await this.batch();
    if (fault !== undefined) await this.plan("POST /v1/payouts", fault);
    await this.settle();
  }

  async batch(): Promise<Response> {
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    return await this.call("POST /api/v1/admin/payout-batches", { as: anOperator(), headers });
  }

  async payout(id: string): Promise<PayoutBody> {
    return await bodyOf(await this.call(`GET /api/v1/admin/payouts/${id}`, { as: anOperator() }));
  }
}

export interface SendingNow {
  readonly state: string;
  readonly vendor_id: string | null;
  readonly vendor_state: string | null;
}

export async function sendingOf(payoutId: string): Promise<SendingNow | null> {
  const [row] = await rows<SendingNow>("select * from payouts_sendings where payout_id = ?", payoutId);
  return row ?? null;
}

/** Kinds of the differences that are open about something. */
export async function openDifferences(subject: string): Promise<string[]> {
  const found = await rows<{ kind: string }>(
    "select kind from payouts_differences where subject = ? and resolved_at is null order by kind",
    subject,
  );
  return found.map(({ kind }) => kind);
}

/**
 * Differences are the house's, and what is still on its way belongs to a vendor that the next test does not know: whoever
 * leaves some behind ends them.
 */
export async function endSendings(): Promise<void> {
  await endDifferences();
  await rows("delete from payouts_sendings");
  await rows("update platform_deliveries set state = 'done' where handler like 'payouts.%' and state = 'pending'");
}

export async function endDifferences(): Promise<void> {
  await rows("update payouts_differences set resolved_at = 1, resolved_by = 'test' where resolved_at is null");
}

/** A payout of 1,500.00 that RazorpayX has, with the vendor's id of it. */
export async function sentOut(vendor: Razorpayx): Promise<{ id: string; userId: string; vendorId: string }> {
  const { as, id } = await aPayout(vendor.app);
  await vendor.sendOut(id);
  const vendorId = (await vendor.payoutsOf(id))[0]?.id ?? "";
  return { id, userId: as.userId, vendorId };
}

/** A payout that was marked as sent by its rail, or put into a file; nobody has been called yet. */
export async function leaving(
  vendor: Razorpayx,
  bank: object = BANK,
): Promise<{ id: Id<"payout">; userId: Id<"user">; batchId: Id<"job"> }> {
  const { as, id } = await aPayout(vendor.app, "1500.00", bank);
  await vendor.call(`POST /api/v1/admin/payouts/${id}/approve`, { as: anOperator() });
  await rows("update payouts_payouts set state = 'rejected' where state = 'approved' and id <> ?", id);
  const batch = await bodyOf<{ id: Id<"job"> }>(await vendor.batch());
  return { id: id as Id<"payout">, userId: as.userId, batchId: batch.id };
}

/** Where 10,000.00 are once 1,500.00 of it are sent, have arrived, or are back. */
export const LEFT = { spendable: 850_000, held: 0, flying: 150_000 };
export const GONE = { spendable: 850_000, held: 0, flying: 0 };
export const WHOLE = { spendable: 1_000_000, held: 0, flying: 0 };
