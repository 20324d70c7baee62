import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "..", "..");
const WRANGLER = path.join(ROOT, "node_modules", ".bin", "wrangler");
const all = readdirSync(path.join(ROOT, "migrations")).filter((name) => name.endsWith(".sql"));
const before = all.filter((name) => name < (all.find((file) => file.includes("_ledger")) ?? ""));

const written = all.filter((name) => name.includes("_ledger"));
const TRIGGERS = written
  .map((name) => readFileSync(path.join(ROOT, "migrations", name), "utf8"))
  .map((sql) => sql.split("CREATE TRIGGER").length - sql.split("DROP TRIGGER").length)
  .reduce((sum, count) => sum + count, 0);

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "bourse-migrations-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs wrangler on a database of its own, with some of the migrations. */
function apply(state: string, migrations: readonly string[]): DatabaseSync {
  const project = path.join(folder, state);
  mkdirSync(path.join(project, "migrations"), { recursive: true });
  for (const name of migrations) cpSync(path.join(ROOT, "migrations", name), path.join(project, "migrations", name));
  cpSync(path.join(ROOT, "wrangler.toml"), path.join(project, "wrangler.toml"));
  const args = ["d1", "migrations", "apply", "DB", "--local", "--persist-to", path.join(project, "state")];
  execFileSync(WRANGLER, args, { cwd: project, stdio: "pipe", env: { ...process.env, CI: "true" } });
  const store = path.join(project, "state", "v3", "d1", "miniflare-D1DatabaseObject");
  const file = readdirSync(store).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite") ?? "";
  const database = new DatabaseSync(path.join(store, file));
  database.exec("pragma foreign_keys = on");
  return database;
}

const triggersOf = (database: DatabaseSync): number =>
  Number(
    database.prepare("select count(*) as n from sqlite_schema where type = 'trigger' and name like 'ledger_%'").get()?.[
      "n"
    ],
  );

function transfer(database: DatabaseSync, id: string, amount: number): void {
  database
    .prepare(
      `insert into ledger_transfers (id, kind, debit_account_id, credit_account_id, amount, held_delta, asset, code, created_at)
       values (?, 'posted', 'a', 'b', ?, 0, 'USD', 'test', 1)`,
    )
    .run(id, amount);
}

function openAccounts(database: DatabaseSync): void {
  for (const [id, limit] of [
    ["a", 0],
    ["b", 1],
  ] as const)
    database
      .prepare(
        `insert into ledger_accounts (id, asset, code, debits_must_not_exceed_credits, credits_must_not_exceed_debits, created_at)
         values (?, 'USD', 'test', ?, 0, 1)`,
      )
      .run(id, limit);
}

describe("the ledger's migration", () => {
  it("applies to an empty database, checks and all", () => {
    const database = apply("empty", all);
    expect(triggersOf(database)).toBe(TRIGGERS);
    openAccounts(database);
    transfer(database, "one", 5);
    expect(() => transfer(database, "one", 6)).toThrow("exists_with_different_amount.one");
    expect(database.prepare("select credits_posted as n from ledger_accounts where id = 'b'").get()).toEqual({ n: 5 });
    database.close();
  });

  it("applies to a database that is filled, and leaves what is in it", () => {
    const filled = apply("filled", before);
    expect(triggersOf(filled)).toBe(0);
    filled.exec(`insert into support_articles (slug, title, summary, body, topic, position, updated_at)
      values ('kept', 'Kept', 's', 'b', 't', 1, 1)`);
    filled.close();
    const database = apply("filled", all);
    expect(triggersOf(database)).toBe(TRIGGERS);
    expect(database.prepare("select title from support_articles where slug = 'kept'").get()).toEqual({ title: "Kept" });
    openAccounts(database);
    transfer(database, "one", 5);
    database.close();
    const again = apply("filled", all);
    expect(again.prepare("select count(*) as n from ledger_transfers").get()).toEqual({ n: 1 });
    again.close();
  });

  it("keeps the lines of books that were written before lines had their order", () => {
    const older = apply("older", [...before, ...written.slice(0, 2)]);
    openAccounts(older);
    for (let index = 0; index < 130; index += 1) transfer(older, `old${index}`, 1);
    older.exec("insert into ledger_passes values (1, 1, null, 1, 77, 77, 0)");
    const lines =
      "select a.id, e.version, at, e.debits_posted, e.credits_posted from ledger_entries e join ledger_accounts a on a.seq = account_seq order by 1, 2";
    const kept = older.prepare(lines).all();
    older.close();
    const database = apply("older", [...before, ...written]);
    expect(database.prepare(lines).all()).toEqual(kept);
    const unlinked = database.prepare(
      `select count(*) as n from ledger_entries e left join ledger_entries b
         on b.account_seq = e.account_seq and b.seq / 2 = e.previous_transfer
       where e.version <> coalesce(b.version, 0) + 1`,
    );
    expect(unlinked.get()).toEqual({ n: 0 });
    expect(database.prepare("select account_seq, version, transfer_seq from ledger_marks").all()).toEqual([
      { account_seq: 1, version: 64, transfer_seq: 64 },
      { account_seq: 1, version: 128, transfer_seq: 128 },
      { account_seq: 2, version: 64, transfer_seq: 64 },
      { account_seq: 2, version: 128, transfer_seq: 128 },
    ]);
    expect(database.prepare("select entry_seq, entries from ledger_passes").get()).toEqual({
      entry_seq: 0,
      entries: 0,
    });
    transfer(database, "new", 1);
    expect(unlinked.get()).toEqual({ n: 0 });
    database.close();
  });

  it("makes it impossible to commit the mark of a group", () => {
    const database = apply("mark", all);
    database.exec("begin; insert into ledger_groups (id) values (1)");
    expect(() => database.exec("commit")).toThrow("FOREIGN KEY constraint failed");
    database.exec("delete from ledger_groups; commit");
    database.close();
  });
});
