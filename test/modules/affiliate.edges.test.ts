import { describe, expect, it } from "vitest";
import { draftEvent } from "#kernel/event";
import { paymentCaptured } from "#modules/payments";
import { commit } from "#platform/commit";
import { mask, standing } from "../../src/modules/affiliate/rules.ts";
import { grant, releaseDue, takeBack } from "../../src/modules/affiliate/service.commissions.ts";
import { noteMethod } from "../../src/modules/affiliate/service.fraud.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator, aUser, freshId } from "../support/actors.ts";
import { affiliateOf, aChain, aReferral } from "../support/affiliate.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { expectCleanBooks } from "../support/payouts.ts";
import { count, rows } from "../support/platform.ts";

const app = testApp();
const LATER = 8 * 86_400_000;
const THIS_MONTH = new Date().toISOString().slice(0, 7);
type Person = Awaited<ReturnType<typeof aReferral>>;

async function sell(buyer: Person, netMinor = 100_000): Promise<string> {
  const paymentId = freshId("pay");
  const about = { userId: buyer.userId, slug: "gold", asset: "INR", netMinor, level1Bps: 2_000, level2Bps: 500 };
  await grant(testCtx(app), { ...about, paymentId });
  return paymentId;
}

/** A full refund as payments tell of it. */
function refundOf(paymentId: string, captured = 100_000): Parameters<typeof takeBack>[1] {
  return { paymentId, refundId: freshId("refund"), captured, refunded: captured };
}

const later = () => testCtx(app, { now: () => Date.now() + LATER });
const heldOf = async ({ userId }: Person, minor: number) =>
  await rows("update affiliate_earnings set held_minor = ? where user_id = ?", minor, userId);
const earningsOf = async (as: Person) => (await affiliateOf(app, as)).earnings[0];

async function pagesOf(path: string, as: Person): Promise<unknown[]> {
  const list = async (query: string) =>
    await bodyOf<{ data: unknown[]; nextCursor: string | null }>(
      await app.call(`GET /api/v1${path}?limit=1${query}`, { as }),
    );
  const first = await list("");
  const second = await list(`&cursor=${first.nextCursor}`);
  return [...first.data, ...second.data];
}

describe("a release", () => {
  it("is made once, however many run at the same time", async () => {
    const { b, c } = await aChain(app);
    await sell(c);
    await Promise.all(Array.from({ length: 16 }, async () => await releaseDue(later())));
    expect(await earningsOf(b)).toMatchObject({ held: "0.00", available: "200.00" });
    await expectCleanBooks(app);
  });

  it("that fails is left for the next pass, and does not stop the others", async () => {
    const [one, other] = [await aChain(app), await aChain(app)];
    await sell(one.c);
    await sell(other.c);
    await heldOf(one.b, 0);
    await releaseDue(later());
    expect(await earningsOf(other.b)).toMatchObject({ available: "200.00" });
    expect(await earningsOf(one.b)).toMatchObject({ available: "0.00" });
    await heldOf(one.b, 20_000);
    await releaseDue(later());
    expect(await earningsOf(one.b)).toMatchObject({ held: "0.00", available: "200.00" });
    await expectCleanBooks(app);
  });

  it("waits while the books do not add up", async () => {
    const { b, c } = await aChain(app);
    await sell(c);
    await rows(
      "insert into ledger_passes (id, started_at, finished_at, entry_seq, entries, failures) values (99, 1, 1, 0, 0, 1)",
    );
    await releaseDue(later());
    expect(await earningsOf(b)).toMatchObject({ held: "200.00" });
    await rows("delete from ledger_passes where id = 99");
    await releaseDue(later());
    expect(await earningsOf(b)).toMatchObject({ held: "0.00", available: "200.00" });
  });
});

describe("what is taken back", () => {
  it("is taken once, however often and at the same time the refund is told", async () => {
    const { a, b, c } = await aChain(app);
    const refund = refundOf(await sell(c));
    await Promise.all(Array.from({ length: 16 }, async () => await takeBack(testCtx(app), refund)));
    expect(await earningsOf(b)).toMatchObject({ held: "0.00", owed: "0.00" });
    expect(await earningsOf(a)).toMatchObject({ held: "0.00", owed: "0.00" });
    expect(await count("affiliate_commissions", "payment_id = ? and amount_minor < 0", refund.paymentId)).toBe(2);
    await expectCleanBooks(app);
  });

  it("fails loudly when it cannot be booked, and is whole once it can", async () => {
    const { b, c } = await aChain(app);
    const refund = refundOf(await sell(c));
    await heldOf(b, 1);
    await expect(takeBack(testCtx(app), refund)).rejects.toThrow();
    expect(await count("affiliate_commissions", "payment_id = ?", refund.paymentId)).toBe(2);
    await heldOf(b, 20_000);
    await takeBack(testCtx(app), refund);
    expect(await earningsOf(b)).toMatchObject({ held: "0.00" });
    await expectCleanBooks(app);
  });
});

describe("released earnings", () => {
  it("are available until they are asked for, and paid out once they have arrived; other money counts after them", () => {
    const of = (released: number, openMinor: number, paidMinor: number) => {
      const { availableMinor, paidOutMinor } = standing(released, { openMinor, paidMinor });
      return [availableMinor, paidOutMinor];
    };
    expect(of(100, 0, 0)).toEqual([100, 0]);
    expect(of(100, 30, 0)).toEqual([70, 0]);
    expect(of(100, 0, 30)).toEqual([70, 30]);
    expect(of(100, 90, 30)).toEqual([0, 30]);
    expect(of(100, 0, 500)).toEqual([0, 100]);
    expect(of(-5, 0, 500)).toEqual([0, 0]);
  });
});

describe("a member", () => {
  it("is one from the first look on, also who was here before the program", async () => {
    const as = aUser();
    expect(await affiliateOf(app, as)).toMatchObject({ clicks: 0, signUps: 0, earnings: [] });
    expect(await count("affiliate_members", "user_id = ?", as.userId)).toBe(1);
    expect(await bodyOf(await app.call("PATCH /api/v1/affiliate", { as, json: {} }))).toMatchObject({ clicks: 0 });
    const statement = await app.call(`GET /api/v1/affiliate/statements/${THIS_MONTH}`, { as: aUser() });
    expect((await statement.text()).split("\r\n")).toHaveLength(2);
  });

  it("sees whom it has brought in by a first letter alone, page by page", async () => {
    expect([mask(null), mask(""), mask("Ada"), mask("Ægir")]).toEqual(["•••", "•••", "A•••", "Æ•••"]);
    const { a, b, c } = await aChain(app);
    await sell(c);
    const { user } = await anAccount(app);
    await rows(
      "insert into affiliate_members (user_id, code, referrer_id, review, on_leaderboard, joined_at) values (?, ?, ?, 'none', 0, 0)",
      user.id,
      user.id.slice(-10),
      b.userId,
    );
    expect(await pagesOf("/affiliate/referrals", b)).toMatchObject([{ name: "A•••" }, { level: 1, bought: true }]);
    await sell(c);
    expect(await pagesOf("/affiliate/commissions", a)).toMatchObject([{ level: 2 }, { level: 2, amount: "50.00" }]);
  });

  it("is counted by day, on days without a visitor too", async () => {
    const { b, c } = await aChain(app);
    await sell(c);
    await rows("update affiliate_days set day = '2026-01-02' where user_id = ?", b.userId);
    const { data } = await bodyOf<{ data: object[] }>(
      await app.call("GET /api/v1/affiliate/days?from=2026-01-01", { as: b }),
    );
    expect(data).toMatchObject([
      { day: "2026-01-02", signUps: 1, earnings: [] },
      { clicks: 0, earnings: [{ asset: "INR", earned: "200.00" }] },
    ]);
  });

  it("is visited by nobody who has no proper code", async () => {
    for (const path of ["/r/a", "/r/%20%20%20%20", "/r/<script>"])
      expect((await app.call(`GET ${path}`)).headers.get("Set-Cookie")).toBeNull();
    const bad = await app.call("GET /api/v1/affiliate/leaderboard?asset=NONE", { as: aUser() });
    expect(bad.status).toBe(422);
  });

  it("goes under review by a card that both have paid with, and reviews are read page by page", async () => {
    const { b, c } = await aChain(app);
    const other = await aChain(app);
    for (const [userId, methodKey] of [
      [b.userId, "card-1"],
      [c.userId, "card-1"],
      [other.b.userId, "card-2"],
      [other.c.userId, "card-2"],
      [aUser().userId, null],
    ] as const) {
      const about = { provider: "stripe", userId, purpose: "probe", reference: "x", asset: "USD" } as const;
      const ids = { subscriptionId: null, invoiceId: null, checkoutId: null, paymentId: freshId("pay") };
      const event = draftEvent(paymentCaptured, { ...about, ...ids, amount: 1, tax: 0, methodKey });
      await commit(testCtx(app), [], { events: [event] });
    }
    await app.call("POST /dev/jobs/drain");
    const found = await pagesOf("/admin/affiliate/reviews", anOperator());
    expect(found).toMatchObject([{ reason: "shared_payment_method" }, { reason: "shared_payment_method" }]);
    const nobody = `POST /api/v1/admin/affiliate/reviews/${freshId("user")}`;
    const json = { decision: "cleared", reason: "x" };
    expect((await app.call(nobody, { as: anOperator(), json })).status).toBe(404);
  });
});

describe("a card", () => {
  it("is seen to be shared also by those who pay with it at the same moment", async () => {
    const chains = await Promise.all(Array.from({ length: 8 }, async () => await aChain(app)));
    await Promise.all(
      chains.flatMap(({ b, c }, index) =>
        [b, c].map(async ({ userId }) => await noteMethod(testCtx(app), userId, `shared-${index}`)),
      ),
    );
    const held = await rows(
      "select review from affiliate_members where user_id in (select value from json_each(?)) and review = 'held'",
      JSON.stringify(chains.map(({ c }) => c.userId)),
    );
    expect(held).toHaveLength(chains.length);
  });
});

describe("rates and caps", () => {
  it("are read page by page", async () => {
    const as = anOperator();
    for (const level1Bps of [1, 2])
      await app.call("POST /api/v1/admin/affiliate/rates", { as, json: { package: "none", level1Bps, level2Bps: 0 } });
    for (const month of ["1.00", "2.00"])
      await app.call("POST /api/v1/admin/affiliate/caps", { as, json: { asset: "EUR", month } });
    expect(await pagesOf("/admin/affiliate/rates", as)).toMatchObject([{ level1Bps: 2 }, { level1Bps: 1 }]);
    expect(await pagesOf("/admin/affiliate/caps", as)).toMatchObject([{ month: "2.00" }, { month: "1.00" }]);
  });
});

describe("a month's statement", () => {
  it("names what came back from the bank below zero", async () => {
    const as = aUser();
    const at = Date.now();
    await rows(
      `insert into payouts_bank_accounts (id, user_id, type, asset, holder_name, number, last_four, fingerprint, usable_from, created_at)
       values (?1, ?1, 'ifsc', 'INR', '', '', '', '', 0, 0)`,
      as.userId,
    );
    await rows(
      `insert into payouts_payouts (id, user_id, bank_account_id, asset, gross_minor, tax_minor, state, version, requested_at, updated_at)
       values (?1, ?1, ?1, 'INR', 100000, 10000, 'reversed', 3, 0, 0)`,
      as.userId,
    );
    for (const [version, state] of [
      [2, "completed"],
      [3, "reversed"],
    ] as const)
      await rows(
        "insert into payouts_history (payout_id, version, state, actor, at) values (?, ?, ?, 'operator', ?)",
        as.userId,
        version,
        state,
        at + version,
      );
    const path = `GET /api/v1/affiliate/statements/${THIS_MONTH}`;
    const csv = await (await app.call(path, { as })).text();
    expect(csv).toContain(",,,,,1000.00,100.00,900.00,INR,completed\r\n");
    expect(csv).toContain(",,,,,-1000.00,-100.00,-900.00,INR,reversed\r\n");
    const pdf = await app.call(path, { as, headers: { Accept: "application/pdf" } });
    expect(pdf.headers.get("Content-Type")).toBe("application/pdf");
  });

  it("names every commission, however many there are, over as many sheets as that takes", async () => {
    const as = await aReferral(app, null);
    await rows(
      `insert into affiliate_commissions (id, user_id, buyer_id, payment_id, level, rate_bps, base_minor, amount_minor, asset,
         status, released, taken_back_minor, held_until, created_at)
       with recursive n(i) as (select 1 union all select i + 1 from n where i < 5100)
       select printf('comm_%026d', i), ?1, 'user_x', printf('pay_%026d', i), 1, 2000, 100, 20, 'INR', 'held', 0, 0, 0, ?2 from n`,
      as.userId,
      Date.now(),
    );
    const path = `GET /api/v1/affiliate/statements/${THIS_MONTH}`;
    const lines = (await (await app.call(path, { as })).text()).split("\r\n");
    expect(lines).toHaveLength(5_102);
    expect(new Set(lines.slice(1, -1)).size).toBe(5_100);
    const pdf = await app.call(path, { as, headers: { Accept: "application/pdf" } });
    const text = new TextDecoder("latin1").decode(await pdf.arrayBuffer());
    expect(Number(/\/Count (\d+)/.exec(text)?.[1])).toBeGreaterThan(90);
  });
});

describe("a member who is erased", () => {
  it("keeps sums that name nobody: no code of its own choice, no device, no way of paying", async () => {
    const { b } = await aChain(app);
    const ctx = testCtx(app);
    await app.call("PATCH /api/v1/affiliate", { as: b, json: { code: "adalovelace", onLeaderboard: true } });
    await rows("update affiliate_members set device_key = 'key' where user_id = ?", b.userId);
    await rows("insert into affiliate_payment_methods (user_id, method_key, seen_at) values (?, 'm', 0)", b.userId);
    const exported = await app.composition.exportUser(ctx, b.userId);
    expect(exported["affiliate"]).toMatchObject({
      membership: [{ code: "ADALOVELACE" }],
      paymentMethods: [{ seenAt: 0 }],
    });
    await commit(ctx, await app.composition.eraseUser(ctx, b.userId));
    const [row] = await rows<{ code: string }>("select * from affiliate_members where user_id = ?", b.userId);
    expect(row).toMatchObject({ device_key: null, on_leaderboard: 0, code: b.userId.slice(-10).toUpperCase() });
    expect(await count("affiliate_payment_methods", "user_id = ?", b.userId)).toBe(0);
  });
});
