import { describe, expect, it } from "vitest";
import { account, chain, insertAccount, listAccounts, payoutHeld, payoutSent } from "#modules/ledger";
import { commit } from "#platform/commit";
import { grant, releaseDue } from "../../src/modules/affiliate/service.commissions.ts";
import { sharesOf, sourcesOf, toNet, toTakeBack } from "../../src/modules/affiliate/rules.ts";
import { aCheckout, pay, seeded } from "../support/academy.ts";
import { anOperator } from "../support/actors.ts";
import { affiliateOf, aChain, aReferral } from "../support/affiliate.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { count, rows } from "../support/platform.ts";

const app = testApp();
type Person = Awaited<ReturnType<typeof aReferral>>;
const LATER = 8 * 86_400_000;

async function buy(as: Person, slug: string): Promise<string> {
  await seeded(app);
  await pay(app, (await aCheckout(app, as, slug)).checkoutId);
  await app.call("POST /dev/jobs/drain");
  const [row] = await rows<{ paymentId: string }>(
    "select payment_id as paymentId from packages_purchases where user_id = ? order by created_at desc limit 1",
    as.userId,
  );
  return row?.paymentId ?? "";
}

async function refund(paymentId: string, amount?: string): Promise<void> {
  await app.call(`POST /api/v1/admin/payments/${paymentId}/refund`, {
    as: anOperator(),
    json: { reason: "Asked for.", ...(amount === undefined ? {} : { amount }) },
    headers: { "Idempotency-Key": crypto.randomUUID() },
  });
  await app.call("POST /dev/jobs/drain");
}

const passTheWindow = async (): Promise<void> => await releaseDue(testCtx(app, { now: () => Date.now() + LATER }));

async function walletOf({ userId }: Person): Promise<number> {
  const [wallet] = await listAccounts(testCtx(app), [`wallet:user:${userId}:INR`]);
  return wallet ? wallet.creditsPosted - wallet.debitsPosted : 0;
}

async function expectClean(): Promise<void> {
  const audit = await app.call("GET /api/v1/admin/ledger/audit", { as: anOperator() });
  expect(await bodyOf(audit)).toMatchObject({ ok: true });
}

/** All but 100.00 of the level 1 commission on a Gold package, on its way to a bank. */
function spent({ userId }: Person) {
  const payoutId = `payout_${userId.slice(5)}`;
  return { payoutId, userId, asset: "INR", gross: 109_980, tax: 0, fee: 0 };
}

describe("the shares of a sale", () => {
  const upline = { referrerId: "b", secondReferrerId: "a" };

  it("are the rates on the net price, rounded half to even, and none of nothing", () => {
    const sale = { netMinor: 599_900, level1Bps: 2_000, level2Bps: 500 };
    expect(sharesOf(sale, upline)).toMatchObject([
      { level: 1, userId: "b", amountMinor: 119_980 },
      { level: 2, userId: "a", amountMinor: 29_995 },
    ]);
    expect(sharesOf(sale, { referrerId: "b", secondReferrerId: null })).toHaveLength(1);
    // Half-up would give 1, 2, 0 where a published program rounds; half-even gives these.
    for (const [netMinor, amount] of [
      [3, 1],
      [15, 2],
      [2, 0],
      [25, 2],
    ] as const) {
      const [share] = sharesOf(
        { netMinor, level1Bps: netMinor === 3 || netMinor === 2 ? 2_000 : 1_000, level2Bps: 0 },
        upline,
      );
      expect(share?.amountMinor ?? 0).toBe(amount);
    }
  });

  it("are taken back in proportion to what was refunded in all, whole with the whole, never twice", () => {
    expect(toTakeBack(119_980, 0, { captured: 599_900, refunded: 299_950 })).toBe(59_990);
    expect(toTakeBack(119_980, 59_990, { captured: 599_900, refunded: 299_950 })).toBe(0);
    expect(toTakeBack(119_980, 59_990, { captured: 599_900, refunded: 100 })).toBe(0);
    expect(toTakeBack(119_980, 59_990, { captured: 599_900, refunded: 599_900 })).toBe(59_990);
    expect(toTakeBack(7, 0, { captured: 3, refunded: 3 })).toBe(7);
  });

  it("come from what is held, else the wallet, else a debt, which the next earnings pay off", () => {
    expect(sourcesOf(100, false, 1_000)).toEqual({ fromHeld: 100, fromWallet: 0, asDebt: 0 });
    expect(sourcesOf(100, true, 1_000)).toEqual({ fromHeld: 0, fromWallet: 100, asDebt: 0 });
    expect(sourcesOf(100, true, 30)).toEqual({ fromHeld: 0, fromWallet: 30, asDebt: 70 });
    expect(sourcesOf(100, true, -5)).toEqual({ fromHeld: 0, fromWallet: 0, asDebt: 100 });
    expect([toNet(100, 30), toNet(100, 300), toNet(100, 0)]).toEqual([30, 100, 0]);
  });
});

describe("a link", () => {
  it("counts a visitor once a day, remembers the code for thirty days, and leads home", async () => {
    const owner = await aReferral(app, null);
    const { code, link } = await affiliateOf(app, owner);
    expect(link.endsWith(`/r/${code}`)).toBe(true);
    const headers = { "CF-Connecting-IP": "203.0.113.9", "User-Agent": "test" };
    for (const path of [`/r/${code}`, `/r/${code.toLowerCase()}`]) {
      const response = await app.call(`GET ${path}`, { headers });
      expect([response.status, response.headers.get("Location")]).toEqual([302, "/"]);
      expect(response.headers.get("Set-Cookie")).toContain(`__Host-referral=${code}; Path=/; Max-Age=2592000`);
    }
    await app.call(`GET /r/${code}`, { headers: { ...headers, "CF-Connecting-IP": "203.0.113.10" } });
    expect((await affiliateOf(app, owner)).clicks).toBe(2);
    const nobody = await app.call("GET /r/NOBODYSCODE");
    expect([nobody.status, nobody.headers.get("Set-Cookie")]).toEqual([302, null]);
    expect(JSON.stringify(await rows("select * from affiliate_visits"))).not.toContain("203.0.113");
  });

  it("brings in whoever registers after it, also without typing the code", async () => {
    const owner = await aReferral(app, null);
    const { code } = await affiliateOf(app, owner);
    const email = `${crypto.randomUUID()}@example.com`;
    const register = await app.call("POST /api/v1/auth/register", {
      json: { email, password: "correct-horse-battery-9", acceptTerms: true },
      headers: { Cookie: `__Host-referral=${code}` },
    });
    expect(register.status).toBe(202);
    const [row] = await rows<{ code: string }>(
      "select referral_code as code from identity_registrations where email = ?",
      email,
    );
    expect(row?.code).toBe(code);
  });

  it("takes a code of its owner's choice, which is nobody else's", async () => {
    const [owner, other] = [await aReferral(app, null), await aReferral(app, null)];
    const code = `ada${crypto.randomUUID().slice(0, 6)}`.toUpperCase();
    const choose = async (as: Person, json: object) => await app.call("PATCH /api/v1/affiliate", { as, json });
    expect(await bodyOf(await choose(owner, { code: code.toLowerCase() }))).toMatchObject({ code });
    expect(await bodyOf(await choose(other, { code }))).toMatchObject({ status: 409, code: "code_taken" });
    expect((await choose(other, { code: "x" })).status).toBe(422);
  });
});

describe("a commission", () => {
  it("is held for both levels, released after the window, and comes back pro rata, also as a debt", async () => {
    const { a, b, c } = await aChain(app);
    const paymentId = await buy(c, "gold");
    expect((await affiliateOf(app, b)).earnings).toEqual([
      { asset: "INR", held: "1199.80", available: "0.00", paidOut: "0.00", owed: "0.00" },
    ]);
    expect((await affiliateOf(app, a)).earnings).toEqual([
      { asset: "INR", held: "299.95", available: "0.00", paidOut: "0.00", owed: "0.00" },
    ]);
    await releaseDue(testCtx(app));
    expect(await walletOf(b)).toBe(0);
    await passTheWindow();
    await passTheWindow();
    expect([await walletOf(a), await walletOf(b)]).toEqual([29_995, 119_980]);

    await refund(paymentId, "2999.50");
    expect((await affiliateOf(app, b)).earnings).toEqual([
      { asset: "INR", held: "0.00", available: "599.90", paidOut: "0.00", owed: "0.00" },
    ]);
    // Half of 299.95 is 149.975: half to even at the last paisa.
    expect((await affiliateOf(app, a)).earnings).toEqual([
      { asset: "INR", held: "0.00", available: "149.97", paidOut: "0.00", owed: "0.00" },
    ]);
    await refund(paymentId);
    expect([await walletOf(a), await walletOf(b)]).toEqual([0, 0]);
    const { data } = await bodyOf<{ data: { amount: string; status: string }[] }>(
      await app.call("GET /api/v1/affiliate/commissions", { as: b }),
    );
    expect(data.map(({ amount }) => amount)).toEqual(["-599.90", "-599.90", "1199.80"]);
    expect(data[2]?.status).toBe("reversed");
    await expectClean();
  });

  it("that was spent before the refund is owed, and the next earnings pay it off", async () => {
    const { a, b, c } = await aChain(app);
    const paymentId = await buy(c, "gold");
    await passTheWindow();
    const ctx = testCtx(app);
    await commit(ctx, [insertAccount(ctx, account("payout:flight", "INR", spent(b).payoutId))]);
    await chain(ctx, payoutHeld(spent(b)));
    await chain(ctx, payoutSent(spent(b)));
    await refund(paymentId, "2999.50");
    expect((await affiliateOf(app, b)).earnings).toEqual([
      { asset: "INR", held: "0.00", available: "1099.80", paidOut: "0.00", owed: "499.90" },
    ]);
    expect(await walletOf(b)).toBe(0);
    const next = await aReferral(app, (await affiliateOf(app, b)).code);
    await buy(next, "silver");
    await passTheWindow();
    // 599.80 earned, 499.90 of it owed.
    expect(await walletOf(b)).toBe(9_990);
    expect((await affiliateOf(app, b)).earnings).toEqual([
      { asset: "INR", held: "0.00", available: "1199.70", paidOut: "0.00", owed: "0.00" },
    ]);
    expect((await affiliateOf(app, a)).earnings).toMatchObject([{ owed: "0.00" }]);
    await expectClean();
  });

  it("that is refunded while it is held never reaches the wallet", async () => {
    const { b, c } = await aChain(app);
    const paymentId = await buy(c, "silver");
    await refund(paymentId);
    await passTheWindow();
    expect(await walletOf(b)).toBe(0);
    expect((await affiliateOf(app, b)).earnings).toEqual([
      { asset: "INR", held: "0.00", available: "0.00", paidOut: "0.00", owed: "0.00" },
    ]);
    await expectClean();
  });

  it("is granted once, however often the sale is told", async () => {
    const { b, c } = await aChain(app);
    await buy(c, "silver");
    const [sale] = await rows<{ data: string }>(
      "select data from platform_events where type = 'package.purchased' and data ->> 'userId' = ?",
      c.userId,
    );
    const told = JSON.parse(sale?.data ?? "") as Parameters<typeof grant>[1];
    await Promise.allSettled(Array.from({ length: 16 }, async () => await grant(testCtx(app), told)));
    expect(await count("affiliate_commissions", "user_id = ?", b.userId)).toBe(1);
    expect(await affiliateOf(app, b)).toMatchObject({ buyers: 1, signUps: 1 });
    await buy(c, "gold");
    expect(await affiliateOf(app, b)).toMatchObject({ buyers: 1 });
    await expectClean();
  });

  it("waits while its buyer looks like its earner, until somebody has decided", async () => {
    const first = await aReferral(app, null, "device-1");
    const { code } = await affiliateOf(app, first);
    const second = await aReferral(app, code, "device-1");
    await buy(second, "silver");
    await passTheWindow();
    expect(await walletOf(first)).toBe(0);
    const as = anOperator();
    const { data } = await bodyOf<{ data: { userId: string; reason: string }[] }>(
      await app.call("GET /api/v1/admin/affiliate/reviews", { as }),
    );
    expect(data).toContainEqual(expect.objectContaining({ userId: second.userId, reason: "shared_device" }));
    const json = { decision: "cleared", reason: "Two people." };
    const line = `POST /api/v1/admin/affiliate/reviews/${second.userId}`;
    const decided = await Promise.all(
      Array.from({ length: 16 }, async () => (await app.call(line, { as, json })).status),
    );
    expect(decided.filter((status) => status === 200)).toHaveLength(1);
    await passTheWindow();
    expect(await walletOf(first)).toBe(59_980);
  });
});

describe("what others see of a member", () => {
  it("is masked, and on the leaderboard only by choice", async () => {
    const { a, b, c } = await aChain(app);
    await buy(c, "platinum");
    const leaders = async () =>
      (
        await bodyOf<{ data: { name: string; earned: string }[] }>(
          await app.call("GET /api/v1/affiliate/leaderboard", { as: a }),
        )
      ).data;
    expect((await leaders()).map(({ earned }) => earned)).not.toContain("2399.80");
    await app.call("PATCH /api/v1/affiliate", { as: b, json: { onLeaderboard: true } });
    expect(await leaders()).toContainEqual({ name: "•••", earned: "2399.80", asset: "INR" });
    const { data } = await bodyOf<{ data: object[] }>(await app.call("GET /api/v1/affiliate/referrals", { as: a }));
    expect(data).toEqual([
      { name: "•••", level: 2, bought: true, joinedAt: expect.any(String) as string },
      { name: "•••", level: 1, bought: false, joinedAt: expect.any(String) as string },
    ]);
    const month = new Date().toISOString().slice(0, 7);
    const csv = await (await app.call(`GET /api/v1/affiliate/statements/${month}`, { as: b })).text();
    expect(csv).toContain(",1,2000,11999.00,2399.80,0.00,2399.80,INR,held\r\n");
  });
});
