import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, inject, it } from "vitest";
import * as ledger from "#modules/ledger";
import { clock, ctx, freshLedger } from "../support/ledger-own.ts";
import { World } from "../support/ledger-world.ts";
import { Random } from "../support/random.ts";

const { nightly, seed, worlds } = inject("random");
const SEEDS = nightly ? worlds : 1;
const STEPS = nightly ? 10_000 : 1_000;

beforeEach(freshLedger);

/** What must be true after every step, from one statement. */
async function checkBooks(): Promise<void> {
  const { results } = await env.DB.prepare(
    `select asset, sum(debits_posted) - sum(credits_posted) as posted, sum(debits_pending) - sum(credits_pending) as pending,
       sum(debits_must_not_exceed_credits = 1 and debits_pending + debits_posted > credits_posted) as overdrawn
     from ledger_accounts group by asset`,
  ).all();
  for (const row of results) expect(row).toMatchObject({ posted: 0, pending: 0, overdrawn: 0 });
}

async function checkAgainst(world: World): Promise<void> {
  const accounts = await ledger.listAccounts(ctx, [...world.model.accounts.keys()]);
  expect(accounts).toHaveLength(world.model.accounts.size);
  for (const account of accounts) {
    const { debitsPending, debitsPosted, creditsPending, creditsPosted } = account;
    expect(world.model.accounts.get(account.accountId)).toMatchObject({
      debitsPending,
      debitsPosted,
      creditsPending,
      creditsPosted,
    });
  }
}

/** Every wish that was granted stands once, with what it asked for; trades that have ended hold nothing. */
async function checkWishes(world: World): Promise<void> {
  const { results } = await env.DB.prepare("select id, amount from ledger_transfers").all<{
    id: string;
    amount: number;
  }>();
  const stored = new Map(results.map(({ id, amount }) => [id, amount]));
  expect(stored.size).toBe(world.model.transfers.size);
  for (const { transfers, answer } of world.wishes) {
    expect(answer).toBeDefined();
    if (answer !== "created" && answer !== "exists") continue;
    for (const transfer of transfers) expect(stored.get(transfer.id)).toBe(transfer.amount ?? stored.get(transfer.id));
    for (const { id } of transfers) expect(stored.has(id)).toBe(true);
  }
  const escrows = (await ledger.listTrialBalance(ctx)).filter(({ code }) => code === "escrow:trade");
  for (const row of escrows) expect(row.creditsPosted).toBeGreaterThanOrEqual(row.debitsPosted);
}

async function live(worldSeed: number, steps: number): Promise<World> {
  const world = new World(ctx, new Random(worldSeed), clock);
  await world.begin();
  for (let step = 0; step < steps; step += 1) {
    await world.step();
    await checkBooks();
    if (step % 200 === 0) await checkAgainst(world);
  }
  await world.calm();
  return world;
}

describe("a world in which everything goes wrong", () => {
  it.each(Array.from({ length: SEEDS }, (_, index) => seed + index))(
    `loses and doubles nothing in ${STEPS} steps (seed %d)`,
    async (worldSeed) => {
      const world = await live(worldSeed, STEPS);
      await checkBooks();
      await checkAgainst(world);
      await checkWishes(world);
      expect((await ledger.audit(ctx)).failures).toEqual([]);
      expect(await ledger.payoutsFrozen(ctx)).toBe(false);
      expect(await ledger.verifyDigests(ctx)).toMatchObject({ ok: true, firstFlaw: null });
    },
    nightly ? 3_600_000 : 60_000,
  );

  it("is the same world again under the same seed", async () => {
    const history = async (): Promise<unknown[]> => {
      await live(seed, 60);
      const { results } = await env.DB.prepare("select * from ledger_transfers order by seq").all();
      return results;
    };
    const once = await history();
    await freshLedger();
    expect(await history()).toEqual(once);
    expect(once.length).toBeGreaterThan(0);
  });
});
