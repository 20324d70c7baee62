import { getTableConfig } from "drizzle-orm/sqlite-core";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import * as described from "../../src/modules/ledger/tables.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { Books, run } from "../support/ledger.ts";

const app = testApp();
const books = new Books(testCtx(app));
let from = "";
let to = "";

beforeAll(async () => {
  [from, to] = [await books.open({ balance: 100 }), await books.open()];
  await ledger.post(books.ctx, books.move(from, to, 10));
  await ledger.hold(books.ctx, { ...books.move(from, to, 5), timeoutSeconds: 1_000 });
});

/** What a bug elsewhere might try. */
const ATTEMPTS: readonly (readonly [what: string, sql: string, refusal: string])[] = [
  [
    "adds to a balance",
    "update ledger_accounts set credits_posted = credits_posted + 1",
    "ledger_counters_follow_transfers",
  ],
  [
    "books the last transfer a second time",
    "update ledger_accounts set debits_posted = debits_posted + 10, version = version + 1 where debits_posted = 10",
    "ledger_counters_follow_transfers",
  ],
  [
    "empties the counters",
    "update ledger_accounts set debits_posted = 0, credits_posted = 0",
    "ledger_counters_follow_transfers",
  ],
  [
    "turns back a version",
    "update ledger_accounts set version = version - 1 where version > 0",
    "ledger_counters_follow_transfers",
  ],
  ["lifts a limit", "update ledger_accounts set debits_must_not_exceed_credits = 0", "ledger_account_is_kept"],
  ["changes an asset", "update ledger_accounts set asset = 'EUR'", "ledger_account_is_kept"],
  ["renames an account", "update ledger_accounts set id = id || 'x'", "ledger_account_is_kept"],
  ["removes an account", "delete from ledger_accounts", "ledger_account_is_kept"],
  [
    "opens an account with money in it",
    `insert into ledger_accounts (id, asset, code, debits_must_not_exceed_credits, credits_must_not_exceed_debits, credits_posted, created_at)
     values ('rich', 'USD', 'wallet:user', 0, 0, 5, 1)`,
    "ledger_account_opens_empty",
  ],
  [
    "puts an account in the place of another",
    `insert or replace into ledger_accounts (seq, id, asset, code, debits_must_not_exceed_credits, credits_must_not_exceed_debits, created_at)
     select seq, 'thief', asset, code, 0, 0, 1 from ledger_accounts where credits_posted > 0 limit 1`,
    "ledger_account_is_kept",
  ],
  ["changes a transfer", "update ledger_transfers set amount = amount + 1", "ledger_append_only"],
  ["removes a transfer", "delete from ledger_transfers", "ledger_append_only"],
  [
    "puts a transfer in the place of another",
    `insert or replace into ledger_transfers (seq, id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code, created_at)
     select seq, 'stolen', 'posted', debit_account_id, credit_account_id, 1, 0, 'USD', 'x', 1 from ledger_transfers where kind = 'posted' limit 1`,
    "ledger_append_only",
  ],
  [
    "overdraws behind the back of the ledger",
    `insert into ledger_transfers (id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code, created_at)
     select 'overdraw', 'posted', credit_account_id, debit_account_id, 1000000, 0, 'USD', 'x', 1 from ledger_transfers where amount = 10`,
    "exceeds_credits.overdraw",
  ],
  [
    "holds more than it says",
    `insert into ledger_transfers (id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code, created_at)
     select 'liar', 'pending', debit_account_id, credit_account_id, 1, -5, 'USD', 'x', 1 from ledger_transfers where amount = 10`,
    "ledger_transfer_held",
  ],
  [
    "ends a hold for less than was held",
    `insert into ledger_transfers (id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code, pending_id, created_at)
     select 'short', 'void', debit_account_id, credit_account_id, amount, -1, asset, code, id, created_at from ledger_transfers where kind = 'pending' order by seq desc limit 1`,
    "held_amount_must_match.short",
  ],
  [
    "expires a hold before its time",
    `insert into ledger_transfers (id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code, pending_id, created_at)
     select id || '.expire', 'expire', debit_account_id, credit_account_id, amount, -amount, asset, code, id, created_at from ledger_transfers where kind = 'pending' order by seq desc limit 1`,
    "pending_transfer_not_expired.",
  ],
  [
    "writes a line of its own",
    "insert into ledger_entries values (999, 1, 99, 0, 1, 0, 0, 0, 5)",
    "ledger_entries_follow_transfers",
  ],
  [
    "puts a line in the place of another",
    `insert or replace into ledger_entries
     select seq, account_seq, version, 0, at, debits_pending, debits_posted, credits_pending, credits_posted
     from ledger_entries where version > 1 order by seq desc limit 1`,
    "ledger_entries_follow_transfers",
  ],
  ["changes a line", "update ledger_entries set credits_posted = credits_posted + 1", "ledger_append_only"],
  ["removes a line", "delete from ledger_entries", "ledger_append_only"],
  ["marks a line that there is not", "insert into ledger_marks values (1, 1, 64, 1)", "ledger_marks_follow_lines"],
  ["changes an asset's scale", "update ledger_assets set scale = 3 where code = 'USD'", "ledger_asset_is_kept"],
  ["removes an asset", "delete from ledger_assets", "ledger_asset_is_kept"],
  ["makes the mark of a group stick", "insert into ledger_group_ends (id) values (1)", "ledger_groups_end"],
];

describe("the ledger's tables", () => {
  it.each(ATTEMPTS)("refuse a bug that %s", async (_, sql, refusal) => {
    const before = await dump();
    await expect(run(sql)).rejects.toThrow(refusal);
    expect(await dump()).toEqual(before);
  });

  it("remember refused ids for good", async () => {
    const refused = books.move(to, from, 1_000);
    await ledger.submit(books.ctx, [refused]);
    await expect(run("delete from ledger_refusals")).rejects.toThrow("ledger_append_only");
    await expect(run("update ledger_refusals set id = 'x'")).rejects.toThrow("ledger_append_only");
    await run("insert into ledger_refusals (id, code, at) values (?, 'x', 1)", refused.id);
    const row = await env.DB.prepare("select code from ledger_refusals where id = ?").bind(refused.id).first();
    expect(row).toEqual({ code: "exceeds_credits" });
  });

  it("are those that the code describes", async () => {
    for (const table of Object.values(described)) {
      const { name, columns, foreignKeys } = getTableConfig(table);
      const stored = await env.DB.prepare("select name from pragma_table_info(?) order by name").bind(name).all();
      const names = columns.map((column) => column.name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
      expect(stored.results.map((row) => row["name"])).toEqual(names.toSorted((one, two) => (one < two ? -1 : 1)));
      const keys = await env.DB.prepare(`select "table" from pragma_foreign_key_list(?)`).bind(name).all();
      const targets = foreignKeys.map((key) => getTableConfig(key.reference().foreignTable).name);
      expect(keys.results.map((row) => row["table"])).toEqual(targets);
    }
  });

  it("hold the assets that the code knows", async () => {
    const { results } = await env.DB.prepare(
      "select code, name, scale, max_minor as maxMinor from ledger_assets",
    ).all();
    expect(Object.fromEntries(results.map((row) => [row["code"], row]))).toEqual(ledger.ASSETS);
    expect(ledger.findAsset("BTC")).toMatchObject({ scale: 8 });
    expect(ledger.findAsset("toString")).toBeNull();
    expect(ledger.getAsset("INR")).toBe(ledger.findAsset("INR"));
    expect(() => ledger.getAsset("KWD")).toThrow(TypeError);
  });

  it("writes amounts with all decimals of their asset, and with two where nobody knows it", () => {
    expect(["BTC", "USD", "JPY", "KWD"].map((code) => ledger.writeAmount(-1_250, code))).toEqual([
      "-0.00001250",
      "-12.50",
      "-1250",
      "-12.50",
    ]);
  });
});

async function dump(): Promise<unknown[]> {
  const tables = ["accounts", "transfers", "entries", "marks", "deadlines", "refusals", "outcomes", "groups", "assets"];
  const results = await env.DB.batch(tables.map((table) => env.DB.prepare(`select * from ledger_${table}`)));
  return results.map(({ results: rows }) => rows);
}
