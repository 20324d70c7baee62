import { describe, expect, it } from "vitest";
import { fallingWith, quote } from "../../src/modules/packages/rules.ts";
import { aCheckout, aLearner, pay, seeded } from "../support/academy.ts";
import { anOperator, aUser } from "../support/actors.ts";
import type { TestApp } from "../support/app.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { rows } from "../support/platform.ts";

const app = testApp();

interface Purchase {
  package: string;
  status: string;
  amount: string;
  paymentId: string;
}

async function packagesOf(as: ReturnType<typeof aUser>, from: TestApp = app): Promise<Purchase[]> {
  return (await bodyOf<{ data: Purchase[] }>(await from.call("GET /api/v1/me/packages", { as }))).data;
}

async function refund(paymentId: string, amount?: string): Promise<Response> {
  const response = await app.call(`POST /api/v1/admin/payments/${paymentId}/refund`, {
    as: anOperator(),
    json: { reason: "Asked for.", ...(amount === undefined ? {} : { amount }) },
    headers: { "Idempotency-Key": crypto.randomUUID() },
  });
  await app.call("POST /dev/jobs/drain");
  return response;
}

/** What each payment of somebody has come to. */
async function paymentsOf(userId: string): Promise<{ amount: number; refunded: number }[]> {
  return await rows("select amount, refunded from payments_payments where user_id = ? order by id", userId);
}

describe("a package's price", () => {
  const silver = { slug: "silver", rank: 1, asset: "INR", netMinor: 299_900 };
  const gold = { slug: "gold", rank: 2, asset: "INR", priceMinor: 599_900 };

  it("is the difference for whoever has a smaller one in the same currency", () => {
    expect(quote(gold, [])).toEqual({ kind: "buy", netMinor: 599_900, creditMinor: 0 });
    expect(quote(gold, [silver])).toEqual({ kind: "buy", netMinor: 300_000, creditMinor: 299_900 });
    expect(quote(gold, [{ ...silver, asset: "USD" }])).toMatchObject({ netMinor: 599_900 });
    expect(quote(gold, [{ ...silver, netMinor: 700_000 }])).toEqual({ kind: "buy", netMinor: 1, creditMinor: 599_900 });
  });

  it("is asked of nobody who has it, or a larger one", () => {
    for (const rank of [2, 3]) expect(quote(gold, [{ ...silver, rank }])).toEqual({ kind: "owned" });
  });

  it("falls with what it stood on", () => {
    const base = { paymentId: "a", rank: 1, asset: "INR", netMinor: 300, creditMinor: 0 };
    const middle = { paymentId: "b", rank: 2, asset: "INR", netMinor: 300, creditMinor: 300 };
    const top = { paymentId: "c", rank: 3, asset: "INR", netMinor: 600, creditMinor: 600 };
    expect(fallingWith("a", [top, base, middle])).toEqual(["b", "c"]);
    expect(fallingWith("b", [top, base, middle])).toEqual(["c"]);
    expect(fallingWith("c", [top, base, middle])).toEqual([]);
    expect(fallingWith("a", [base, { ...middle, creditMinor: 0 }])).toEqual([]);
  });
});

describe("a package", () => {
  it("opens with the captured payment, upgrades for the difference, and closes with the full refund", async () => {
    await seeded(app);
    const as = aUser();
    const { checkoutId } = await aCheckout(app, as, "silver");
    expect(await packagesOf(as)).toEqual([]);
    await pay(app, checkoutId);
    expect(await packagesOf(as)).toMatchObject([{ package: "silver", status: "active", amount: "2999.00" }]);

    await pay(app, (await aCheckout(app, as, "gold")).checkoutId);
    const [gold] = await packagesOf(as);
    expect(gold).toMatchObject({ package: "gold", status: "active", amount: "3000.00" });

    await refund(gold?.paymentId ?? "", "1000.00");
    expect((await packagesOf(as))[0]).toMatchObject({ package: "gold", status: "active" });
    await refund(gold?.paymentId ?? "");
    expect(await packagesOf(as)).toMatchObject([
      { package: "gold", status: "ended" },
      { package: "silver", status: "active" },
    ]);
  });

  it("that was bought for the difference ends with the one that it stood on, and its payment goes back", async () => {
    const as = await aLearner(app, "silver");
    await pay(app, (await aCheckout(app, as, "platinum")).checkoutId);
    const silver = (await packagesOf(as)).find((one) => one.package === "silver");
    await refund(silver?.paymentId ?? "");
    expect((await packagesOf(as)).map(({ status }) => status)).toEqual(["ended", "ended"]);
    for (const { amount, refunded } of await paymentsOf(as.userId)) expect(refunded).toBe(amount);
  });

  it("is bought once, however many checkouts are paid at the same time", async () => {
    await seeded(app);
    const as = aUser();
    const checkouts: { checkoutId: string }[] = [];
    for (let left = 5; left > 0; left -= 1) checkouts.push(await aCheckout(app, as, "gold"));
    await Promise.all(
      checkouts.map(async ({ checkoutId }) => await app.call(`POST /sandbox/checkout/${checkoutId}/pay`)),
    );
    await app.call("POST /dev/jobs/drain");
    await app.call("POST /dev/jobs/drain");
    const bought = await packagesOf(as);
    expect(bought.filter(({ status }) => status === "active")).toHaveLength(1);
    expect(bought.filter(({ status }) => status === "unneeded")).toHaveLength(4);
    const paid = await paymentsOf(as.userId);
    expect(paid.filter(({ refunded }) => refunded === 0)).toHaveLength(1);
  });

  it("whose upgrade was priced on one that is gone by then buys nothing, and is paid back", async () => {
    const as = await aLearner(app, "silver");
    const { checkoutId } = await aCheckout(app, as, "gold");
    const [silver] = await packagesOf(as);
    await refund(silver?.paymentId ?? "");
    await pay(app, checkoutId);
    expect(await packagesOf(as)).toMatchObject([{ package: "gold", status: "unneeded" }, { status: "ended" }]);
    for (const { amount, refunded } of await paymentsOf(as.userId)) expect(refunded).toBe(amount);
  });

  it("is refused to whoever has it, in a currency that it has no price in, and when it is not offered", async () => {
    const as = await aLearner(app, "gold");
    const buy = async (slug: string, json: object) =>
      await app.call(`POST /api/v1/packages/${slug}/purchase`, {
        as,
        json: { provider: "sandbox", ...json },
        headers: { "Idempotency-Key": crypto.randomUUID() },
      });
    expect(await bodyOf(await buy("silver", {}))).toMatchObject({ status: 409, code: "package_owned" });
    expect(await bodyOf(await buy("platinum", { asset: "JPY" }))).toMatchObject({ status: 422, code: "not_priced" });
    expect(await bodyOf(await buy("iron", {}))).toMatchObject({ status: 404, code: "package_not_found" });
  });

  it("keeps every version, and is changed by one operator at a time", async () => {
    await seeded(app);
    const as = anOperator();
    const json = {
      slug: `pack-${crypto.randomUUID().slice(0, 8)}`,
      name: "Bronze",
      rank: 500,
      prices: [{ asset: "INR", amount: "999.00" }],
      courses: [],
      level1Bps: 1_000,
      level2Bps: 0,
      offered: false,
    };
    expect((await app.call("POST /api/v1/admin/packages", { as, json })).status).toBe(201);
    const again = await app.call("POST /api/v1/admin/packages", { as, json: { ...json, slug: `${json.slug}-2` } });
    expect(await bodyOf(again)).toMatchObject({ code: "rank_taken" });
    expect((await app.call(`GET /api/v1/packages/${json.slug}`)).status).toBe(404);
    const changed = await app.call(`PATCH /api/v1/admin/packages/${json.slug}`, { as, json: { level1Bps: 1_500 } });
    expect(await bodyOf(changed)).toMatchObject({ version: 2, commission: { level1Bps: 1_500 } });
    const { data } = await bodyOf<{ data: { version: number }[] }>(
      await app.call(`GET /api/v1/admin/packages/${json.slug}/versions`, { as }),
    );
    expect(data.map(({ version }) => version)).toEqual([2, 1]);
  });
});
