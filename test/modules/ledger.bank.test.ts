import { env } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";
import * as ledger from "#modules/ledger";
import type { Transfer } from "#modules/ledger";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { Books, outcomeOf } from "../support/ledger.ts";
import { Random } from "../support/random.ts";

const { nightly, seed } = inject("random");
const CLIENTS = 32;
const TRANSFERS = nightly ? 400 : 12;
const TOTAL = 100;

const ctx = testCtx(testApp());
const books = new Books(ctx);

class AnswerLost extends Error {}

/** A line on which calls are lost, doubled and answered into the void. */
async function callOver(random: Random, call: () => Promise<unknown>): Promise<unknown> {
  if (random.chance(0.1)) throw new AnswerLost();
  const answers = await Promise.all(random.chance(0.2) ? [call(), call()] : [call()]);
  if (random.chance(0.2)) throw new AnswerLost();
  return random.of(answers);
}

/** Sends until an answer comes, always under the same id. */
async function insist(random: Random, transfer: Transfer): Promise<unknown> {
  const roads = [
    async () => (await ledger.submit(ctx, [transfer]))[0]?.code,
    async () => await outcomeOf(ledger.chain(ctx, [transfer])),
    async () => await outcomeOf(ledger.commitTransfers(ctx, { transfers: [transfer] }).then(() => "created")),
  ];
  for (;;) {
    try {
      return await callOver(random, random.of(roads));
    } catch (error) {
      if (!(error instanceof AnswerLost)) throw error;
    }
  }
}

async function readAll(accounts: readonly string[]): Promise<number[]> {
  const rows = await ledger.listAccounts(ctx, accounts);
  return rows.map((row) => row.creditsPosted - row.debitsPosted - row.debitsPending);
}

describe("a bank of eight accounts", () => {
  it(
    `always has its 100, whatever ${CLIENTS} clients on a bad line do (seed ${seed})`,
    async () => {
      const opening = [50, 30, 20, 0, 0, 0, 0, 0];
      const accounts: string[] = [];
      for (const balance of opening) accounts.push(await books.open({ balance }));
      const done: { transfer: Transfer; outcome: unknown }[] = [];
      const state = { working: true };

      const client = async (number: number): Promise<void> => {
        const random = new Random(seed + number);
        for (let index = 0; index < TRANSFERS; index += 1) {
          const from = random.of(accounts);
          const to = random.of(accounts.filter((id) => id !== from));
          const transfer = books.move(from, to, random.between(1, 5));
          done.push({ transfer, outcome: await insist(random, transfer) });
        }
      };
      const reader = async (): Promise<number> => {
        let reads = 0;
        for (; state.working; reads += 1) {
          const balances = await readAll(accounts);
          expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(TOTAL);
          expect(Math.min(...balances)).toBeGreaterThanOrEqual(0);
          await scheduler.wait(1);
        }
        return reads;
      };
      const clients = Promise.all(Array.from({ length: CLIENTS }, async (_, number) => await client(number)));
      const ended = clients.finally(() => (state.working = false));
      const [reads] = await Promise.all([reader(), ended]);
      expect(reads).toBeGreaterThan(1);

      const ids = JSON.stringify(done.map(({ transfer }) => transfer.id));
      const { results } = await env.DB.prepare(
        "select id from ledger_transfers where id in (select value from json_each(?)) order by id",
      )
        .bind(ids)
        .all<{ id: string }>();
      const stands = done.filter(({ outcome }) => outcome === "created" || outcome === "exists");
      const told = stands.map(({ transfer }) => transfer.id);
      expect(results.map(({ id }) => id)).toEqual(told.toSorted((a, b) => (a < b ? -1 : 1)));
      const expected = accounts.map((id, index) =>
        stands.reduce((balance, { transfer }) => {
          if (transfer.kind !== "posted") return balance;
          const gain = transfer.creditAccountId === id ? transfer.amount : 0;
          return balance + gain - (transfer.debitAccountId === id ? transfer.amount : 0);
        }, opening[index] ?? 0),
      );
      expect(await readAll(accounts)).toEqual(expected);
    },
    nightly ? 3_600_000 : 60_000,
  );
});
