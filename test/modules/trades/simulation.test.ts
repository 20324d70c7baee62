import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { evictDurableObject } from "cloudflare:test";
import type { Id } from "#kernel/ids";
import { Problem } from "#kernel/problem";
import * as ledger from "#modules/ledger";
import { fundWallet } from "#modules/wallet";
import type { Ctx } from "#platform/ctx";
import type { Command } from "../../../durable-objects/escrow-trade/contract.ts";
import { assignDispute, resolveDispute } from "../../../src/modules/trades/service.disputes.ts";
import { createTrade } from "../../../src/modules/trades/service.take.ts";
import { sweepTrades } from "../../../src/modules/trades/service.timers.ts";
import { anOperator } from "../../support/actors.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { anAd, UNLIMITED } from "../../support/p2p.ts";
import { Random } from "../../support/random.ts";
import { aTrader, tradeStub } from "../../support/trades.ts";
import type { User } from "../../support/trades.ts";

const app = testApp();
const { seed, nightly } = inject("random");
const PEOPLE = nightly ? 1_000 : 20;
const TRADES = nightly ? 10_000 : 60;
/** So many things happen at the same time. */
const AT_ONCE = nightly ? 20 : 6;
const FUNDS = 100_000_000_000;
const MINUTE = 60_000;
const HELD = ["escrowed", "paid", "disputed"];

afterEach(() => {
  vi.useRealTimers();
});

interface Going {
  readonly id: Id<"trade">;
  readonly buyer: User;
  readonly seller: User;
  last: { readonly commandId: string; readonly command: Command; readonly as: User } | null;
}

interface Row {
  readonly state: string;
  readonly version: number;
  readonly held: number;
  readonly owed: number;
  readonly closed: number;
}

const asUser = (actor: User): Ctx => testCtx(app, { actor, env: UNLIMITED });
const NOWHERE = { ip: null, userAgent: null, country: null, place: null, deviceId: null, referralCode: null };

type Deed = () => Promise<Going | null>;

/**
 * A world of traders whose every choice follows from the seed: what happens at once is chosen before any of it begins,
 * and no choice depends on which of them came first.
 */
class World {
  readonly #random = new Random(seed);
  readonly #people: User[] = Array.from({ length: PEOPLE }, () => aTrader());
  readonly #ads: { readonly id: Id<"ad">; readonly owner: User }[] = [];
  readonly #open: Going[] = [];
  #now = Date.UTC(2027, 5, 1);
  begun = 0;
  refused = 0;

  async build(): Promise<void> {
    vi.useFakeTimers({ toFake: ["Date"], now: this.#now });
    for (const [index, owner] of this.#people.entries()) {
      await fundWallet(testCtx(app), { userId: owner.userId, asset: "USDT", amount: FUNDS });
      if (index % 2 === 0) this.#ads.push({ owner, id: (await anAd(app, { userId: owner.userId })).id });
    }
  }

  /** Some things at once, on different trades or on the same one; then time goes on. */
  async round(): Promise<void> {
    const deeds = Array.from({ length: AT_ONCE }, () => this.#choose());
    const begun = await Promise.all(deeds.map(async (deed) => await deed()));
    this.#open.push(...begun.filter((going) => going !== null));
    this.#now += this.#random.between(0, 6) * MINUTE;
    vi.setSystemTime(this.#now);
    if (this.#random.chance(0.2)) await sweepTrades(testCtx(app));
    await this.#expectConserved();
    await this.#dropEnded();
  }

  #choose(): Deed {
    const going = this.#open.length > 0 && this.#random.chance(0.75) ? this.#random.of(this.#open) : null;
    if (!going) return this.begun < TRADES ? this.#begin() : async () => await Promise.resolve(null);
    const evicted = this.#random.chance(0.03);
    const work = this.#chooseFor(going);
    return async () => {
      if (evicted) await evictDurableObject(tradeStub(going.id)).catch(() => {});
      await work();
      return null;
    };
  }

  #chooseFor(going: Going): () => Promise<void> {
    if (this.#random.chance(0.08)) return async () => await tradeStub(going.id).tick();
    return this.#random.chance(0.15) ? this.#arbitrate(going) : this.#command(going);
  }

  #begin(): Deed {
    this.begun += 1;
    const ad = this.#random.of(this.#ads);
    const buyer = this.#random.of(this.#people.filter(({ userId }) => userId !== ad.owner.userId));
    const assetAmount = `${this.#random.between(2, 400)}.${String(this.#random.between(0, 999_999)).padStart(6, "0")}`;
    const wanted = { adId: ad.id, fiatAmount: null, assetAmount, paymentMethod: "upi" };
    return async () => {
      try {
        const { id } = await createTrade(asUser(buyer), wanted);
        return { id, buyer, seller: ad.owner, last: null };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        this.refused += 1;
        return null;
      }
    };
  }

  /** Something that a party does, rightly or not; now and then the very call before, once more. */
  #command(going: Going): () => Promise<void> {
    const repeat = going.last && this.#random.chance(0.2) ? going.last : null;
    const given = repeat ?? {
      commandId: crypto.randomUUID(),
      command: this.#anyCommand(),
      as: this.#random.chance(0.03) ? this.#random.of(this.#people) : this.#random.of([going.buyer, going.seller]),
    };
    going.last = given;
    const { commandId, command, as } = given;
    const expectedVersion = this.#random.chance(0.1) ? this.#random.between(1, 4) : null;
    const order = { commandId, command, role: "party", expectedVersion, actor: as, requestId: "sim", source: NOWHERE };
    return async () => {
      await tradeStub(going.id).obey(order as never);
    };
  }

  #anyCommand(): Command {
    return this.#random.of<Command>([
      { name: "pay", payerName: null },
      { name: "pay", payerName: null },
      { name: "release" },
      { name: "release" },
      { name: "cancel" },
      { name: "extend", minutes: 10 },
      { name: "dispute", reason: "Nothing has come." },
    ]);
  }

  #arbitrate({ id }: Going): () => Promise<void> {
    const share = this.#random.between(0, 1_000);
    return async () => await this.#decide(id, share);
  }

  async #decide(id: Id<"trade">, share: number): Promise<void> {
    const sql = `select d.id, t.asset_amount as amount from trades_disputes d join trades_trades t on t.id = d.trade_id
       where d.trade_id = ? and d.closed_at is null`;
    const dispute = await testCtx(app).db.sql(sql, id).first<{ id: Id<"disp">; amount: number }>();
    if (!dispute) return;
    const ctx = asUser(anOperator());
    const buyer = Math.floor((dispute.amount * share) / 1_000);
    const text = (minor: number): string => (minor / 1_000_000).toFixed(6);
    try {
      await assignDispute(ctx, { id: dispute.id, to: null });
      const shares = { buyerShare: text(buyer), sellerShare: text(dispute.amount - buyer), reason: "Seen." };
      await resolveDispute(ctx, { id: dispute.id, ...shares });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** Nothing is lost or made, and each open trade holds what its state says. */
  async #expectConserved(): Promise<void> {
    const sum = `select sum(credits_posted - debits_posted) as total from ledger_accounts
       where asset = 'USDT' and code in ('wallet:user', 'escrow:trade', 'revenue:fee')`;
    const all = await testCtx(app).db.sql(sum).first<{ total: number }>();
    expect(all?.total).toBe(PEOPLE * FUNDS);
    for (const { state, held, owed, closed } of (await this.#look()).values()) {
      expect(held).toBe(HELD.includes(state) ? owed : 0);
      expect(closed).toBe(HELD.includes(state) ? 0 : 1);
    }
  }

  async #look(): Promise<Map<string, Row>> {
    const sql = `select t.id, t.state, t.version, t.asset_amount + t.fee_amount as owed, a.closed,
         a.credits_posted - a.debits_posted as held
       from json_each(?) j join trades_trades t on t.id = j.value
       join ledger_accounts a on a.id = 'escrow:trade:' || t.id || ':USDT'`;
    const ids = JSON.stringify(this.#open.map(({ id }) => id));
    const { results } = await testCtx(app).db.sql(sql, ids).all<Row & { id: string }>();
    return new Map(results.map((row) => [row.id, row]));
  }

  async #dropEnded(): Promise<void> {
    const rows = await this.#look();
    for (const going of [...this.#open]) {
      const state = rows.get(going.id)?.state ?? "";
      const over = ["released", "cancelled", "resolved"].includes(state);
      // An expiry stays for a while, so that it may be appealed against.
      const forgotten = this.#random.chance(0.2);
      if (over || (state === "expired" && forgotten)) this.#open.splice(this.#open.indexOf(going), 1);
    }
  }

  /** Long after the last timer: whatever is not in dispute has ended. */
  async end(): Promise<void> {
    this.#now += 48 * 60 * MINUTE;
    vi.setSystemTime(this.#now);
    for (let time = 0; time < 60; time += 1) await sweepTrades(testCtx(app));
  }
}

describe("a market", () => {
  it(`conserves everything through ${TRADES} trades of ${PEOPLE} people, and leaves none stuck (seed ${seed})`, async () => {
    const world = new World();
    await world.build();
    for (let round = 0; world.begun < TRADES && round < 20 * TRADES; round += 1) await world.round();
    await world.end();
    const count = async (where: string) =>
      (await testCtx(app).db.sql(`select count(*) as n from trades_trades where ${where}`).first<{ n: number }>())?.n;
    expect(await count("state in ('escrowed', 'paid')")).toBe(0);
    const sql = "select state, count(*) as n from trades_trades group by state order by state";
    const { results } = await testCtx(app).db.sql(sql).all<{ state: string; n: number }>();
    expect(results.reduce((sum, { n }) => sum + n, 0)).toBe(TRADES - world.refused);
    const loose = `select count(*) as n from trades_trades t join ledger_accounts a on a.id = 'escrow:trade:' || t.id || ':USDT'
       where t.state <> 'disputed' and (a.credits_posted <> a.debits_posted or a.closed = 0)`;
    expect(await testCtx(app).db.sql(loose).first()).toEqual({ n: 0 });
    expect((await ledger.audit(testCtx(app))).failures).toEqual([]);
  }, 3_600_000);
});
