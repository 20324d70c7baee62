import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, inject } from "vitest";
import * as ledger from "#modules/ledger";
import { testApp } from "./app.ts";
import { testCtx } from "./ctx.ts";
import { Books, run } from "./ledger.ts";

/** A ledger that a test has to itself, under a clock that stands where it is put. */

/** A writer that always has too much to do, so that calls go by themselves, under the context's clock. */
export const NO_WRITER = {
  getByName: () => ({ submit: () => Promise.resolve({ state: "busy" }) }),
};

const START = Date.UTC(2030, 0, 30, 12);

export const clock = { start: START, now: START };
export const app = testApp();
export const ctx = testCtx(app, { now: () => clock.now, env: { LEDGER_WRITER: NO_WRITER } });

/** An empty database. */
export async function freshLedger(): Promise<void> {
  await reset();
  await applyD1Migrations(env.DB, inject("migrations"));
  clock.now = START;
}

/** Takes a trigger away, as somebody with the keys of the database could, and changes what it kept. */
export async function tamper(triggers: readonly string[], sql: string): Promise<void> {
  const { results } = await env.DB.prepare(
    "select name, sql from sqlite_schema where type = 'trigger' and name in (select value from json_each(?))",
  )
    .bind(JSON.stringify(triggers))
    .all<{ name: string; sql: string }>();
  expect(results).toHaveLength(triggers.length);
  for (const { name } of results) await run(`drop trigger ${name}`);
  await run(sql);
  for (const { sql: text } of results) await run(text);
}

/** Six transfers and a hold that was settled in part. */
export async function someBooks(): Promise<{ books: Books; from: string; to: string }> {
  const books = new Books(ctx);
  const [from, to] = [await books.open({ balance: 1_000 }), await books.open()];
  for (const amount of [1, 2, 3]) await ledger.post(ctx, books.move(from, to, amount));
  const hold = books.move(from, to, 10);
  await ledger.hold(ctx, hold);
  await ledger.settle(ctx, { id: books.newId(), pendingId: hold.id, amount: 4 });
  return { books, from, to };
}
