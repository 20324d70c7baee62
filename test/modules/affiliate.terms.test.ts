import { describe, expect, it } from "vitest";
import { account, chain, insertAccount, listAccounts, payoutHeld, payoutSent } from "#modules/ledger";
import { commit } from "#platform/commit";
import { capped, sharesOf } from "../../src/modules/affiliate/rules.ts";
import { grant, releaseDue, takeBack } from "../../src/modules/affiliate/service.commissions.ts";
import { noteMethod } from "../../src/modules/affiliate/service.fraud.ts";
import { anOperator, freshId } from "../support/actors.ts";
import { affiliateOf, aChain, aReferral } from "../support/affiliate.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { BANK, expectCleanBooks } from "../support/payouts.ts";
import { count, rows } from "../support/platform.ts";

const app = testApp();
const LATER = 8 * 86_400_000;
type Person = Awaited<ReturnType<typeof aReferral>>;

interface Sold {
  readonly buyer: Person;
  readonly netMinor: number;
  readonly level1Bps?: number;
  readonly slug?: string;
}

/** A sale as packages tell of it. */
async function sell({ buyer, netMinor, level1Bps = 2_000, slug = "gold" }: Sold): Promise<string> {
  const paymentId = freshId("pay");
  const about = { paymentId, userId: buyer.userId, slug, asset: "INR", netMinor, level1Bps, level2Bps: 500 };
  await grant(testCtx(app), about);
  return paymentId;
}

async function refundOf(paymentId: string, captured: number): Promise<void> {
  await takeBack(testCtx(app), { paymentId, refundId: freshId("refund"), captured, refunded: captured });
}

const passTheWindow = async (): Promise<void> => await releaseDue(testCtx(app, { now: () => Date.now() + LATER }));

async function walletOf({ userId }: Person): Promise<number> {
  const [wallet] = await listAccounts(testCtx(app), [`wallet:user:${userId}:INR`]);
  return wallet ? wallet.creditsPosted - wallet.debitsPosted : 0;
}

/** Money that has gone to somebody's bank. */
async function paidOut({ userId }: Person, gross: number): Promise<void> {
  const ctx = testCtx(app);
  const booking = { payoutId: freshId("payout"), userId, asset: "INR", gross, tax: 0, fee: 0 };
  await commit(ctx, [insertAccount(ctx, account("payout:flight", "INR", booking.payoutId))]);
  await chain(ctx, payoutHeld(booking));
  await chain(ctx, payoutSent(booking));
}

describe("a share of 80 % of 1,000 that stands and of 100 that is refunded", () => {
  it("leaves 720 where 80 had been paid on what was refunded, not 640", async () => {
    const earner = await aReferral(app, null);
    const buyer = await aReferral(app, (await affiliateOf(app, earner)).code);
    const refunded = await sell({ buyer, netMinor: 10_000, level1Bps: 8_000 });
    await passTheWindow();
    await paidOut(earner, 8_000);
    await sell({ buyer, netMinor: 100_000, level1Bps: 8_000 });
    await refundOf(refunded, 10_000);
    expect((await affiliateOf(app, earner)).earnings).toMatchObject([{ held: "800.00", owed: "80.00" }]);
    await passTheWindow();
    expect(await walletOf(earner)).toBe(72_000);
    await expectCleanBooks(app);
  });

  it("leaves 800 where nothing had been paid, also when the refund is told twice", async () => {
    const earner = await aReferral(app, null);
    const buyer = await aReferral(app, (await affiliateOf(app, earner)).code);
    const refunded = await sell({ buyer, netMinor: 10_000, level1Bps: 8_000 });
    await sell({ buyer, netMinor: 100_000, level1Bps: 8_000 });
    await refundOf(refunded, 10_000);
    await refundOf(refunded, 10_000);
    await passTheWindow();
    expect(await walletOf(earner)).toBe(80_000);
    await expectCleanBooks(app);
  });
});

describe("Dub's rounding cases", () => {
  it("come out by one rule, half to even: 3 at 20 % is 1, 15 at 10 % is 2, 2 at 20 % is nothing", () => {
    const upline = { referrerId: "b", secondReferrerId: null };
    const share = (netMinor: number, level1Bps: number) =>
      sharesOf({ netMinor, level1Bps, level2Bps: 0 }, upline)[0]?.amountMinor ?? 0;
    expect([share(3, 2_000), share(15, 1_000), share(2, 2_000)]).toEqual([1, 2, 0]);
    expect([share(5, 1_000), share(25, 1_000), share(35, 1_000)]).toEqual([0, 2, 4]);
  });
});

describe("rates", () => {
  const rate = async (json: object) => await app.call("POST /api/v1/admin/affiliate/rates", { as: anOperator(), json });

  it("hold by package and period, the newest first, and change nothing of before", async () => {
    const { a, b, c } = await aChain(app);
    const first = await sell({ buyer: c, netMinor: 100_000, slug: "rated" });
    const all = await bodyOf<{ id: string }>(await rate({ level1Bps: 100, level2Bps: 0 }));
    const own = await bodyOf<{ id: string }>(await rate({ package: "rated", level1Bps: 3_000, level2Bps: 1_000 }));
    const later = new Date(Date.now() + LATER).toISOString();
    await rate({ package: "rated", level1Bps: 9_000, level2Bps: 0, startsAt: later });
    const second = await sell({ buyer: c, netMinor: 100_000, slug: "rated" });
    const other = await sell({ buyer: c, netMinor: 100_000, slug: "unrated" });
    const earned = async (paymentId: string) =>
      (
        await rows<{ n: number }>(
          "select amount_minor as n from affiliate_commissions where payment_id = ? order by level",
          paymentId,
        )
      ).map(({ n }) => n);
    expect(await earned(first)).toEqual([20_000, 5_000]);
    expect(await earned(second)).toEqual([30_000, 10_000]);
    expect(await earned(other)).toEqual([1_000]);
    const end = async (id: string) =>
      await app.call(`POST /api/v1/admin/affiliate/rates/${id}/end`, { as: anOperator() });
    for (const { id } of [all, own]) expect((await end(id)).status).toBe(200);
    expect((await end(own.id)).status).toBe(409);
    expect((await end(own.id.slice(0, -4) + "0000")).status).toBe(404);
    expect(await earned(await sell({ buyer: c, netMinor: 100_000, slug: "rated" }))).toEqual([20_000, 5_000]);
    const page = await bodyOf<{ data: object[] }>(
      await app.call("GET /api/v1/admin/affiliate/rates?limit=3", { as: anOperator() }),
    );
    expect(page.data).toMatchObject([{ level1Bps: 9_000 }, { package: "rated", level1Bps: 3_000 }, { package: null }]);
    expect([a.userId, b.userId]).toHaveLength(2);
  });

  it("never begin in the past, end before they begin, or give away more than all", async () => {
    const past = new Date(Date.now() - 60_000).toISOString();
    expect(await bodyOf(await rate({ level1Bps: 1, level2Bps: 1, startsAt: past }))).toMatchObject({
      code: "rate_in_the_past",
    });
    expect(await bodyOf(await rate({ level1Bps: 1, level2Bps: 1, endsAt: past }))).toMatchObject({
      code: "rate_ends_first",
    });
    expect((await rate({ level1Bps: 9_000, level2Bps: 2_000 })).status).toBe(422);
  });
});

describe("a cap", () => {
  it("bounds what one member earns in a month, however many sales come at once", async () => {
    const earner = await aReferral(app, null);
    const buyer = await aReferral(app, (await affiliateOf(app, earner)).code);
    const cap = async (month: string | null) =>
      await app.call("POST /api/v1/admin/affiliate/caps", { as: anOperator(), json: { asset: "INR", month } });
    expect((await cap("500.00")).status).toBe(201);
    const about = {
      userId: buyer.userId,
      slug: "gold",
      asset: "INR",
      netMinor: 100_000,
      level1Bps: 2_000,
      level2Bps: 500,
    };
    for (let round = 0; round < 4; round += 1)
      await Promise.allSettled(
        Array.from({ length: 4 }, async () => await grant(testCtx(app), { ...about, paymentId: freshId("pay") })),
      );
    const [row] = await rows<{ sum: number; most: number }>(
      "select sum(amount_minor) as sum, max(amount_minor) as most from affiliate_commissions where user_id = ?",
      earner.userId,
    );
    expect(row).toEqual({ sum: 50_000, most: 20_000 });
    await cap(null);
    await sell({ buyer, netMinor: 100_000 });
    const day = await bodyOf<{ data: { earnings: object[] }[] }>(
      await app.call("GET /api/v1/affiliate/days", { as: earner }),
    );
    expect(day.data.at(-1)?.earnings).toEqual([{ asset: "INR", earned: "700.00", takenBack: "0.00" }]);
    expect(capped(100, 450, 500)).toBe(50);
    const page = await bodyOf<{ data: { month: string | null }[] }>(
      await app.call("GET /api/v1/admin/affiliate/caps?limit=2", { as: anOperator() }),
    );
    expect(page.data.map(({ month }) => month)).toEqual([null, "500.00"]);
    await expectCleanBooks(app);
  });
});

describe("one person with two accounts", () => {
  const reviewOf = async ({ userId }: Person) =>
    (await rows("select review, review_reason as reason from affiliate_members where user_id = ?", userId))[0];

  it("is seen by the bank account that both have, above or below", async () => {
    const { a, b, c } = await aChain(app);
    const bank = { ...BANK, accountNumber: "555666777888" };
    for (const as of [c, a, b]) {
      const raised = { ...as, raisedUntil: Date.now() + 300_000 };
      await app.call("PUT /api/v1/affiliate/bank-account", { as: raised, json: as === b ? BANK : bank });
    }
    await app.call("POST /dev/jobs/drain");
    expect(await reviewOf(c)).toEqual({ review: "held", reason: "shared_bank_account" });
    expect(await reviewOf(b)).toEqual({ review: "none", reason: null });
  });

  it("is seen by what both have paid with, and what was earned waits", async () => {
    const { a, b, c } = await aChain(app);
    await sell({ buyer: c, netMinor: 100_000 });
    const key = crypto.randomUUID();
    await noteMethod(testCtx(app), b.userId, key);
    expect(await reviewOf(c)).toMatchObject({ review: "none" });
    await noteMethod(testCtx(app), c.userId, key);
    await noteMethod(testCtx(app), c.userId, key);
    expect(await reviewOf(c)).toEqual({ review: "held", reason: "shared_payment_method" });
    await passTheWindow();
    expect([await walletOf(a), await walletOf(b)]).toEqual([0, 0]);
    expect(await count("affiliate_payment_methods", "method_key = ?", key)).toBe(2);
  });
});
