import { afterEach, describe, expect, it } from "vitest";
import type { RailState } from "#modules/rails";
import { compare } from "#modules/rails";
import { hear, nextOf } from "../../src/modules/payouts/rules.sending.ts";
import { modeOf, nameOf, RANKS } from "../../src/modules/rails/rules.ts";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { aPayout, BANK, decide, expectCleanBooks, moneyOf, suspend } from "../support/payouts.ts";
import { count, rows } from "../support/platform.ts";
import { endSendings, GONE, LEFT, openDifferences, Razorpayx, sendingOf, sentOut, WHOLE } from "../support/rails.ts";

const app = testApp();
const HOUR = 3_600_000;
const STATES = Object.keys(RANKS) as RailState[];
const FLYING = ["pending", "scheduled", "queued", "processing"] as const;
const BACK = ["cancelled", "rejected", "failed"] as const;

afterEach(endSendings);

/** Lets time pass for a call whose outcome is not known. */
async function wind(id: string, ms: number): Promise<void> {
  await rows("update payouts_sendings set asked_at = asked_at - ? where payout_id = ?", ms, id);
}

describe("RazorpayX's states", () => {
  it("are ranked, and only a higher rank is news", () => {
    const ranked: readonly (readonly [RailState, number])[] = [
      ["pending", 2],
      ["scheduled", 2],
      ["queued", 3],
      ["processing", 4],
      ["processed", 5],
      ["cancelled", 5],
      ["failed", 5],
      ["rejected", 5],
      ["reversed", 6],
    ];
    expect(Object.entries(RANKS).toSorted()).toEqual(ranked.toSorted());
    for (const known of STATES)
      for (const told of STATES) {
        const higher = RANKS[told] > RANKS[known];
        expect(compare(known, told) === "news", `${told} after ${known}`).toBe(higher);
        expect(compare(null, told)).toBe("news");
      }
  });

  it("that go against what was said before are shown to an operator, and move nothing", () => {
    const against: readonly (readonly [RailState, RailState])[] = [
      ...BACK.flatMap((back) => [["processed", back] as const, [back, "processed"] as const]),
      ["reversed", "processed"],
    ];
    const found = STATES.flatMap((known) =>
      STATES.filter((told) => compare(known, told) === "contradiction").map((told) => [known, told] as const),
    );
    expect(found.toSorted()).toEqual(against.toSorted());
  });

  it("lead ours on, whatever was missed in between", () => {
    for (const told of FLYING) expect(hear("processing", null, told)).toEqual({ kind: "note" });
    expect(hear("processing", "queued", "processed")).toEqual({ kind: "move", command: "complete" });
    for (const told of BACK) expect(hear("processing", "processing", told)).toEqual({ kind: "move", command: "fail" });
    expect(hear("processing", "processing", "reversed")).toEqual({ kind: "move", command: "fail" });
    expect(hear("completed", "processed", "reversed")).toEqual({ kind: "move", command: "reverse" });
    expect(hear("failed", "failed", "reversed")).toEqual({ kind: "note" });
    expect(hear("reversed", "reversed", "failed")).toEqual({ kind: "nothing" });
    expect(hear("completed", null, "processed")).toEqual({ kind: "note" });
    expect(hear("failed", null, "processed")).toEqual({ kind: "contradiction" });
    expect(hear("processing", "processing", "queued")).toEqual({ kind: "nothing" });
  });
});

describe("what RazorpayX is told", () => {
  it("fits its forms", () => {
    expect([modeOf("upi", 100), modeOf("ifsc", 50_000_000), modeOf("ifsc", 50_000_001)]).toEqual([
      "UPI",
      "IMPS",
      "RTGS",
    ]);
    expect(nameOf("Ada  Lovelace")).toBe("Ada Lovelace");
    expect(nameOf("Zoë <Åström>*")).toBe("Zoe Astrom");
    expect(nameOf("अदिति")).toBe("Account holder");
    expect(nameOf("x".repeat(80))).toHaveLength(50);
    expect(nextOf("weekly", Date.UTC(2026, 10, 21, 9))).toBe(Date.UTC(2026, 10, 28));
    expect(nextOf("monthly", Date.UTC(2026, 11, 31, 23))).toBe(Date.UTC(2027, 0, 1));
  });
});

describe("a payout by RazorpayX", () => {
  it("is told once, under a key that was stored first, and arrives with the banks' reference", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId, vendorId } = await sentOut(vendor);
    expect(await vendor.payoutsOf(id)).toMatchObject([
      {
        amount: 150_000,
        currency: "INR",
        mode: "IMPS",
        reference_id: id,
        queue_if_low_balance: true,
        status: "processing",
      },
    ]);
    expect((await vendor.keys()).filter((key) => key === id)).toHaveLength(1);
    expect(await moneyOf(app, userId)).toEqual(LEFT);
    expect(await sendingOf(id)).toMatchObject({ state: "known", vendor_id: vendorId, vendor_state: "processing" });
    expect(
      await bodyOf(
        await vendor.call(`POST /api/v1/admin/payouts/${id}/fail`, { as: anOperator(), json: { reason: "x" } }),
      ),
    ).toMatchObject({ status: 409, code: "rail_decides" });
    await vendor.happens("move", { id: vendorId, status: "processed" });
    await vendor.deliver();
    expect(await vendor.payout(id)).toMatchObject({ status: "completed", reference: vendorId });
    await vendor.happens("move", { id: vendorId, event: "updated", utr: "UTR2026112100042" });
    await vendor.deliver();
    expect(await vendor.payout(id)).toMatchObject({ status: "completed", reference: "UTR2026112100042" });
    expect(await moneyOf(app, userId)).toEqual(GONE);
    await vendor.settle();
    expect((await vendor.keys()).filter((key) => key === id)).toHaveLength(1);
    await expectCleanBooks(app);
  });

  it("counts once, however its webhooks are doubled, late and out of order", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId, vendorId } = await sentOut(vendor);
    for (const status of ["queued", "processing", "processed", "reversed"])
      await vendor.happens("move", { id: vendorId, status });
    await vendor.deliver((events) => [...events, ...events].toReversed());
    expect(await vendor.payout(id)).toMatchObject({ status: "failed" });
    expect(await moneyOf(app, userId)).toEqual(WHOLE);
    await vendor.deliver((events) => [...events, ...events, ...events]);
    expect(await moneyOf(app, userId)).toEqual(WHOLE);
    expect(await count("payouts_history", "payout_id = ?", id)).toBe(4);
    expect(await openDifferences(id)).toEqual([]);
    await expectCleanBooks(app);
  });

  it("that comes back days after it arrived is given back once, and a late word of its arrival is flagged", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId, vendorId } = await sentOut(vendor);
    await vendor.happens("move", { id: vendorId, status: "processed", utr: "UTR1" });
    await vendor.deliver();
    expect(await moneyOf(app, userId)).toEqual(GONE);
    await vendor.happens("move", {
      id: vendorId,
      status: "reversed",
      status_details: { reason: "beneficiary_account_closed" },
    });
    await vendor.deliver((events) => [...events, ...events]);
    const payout = await vendor.payout(id);
    expect(payout).toMatchObject({ status: "reversed", reference: "UTR1" });
    expect(payout.history.at(-1)).toMatchObject({ status: "reversed", reason: "beneficiary_account_closed" });
    expect(await moneyOf(app, userId)).toEqual(WHOLE);
    await vendor.happens("move", { id: vendorId, status: "failed" });
    await vendor.deliver();
    expect(await openDifferences(id)).toEqual([]);
    await vendor.happens("move", { id: vendorId, status: "processed" });
    await vendor.deliver();
    expect(await moneyOf(app, userId)).toEqual(WHOLE);
    expect(await openDifferences(id)).toEqual(["contradiction"]);
    await expectCleanBooks(app);
  });

  it("whose answer nobody saw is asked for, and never told again", async () => {
    for (const fault of ["take-and-hang", "take-and-fail", "take-and-garble"]) {
      const vendor = new Razorpayx(app);
      const { as, id } = await aPayout(app);
      await vendor.sendOut(id, fault);
      expect(await sendingOf(id), fault).toMatchObject({ state: "asked" });
      await vendor.settle();
      expect(await sendingOf(id), fault).toMatchObject({ state: "known", vendor_state: "processing" });
      expect(await vendor.payoutsOf(id), fault).toHaveLength(1);
      expect(
        (await vendor.keys()).filter((key) => key === id),
        fault,
      ).toHaveLength(1);
      expect(await moneyOf(app, as.userId)).toEqual(LEFT);
    }
  });

  it("that a webhook tells of before its own answer came is the same payout", async () => {
    const vendor = new Razorpayx(app);
    await vendor.plan("GET /v1/payouts", "fail", "fail", "fail", "fail", "fail", "fail", "fail", "fail");
    const { as, id } = await aPayout(app);
    await vendor.sendOut(id, "take-and-hang");
    expect(await sendingOf(id)).toMatchObject({ state: "asked", vendor_id: null });
    const [payout] = await vendor.payoutsOf(id);
    await vendor.happens("move", { id: payout?.id, status: "processed", utr: "UTR9" });
    await vendor.deliver();
    expect(await vendor.payout(id)).toMatchObject({ status: "completed", reference: "UTR9" });
    expect(await moneyOf(app, as.userId)).toEqual(GONE);
    expect((await vendor.keys()).filter((key) => key === id)).toHaveLength(1);
  });

  it("that was lost on the way is an operator's to end, after an hour of asking", async () => {
    const vendor = new Razorpayx(app);
    const { as, id } = await aPayout(app);
    await vendor.sendOut(id, "fail");
    expect(await sendingOf(id)).toMatchObject({ state: "asked" });
    const fail = async () =>
      await vendor.call(`POST /api/v1/admin/payouts/${id}/fail`, { as: anOperator(), json: { reason: "Not there." } });
    expect((await fail()).status).toBe(409);
    const later = () => Date.now() + 2 * HOUR;
    await vendor.tick("reconcile", later);
    expect(await openDifferences(id)).toEqual(["outcome_unknown"]);
    expect(await vendor.payoutsOf(id)).toEqual([]);
    await wind(id, 2 * HOUR);
    await vendor.settle();
    expect(
      await count(
        "platform_deliveries",
        "handler = 'payouts.send' and state = 'dead' and last_error = 'payout_outcome_unknown'",
      ),
    ).toBeGreaterThan(0);
    expect((await fail()).status).toBe(200);
    expect(await moneyOf(app, as.userId)).toEqual(WHOLE);
    // Should it have been there after all, nothing moves, and payouts stand still until somebody has looked.
    const rogue = await vendor.happens("rogue", { amount: 150_000, reference_id: id });
    await vendor.post({ event: "payout.processed", payload: { payout: { entity: { id: rogue.id } } } });
    await vendor.settle();
    expect(await openDifferences(id)).toContain("contradiction");
    expect(await moneyOf(app, as.userId)).toEqual(WHOLE);
  });

  it("that nobody took is told later, and counts once", async () => {
    const vendor = new Razorpayx(app);
    const { as, id } = await aPayout(app);
    await vendor.sendOut(id, "refuse");
    expect(await sendingOf(id)).toMatchObject({ state: "intended" });
    await vendor.settle();
    expect(await sendingOf(id)).toMatchObject({ state: "known" });
    expect(await vendor.payoutsOf(id)).toHaveLength(1);
    const down = new Razorpayx(app, { RAZORPAYX_API_BASE: "http://127.0.0.1:1" });
    const other = await aPayout(app);
    await down.sendOut(other.id);
    expect(await sendingOf(other.id)).toMatchObject({ state: "intended" });
    expect(await moneyOf(app, as.userId)).toEqual(LEFT);
  });

  it("that the vendor declines goes back to the wallet with its reason", async () => {
    const vendor = new Razorpayx(app);
    const { as, id } = await aPayout(app, "1500.00", { ...BANK, accountNumber: "999999999999" });
    await vendor.sendOut(id);
    const payout = await vendor.payout(id);
    expect(payout).toMatchObject({ status: "failed" });
    expect(payout.history.at(-1)).toMatchObject({ reason: "invalid_ifsc_code" });
    expect(await sendingOf(id)).toMatchObject({ state: "refused" });
    expect(await moneyOf(app, as.userId)).toEqual(WHOLE);
  });

  it("by UPI goes to the address", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await aPayout(app, "1500.00", {
      type: "upi",
      holderName: "Ada Lovelace",
      accountNumber: "ada@okbank",
    });
    await vendor.sendOut(id);
    expect(await vendor.payoutsOf(id)).toMatchObject([{ mode: "UPI", reference_id: id }]);
    const funds = Object.values((await vendor.state()).things).filter((one) => one.id.startsWith("fa_"));
    expect(funds).toMatchObject([{ account_type: "vpa", vpa: { address: "ada@okbank" } }]);
  });

  it("is known by its signature alone", async () => {
    const vendor = new Razorpayx(app);
    const event = { event: "payout.processed", payload: { payout: { entity: { id: "pout_x" } } } };
    expect((await vendor.post(event, "somebody_else")).status).toBe(400);
    expect((await vendor.call("POST /webhooks/razorpayx", { body: "{}" })).status).toBe(400);
    expect((await vendor.post([])).status).toBe(400);
    expect((await vendor.post({ event: "fund_account.validation.completed", payload: {} })).status).toBe(200);
    expect((await vendor.post(event)).status).toBe(200);
    expect((await vendor.post(event)).status).toBe(200);
    expect(await count("gateways_webhooks", "object_id = 'pout_x'")).toBe(1);
  });

  it("is not sent while its owner is suspended", async () => {
    const vendor = new Razorpayx(app);
    const { as, id } = await aPayout(app);
    await decide(app, `${id}/approve`);
    await suspend(as.userId);
    const preview = await bodyOf<{ payouts: string[] }>(
      await vendor.call("GET /api/v1/admin/payout-batches/preview", { as: anOperator() }),
    );
    expect(preview.payouts).not.toContain(id);
    const other = await aPayout(app);
    await suspend(other.as.userId);
    expect(await bodyOf(await decide(app, `${other.id}/approve`))).toMatchObject({
      status: 409,
      code: "owner_not_active",
    });
  });
});
