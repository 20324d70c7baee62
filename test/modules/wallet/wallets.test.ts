import { describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import { fundWallet } from "#modules/wallet";
import { aUser } from "../../support/actors.ts";
import { anAccount } from "../../support/accounts.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { aHolder } from "../../support/wallets.ts";

const app = testApp();
const ctx = testCtx(app);

interface Entries {
  readonly data: readonly { readonly id: string; readonly amount: string; readonly balanceAfter: string }[];
  readonly nextCursor: string | null;
}

describe("a wallet", () => {
  it("reads zeros before it is used, and opening it twice changes nothing", async () => {
    const as = aUser();
    const zero = { asset: "BTC", available: "0.00000000", held: "0.00000000", total: "0.00000000" };
    expect(await bodyOf(await app.call("GET /api/v1/wallets/BTC", { as }))).toEqual(zero);
    for (let time = 0; time < 2; time += 1) {
      const response = await app.call("POST /api/v1/wallets", { as, json: { asset: "BTC" } });
      expect(response.status).toBe(201);
      expect(await bodyOf(response)).toEqual(zero);
    }
    const { data } = await bodyOf<{ data: { asset: string }[] }>(await app.call("GET /api/v1/wallets", { as }));
    expect(data.map(({ asset }) => asset)).toEqual(["INR", "USD", "USDT", "USDC", "BTC", "ETH"]);
  });

  it("tells what may be spent from what is set aside", async () => {
    const as = await aHolder(app, "USDT", 10_000_000);
    const rule = { userId: as.userId, network: "sandbox", asset: "USDT" };
    const hold = ledger.withdrawalHeld({ ...rule, withdrawalId: `wdr_${as.userId}`, amount: 3_000_000, fee: 500_000 });
    await ledger.openAccount(ctx, ledger.account("revenue:fee", "USDT"));
    await ledger.chain(ctx, hold);
    const wallet = await bodyOf(await app.call("GET /api/v1/wallets/USDT", { as }));
    expect(wallet).toEqual({ asset: "USDT", available: "6.500000", held: "3.500000", total: "10.000000" });
  });

  it("lists every posting once with the balance after it, while more are added between two pages", async () => {
    const as = await aHolder(app, "USD", 100);
    for (const amount of [200, 300, 400]) await fundWallet(ctx, { userId: as.userId, asset: "USD", amount });
    const first = await bodyOf<Entries>(await app.call("GET /api/v1/wallets/USD/entries?limit=2", { as }));
    expect(first.data.map(({ amount, balanceAfter }) => [amount, balanceAfter])).toEqual([
      ["4.00", "10.00"],
      ["3.00", "6.00"],
    ]);
    await fundWallet(ctx, { userId: as.userId, asset: "USD", amount: 500 });
    const next = `GET /api/v1/wallets/USD/entries?limit=2&cursor=${first.nextCursor ?? ""}`;
    const second = await bodyOf<Entries>(await app.call(next, { as }));
    expect(second.data.map(({ balanceAfter }) => balanceAfter)).toEqual(["3.00", "1.00"]);
    expect(second.nextCursor).toBeNull();
  });

  it("comes as a file in which numbers are numbers and nothing runs as a formula", async () => {
    const as = await aHolder(app, "USD", 1_250);
    await ledger.post(ctx, {
      id: `t.${as.userId}`,
      debitAccountId: `wallet:user:${as.userId}:USD`,
      creditAccountId: "clearing:chain:sandbox:USD",
      amount: 250,
      asset: "USD",
      code: "=cmd|' /C calc'!A0",
      reference: "@sum(1+1)",
    });
    const response = await app.call("GET /api/v1/wallets/USD/entries", { as, headers: { Accept: "text/csv" } });
    expect(response.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    const [header, taken = "", funded] = (await response.text()).split("\r\n");
    expect(header).toBe("id,createdAt,kind,description,reference,asset,amount,balanceAfter");
    expect(taken).toContain(",'=cmd|' /C calc'!A0,'=cmd|' /C calc'!A0,'@sum(1+1),USD,-2.50,10.00");
    expect(funded).toMatch(/,deposit\.credited,Deposit,dep_[a-z0-9]+,USD,12\.50,12\.50$/);
  });

  it("of an asset that does not exist is not there", async () => {
    for (const line of ["GET /api/v1/wallets/DOGE", "GET /api/v1/wallets/DOGE/entries"])
      expect((await app.call(line, { as: aUser() })).status).toBe(404);
    const response = await app.call("POST /api/v1/wallets", { as: aUser(), json: { asset: "DOGE" } });
    expect(response.status).toBe(404);
  });
});

describe("the faucet", () => {
  it("pays in through the ledger, as any deposit", async () => {
    const { user, actor } = await anAccount(app);
    const json = { email: user.email, asset: "ETH", amount: "1.5" };
    const response = await app.call("POST /dev/fund", { json });
    expect(response.status).toBe(201);
    expect(await bodyOf(response)).toMatchObject({
      asset: "ETH",
      network: "sandbox",
      amount: "1.500000000",
      status: "credited",
    });
    const wallet = await bodyOf<{ total: string }>(await app.call("GET /api/v1/wallets/ETH", { as: actor }));
    expect(wallet.total).toBe("1.500000000");
    expect((await ledger.audit(ctx)).failures).toEqual([]);
  });

  it("refuses what is no amount, nobody's address and an asset that is none", async () => {
    const { user } = await anAccount(app);
    const email = user.email;
    const bad = [
      [{ email, asset: "USD", amount: "0" }, 422],
      [{ email, asset: "USD", amount: "1.001" }, 422],
      [{ email, asset: "USD", amount: "1e3" }, 422],
      [{ email, asset: "USD", amount: 5 }, 422],
      [{ email, asset: "DOGE", amount: "1" }, 404],
      [{ email: "nobody@people.test", asset: "USD", amount: "1" }, 404],
    ] as const;
    for (const [json, status] of bad) expect((await app.call("POST /dev/fund", { json })).status).toBe(status);
  });

  it("is closed outside development", async () => {
    const json = { email: "trader@bourse.test", asset: "USD", amount: "1" };
    const response = await app.call("POST /dev/fund", { json, env: { ENVIRONMENT: "production" } });
    expect(response.status).toBe(404);
  });
});

describe("an account with money", () => {
  it("cannot be erased before it is empty", async () => {
    const { actor } = await anAccount(app);
    expect(await ctx.composition.eraseBlockers(ctx, actor.userId)).toEqual([]);
    await fundWallet(ctx, { userId: actor.userId, asset: "USD", amount: 1 });
    expect(await ctx.composition.eraseBlockers(ctx, actor.userId)).toContain("balance_not_zero");
  });
});
