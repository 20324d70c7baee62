import { afterEach, describe, expect, it } from "vitest";
import type { Id } from "#kernel/ids";
import { GatewayFailure } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import { NotYet, SetAside } from "#platform/failure";
import { isInVain } from "../../src/modules/payouts/rules.sending.ts";
import { handleNotice, send } from "../../src/modules/payouts/service.sending.ts";
import { reconcile } from "../../src/modules/payouts/service.reconciliation.ts";
import { readPages } from "../../src/modules/rails/pages.ts";
import { razorpayxRail } from "../../src/modules/rails/rail.razorpayx.ts";
import { findRail } from "../../src/modules/rails/rails.ts";
import { anOperator, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { Vendor } from "../support/payments/vendor.ts";
import { aPayout, BANK, moneyOf, suspend } from "../support/payouts.ts";
import { count, rows } from "../support/platform.ts";
import { endSendings, leaving, LEFT, openDifferences, Razorpayx, sendingOf, sentOut, WHOLE } from "../support/rails.ts";

const app = testApp();

afterEach(endSendings);

async function tellsOf(vendor: Razorpayx, id: string): Promise<number> {
  return (await vendor.keys()).filter((key) => key === id).length;
}

const hookOf = async (objectId: string) =>
  (
    await rows<{ id: Id<"hook">; state: string; reason: string | null }>(
      "select id, state, reason from gateways_webhooks where object_id = ?",
      objectId,
    )
  )[0];
const about = (id: string) => ({ event: "payout.processed", payload: { payout: { entity: { id } } } });

/** A context in which a call of RazorpayX fails by our own fault: no check lets such an address through. */
function broken(ctx: Ctx): Ctx {
  const { payouts } = ctx.config;
  const config = { ...ctx.config, payouts: { ...payouts, razorpayx: { ...payouts.razorpayx, base: "nowhere" } } };
  return Object.assign(Object.create(ctx) as Ctx, { config });
}

describe("a payout that leaves by a rail", () => {
  it("is told once, however many runs there are at the same time", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId } = await leaving(vendor);
    await Promise.allSettled(Array.from({ length: 16 }, async () => await send(vendor.ctx(), id)));
    await vendor.settle();
    expect(await tellsOf(vendor, id)).toBe(1);
    expect(await vendor.payoutsOf(id)).toHaveLength(1);
    expect(await sendingOf(id)).toMatchObject({ state: "known" });
    expect(await moneyOf(app, userId)).toEqual(LEFT);
    await send(vendor.ctx(), id);
    await send(vendor.ctx(), freshId("payout"));
    expect(await tellsOf(vendor, id)).toBe(1);
  });

  it("waits while its owner is suspended after it was approved, and leaves once he is not", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId } = await leaving(vendor);
    await suspend(userId);
    await expect(send(vendor.ctx(), id)).rejects.toThrow(NotYet);
    expect(await tellsOf(vendor, id)).toBe(0);
    await rows("update identity_users set status = 'active' where id = ?", userId);
    await vendor.settle();
    expect(await tellsOf(vendor, id)).toBe(1);
  });

  it("is set aside where the rail's keys are gone", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await leaving(vendor);
    await expect(send(testCtx(app), id)).rejects.toThrow(SetAside);
    expect(await sendingOf(id)).toMatchObject({ state: "intended" });
    await expect(razorpayxRail.find(testCtx(app), id)).rejects.toThrow(GatewayFailure);
  });

  it("goes back to the wallet when the vendor does not take the account, before it was told of any money", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId } = await leaving(vendor, { ...BANK, ifsc: "NONE0000000" });
    await vendor.settle();
    expect((await vendor.payout(id)).history.at(-1)).toMatchObject({ status: "failed", reason: "invalid_ifsc_code" });
    expect([await tellsOf(vendor, id), await moneyOf(app, userId)]).toEqual([0, WHOLE]);
    expect(await sendingOf(id)).toMatchObject({ state: "refused" });
  });

  it("goes back with a plain word when the vendor says no without one", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId } = await leaving(vendor);
    await vendor.plan("POST /v1/payouts", "deny");
    await vendor.settle();
    expect((await vendor.payout(id)).history.at(-1)).toMatchObject({ status: "failed", reason: "declined" });
    expect(await moneyOf(app, userId)).toEqual(WHOLE);
  });

  it("is told later when nobody saw the answer to what only prepares it", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await leaving(vendor);
    await vendor.plan("POST /v1/contacts", "take-and-hang");
    await vendor.plan("POST /v1/fund_accounts", "refuse");
    await expect(send(vendor.ctx(), id)).rejects.toThrow(NotYet);
    await expect(send(vendor.ctx(), id)).rejects.toThrow(NotYet);
    expect([await sendingOf(id), await tellsOf(vendor, id)]).toMatchObject([{ state: "intended" }, 0]);
    await send(vendor.ctx(), id);
    expect([await sendingOf(id), await tellsOf(vendor, id)]).toMatchObject([{ state: "known" }, 1]);
  });

  it("that somebody has paid by hand under our reference is not told again", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await leaving(vendor);
    const { id: vendorId } = await vendor.happens("rogue", { amount: 150_000, reference_id: id });
    await vendor.post(about(vendorId));
    await handleNotice(vendor.ctx(), (await hookOf(vendorId))?.id ?? freshId("hook"));
    expect(await vendor.payout(id)).toMatchObject({ status: "completed" });
    await vendor.settle();
    expect(await tellsOf(vendor, id)).toBe(0);
  });

  it("is asked for again within the hour, and fails loudly by a fault of our own", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await leaving(vendor);
    await expect(send(broken(vendor.ctx()), id)).rejects.toThrow(TypeError);
    await vendor.plan("POST /v1/payouts", "take-and-fail");
    await expect(send(vendor.ctx(), id)).rejects.toThrow(NotYet);
    await vendor.plan("GET /v1/payouts", "fail");
    await expect(send(vendor.ctx(), id)).rejects.toThrow(NotYet);
    await expect(send(broken(vendor.ctx()), id)).rejects.toThrow(TypeError);
    await rows("update payouts_sendings set key = 'another' where payout_id = ?", id);
    await expect(send(vendor.ctx(), id)).rejects.toThrow(NotYet);
    expect([isInVain(null, 9e12), isInVain(0, 3_599_999), isInVain(0, 3_600_000)]).toEqual([false, false, true]);
  });
});

describe("a vendor's word", () => {
  it("of what it does not have, or we do not, is put aside with the reason", async () => {
    const vendor = new Razorpayx(app);
    const missing = `pout_${crypto.randomUUID().slice(0, 8)}`;
    const { id: rogue } = await vendor.happens("rogue", { amount: 100 });
    for (const id of [missing, rogue]) await vendor.post(about(id));
    for (let round = 0; round < 4; round += 1) await vendor.settle();
    expect(await hookOf(missing)).toMatchObject({ state: "ignored", reason: "object_missing" });
    expect(await hookOf(rogue)).toMatchObject({ state: "ignored", reason: "not_ours" });
    await handleNotice(vendor.ctx(), (await hookOf(rogue))?.id ?? freshId("hook"));
  });

  it("is heard later when it cannot be asked, and by nobody where the keys are gone", async () => {
    const vendor = new Razorpayx(app);
    const { id: rogue } = await vendor.happens("rogue", { amount: 100 });
    await vendor.post(about(rogue));
    const hook = await hookOf(rogue);
    await vendor.plan("GET /v1/payouts/:id", "fail");
    await expect(handleNotice(vendor.ctx(), hook?.id ?? freshId("hook"))).rejects.toThrow(GatewayFailure);
    await handleNotice(testCtx(app), hook?.id ?? freshId("hook"));
    expect(await hookOf(rogue)).toMatchObject({ state: "ignored", reason: "gateway_not_configured" });
  });

  it("that nobody has heard of moves nothing, and is said at the comparison", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId, vendorId } = await sentOut(vendor);
    await vendor.happens("move", { id: vendorId, status: "perhaps" });
    await vendor.tick("reconcile");
    expect(await count("payouts_comparisons", "rail = 'razorpayx' and failure = 'state_unknown'")).toBe(1);
    expect(await moneyOf(app, userId)).toEqual(LEFT);
    expect(await sendingOf(id)).toMatchObject({ vendor_state: "processing" });
  });
});

describe("the comparison with a vendor", () => {
  it("reads lists to their end, and says when one has none", async () => {
    const vendor = new Razorpayx(app);
    const { id: last } = await vendor.happens("rogue", { amount: 100, copies: 51 });
    await vendor.tick("reconcile");
    const found = await count("payouts_differences", "kind = 'unknown_at_vendor' and resolved_at is null");
    expect([found, await openDifferences(last)]).toEqual([51, ["unknown_at_vendor"]]);
    await expect(readPages(async () => await Promise.resolve({ items: [1], more: true }))).rejects.toThrow(
      GatewayFailure,
    );
    const stripe = new Vendor(app, "stripe", { PAYOUT_RAILS: "stripe" });
    await stripe.happens("rogueTransfer", { amount: "100", copies: "101" });
    await reconcile(stripe.ctx());
    expect(await count("payouts_comparisons", "rail = 'stripe' and failure is null")).toBe(1);
    const all = await count("payouts_differences", "kind = 'unknown_at_vendor' and resolved_at is null");
    expect(all - found).toBe(101);
    const rail = findRail(stripe.ctx(), "stripe");
    expect(await rail?.find(stripe.ctx(), "payout_nowhere")).toBeNull();
  });

  it("knows what was uploaded as a file by its reference, and fails loudly by a fault of our own", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await aPayout(app);
    const uploaded = await vendor.happens("rogue", { amount: 150_000, reference_id: id });
    const stranger = await vendor.happens("rogue", { amount: 150_000, reference_id: freshId("payout") });
    await vendor.tick("reconcile");
    expect(await openDifferences(uploaded.id)).toEqual([]);
    expect(await openDifferences(stranger.id)).toEqual(["unknown_at_vendor"]);
    await expect(reconcile(broken(vendor.ctx()))).rejects.toThrow(TypeError);
  });

  it("finds money on its way that the books have no account for", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await sentOut(vendor);
    await rows("update payouts_payouts set asset = 'XXX' where id = ?", id);
    await vendor.tick("reconcile");
    expect(await openDifferences(id)).toContain("books_differ");
    await rows("update payouts_payouts set asset = 'INR' where id = ?", id);
  });

  it("lists what is open page by page, and ends none that is not there", async () => {
    const vendor = new Razorpayx(app);
    await vendor.happens("rogue", { amount: 100, copies: 2 });
    await vendor.tick("reconcile");
    const as = anOperator();
    const list = async (query: string) =>
      await bodyOf<{ data: { id: string }[]; nextCursor: string | null }>(
        await app.call(`GET /api/v1/admin/payout-differences?limit=1${query}`, { as }),
      );
    const first = await list("");
    const second = await list(`&cursor=${first.nextCursor}`);
    expect(second.data[0]?.id).not.toBe(first.data[0]?.id);
    const nowhere = `POST /api/v1/admin/payout-differences/${freshId("diff")}/resolve`;
    expect((await app.call(nowhere, { as, json: { reason: "x" } })).status).toBe(404);
  });
});
