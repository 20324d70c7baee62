import { afterEach, describe, expect, it } from "vitest";
import { draftEvent } from "#kernel/event";
import { commit } from "#platform/commit";
import { scheduleDue, sendingIntended } from "../../src/modules/payouts/events.ts";
import { requestScheduled, runSchedules } from "../../src/modules/payouts/service.schedules.ts";
import { importResults } from "../../src/modules/payouts/service.results.ts";
import { readiness as railsReadiness } from "../../src/modules/rails/readiness.ts";
import { railFor } from "../../src/modules/rails/rails.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { faultyCtx, testCtx } from "../support/ctx.ts";
import type { PayoutBody } from "../support/payouts.ts";
import { aPayee, aPayout, ask, BANK, decide, expectCleanBooks, moneyOf } from "../support/payouts.ts";
import { mailsTo } from "../support/people.ts";
import { count, rows } from "../support/platform.ts";
import { endSendings, leaving, LEFT, Razorpayx, WHOLE } from "../support/rails.ts";

const app = testApp();

afterEach(endSendings);

describe("RazorpayX's keys", () => {
  it("are asked for by readiness wherever a road needs them", async () => {
    const seen = async (env: object) => (await railsReadiness(testCtx(app, { env: { ...env } })))[0];
    expect(await seen({})).toMatchObject({ status: "pass", evidence: "Set up: files for the bank." });
    expect(await seen({ PAYOUT_RAILS: "stripe" })).toMatchObject({
      status: "fail",
      evidence: "stripe lacks its keys.",
    });
    const { env } = new Razorpayx(app, { RAZORPAYX_WEBHOOK_SECRET: "" });
    expect(await seen(env)).toMatchObject({ evidence: "RAZORPAYX_WEBHOOK_SECRET is missing or short." });
    expect(await seen(new Razorpayx(app).env)).toMatchObject({ status: "pass", evidence: "Set up: razorpayx." });
    const destination = { type: "stripe", asset: "USD" } as const;
    expect(railFor(testCtx(app, { env: { PAYOUT_RAILS: "stripe" } }), destination)).toBeNull();
  });
});

describe("a list of payouts", () => {
  it("goes on where the page before ended, and knows none that is not there", async () => {
    const as = await aPayee(app);
    for (const amount of ["500.00", "600.00"]) {
      const { id } = await bodyOf<PayoutBody>(await ask(app, as, amount));
      await decide(app, `${id}/reject`, { reason: "No." });
    }
    for (const [who, path] of [
      [as, "/affiliate/payouts"],
      [anOperator("support"), "/admin/payouts"],
    ] as const) {
      const list = async (query: string) =>
        await bodyOf<{ data: PayoutBody[]; nextCursor: string | null }>(
          await app.call(`GET /api/v1${path}?limit=1${query}`, { as: who }),
        );
      const first = await list("");
      const [next] = (await list(`&cursor=${first.nextCursor}`)).data;
      expect([first.data[0]?.amount, next?.amount]).toEqual(["600.00", "500.00"]);
    }
    expect((await app.call(`GET /api/v1/admin/payouts/${freshId("payout")}`, { as: anOperator() })).status).toBe(404);
    expect((await decide(app, `${freshId("payout")}/approve`)).status).toBe(404);
  });

  it("makes no batch of nothing", async () => {
    await rows("update payouts_payouts set state = 'rejected' where state = 'approved'");
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const answer = await app.call("POST /api/v1/admin/payout-batches", { as: anOperator(), headers });
    expect(await bodyOf(answer)).toMatchObject({ status: 409, code: "nothing_to_send" });
  });
});

describe("a payout and its account", () => {
  it("that are cancelled and approved at the same moment end as one of the two", async () => {
    const { as, id } = await aPayout(app);
    const cancel = async () => await app.call(`POST /api/v1/affiliate/payouts/${id}/cancel`, { as });
    await Promise.all(
      Array.from({ length: 16 }, async (_, index) =>
        index % 2 === 0 ? await decide(app, `${id}/approve`) : await cancel(),
      ),
    );
    const ends = await rows<{ state: string }>(
      "select state from payouts_history where payout_id = ? and version = 2",
      id,
    );
    expect(ends).toHaveLength(1);
    expect(await count("payouts_history", "payout_id = ?", id)).toBe(2);
    const cancelled = ends[0]?.state === "cancelled";
    expect(await moneyOf(app, as.userId)).toEqual(cancelled ? WHOLE : { ...LEFT, held: 150_000, flying: 0 });
  });

  it("stay together: another account after the request changes nothing of it", async () => {
    const { as, id } = await aPayout(app);
    await app.call("PUT /api/v1/affiliate/bank-account", { as, json: { ...BANK, accountNumber: "999888777666" } });
    const payout = await bodyOf<PayoutBody>(await decide(app, `${id}/approve`));
    expect(payout).toMatchObject({ status: "approved", bankAccount: "••••2333", amount: "1500.00" });
    await decide(app, `${id}/reject`, { reason: "Only looking." });
  });

  it("are told to their owner: a new account by mail, with when it can be used", async () => {
    const { actor, user } = await anAccount(app);
    const as = { ...actor, raisedUntil: Date.now() + 300_000 };
    expect((await app.call("PUT /api/v1/affiliate/bank-account", { as, json: BANK })).status).toBe(200);
    const [mail] = await mailsTo(app, user.email ?? "");
    expect((mail?.subject ?? "").toLowerCase()).toContain("bank");
    expect(mail?.text).toContain("2333");
    expect(mail?.text).not.toContain(BANK.accountNumber);
  });
});

describe("a file of results", () => {
  it("without a line or a type is no file, and one that meets a fault of ours says so", async () => {
    const vendor = new Razorpayx(app, { PAYOUT_RAILS: "" });
    const { id, batchId } = await leaving(vendor);
    const ctx = testCtx(app, { actor: anOperator() });
    expect(await importResults(ctx, batchId, "")).toMatchObject({ errors: [{ code: "columns_missing" }] });
    const untyped = await app.call(`POST /api/v1/admin/payout-batches/${batchId}/results`, {
      as: anOperator(),
      body: new Uint8Array([65]),
    });
    expect(untyped.status).toBe(415);
    const file = `payoutId,amount,status\n${id},1500.00,processed\n`;
    await expect(importResults(faultyCtx(app, { actor: anOperator() }), batchId, file)).rejects.toThrow("Exceeded");
    expect(await importResults(ctx, batchId, file)).toMatchObject({ completed: 1 });
    await expectCleanBooks(app);
  });
});

describe("a schedule", () => {
  it("can be read, waits for money that was never there, and is nobody's once it is gone", async () => {
    const as = await aPayee(app, 0);
    const path = "/api/v1/affiliate/payout-schedule";
    expect((await app.call(`GET ${path}`, { as })).status).toBe(404);
    await app.call(`PUT ${path}`, { as, json: { interval: "monthly", least: "500.00" } });
    expect(await bodyOf(await app.call(`GET ${path}`, { as }))).toMatchObject({ interval: "monthly", least: "500.00" });
    await requestScheduled(testCtx(app), as.userId);
    await requestScheduled(testCtx(app), freshId("user"));
    expect(await count("payouts_payouts", "user_id = ?", as.userId)).toBe(0);
  });

  it("that meets a fault of ours says so, and keeps its day", async () => {
    const as = await aPayee(app, 250_000);
    await app.call("PUT /api/v1/affiliate/payout-schedule", { as, json: { interval: "weekly", least: "500.00" } });
    await rows("update payouts_schedules set next_at = 1 where user_id = ?", as.userId);
    await expect(runSchedules(faultyCtx(app))).rejects.toThrow("Exceeded");
    await expect(requestScheduled(faultyCtx(app), as.userId)).rejects.toThrow("Exceeded");
    const kept = await count("payouts_schedules", "user_id = ? and next_at = 1", as.userId);
    expect([kept, await count("payouts_payouts", "user_id = ?", as.userId)]).toEqual([1, 0]);
    await commit(testCtx(app), [], { events: [draftEvent(scheduleDue, { userId: as.userId })] });
    await commit(testCtx(app), [], { events: [draftEvent(sendingIntended, { payoutId: freshId("payout") })] });
    await app.call("POST /dev/jobs/drain");
    expect(await count("payouts_payouts", "user_id = ?", as.userId)).toBe(1);
  });
});
