import { describe, expect, it } from "vitest";
import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import { audit } from "#modules/ledger";
import type { SubscriptionState } from "#modules/payments";
import * as payments from "#modules/payments";
import type { Ctx } from "#platform/ctx";
import { freshId } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { HeldQueue, rows } from "../../support/platform.ts";
import { PRO, published, subscribing, TOP } from "../../support/payments/vendor.ts";

const app = testApp();
const BEGIN = Date.UTC(2028, 0, 31, 12);

/** Development's own gateway, with a clock that a test moves. */
class Sandbox {
  readonly userId: Id<"user"> = freshId("user");
  clock = BEGIN;
  readonly queue = new HeldQueue();

  ctx(): Ctx {
    return testCtx(app, { env: { EVENTS: this.queue.binding }, now: () => this.clock });
  }

  async subscribe(rest: Partial<payments.NewCheckout> = {}, card = "good"): Promise<string> {
    const { checkoutId } = await payments.createCheckout(this.ctx(), subscribing("sandbox", this.userId, rest));
    await rows(
      "update gateways_sandbox_objects set data = json_set(data, '$.request.expiresAt', ?) where id = ?",
      9e12,
      checkoutId,
    );
    await this.#at(async () => {
      const { payCheckout } = await import("../../../src/modules/gateways/service.sandbox.ts");
      await payCheckout(this.ctx(), { checkoutId, failsLater: card === "fails_later" });
    });
    return `sbxsub_${checkoutId}`;
  }

  async #at(work: () => Promise<void>): Promise<void> {
    await work();
    await app.call("POST /dev/jobs/drain");
  }

  /** Time passes, and the gateway's clock strikes. */
  async pass(days: number): Promise<void> {
    this.clock += days * DAY;
    await this.tick();
  }

  async tick(): Promise<void> {
    await this.#at(async () => {
      const cron = app.composition.crons.find(({ name }) => name === "gateways.advanceSandbox");
      await cron?.run(this.ctx(), this.clock);
    });
  }

  async read(id: string): Promise<SubscriptionState> {
    return await payments.readSubscription(this.ctx(), "sandbox", id);
  }

  async captured(): Promise<{ amount: number; tax: number; invoice_id: string }[]> {
    return await rows(
      "select amount, tax, invoice_id from payments_payments where user_id = ? and status = 'captured' order by id",
      this.userId,
    );
  }
}

describe("a subscription in the sandbox", () => {
  it("is paid at its start and at each renewal, on the day of the month on which it began", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe();
    expect(await sandbox.read(id)).toMatchObject({
      status: "active",
      plan: "pro",
      currentPeriodEnd: Date.UTC(2028, 1, 29, 12),
    });
    await sandbox.pass(30);
    await sandbox.pass(31);
    expect(await sandbox.read(id)).toMatchObject({ currentPeriodEnd: Date.UTC(2028, 3, 30, 12) });
    const found = await sandbox.captured();
    expect(found.map(({ amount, tax }) => [amount, tax])).toEqual([
      [3_422, 522],
      [3_422, 522],
      [3_422, 522],
    ]);
    expect(await published("gateway.subscriptionChanged", id)).toBeGreaterThanOrEqual(3);
    expect(await published("payment.captured", id)).toBe(3);
    expect((await audit(sandbox.ctx())).ok).toBe(true);
  });

  it("tells of the end of its trial three days before, and begins to cost then", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe({ trialDays: 14, amount: 0, tax: 0 });
    expect(await sandbox.read(id)).toMatchObject({ status: "trialing", trialEnd: BEGIN + 14 * DAY });
    expect(await sandbox.captured()).toEqual([]);
    await sandbox.pass(11);
    await sandbox.tick();
    expect(await published("gateway.trialEnding", id)).toBe(1);
    await sandbox.pass(3);
    expect(await sandbox.read(id)).toMatchObject({ status: "active" });
    expect((await sandbox.captured()).length).toBe(1);
  });

  it("is past due while its payment fails, tried again, and unpaid in the end", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe({}, "fails_later");
    await sandbox.pass(29);
    expect(await sandbox.read(id)).toMatchObject({ status: "past_due" });
    expect(await published("payment.failed", id)).toBe(1);
    await sandbox.pass(3);
    await sandbox.pass(5);
    expect(await sandbox.read(id)).toMatchObject({ status: "past_due" });
    await sandbox.pass(7);
    expect(await sandbox.read(id)).toMatchObject({ status: "unpaid" });
    expect((await sandbox.captured()).length).toBe(1);
  });

  it("recovers when a second try succeeds by another card", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe({}, "fails_later");
    await sandbox.pass(29);
    await sandbox.subscribe({ mode: "setup", amount: 0, tax: 0 });
    const owner = { provider: "sandbox", userId: sandbox.userId } as const;
    const methods = await payments.listPaymentMethods(sandbox.ctx(), owner);
    expect(methods.filter(({ isDefault }) => isDefault).map(({ last4 }) => last4)).toEqual(["4242"]);
    await sandbox.pass(3);
    expect(await sandbox.read(id)).toMatchObject({ status: "active" });
    expect((await sandbox.captured()).length).toBe(2);
  });

  it("changes at once for the difference, and its lines add up", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe();
    sandbox.clock += 10 * DAY;
    const request = { subscriptionId: id, price: TOP };
    const preview = await payments.previewChange(sandbox.ctx(), "sandbox", request);
    expect(preview.lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(preview.amountDue);
    expect(preview.amountDue).toBeGreaterThan(0);
    const changed = await payments.changeNow(sandbox.ctx(), "sandbox", { ...request, key: freshId("job") });
    expect(changed).toMatchObject({
      status: "active",
      plan: "enterprise",
      currentPeriodEnd: Date.UTC(2028, 1, 29, 12),
    });
    await sandbox.tick();
    const invoice = await payments.readInvoice(sandbox.ctx(), "sandbox", changed.latestInvoiceId ?? "");
    expect(invoice).toMatchObject({
      status: "paid",
      reason: "change",
      total: preview.amountDue,
      subtotal: preview.amountDue - invoice.tax,
    });
    expect((await sandbox.captured()).map(({ amount }) => amount)).toContain(preview.amountDue);
  });

  it("keeps its plan when the change cannot be paid", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe({}, "fails_later");
    const request = { key: freshId("job"), subscriptionId: id, price: TOP };
    await expect(payments.changeNow(sandbox.ctx(), "sandbox", request)).rejects.toMatchObject({
      kind: { code: "gateway_declined" },
    });
    expect(await sandbox.read(id)).toMatchObject({ plan: "pro", status: "active" });
  });

  it("changes at the end of its period, unless that is taken back", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe({ price: TOP });
    const request = { key: freshId("job"), subscriptionId: id, price: PRO };
    const planned = await payments.changeAtPeriodEnd(sandbox.ctx(), "sandbox", request);
    expect(planned).toMatchObject({ plan: "enterprise", scheduled: { plan: "pro", at: planned.currentPeriodEnd } });
    const kept = await payments.resumeSubscription(sandbox.ctx(), "sandbox", {
      key: freshId("job"),
      subscriptionId: id,
    });
    expect(kept.scheduled).toBeNull();
    await payments.changeAtPeriodEnd(sandbox.ctx(), "sandbox", {
      ...request,
      price: { ...PRO, interval: "year", net: 29_000, tax: 5_220 },
    });
    await sandbox.pass(29);
    expect(await sandbox.read(id)).toMatchObject({
      plan: "pro",
      interval: "year",
      scheduled: null,
      currentPeriodEnd: Date.UTC(2029, 1, 28, 12),
    });
  });

  it("ends at the end of its period or at once, and not twice", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe();
    const request = { key: freshId("job"), subscriptionId: id };
    const ending = await payments.cancelSubscription(sandbox.ctx(), "sandbox", { ...request, atPeriodEnd: true });
    expect(ending).toMatchObject({ status: "active", cancelAtPeriodEnd: true });
    expect(await payments.resumeSubscription(sandbox.ctx(), "sandbox", request)).toMatchObject({
      cancelAtPeriodEnd: false,
    });
    await payments.cancelSubscription(sandbox.ctx(), "sandbox", { ...request, atPeriodEnd: true });
    await sandbox.pass(29);
    expect(await sandbox.read(id)).toMatchObject({ status: "canceled" });
    expect(
      await payments.cancelSubscription(sandbox.ctx(), "sandbox", { ...request, atPeriodEnd: false }),
    ).toMatchObject({ status: "canceled" });
    await expect(payments.resumeSubscription(sandbox.ctx(), "sandbox", request)).rejects.toMatchObject({
      kind: { code: "gateway_declined" },
    });
    expect((await sandbox.captured()).length).toBe(1);
  });

  it("pauses when its trial ends without a card, and goes on with one", async () => {
    const sandbox = new Sandbox();
    const id = await sandbox.subscribe({ trialDays: 7, amount: 0, tax: 0 });
    const owner = { provider: "sandbox", userId: sandbox.userId } as const;
    const [card] = await payments.listPaymentMethods(sandbox.ctx(), owner);
    await payments.removePaymentMethod(sandbox.ctx(), owner, card?.id ?? "");
    await expect(payments.removePaymentMethod(sandbox.ctx(), owner, card?.id ?? "")).rejects.toMatchObject({
      kind: { code: "method_not_found" },
    });
    await sandbox.pass(4);
    await sandbox.pass(3);
    expect(await sandbox.read(id)).toMatchObject({ status: "paused" });
    const request = { key: freshId("job"), subscriptionId: id };
    await expect(payments.resumeSubscription(sandbox.ctx(), "sandbox", request)).rejects.toMatchObject({
      kind: { code: "gateway_declined" },
    });
    await sandbox.subscribe({ mode: "setup", amount: 0, tax: 0 });
    expect(await payments.resumeSubscription(sandbox.ctx(), "sandbox", request)).toMatchObject({ status: "active" });
    expect(await payments.openPortal(sandbox.ctx(), owner, "/app/billing")).toMatch(/\/app\/billing$/);
  });
});

describe("the page of the sandbox", () => {
  it("is there in development alone", async () => {
    const { checkoutId } = await payments.createCheckout(testCtx(app), subscribing("sandbox", freshId("user")));
    const page = `/sandbox/checkout/${checkoutId}`;
    const elsewhere = { ENVIRONMENT: "staging", PUBLIC_ORIGIN: "https://bourse.test" };
    for (const line of [`GET ${page}`, `POST ${page}/pay`, `POST ${page}/fail`])
      expect((await app.call(line, { env: elsewhere })).status).toBe(404);
    const refused = payments.createCheckout(testCtx(app, { env: elsewhere }), subscribing("sandbox", freshId("user")));
    await expect(refused).rejects.toMatchObject({ kind: { code: "provider_unavailable" } });
  });

  it("takes JSON, forms and nothing, and answers people with a page", async () => {
    const { checkoutId } = await payments.createCheckout(testCtx(app), subscribing("sandbox", freshId("user")));
    const page = `/sandbox/checkout/${checkoutId}`;
    const html = { Accept: "text/html" };
    expect(await bodyOf(await app.call(`GET ${page}`))).toMatchObject({
      id: checkoutId,
      state: "open",
      amount: "34.22",
    });
    expect(await (await app.call(`GET ${page}`, { headers: html })).text()).toContain(
      "Pay with a card that is declined later",
    );
    const declined = await app.call(`POST ${page}/fail`, { headers: html });
    expect([declined.status, declined.headers.get("Location")]).toEqual([303, expect.stringContaining("/app")]);
    const form = { "Content-Type": "application/x-www-form-urlencoded", ...html };
    const paid = await app.call(`POST ${page}/pay`, { body: "card=fails_later", headers: form });
    expect([paid.status, paid.headers.get("Location")]).toEqual([303, expect.stringContaining("/app/done")]);
    expect(await bodyOf(await app.call(`POST ${page}/pay`, { json: { card: "good" } }))).toMatchObject({
      code: "checkout_closed",
    });
    expect(await (await app.call(`GET ${page}`, { headers: html })).text()).toContain("This checkout is over.");
    const dispute = async (body: object) => await app.call(`POST ${page}/dispute`, { json: body });
    for (const outcome of ["maybe", "WON", 1, true, {}, []])
      expect(await bodyOf(await dispute({ outcome }))).toMatchObject({ status: 422, code: "outcome_unknown" });
    expect(await bodyOf(await dispute({}))).toMatchObject({ state: "open" });
    expect(await bodyOf(await dispute({ outcome: "won" }))).toMatchObject({ state: "won" });
    expect((await dispute({ outcome: null })).status).toBe(409);
    expect((await app.call("GET /sandbox/checkout/none")).status).toBe(404);
    expect((await app.call("POST /sandbox/checkout/none/pay")).status).toBe(404);
  });
});
