import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { evictDurableObject } from "cloudflare:test";
import * as ledger from "#modules/ledger";
import {
  aDeal,
  aSeller,
  aTrader,
  balanceOf,
  BODIES,
  command,
  escrowOf,
  ring,
  tradeStub,
} from "../../support/trades.ts";
import type { Deal, TradeBody } from "../../support/trades.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { failing } from "../../support/database.ts";
import { anAd, UNLIMITED } from "../../support/p2p.ts";
import { Random } from "../../support/random.ts";

const app = testApp();
const { seed, nightly } = inject("random");
const TRADES = nightly ? 60 : 6;
const LEAST = 16;
const MOST = nightly ? 50 : 20;
const FUNDS = 1_000_000_000;
const ENDS = ["released", "cancelled"];

/** What either party may do, rightly or not. */
const CALLS = [
  ["buyer", "cancel"],
  ["buyer", "dispute"],
  ["buyer", "paid"],
  ["seller", "release"],
  ["seller", "dispute"],
  ["seller", "cancel"],
] as const;

async function transitionsOf(id: string): Promise<{ version: number; toState: string }[]> {
  const sql = "select version, to_state as toState from trades_transitions where trade_id = ? order by version";
  return (await testCtx(app).db.sql(sql, id).all<{ version: number; toState: string }>()).results;
}

async function totals(): Promise<{ debits: number; credits: number } | null> {
  const sql =
    "select sum(debits_posted) as debits, sum(credits_posted) as credits from ledger_accounts where asset = 'USDT'";
  return await testCtx(app).db.sql(sql).first();
}

/** Brings a trade that is still open to an end. */
async function finish({ id, seller, buyer }: Deal): Promise<void> {
  if ((await escrowOf(app, id)).closed) return;
  await command(app, { id, as: buyer, name: "paid" });
  await command(app, { id, as: seller, name: "release" });
}

function expectOneEnd(transitions: readonly { version: number; toState: string }[]): string {
  expect(transitions.map(({ version }) => version)).toEqual(transitions.map((_, index) => index + 1));
  const ends = transitions.filter(({ toState }) => ENDS.includes(toState));
  expect(ends.length).toBe(1);
  return ends[0]?.toState ?? "";
}

/** One trade, many calls at once, with the object thrown out of memory among them as often as not. */
async function pullAtOne(random: Random): Promise<void> {
  const deal = await aDeal(app);
  if (random.chance(0.7)) await command(app, { id: deal.id, as: deal.buyer, name: "paid" });
  const calls = Array.from({ length: random.between(LEAST, MOST) }, () => random.of(CALLS));
  const thrownOut = random.chance(0.5) ? evictDurableObject(tradeStub(deal.id)) : Promise.resolve();
  const answers = await Promise.all(
    calls.map(async ([side, name]) => await command(app, { id: deal.id, as: deal[side], name }, BODIES[name])),
  );
  await thrownOut;
  for (const { status } of answers) expect([200, 403, 409]).toContain(status);
  await finish(deal);
  const end = expectOneEnd(await transitionsOf(deal.id));
  expect(await escrowOf(app, deal.id)).toEqual({ held: 0, closed: true });
  const [sold, bought] = [FUNDS - (await balanceOf(app, deal.seller)), await balanceOf(app, deal.buyer)];
  expect([sold, bought]).toEqual(end === "released" ? [100_500_000, 100_000_000] : [0, 0]);
  const after = await totals();
  expect(after?.debits).toBe(after?.credits);
}

describe("a trade that everybody pulls at", () => {
  it(`ends once, and all of its money is somewhere, ${TRADES} times (seed ${seed})`, async () => {
    const random = new Random(seed);
    for (let round = 0; round < TRADES; round += 1) await pullAtOne(random);
    expect((await ledger.audit(testCtx(app))).failures).toEqual([]);
  }, 600_000);

  it("releases once by twenty calls under as many keys", async () => {
    const { id, buyer, seller } = await aDeal(app);
    await command(app, { id, as: buyer, name: "paid" });
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () =>
        bodyOf<TradeBody>(
          await app.call(`POST /api/v1/p2p/trades/${id}/release`, {
            as: seller,
            headers: { "Idempotency-Key": crypto.randomUUID() },
          }),
        ),
      ),
    );
    expect(new Set(answers.map(({ state, version }) => `${state} ${version}`))).toEqual(new Set(["released 3"]));
    expect(await balanceOf(app, buyer)).toBe(100_000_000);
  });

  it("meets the database where two objects would speak for it", async () => {
    const { id, buyer, seller } = await aDeal(app);
    await command(app, { id, as: buyer, name: "paid" });
    // Somebody else has cancelled it, past the object, whose copy says that it is paid.
    const { findTrade, writeStep } = await import("#modules/trades");
    const ctx = testCtx(app, { actor: buyer });
    const trade = await findTrade(ctx, id);
    if (!trade) throw new Error("The trade is gone.");
    const { payBy, releaseBy, appealBy } = trade;
    const deadlines = { payBy, releaseBy, appealBy };
    const step = { command: { name: "cancel" }, commandId: "rogue", role: "buyer", to: "cancelled", move: "return" };
    expect((await writeStep(ctx, trade, { ...step, deadlines } as never)).state).toBe("written");
    expect((await writeStep(ctx, trade, { ...step, deadlines, commandId: "rogue.2" } as never)).state).toBe("moved");
    const answer = await command(app, { id, as: seller, name: "release" });
    expect([answer.status, (await bodyOf(answer))["state"]]).toEqual([409, "cancelled"]);
    expect(await balanceOf(app, buyer)).toBe(0);
    expect(await escrowOf(app, id)).toEqual({ held: 0, closed: true });
  });
});

/** The ways through a trade, step by step. */
const WAYS: Readonly<Record<string, readonly (readonly ["buyer" | "seller", string])[]>> = {
  released: [
    ["seller", "extend"],
    ["buyer", "paid"],
    ["seller", "release"],
  ],
  cancelled: [
    ["buyer", "paid"],
    ["buyer", "dispute"],
    ["buyer", "cancel"],
  ],
  "released in dispute": [
    ["buyer", "paid"],
    ["seller", "dispute"],
    ["seller", "release"],
  ],
};

describe("a trade's object that is evicted at every step and whose alarm rings twice", () => {
  it.each(Object.entries(WAYS))("comes to the same end: %s", async (end, steps) => {
    const deal = await aDeal(app);
    for (const [side, name] of steps) {
      await evictDurableObject(tradeStub(deal.id));
      await ring(deal.id);
      await tradeStub(deal.id).tick();
      const answer = await command(app, { id: deal.id, as: deal[side], name }, BODIES[name]);
      expect(answer.status).toBe(200);
      await evictDurableObject(tradeStub(deal.id));
      await Promise.all([ring(deal.id), tradeStub(deal.id).tick(), tradeStub(deal.id).tick()]);
    }
    expect(expectOneEnd(await transitionsOf(deal.id))).toBe(end.split(" ")[0]);
    expect((await transitionsOf(deal.id)).length).toBe(steps.length + 1);
    expect(await escrowOf(app, deal.id)).toEqual({ held: 0, closed: true });
  });
});

describe("a Worker that dies between its batch and its answer", () => {
  /** The answer is never kept: whoever repeats the call finds the key of a dead owner. */
  const dying = failing(/set status = \?, content_type/);

  afterEach(() => {
    vi.useRealTimers();
  });

  async function twice(call: (env: object) => Promise<Response>): Promise<[unknown, unknown]> {
    const first = await bodyOf(await call(dying));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    return [first, await bodyOf(await call({}))];
  }

  it("has taken the ad once", async () => {
    const seller = await aSeller(app);
    const ad = await anAd(app, { userId: seller.userId });
    const buyer = aTrader();
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const json = { fiatAmount: "9000.00", paymentMethod: "upi" };
    const [first, again] = await twice(async (env) =>
      app.call(`POST /api/v1/p2p/ads/${ad.id}/trades`, { as: buyer, json, headers, env: { ...UNLIMITED, ...env } }),
    );
    expect(again).toEqual(first);
    expect(await balanceOf(app, seller)).toBe(FUNDS - 100_500_000);
  });

  it.each(["paid", "extend"])("has done %s once, and says what it said, though the trade has gone on", async (name) => {
    const deal = await aDeal(app);
    const as = name === "paid" ? deal.buyer : deal.seller;
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const line = `POST /api/v1/p2p/trades/${deal.id}/${name}`;
    const json = BODIES[name];
    const first = await bodyOf(await app.call(line, { as, json, headers, env: dying }));
    await command(app, { id: deal.id, as: deal.buyer, name: "cancel" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    await evictDurableObject(tradeStub(deal.id));
    const again = await bodyOf<TradeBody>(await app.call(line, { as, json, headers }));
    expect({ ...again, buyer: null, seller: null }).toEqual({ ...first, buyer: null, seller: null });
    expect((await transitionsOf(deal.id)).length).toBe(3);
  });
});
