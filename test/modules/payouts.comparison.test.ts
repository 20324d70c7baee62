import { afterEach, describe, expect, it } from "vitest";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import type { PayoutBody } from "../support/payouts.ts";
import { aPayout, decide, expectCleanBooks, moneyOf } from "../support/payouts.ts";
import { count, rows } from "../support/platform.ts";
import { endSendings, LEFT, openDifferences, Razorpayx, sentOut, WHOLE } from "../support/rails.ts";

const app = testApp();
const HOUR = 3_600_000;

afterEach(endSendings);

describe("the comparison with the banks", () => {
  it("brings in what webhooks have not told", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId, vendorId } = await sentOut(vendor);
    await vendor.happens("move", { id: vendorId, status: "processed", utr: "UTR5" });
    await vendor.tick("reconcile");
    expect(await vendor.payout(id)).toMatchObject({ status: "completed", reference: "UTR5" });
    await vendor.happens("move", { id: vendorId, status: "reversed" });
    await vendor.tick("reconcile");
    expect(await moneyOf(app, userId)).toEqual(WHOLE);
    await expectCleanBooks(app);
  });

  it("holds all payouts while the vendor has one that is not ours, until an operator has looked", async () => {
    const vendor = new Razorpayx(app);
    const rogue = await vendor.happens("rogue", { amount: 99_900 });
    await vendor.tick("reconcile");
    expect(await openDifferences(rogue.id)).toEqual(["unknown_at_vendor"]);
    const { id } = await aPayout(app);
    const approve = async () => await bodyOf<PayoutBody>(await decide(app, `${id}/approve`));
    expect(await approve()).toMatchObject({ status: 503, code: "payouts_held" });
    const as = anOperator();
    const { data } = await bodyOf<{ data: { id: string; subject: string; blocking: boolean }[] }>(
      await app.call("GET /api/v1/admin/payout-differences", { as }),
    );
    const found = data.find(({ subject }) => subject === rogue.id);
    expect(found?.blocking).toBe(true);
    const line = `POST /api/v1/admin/payout-differences/${found?.id}/resolve`;
    const resolve = async () => await app.call(line, { as, json: { reason: "Salaries." } });
    expect((await resolve()).status).toBe(200);
    expect((await resolve()).status).toBe(409);
    await vendor.tick("reconcile");
    expect(await openDifferences(rogue.id)).toEqual([]);
    expect(await approve()).toMatchObject({ status: "approved" });
  });

  it("flags another amount than ours, and moves nothing", async () => {
    const vendor = new Razorpayx(app);
    const { id, userId, vendorId } = await sentOut(vendor);
    await vendor.happens("move", { id: vendorId, status: "processed", amount: 15_000_000 });
    await vendor.deliver();
    expect(await openDifferences(id)).toEqual(["amount_differs"]);
    expect(await moneyOf(app, userId)).toEqual(LEFT);
  });

  it("says that a rail did not answer, and tells of what is on its way for too long", async () => {
    const vendor = new Razorpayx(app);
    const { id, vendorId } = await sentOut(vendor);
    await vendor.plan("GET /v1/payouts/:id", "fail");
    await vendor.tick("reconcile");
    expect(await count("payouts_comparisons", "rail = 'razorpayx' and failure = 'status_500'")).toBe(1);
    await vendor.tick("reconcile", () => Date.now() + 6 * 24 * HOUR);
    expect(await openDifferences(id)).toEqual(["overdue"]);
    await vendor.happens("move", { id: vendorId, status: "processed" });
    await vendor.tick("reconcile", () => Date.now() + 7 * 24 * HOUR);
    expect(await openDifferences(id)).toEqual([]);
    expect(await count("payouts_comparisons", "rail = 'razorpayx' and failure is null")).toBe(1);
  });

  it("misses what the vendor has no more, and looks at the books of what is on its way", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await sentOut(vendor);
    await new Razorpayx(app).tick("reconcile");
    expect(await openDifferences(id)).toEqual(["missing_at_vendor"]);
    await rows("update payouts_payouts set gross_minor = gross_minor + 1 where id = ?", id);
    await vendor.tick("reconcile");
    expect(await openDifferences(id)).toContain("books_differ");
    await rows("update payouts_payouts set gross_minor = gross_minor - 1 where id = ?", id);
  });
});
