import type { Transfer } from "#modules/ledger";
import * as ledger from "#modules/ledger";
import { DAY, HOUR, MINUTE, SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import { auditSlices } from "../../src/modules/ledger/service.audit.ts";
import { sealDays } from "../../src/modules/ledger/service.digests.ts";
import { LedgerModel } from "./ledger-model.ts";
import { outcomeOf } from "./ledger.ts";
import type { Random } from "./random.ts";

/**
 * A world in which everything goes wrong, and in which every choice follows from a seed: clients that repeat
 * themselves, a network that loses, doubles and reorders, a server that dies before or after its commit, and clocks
 * that jump. Only one thing happens at a time, so a failing seed fails again.
 */

/** What a client wants, under ids that it has written down before it sends them. */
interface Wish {
  readonly transfers: readonly Transfer[];
  readonly opens: readonly ledger.NewAccount[];
  /** The last answer that arrived. */
  answer: unknown;
}

type Message = { readonly wish: Wish; readonly answer?: unknown };

export interface Clock {
  now: number;
}

/** Thrown out of the database in place of its answer. */
class Died extends Error {}

const USERS = ["user_ada", "user_bob", "user_cyd", "user_dan"];
const ASSETS = ["USD", "BTC"];

export class World {
  readonly model = new LedgerModel();
  readonly wishes: Wish[] = [];
  readonly #network: Message[] = [];
  readonly #trades: Parameters<typeof ledger.escrowLocked>[0][] = [];
  readonly #withdrawals: Parameters<typeof ledger.withdrawalHeld>[0][] = [];
  readonly #holds: string[] = [];
  #ids = 0;

  readonly #ctx: Ctx;
  readonly #random: Random;
  readonly #clock: Clock;

  constructor(ctx: Ctx, random: Random, clock: Clock) {
    this.#ctx = ctx;
    this.#random = random;
    this.#clock = clock;
  }

  async begin(): Promise<void> {
    for (const asset of ASSETS) {
      for (const account of [
        ledger.account("clearing:chain", asset, "sandbox"),
        ledger.account("clearing:swap", asset),
        ledger.account("equity", asset),
        ledger.account("revenue:fee", asset),
        ...USERS.map((user) => ledger.account("wallet:user", asset, user)),
      ])
        await this.#open(account);
    }
    const transfers = ledger.liquidityFunded({ reference: this.#newId("txn"), asset: "BTC", amount: 500 });
    const first: Wish = { opens: [], answer: undefined, transfers };
    this.wishes.push(first);
    this.#send(first);
  }

  async #open(account: ledger.NewAccount): Promise<void> {
    await ledger.openAccount(this.#ctx, account);
    if (!this.model.accounts.has(account.id)) this.model.open(account.id, account.asset, account.limit);
  }

  /** Lets one thing happen. */
  async step(): Promise<void> {
    const die = this.#random.next();
    if (die < 0.35) this.#wish();
    else if (die < 0.8 && this.#network.length > 0) await this.#deliver();
    else if (die < 0.88 && this.wishes.length > 0) this.#send(this.#random.of(this.wishes));
    else if (die < 0.94) this.#jump();
    else await this.#tick();
  }

  /** The storm is over: everybody repeats until everybody has an answer. */
  async calm(): Promise<void> {
    for (const wish of this.wishes) this.#network.push({ wish });
    while (this.#network.length > 0) {
      const { wish, answer } = this.#random.take(this.#network);
      if (answer === undefined) wish.answer = await this.#perform(wish);
    }
    await this.#tick();
  }

  #send(wish: Wish): void {
    this.#network.push({ wish });
  }

  #wish(): void {
    const wish: Wish = { opens: [], answer: undefined, ...this.#invent() };
    this.wishes.push(wish);
    this.#send(wish);
  }

  #invent(): Omit<Wish, "opens" | "answer"> & Partial<Wish> {
    const makers = [
      () => this.#deposit(),
      () => this.#lock(),
      () => this.#endTrade(),
      () => this.#withdraw(),
      () => this.#endWithdrawal(),
      () => this.#swap(),
      () => this.#timedHold(),
      () => this.#endHold(),
    ];
    return this.#random.of(makers)();
  }

  #newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${this.#ids}`;
  }

  #deposit(): { transfers: Transfer[] } {
    const [userId, asset] = [this.#random.of(USERS), this.#random.of(ASSETS)];
    const amount = this.#random.between(1, 500);
    return {
      transfers: ledger.depositCredited({ depositId: this.#newId("dep"), userId, network: "sandbox", asset, amount }),
    };
  }

  #lock(): Partial<Wish> & { transfers: Transfer[] } {
    const [sellerId, buyerId] = [this.#random.of(USERS), this.#random.of(USERS)];
    const tradeId = this.#newId("trade");
    const trade = {
      tradeId,
      sellerId,
      buyerId,
      asset: "USD",
      amount: this.#random.between(1, 90),
      fee: this.#random.between(0, 9),
    };
    this.#trades.push(trade);
    return { transfers: ledger.escrowLocked(trade), opens: [ledger.account("escrow:trade", "USD", tradeId)] };
  }

  /** Two ends of one trade may well be wished for, and the later one loses. */
  #endTrade(): { transfers: Transfer[] } {
    if (this.#trades.length === 0) return this.#deposit();
    const trade = this.#random.of(this.#trades);
    const share = this.#random.between(0, trade.amount);
    return {
      transfers: this.#random.of([
        ledger.escrowReleased(trade),
        ledger.escrowCancelled(trade),
        ledger.escrowExpired(trade),
        ledger.escrowResolved(trade, share),
      ]),
    };
  }

  #withdraw(): { transfers: Transfer[] } {
    const withdrawal = {
      withdrawalId: this.#newId("wdr"),
      userId: this.#random.of(USERS),
      network: "sandbox",
      asset: this.#random.of(ASSETS),
      amount: this.#random.between(1, 200),
      fee: this.#random.between(0, 3),
    };
    this.#withdrawals.push(withdrawal);
    return { transfers: ledger.withdrawalHeld(withdrawal) };
  }

  #endWithdrawal(): { transfers: Transfer[] } {
    if (this.#withdrawals.length === 0) return this.#deposit();
    const withdrawal = this.#random.of(this.#withdrawals);
    return { transfers: this.#random.of([ledger.withdrawalSettled(withdrawal), ledger.withdrawalVoided(withdrawal)]) };
  }

  #swap(): { transfers: Transfer[] } {
    const give = this.#random.between(1, 100);
    const swap = { swapId: this.#newId("txn"), userId: this.#random.of(USERS), fromAsset: "USD", toAsset: "BTC" };
    return {
      transfers: ledger.swapExecuted({ ...swap, give, fee: give > 50 ? 1 : 0, receive: this.#random.between(1, 20) }),
    };
  }

  #timedHold(): { transfers: Transfer[] } {
    const id = this.#newId("hold");
    this.#holds.push(id);
    const sides = {
      debitAccountId: ledger.accountId("wallet:user", "USD", this.#random.of(USERS)),
      creditAccountId: ledger.accountId("revenue:fee", "USD"),
    };
    const timeoutSeconds = this.#random.between(1, 7_200);
    const amount = this.#random.between(1, 50);
    return { transfers: [{ kind: "pending", id, ...sides, amount, asset: "USD", code: "sim.hold", timeoutSeconds }] };
  }

  #endHold(): { transfers: Transfer[] } {
    if (this.#holds.length === 0) return this.#deposit();
    const pendingId = this.#random.of(this.#holds);
    return { transfers: [{ kind: this.#random.of(["post", "void"] as const), id: this.#newId("end"), pendingId }] };
  }

  /** Some message arrives, not the oldest; it may be lost, and it may arrive again later. */
  async #deliver(): Promise<void> {
    const message = this.#random.take(this.#network);
    if (this.#random.chance(0.1)) return;
    if (this.#random.chance(0.1)) this.#network.push(message);
    const { wish, answer } = message;
    if (answer !== undefined) {
      wish.answer = answer;
      return;
    }
    const given = await this.#serve(wish);
    if (given !== undefined) this.#network.push({ wish, answer: given });
  }

  /** The server takes a wish, and may die over it. */
  async #serve(wish: Wish): Promise<unknown> {
    const fate = this.#random.next();
    if (fate < 0.08) return undefined;
    if (fate < 0.16) return void (await this.#perform(wish, "after its commit"));
    return await this.#perform(wish, fate < 0.24 ? "over a fallen commit" : null);
  }

  /** @param death when the process dies, so that nobody hears of it */
  async #perform({ transfers, opens }: Wish, death: Death | null = null): Promise<unknown> {
    const ctx = death === null ? this.#ctx : dying(this.#ctx, death);
    for (const account of opens) await this.#open(account);
    const now = this.#clock.now;
    const [only, ...rest] = transfers;
    const alone = only && rest.length === 0 && this.#random.chance(0.5);
    const remembers = death !== "over a fallen commit";
    const expected = alone ? this.model.write(only, now) : this.model.writeChain(transfers, now, remembers);
    const call = alone ? writeOne(ctx, only) : ledger.chain(ctx, transfers);
    return agree(expected, await outcomeOf(call).catch(unlessDied));
  }

  #jump(): void {
    const random = this.#random;
    const ahead = random.of([SECOND, MINUTE, 2 * HOUR, DAY]);
    this.#clock.now += random.chance(0.2) ? -random.between(1, 5 * SECOND) : random.between(1, ahead);
  }

  /** The clock's own work, sometimes twice. */
  async #tick(): Promise<void> {
    for (let times = this.#random.between(1, 2); times > 0; times -= 1) {
      await ledger.expireDue(this.#ctx);
      this.model.expireDue(this.#clock.now);
    }
    if (this.#random.chance(0.2)) await auditSlices(this.#ctx, 500);
    if (this.#random.chance(0.2)) await sealDays(this.#ctx, 200);
  }
}

async function writeOne(ctx: Ctx, transfer: Transfer): Promise<unknown> {
  const [outcome] = await ledger.submit(ctx, [transfer]);
  return outcome?.code;
}

function unlessDied(error: unknown): undefined {
  if (!(error instanceof Died)) throw error;
}

/** What was answered; nothing is, where the process died. */
function agree(expected: string, actual: unknown): unknown {
  if (actual !== undefined && actual !== expected)
    throw new Error(`The ledger says ${JSON.stringify(actual)} where the model says ${expected}.`);
  return actual;
}

/** After a commit the money has moved; over a fallen one, which id has failed is not yet written down. */
type Death = "after its commit" | "over a fallen commit";

/** A context whose process dies before anybody has heard. */
function dying(ctx: Ctx, death: Death): Ctx {
  const db = Object.create(ctx.db, {
    batch: {
      value: async (statements: Parameters<Ctx["db"]["batch"]>[0]) => {
        const results = await ctx.db.batch(statements).catch((error: unknown) => {
          throw death === "over a fallen commit" ? new Died("The process is gone.") : error;
        });
        if (death === "after its commit") throw new Died("The process is gone.");
        return results;
      },
    },
  }) as Ctx["db"];
  return Object.create(ctx, { db: { value: db, enumerable: true } }) as Ctx;
}
