import { describe, expect, it } from "vitest";
import { releaseDue, takeBackDisputed } from "../../src/modules/affiliate/service.commissions.ts";
import { closeDisputed } from "../../src/modules/packages/service.purchases.ts";
import { aCheckout, pay, seeded } from "../support/academy.ts";
import { freshId } from "../support/actors.ts";
import type { aReferral } from "../support/affiliate.ts";
import { affiliateOf, aChain } from "../support/affiliate.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { expectCleanBooks } from "../support/payouts.ts";
import { count } from "../support/platform.ts";

const app = testApp();
const DAY = 86_400_000;
type Person = Awaited<ReturnType<typeof aReferral>>;

async function bought(as: Person): Promise<string> {
  await seeded(app);
  const { checkoutId } = await aCheckout(app, as, "gold");
  await pay(app, checkoutId);
  await app.call("POST /dev/jobs/drain");
  return checkoutId;
}

/** The buyer's bank takes the money back, or decides. */
async function dispute(checkoutId: string, outcome?: "won" | "lost"): Promise<void> {
  const json = outcome === undefined ? {} : { outcome };
  expect((await app.call(`POST /sandbox/checkout/${checkoutId}/dispute`, { json })).status).toBe(200);
  await app.call("POST /dev/jobs/drain");
  await app.call("POST /dev/jobs/drain");
}

const releaseAfter = async (days: number) => await releaseDue(testCtx(app, { now: () => Date.now() + days * DAY }));
const earningsOf = async (as: Person) => (await affiliateOf(app, as)).earnings[0];
const packageOf = async (as: Person) =>
  (await bodyOf<{ data: { status: string }[] }>(await app.call("GET /api/v1/me/packages", { as }))).data[0]?.status;

describe("a sale that the buyer's bank takes back", () => {
  it("keeps its commissions held while the bank decides, and releases them when it is won", async () => {
    const { b, c } = await aChain(app);
    const checkoutId = await bought(c);
    await dispute(checkoutId);
    await releaseAfter(8);
    expect(await earningsOf(b)).toMatchObject({ held: "1199.80", available: "0.00" });
    expect(await packageOf(c)).toBe("active");
    await dispute(checkoutId, "won");
    await releaseAfter(8);
    expect(await earningsOf(b)).toMatchObject({ held: "1199.80" });
    await releaseAfter(10);
    expect(await earningsOf(b)).toMatchObject({ held: "0.00", available: "1199.80" });
    await expectCleanBooks(app);
  });

  it("takes what is held from both levels when it is lost, and ends the package", async () => {
    const { a, b, c } = await aChain(app);
    const checkoutId = await bought(c);
    await dispute(checkoutId);
    await dispute(checkoutId, "lost");
    for (const as of [a, b]) expect(await earningsOf(as)).toMatchObject({ held: "0.00", owed: "0.00" });
    expect(await packageOf(c)).toBe("ended");
    await releaseAfter(400);
    expect(await earningsOf(b)).toMatchObject({ held: "0.00", available: "0.00" });
    await expectCleanBooks(app);
  });

  it("takes back what was released, once, also when only its end is heard", async () => {
    const { b, c } = await aChain(app);
    const checkoutId = await bought(c);
    await releaseAfter(8);
    expect(await earningsOf(b)).toMatchObject({ available: "1199.80" });
    await dispute(checkoutId, "lost");
    await app.call("POST /dev/jobs/drain");
    expect(await earningsOf(b)).toMatchObject({ held: "0.00", available: "0.00", owed: "0.00" });
    expect(await count("affiliate_commissions", "user_id = ? and amount_minor < 0", b.userId)).toBe(1);
    expect(await packageOf(c)).toBe("ended");
    await expectCleanBooks(app);
  });

  it("that nobody here knows takes nothing back", async () => {
    const [paymentId, { userId }] = [freshId("pay"), { userId: freshId("user") }];
    await takeBackDisputed(testCtx(app), { paymentId, disputeId: freshId("disp") });
    await closeDisputed(testCtx(app), { paymentId, userId, purpose: "package" });
    expect(await count("affiliate_commissions", "payment_id = ?", paymentId)).toBe(0);
  });
});
