import { describe, expect, it } from "vitest";
import { anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { rows } from "../../support/platform.ts";
import { aHolder, askWithdrawal } from "../../support/wallets.ts";

const app = testApp();

const set = async (json: object, as = anOperator()) =>
  await app.call("PATCH /api/v1/admin/asset-switches/USDT", { as, json });

describe("an asset that operators close", () => {
  it("takes no new withdrawal, lets the money stay, and opens again", async () => {
    const as = await aHolder(app, "USDT", 30_000_000);
    const closed = await set({ withdrawals: false, reason: "The network is halted." });
    expect(await bodyOf(closed)).toMatchObject({ asset: "USDT", deposits: true, withdrawals: false });
    const answers = await Promise.all(
      Array.from({ length: 16 }, async () => await askWithdrawal(app, as, { amount: "1" })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([409]));
    expect(await bodyOf(answers[0] as Response)).toMatchObject({ code: "withdrawals_closed" });
    const wallet = await bodyOf(await app.call("GET /api/v1/wallets/USDT", { as }));
    expect(wallet).toMatchObject({ available: "30.000000", held: "0.000000" });
    await set({ withdrawals: true, reason: "It goes on." });
    expect((await askWithdrawal(app, as, { amount: "1" })).status).toBe(201);
    expect(
      await rows(
        "select reason from platform_audit_entries where action = 'asset.switched' and target = 'USDT' order by seq",
      ),
    ).toEqual([{ reason: "The network is halted." }, { reason: "It goes on." }]);
  });

  it("gives out no address for deposits", async () => {
    const as = await aHolder(app);
    const ask = async () =>
      await app.call("POST /api/v1/wallets/USDT/deposit-address", { as, json: { network: "sandbox" } });
    await set({ deposits: false, reason: "A fork." });
    const refused = await ask();
    expect([refused.status, await bodyOf(refused)]).toMatchObject([409, { code: "deposits_closed" }]);
    await set({ deposits: true, reason: "It is over." });
    expect((await ask()).status).toBe(201);
  });

  it("is closed by administrators alone, with a reason, and is one that there is", async () => {
    expect((await set({ withdrawals: false, reason: "x" }, anOperator("support"))).status).toBe(403);
    expect((await set({ withdrawals: false })).status).toBe(422);
    const unknown = await app.call("PATCH /api/v1/admin/asset-switches/DOGE", {
      as: anOperator(),
      json: { reason: "x" },
    });
    expect(unknown.status).toBe(404);
  });
});
