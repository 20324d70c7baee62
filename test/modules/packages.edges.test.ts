import { describe, expect, it } from "vitest";
import { createCheckout } from "#modules/payments";
import { closePurchase, openPurchase } from "../../src/modules/packages/service.purchases.ts";
import { aCheckout, aLearner, pay, seeded } from "../support/academy.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { faultyCtx, testCtx } from "../support/ctx.ts";
import { purchase } from "../support/payments/vendor.ts";
import { count, rows } from "../support/platform.ts";

const app = testApp();
type Captured = Parameters<typeof openPurchase>[1];
type Person = ReturnType<typeof aUser>;

/** A checkout whose buyer's call died before the package heard of it. */
async function unheardOf({ userId }: Person, reference: string, rest: object = {}): Promise<string> {
  const input = purchase("sandbox", userId, { purpose: "package", reference, asset: "INR", amount: 599_900, tax: 0 });
  const { checkoutId } = await createCheckout(testCtx(app), { ...input, ...rest });
  return checkoutId;
}

async function purchasesOf(as: Person): Promise<object[]> {
  return await rows(
    "select slug, state, net_minor as net, credit_minor as credit from packages_purchases where user_id = ?",
    as.userId,
  );
}

async function refundedOf({ userId }: Person): Promise<boolean[]> {
  const found = await rows<{ amount: number; refunded: number }>(
    "select amount, refunded from payments_payments where user_id = ?",
    userId,
  );
  return found.map(({ amount, refunded }) => amount === refunded);
}

/** What payments tell of a captured checkout that is not paid yet. */
async function captureOf(as: Person, checkoutId: string): Promise<Captured> {
  const [row] = await rows<{ id: string; amount: number; tax: number; reference: string }>(
    `select p.id, p.amount, p.tax, p.reference from payments_payments p join payments_checkouts c on c.payment_id = p.id
     where c.id = ?`,
    checkoutId,
  );
  const { id: paymentId = "", amount = 0, tax = 0, reference = "" } = row ?? {};
  const about = { provider: "sandbox", userId: as.userId, purpose: "package", reference, asset: "INR" } as const;
  return { ...about, paymentId, checkoutId, amount, tax, subscriptionId: null, invoiceId: null, methodKey: null };
}

describe("a package that was paid for", () => {
  it("opens although the buyer's call had died before the purchase was put down", async () => {
    await seeded(app);
    const as = aUser();
    await pay(app, await unheardOf(as, "gold"));
    expect(await purchasesOf(as)).toEqual([{ slug: "gold", state: "active", net: 599_900, credit: 0 }]);
  });

  it("is paid back when there is no such package, or it was opened by another payment at the same moment", async () => {
    await seeded(app);
    const nobody = aUser();
    await pay(app, await unheardOf(nobody, "iron"));
    await app.call("POST /dev/jobs/drain");
    expect(await purchasesOf(nobody)).toMatchObject([{ slug: "iron", state: "unneeded" }]);
    expect(await refundedOf(nobody)).toEqual([true]);
    const as = aUser();
    const told: Captured[] = [];
    for (let left = 8; left > 0; left -= 1)
      told.push(await captureOf(as, (await aCheckout(app, as, "gold")).checkoutId));
    await Promise.all(told.map(async (one) => await openPurchase(testCtx(app), one)));
    await Promise.all(told.map(async (one) => await openPurchase(testCtx(app), one)));
    const states = await rows<{ state: string; n: number }>(
      "select state, count(*) as n from packages_purchases where user_id = ? group by state order by state",
      as.userId,
    );
    expect(states).toEqual([
      { state: "active", n: 1 },
      { state: "unneeded", n: 7 },
    ]);
    const events = "type = 'package.purchased' and data ->> 'userId' = ?";
    expect(await count("platform_events", events, as.userId)).toBe(1);
  });

  it("is nobody's business when it is none, and fails loudly by a fault of ours", async () => {
    await seeded(app);
    const as = aUser();
    const told = await captureOf(as, (await aCheckout(app, as, "silver")).checkoutId);
    await openPurchase(testCtx(app), { ...told, purpose: "probe" });
    const ctx = testCtx(app);
    await expect(openPurchase(faultyCtx(app), told)).rejects.toThrow("Exceeded");
    expect(await purchasesOf(as)).toMatchObject([{ state: "pending" }]);
    const { checkoutId: _, methodKey: _key, ...about } = told;
    const refund = { ...about, refundId: "refund_x", captured: told.amount, refunded: told.amount };
    await closePurchase(ctx, { ...refund, purpose: "probe" });
    await closePurchase(ctx, { ...refund, refunded: 1 });
    expect(await purchasesOf(as)).toMatchObject([{ state: "pending" }]);
  });
});

describe("a package's price", () => {
  it("has the buyer's tax on top, which earns nobody a commission", async () => {
    await seeded(app);
    await rows("delete from invoicing_tax_rates");
    await rows("insert into invoicing_tax_rates (country, name, rate_bps) values ('IN', 'GST', 1800)");
    const { actor, user } = await anAccount(app);
    await rows("update identity_users set country = 'IN' where id = ?", user.id);
    const { checkoutId } = await aCheckout(app, actor, "gold");
    expect(await captureOf(actor, checkoutId)).toMatchObject({ amount: 707_882, tax: 107_982 });
    await rows("delete from invoicing_tax_rates");
  });
});

describe("the catalogue of packages", () => {
  it("shows what is offered, to operators all of it, and knows none that is not there", async () => {
    await seeded(app);
    const { data } = await bodyOf<{ data: { slug: string }[] }>(await app.call("GET /api/v1/packages"));
    expect(data.map(({ slug }) => slug)).toEqual(["silver", "gold", "platinum"]);
    const as = anOperator();
    await rows("update packages_packages set offered = 0 where slug = 'gold'");
    const all = await bodyOf<{ data: object[] }>(await app.call("GET /api/v1/admin/packages", { as }));
    expect(all.data).toHaveLength(3);
    expect((await app.call("GET /api/v1/packages/gold")).status).toBe(404);
    await rows("update packages_packages set offered = 1 where slug = 'gold'");
    expect((await app.call("GET /api/v1/admin/packages/iron/versions", { as })).status).toBe(404);
    expect((await app.call("PATCH /api/v1/admin/packages/iron", { as, json: { name: "Iron" } })).status).toBe(404);
  });

  it("is what a learner has, whatever else there is", async () => {
    const as = await aLearner(app, "silver");
    const mine = await bodyOf<{ data: object[] }>(await app.call("GET /api/v1/me/packages", { as }));
    expect(mine.data).toMatchObject([{ package: "silver", status: "active" }]);
  });
});
