import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import * as ledger from "#modules/ledger";
import type { Transfer } from "#modules/ledger";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { LedgerModel } from "../support/ledger-model.ts";
import { outcomeOf } from "../support/ledger.ts";

const { nightly, seed } = inject("random");
const RUNS = nightly ? 200 : 4;
const STEPS = nightly ? 250 : 40;
const START = Date.UTC(2030, 0, 1);

const ctx = testCtx(testApp(), { now: () => Date.now() });
const pick = fc.nat(1_000_000);
const ACCOUNTS = [
  ["bank", "USD", null],
  ["float", "USD", "credits"],
  ["ada", "USD", "debits"],
  ["bob", "USD", "debits"],
  ["cyd", "USD", "debits"],
  ["euro", "EUR", null],
  ["eve", "EUR", "debits"],
] as const;

/** Mostly small amounts, seldom none, less than none or nearly all that can be counted. */
const amount = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 20) },
);

const movement = fc.record({
  from: pick,
  to: pick,
  amount,
  asset: fc.constantFrom("USD", "USD", "USD", "USD", "USD", "EUR"),
  stranger: fc.integer({ min: 0, max: 40 }),
  reference: fc.option(fc.constantFrom("trade_1", "payout_1"), { nil: undefined }),
});

type Movement = typeof movement extends fc.Arbitrary<infer T> ? T : never;

type Intent =
  | { readonly kind: "posted"; readonly move: Movement }
  | { readonly kind: "pending"; readonly move: Movement; readonly timeout: number | undefined }
  | { readonly kind: "post" | "void"; readonly which: number; readonly amount: number | undefined }
  | { readonly kind: "again"; readonly which: number }
  | { readonly kind: "altered"; readonly which: number; readonly amount: number };

const intent: fc.Arbitrary<Intent> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("posted" as const), move: movement }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pending" as const),
      move: movement,
      timeout: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("post" as const, "void" as const),
      which: pick,
      amount: fc.option(amount, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("again" as const), which: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("altered" as const), which: pick, amount }) },
);

type Step =
  | { readonly do: "one" | "gathered"; readonly intent: Intent }
  | { readonly do: "chain" | "each"; readonly intents: readonly Intent[] }
  | { readonly do: "close" | "reopen"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "expire" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("one" as const, "gathered" as const), intent }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("chain" as const),
      intents: fc.array(intent, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("each" as const),
      intents: fc.array(intent, { minLength: 2, maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("close" as const, "reopen" as const), which: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 9_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("expire" as const) }) },
);

/** The real ledger and the model, walked through the same steps. */
class Pair {
  readonly model = new LedgerModel();
  readonly #sent: Transfer[] = [];
  #ids = 0;

  async begin(): Promise<void> {
    await reset();
    await applyD1Migrations(env.DB, inject("migrations"));
    vi.setSystemTime(START);
    for (const [id, asset, limit] of ACCOUNTS) {
      await ledger.openAccount(ctx, { id, asset, code: "model", owner: null, limit });
      this.model.open(id, asset, limit);
    }
  }

  async walk(step: Step): Promise<void> {
    if (step.do === "wait") vi.setSystemTime(Date.now() + step.ms);
    if (step.do === "expire") await this.#expire();
    if (step.do === "close" || step.do === "reopen") await this.#setClosed(step.do, step.which);
    if (step.do === "one" || step.do === "gathered") await this.#one(step.do, step.intent);
    if (step.do === "chain") await this.#chain(step.intents);
    if (step.do === "each") await this.#each(step.intents);
  }

  async #expire(): Promise<void> {
    await ledger.expireDue(ctx);
    this.model.expireDue(Date.now());
  }

  async #setClosed(verb: "close" | "reopen", which: number): Promise<void> {
    const [id] = ACCOUNTS[which % ACCOUNTS.length] ?? ACCOUNTS[0];
    await (verb === "close" ? ledger.closeAccount(ctx, id) : ledger.reopenAccount(ctx, id));
    const account = this.model.accounts.get(id);
    if (account) account.closed = verb === "close";
  }

  async #one(road: "one" | "gathered", wanted: Intent): Promise<void> {
    const transfer = this.#toTransfer(wanted);
    const expected = this.model.write(transfer, Date.now());
    if (road === "gathered")
      return expect(await ledger.submit(ctx, [transfer])).toEqual([{ id: transfer.id, code: expected }]);
    expect(await outcomeOf(ledger.chain(ctx, [transfer]))).toBe(expected);
  }

  async #chain(wanted: readonly Intent[]): Promise<void> {
    const transfers = wanted.map((one) => this.#toTransfer(one));
    const expected = this.model.writeChain(transfers, Date.now());
    expect(await outcomeOf(ledger.chain(ctx, transfers))).toBe(expected);
  }

  async #each(wanted: readonly Intent[]): Promise<void> {
    const transfers = wanted.map((one) => this.#toTransfer(one));
    const expected = transfers.map((transfer) => ({ id: transfer.id, code: this.model.write(transfer, Date.now()) }));
    expect(await ledger.submit(ctx, transfers)).toEqual(expected);
  }

  #toTransfer(wanted: Intent): Transfer {
    const transfer = this.#read(wanted);
    this.#sent.push(transfer);
    return transfer;
  }

  #read(wanted: Intent): Transfer {
    if (wanted.kind === "again" || wanted.kind === "altered") return this.#repeat(wanted);
    if (wanted.kind === "posted" || wanted.kind === "pending") return this.#begin(wanted);
    const part = wanted.amount === undefined ? {} : { amount: wanted.amount };
    return { kind: wanted.kind, id: this.#newId(), pendingId: this.#known(wanted.which)?.id ?? "nothing", ...part };
  }

  #begin(wanted: Extract<Intent, { kind: "posted" | "pending" }>): Transfer {
    const { from, to, asset, reference, stranger } = wanted.move;
    const accounts = ACCOUNTS.filter(([, of]) => of === asset || stranger === 0).map(([name]) => name);
    const timeout = "timeout" in wanted && wanted.timeout !== undefined ? { timeoutSeconds: wanted.timeout } : {};
    return {
      kind: wanted.kind,
      id: this.#newId(),
      debitAccountId: accounts[from % accounts.length] ?? "",
      creditAccountId: stranger === 1 ? "stranger" : (accounts[to % accounts.length] ?? ""),
      amount: wanted.move.amount,
      asset,
      code: "model",
      ...(reference === undefined ? {} : { reference }),
      ...timeout,
    };
  }

  #newId(): string {
    this.#ids += 1;
    return `m${this.#ids}`;
  }

  #known(which: number): Transfer | undefined {
    return this.#sent[which % Math.max(1, this.#sent.length)];
  }

  #repeat(wanted: Extract<Intent, { kind: "again" | "altered" }>): Transfer {
    const known = this.#known(wanted.which) ?? { kind: "void", id: this.#newId(), pendingId: "nothing" };
    return wanted.kind === "again" ? known : { ...known, amount: wanted.amount };
  }

  /** Everything that must be true after every step. */
  async check(): Promise<void> {
    const accounts = await ledger.listAccounts(ctx, [...this.model.accounts.keys()]);
    const counters = accounts.map(
      ({ accountId, closed, debitsPending, debitsPosted, creditsPending, creditsPosted }) => [
        accountId,
        { closed, debitsPending, debitsPosted, creditsPending, creditsPosted },
      ],
    );
    const expected = [...this.model.accounts.values()].map(
      ({ id, closed, debitsPending, debitsPosted, creditsPending, creditsPosted }) => [
        id,
        { closed, debitsPending, debitsPosted, creditsPending, creditsPosted },
      ],
    );
    expect(Object.fromEntries(counters)).toEqual(Object.fromEntries(expected));
    expect((await ledger.audit(ctx)).failures).toEqual([]);
    const stored = await env.DB.prepare("select count(*) as count from ledger_transfers").first<{ count: number }>();
    expect(stored?.count).toBe(this.model.transfers.size);
  }
}

describe("the ledger beside its model", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it(
    `agrees on every outcome and every counter (seed ${seed}, ${RUNS} runs of ${STEPS} steps)`,
    async () => {
      const walk = fc.asyncProperty(
        fc.array(anyStep, { minLength: STEPS, maxLength: STEPS, size: "max" }),
        async (steps) => {
          const pair = new Pair();
          await pair.begin();
          for (const one of steps) {
            await pair.walk(one);
            await pair.check();
          }
        },
      );
      await fc.assert(walk, { seed, numRuns: RUNS, endOnFailure: true });
    },
    nightly ? 3_600_000 : 60_000,
  );
});
