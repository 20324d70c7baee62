import { afterEach, describe, expect, it } from "vitest";
import { anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { aHolder, askWithdrawal } from "../../support/wallets.ts";

const app = testApp();

const limit = (perDay: string) => ({ perDay, per30Days: perDay });
const limits = (tier0: string, tier1: string, tier2: string) => ({
  tier0: limit(tier0),
  tier1: limit(tier1),
  tier2: limit(tier2),
});
const TERMS = {
  limits: limits("50", "60", "70"),
  operatorFrom: "20",
  fourEyesFrom: "40",
  networks: [{ network: "sandbox", minDeposit: "1", minWithdrawal: "5", withdrawalFee: "2" }],
};

async function put(more: object = {}, as = anOperator(), asset = "USDC"): Promise<Response> {
  return await app.call(`PUT /api/v1/admin/assets/${asset}`, { as, json: { ...TERMS, ...more } });
}

const usdc = async (as: Awaited<ReturnType<typeof aHolder>>, amount: string) =>
  await bodyOf<{ code: string; fee: string; status: string; id: string }>(
    await askWithdrawal(app, as, { asset: "USDC", amount }),
  );

afterEach(async () => {
  await testCtx(app).db.sql("delete from wallet_asset_terms").run();
});

describe("an asset's terms", () => {
  it("are what operators have put down, for whatever is asked for from then on", async () => {
    const as = await aHolder(app, "USDC");
    const before = await usdc(as, "4");
    expect(before.fee).toBe("0.000000");
    const changed = await put();
    expect([changed.status, await bodyOf(changed)]).toMatchObject([
      200,
      { asset: "USDC", limits: { tier0: { perDay: "50.000000" } }, operatorFrom: "20.000000" },
    ]);
    expect((await usdc(as, "4")).code).toBe("amount_too_small");
    expect(await usdc(as, "10")).toMatchObject({ fee: "2.000000" });
    expect((await usdc(as, "40")).code).toBe("limit_reached");
    const sql = "select approvals_needed as needed from wallet_withdrawals where user_id = ? order by id";
    await usdc(as, "20");
    const { results } = await testCtx(app).db.sql(sql, as.userId).all();
    expect(results).toEqual([{ needed: 0 }, { needed: 0 }, { needed: 1 }]);
    const kept = await bodyOf<{ fee: string }>(await app.call(`GET /api/v1/withdrawals/${before.id}`, { as }));
    expect(kept.fee).toBe("0.000000");
  });

  it("leave a network that they do not name as it was, and are listed", async () => {
    await put({ networks: [] });
    const list = await app.call("GET /api/v1/admin/assets", { as: anOperator("support") });
    const { data } = await bodyOf<{ data: { asset: string; networks: object[]; fourEyesFrom: string }[] }>(list);
    const found = data.find(({ asset }) => asset === "USDC");
    expect(found).toMatchObject({ fourEyesFrom: "40.000000" });
    expect(found?.networks).toContainEqual(expect.objectContaining({ network: "ethereum", withdrawalFee: "3.000000" }));
  });

  it.each([
    ["a tier below the one under it", { limits: limits("50", "49", "70") }, "limits.tier1"],
    [
      "a month below its day",
      { limits: { ...limits("2", "3", "4"), tier0: { perDay: "2", per30Days: "1" } } },
      "limits.tier0",
    ],
    ["two operators before one", { fourEyesFrom: "10" }, "fourEyesFrom"],
    [
      "a network on which it does not move",
      { networks: [{ ...TERMS.networks[0], network: "bitcoin" }] },
      "networks.0.network",
    ],
  ])("are refused with %s", async (_, more, path) => {
    const refused = await put(more);
    expect([refused.status, await bodyOf(refused)]).toMatchObject([422, { code: "terms_invalid", errors: [{ path }] }]);
  });

  it("are an administrator's to change", async () => {
    expect((await put({}, anOperator("support"))).status).toBe(403);
    expect((await put({}, anOperator(), "DOGE")).status).toBe(404);
  });
});
