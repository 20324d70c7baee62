import { afterEach, describe, expect, it, vi } from "vitest";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { aDeal, balanceOf, command, escrowOf, ring, tradeStub } from "../../support/trades.ts";
import type { Deal, TradeBody } from "../../support/trades.ts";
import { anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { sweepTrades } from "../../../src/modules/trades/service.timers.ts";

const app = testApp();
const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

/** Only the clock stands; what waits goes on. */
function setClock(at: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: at });
}

async function seen({ id, buyer }: Deal): Promise<TradeBody> {
  return await bodyOf<TradeBody>(await app.call(`GET /api/v1/p2p/trades/${id}`, { as: buyer }));
}

async function give(deal: Deal, side: "buyer" | "seller", name: string, json?: object) {
  const answer = await command(app, { id: deal.id, as: deal[side], name }, json);
  return { ...(await bodyOf<TradeBody>(answer)), status: answer.status };
}

const moment = (text: string | null): number => Date.parse(text ?? "");

describe("a payment window", () => {
  it("ends by the alarm: the seller gets everything back once, however often it rings", async () => {
    const deal = await aDeal(app);
    setClock(moment(deal.body.deadlines.pay) - 1);
    await tradeStub(deal.id).tick();
    expect((await seen(deal)).state).toBe("escrowed");
    setClock(moment(deal.body.deadlines.pay));
    await ring(deal.id);
    for (let time = 0; time < 7; time += 1) await tradeStub(deal.id).tick();
    const after = await seen(deal);
    expect(after).toMatchObject({ state: "expired", version: 2 });
    expect(moment(after.deadlines.appeal) - moment(deal.body.deadlines.pay)).toBe(15 * MINUTE);
    expect(await balanceOf(app, deal.seller)).toBe(1_000_000_000);
    expect(await escrowOf(app, deal.id)).toEqual({ held: 0, closed: true });
  });

  it("is over for a buyer who comes on the very moment, alarm or not, and open a millisecond before", async () => {
    const [late, early] = [await aDeal(app), await aDeal(app)];
    setClock(moment(late.body.deadlines.pay));
    expect(await give(late, "buyer", "paid")).toMatchObject({ status: 409, state: "expired" });
    setClock(moment(early.body.deadlines.pay) - 1);
    expect(await give(early, "buyer", "paid")).toMatchObject({ status: 200, state: "paid" });
  });

  it("is longer by what the seller gives, up to a day", async () => {
    const deal = await aDeal(app);
    const { deadlines } = await give(deal, "seller", "extend", { minutes: 60 });
    expect(moment(deadlines.pay) - moment(deal.body.deadlines.pay)).toBe(60 * MINUTE);
    setClock(moment(deal.body.deadlines.pay) + 1);
    await ring(deal.id);
    expect((await seen(deal)).state).toBe("escrowed");
    for (let time = 0; time < 3; time += 1) await give(deal, "seller", "extend", { minutes: 360 });
    expect(await give(deal, "seller", "extend", { minutes: 360 })).toMatchObject({
      status: 409,
      code: "extension_too_long",
    });
  });
});

describe("an expiry", () => {
  async function expired(): Promise<Deal> {
    const deal = await aDeal(app);
    setClock(moment(deal.body.deadlines.pay));
    await tradeStub(deal.id).tick();
    return deal;
  }

  it("can be appealed against: asset and fee are locked again in the same commit", async () => {
    const deal = await expired();
    expect(await give(deal, "buyer", "dispute", { reason: "I had paid." })).toMatchObject({ state: "disputed" });
    expect(await escrowOf(app, deal.id)).toEqual({ held: 100_500_000, closed: false });
    expect(await give(deal, "seller", "release")).toMatchObject({ status: 200, state: "released" });
    expect([await balanceOf(app, deal.buyer), await escrowOf(app, deal.id)]).toEqual([
      100_000_000,
      { held: 0, closed: true },
    ]);
  });

  it("stands where the seller has spent it meanwhile, until it is there again", async () => {
    const deal = await expired();
    const { post, insertAccount, account } = await import("#modules/ledger");
    const { commit } = await import("#platform/commit");
    const ctx = testCtx(app);
    await commit(ctx, [insertAccount(ctx, account("equity", "USDT"))]);
    const wallet = `wallet:user:${deal.seller.userId}:USDT`;
    const spent = { amount: 950_000_000, asset: "USDT", code: "test.spent", reference: "test" };
    await post(ctx, { id: `${deal.id}.away`, debitAccountId: wallet, creditAccountId: "equity:USDT", ...spent });
    const refused = await give(deal, "buyer", "dispute", { reason: "I had paid." });
    expect(refused).toMatchObject({ status: 409, code: "insufficient_funds", state: "expired" });
    await post(ctx, { id: `${deal.id}.back`, debitAccountId: "equity:USDT", creditAccountId: wallet, ...spent });
    expect(await give(deal, "buyer", "dispute", { reason: "I had paid." })).toMatchObject({ state: "disputed" });
  });

  it("is final after a quarter of an hour, for the seller always", async () => {
    const deal = await expired();
    expect(await give(deal, "seller", "dispute", { reason: "Mine." })).toMatchObject({ status: 409, state: "expired" });
    setClock(moment(deal.body.deadlines.pay) + 15 * MINUTE);
    expect(await give(deal, "buyer", "dispute", { reason: "Late." })).toMatchObject({ status: 409, state: "expired" });
  });
});

describe("a seller who is silent", () => {
  it("ends up in a dispute: after the mark of payment no clock moves money", async () => {
    const deal = await aDeal(app);
    const { deadlines } = await give(deal, "buyer", "paid");
    setClock(moment(deadlines.release));
    await evictDurableObject(tradeStub(deal.id));
    await ring(deal.id);
    await tradeStub(deal.id).tick();
    expect(await seen(deal)).toMatchObject({ state: "disputed", version: 3, events: { 2: { actor: "system" } } });
    expect((await escrowOf(app, deal.id)).held).toBe(100_500_000);
    setClock(moment(deadlines.release) + 1_000 * MINUTE);
    await tradeStub(deal.id).tick();
    expect((await escrowOf(app, deal.id)).held).toBe(100_500_000);
  });
});

describe("an alarm whose database is away", () => {
  it("rings again and again, and acts once it is back", async () => {
    const deal = await aDeal(app);
    const stub = tradeStub(deal.id);
    const away = {
      DB: {
        withSession: () => {
          throw new Error("D1_ERROR: Network connection lost.");
        },
      },
    };
    const lend = async (DB: object): Promise<void> => {
      await runInDurableObject(stub, (instance) => {
        Object.defineProperty(instance, "env", { value: { ...env, ...DB }, configurable: true });
      });
    };
    setClock(moment(deal.body.deadlines.pay));
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await lend(away);
    for (let time = 0; time < 7; time += 1) {
      expect(await runDurableObjectAlarm(stub)).toBe(true);
      expect((await escrowOf(app, deal.id)).held).toBe(100_500_000);
    }
    await lend({});
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    logged.mockRestore();
    expect((await seen(deal)).state).toBe("expired");
    expect(await escrowOf(app, deal.id)).toEqual({ held: 0, closed: true });
  });
});

describe("the sweeper", () => {
  it("acts for every clock whose alarm was lost", async () => {
    const deals = [await aDeal(app), await aDeal(app), await aDeal(app)];
    await give(deals[1] as Deal, "buyer", "paid");
    setClock(Date.now() + 200 * MINUTE);
    await sweepTrades(testCtx(app));
    const states = await Promise.all(deals.map(async (deal) => (await seen(deal)).state));
    expect(states).toEqual(["expired", "disputed", "expired"]);
  });
});

describe("maintenance", () => {
  const admin = anOperator();
  const turn = async (enabled: boolean): Promise<void> => {
    const json = { enabled, message: "Back soon." };
    expect((await app.call("PUT /api/v1/admin/maintenance", { as: admin, json })).status).toBe(200);
  };

  it("stops the clocks, which then go on with what was left", async () => {
    const deal = await aDeal(app);
    const payBy = moment(deal.body.deadlines.pay);
    setClock(payBy - 10 * MINUTE);
    await turn(true);
    setClock(payBy + 50 * MINUTE);
    await tradeStub(deal.id).tick();
    await sweepTrades(testCtx(app));
    await turn(false);
    // The maintenance is over and nobody has noticed yet: nothing happens before the clocks are set.
    setClock(payBy + 50 * MINUTE + 6_000);
    await tradeStub(deal.id).tick();
    expect((await seen(deal)).state).toBe("escrowed");
    await sweepTrades(testCtx(app));
    const shifted = moment((await seen(deal)).deadlines.pay);
    expect(shifted - payBy).toBe(60 * MINUTE + 6_000);
    setClock(shifted - 1);
    await tradeStub(deal.id).tick();
    expect((await seen(deal)).state).toBe("escrowed");
    setClock(shifted);
    await tradeStub(deal.id).tick();
    expect((await seen(deal)).state).toBe("expired");
    expect(await env.DB.prepare("select count(*) as n from trades_pauses where ended_at is null").first()).toEqual({
      n: 0,
    });
  });
});
