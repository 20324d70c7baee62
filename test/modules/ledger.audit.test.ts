import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import { DAY, HOUR } from "#kernel/time";
import { auditSlices } from "../../src/modules/ledger/service.audit.ts";
import { anOperator } from "../support/actors.ts";
import { bodyOf } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { app, clock, ctx, freshLedger, someBooks, tamper } from "../support/ledger-own.ts";
import { outcomeOf } from "../support/ledger.ts";

const COUNTERS = ["ledger_accounts_moved", "ledger_accounts_entered"];

beforeEach(freshLedger);

describe("the audit", () => {
  it("finds nothing in books that only the ledger has written", async () => {
    expect(await ledger.audit(ctx)).toEqual({ ok: true, asOf: clock.start, failures: [] });
    await someBooks();
    expect(await ledger.audit(ctx)).toEqual({ ok: true, asOf: clock.start, failures: [] });
    expect(await ledger.audit(ctx, 5)).toEqual({ ok: true, asOf: clock.start, failures: [] });
  });

  it("names the account whose counter was changed", async () => {
    const { to } = await someBooks();
    await tamper(COUNTERS, `update ledger_accounts set credits_posted = credits_posted + 1 where id = '${to}'`);
    const { ok, failures } = await ledger.audit(ctx);
    expect(ok).toBe(false);
    expect(failures).toContainEqual({
      check: "account_equals_entries",
      subject: to,
      expected: "0 0 0 10",
      actual: "0 0 0 11",
    });
    expect(failures.map(({ check }) => check)).toContain("asset_balanced");
  });

  it("need not look for accounts past their limit: none can be made, even without the triggers", async () => {
    const { from } = await someBooks();
    const over = `update ledger_accounts set debits_posted = 1001 where id = '${from}'`;
    await expect(tamper(COUNTERS, over)).rejects.toThrow("ledger_account_exceeds_credits");
  });

  it.each<[string, readonly string[], string, string]>([
    [
      "a transfer's amount was changed",
      ["ledger_transfers_same"],
      "update ledger_transfers set amount = 9 where amount = 2",
      "entry_follows_transfer",
    ],
    [
      "a transfer was removed",
      ["ledger_transfers_kept"],
      "delete from ledger_transfers where amount = 2",
      "entry_follows_transfer",
    ],
    [
      "the last transfer was removed",
      ["ledger_transfers_kept"],
      "delete from ledger_transfers where kind = 'post'",
      "transfers_entered_twice",
    ],
    [
      "a transfer was given to somebody else",
      ["ledger_transfers_same"],
      "update ledger_transfers set credit_account_id = 'x' where amount = 2",
      "entry_follows_transfer",
    ],
    [
      "a line was changed",
      ["ledger_entries_same"],
      "update ledger_entries set credits_posted = 2 where credits_posted = 3",
      "entry_follows_transfer",
    ],
    [
      "a line was removed",
      ["ledger_entries_kept"],
      "delete from ledger_entries where credits_posted = 3",
      "entry_follows_transfer",
    ],
    [
      "the last line was removed",
      ["ledger_entries_kept"],
      "delete from ledger_entries where credits_posted = 10",
      "account_equals_entries",
    ],
    [
      "an account was removed",
      ["ledger_accounts_kept"],
      "delete from ledger_accounts where credits_posted = 10",
      "entry_follows_transfer",
    ],
  ])("finds that %s", async (_, triggers, sql, check) => {
    await someBooks();
    await tamper(triggers, sql);
    expect((await ledger.audit(ctx)).failures.map((failure) => failure.check)).toContain(check);
  });

  it("finds an ended trade that still holds something", async () => {
    const { books, from } = await someBooks();
    const escrow = ledger.account("escrow:trade", "USD", "trade_1");
    await ledger.openAccount(ctx, escrow);
    await ledger.post(ctx, books.move(from, escrow.id, 5));
    await ledger.closeAccount(ctx, escrow.id);
    expect((await ledger.audit(ctx)).failures).toEqual([
      { check: "holding_account_empty", subject: escrow.id, expected: "0", actual: "0 held, 5 left" },
    ]);
  });

  it("answers operators what breaks and where, at the call", async () => {
    const { to } = await someBooks();
    const call = async () =>
      await bodyOf(await app.call("GET /api/v1/admin/ledger/audit", { as: anOperator("support") }));
    expect(await call()).toMatchObject({ ok: true, payoutsFrozen: false, failures: [] });
    await tamper(COUNTERS, `update ledger_accounts set credits_posted = 11 where id = '${to}'`);
    expect(await call()).toMatchObject({ ok: false, payoutsFrozen: false });
    expect(JSON.stringify(await call())).toContain(to);
    await tamper(COUNTERS, `update ledger_accounts set credits_posted = 10 where id = '${to}'`);
    expect(await call()).toMatchObject({ ok: true });
    expect((await app.call("GET /api/v1/admin/ledger/audit")).status).toBe(401);
  });
});

describe("the hourly audit", () => {
  it("walks through all entries in slices and begins anew when it has seen them", async () => {
    await someBooks();
    const first = await auditSlices(ctx, 3);
    expect(first).toMatchObject({ id: 1, entries: 12, failures: 0, finishedAt: clock.start });
    expect(await auditSlices(ctx)).toMatchObject({ id: 2, entries: 12, failures: 0 });
  });

  it("stops when its time is over and goes on from there", async () => {
    await someBooks();
    const slow = testCtx(app, { now: () => (clock.now += 2 * 60_000) });
    const part = await auditSlices(slow, 3);
    expect(part.finishedAt).toBeNull();
    expect(part.entries).toBeLessThan(12);
    expect(await auditSlices(ctx, 3)).toMatchObject({ id: part.id, entries: 12, failures: 0 });
  });

  it("freezes payouts by itself, tells it once, and lets go when the books are whole again", async () => {
    const { to } = await someBooks();
    await auditSlices(ctx);
    await ledger.assertPayoutsOpen(ctx);
    await tamper(COUNTERS, `update ledger_accounts set credits_posted = 11 where id = '${to}'`);
    await auditSlices(ctx);
    expect(await ledger.payoutsFrozen(ctx)).toBe(true);
    expect(await outcomeOf(ledger.assertPayoutsOpen(ctx))).toBe("payouts_frozen");
    const events = await env.DB.prepare("select data from platform_events where type = ?")
      .bind(ledger.auditFailed.type)
      .all();
    expect(events.results).toHaveLength(1);
    const findings = await env.DB.prepare(`select "check", subject from ledger_findings where subject = ?`)
      .bind(to)
      .all();
    expect(findings.results).toEqual([{ check: "account_equals_entries", subject: to }]);
    expect(await ledger.ledger.readiness(ctx)).toMatchObject([{ id: "ledger.balanced", status: "fail" }]);

    await tamper(COUNTERS, `update ledger_accounts set credits_posted = 10 where id = '${to}'`);
    expect(await ledger.payoutsFrozen(ctx)).toBe(true);
    await auditSlices(ctx);
    expect(await ledger.payoutsFrozen(ctx)).toBe(false);
  });

  it("shows in readiness whether it runs", async () => {
    const status = async () => (await ledger.ledger.readiness(ctx))[0]?.status;
    expect(await status()).toBe("warn");
    await auditSlices(ctx);
    expect(await status()).toBe("pass");
    clock.now += 4 * HOUR;
    expect(await status()).toBe("warn");
  });

  it("shows in the metrics what it found, and how long ago, once it has run", async () => {
    const values = async () => (await ledger.ledger.gauges(ctx)).map(({ name, value }) => [name, value]);
    expect(await values()).toEqual([["ledger_payouts_frozen", 0]]);
    expect(await ledger.ledger.statistics(ctx)).toEqual({ auditFailures: 0, payoutsFrozen: 0 });
    const { to } = await someBooks();
    await tamper(COUNTERS, `update ledger_accounts set credits_posted = credits_posted + 1 where id = '${to}'`);
    await auditSlices(ctx);
    clock.now += HOUR;
    const [frozen, failures, age] = await values();
    expect(frozen).toEqual(["ledger_payouts_frozen", 1]);
    expect(failures?.[1]).toBeGreaterThan(0);
    expect(await ledger.ledger.statistics(ctx)).toEqual({ auditFailures: failures?.[1], payoutsFrozen: 1 });
    expect(age).toEqual(["ledger_audit_age_seconds", 3_600]);
  });
});

describe("the ledger's jobs", () => {
  it("expire, audit, seal and archive by the clock, and again without harm", async () => {
    await someBooks();
    clock.now += 40 * DAY;
    await someBooks();
    for (const _ of [1, 2]) for (const job of ledger.ledger.crons) await job.run(ctx, clock.now);
    const count = async (table: string) =>
      (await env.DB.prepare(`select count(*) as count from ledger_${table}`).first<{ count: number }>())?.count;
    expect([await count("passes"), await count("digests"), await count("archives")]).toEqual([2, 1, 1]);
    expect(ledger.ledger.crons.map(({ schedule }) => schedule)).toEqual([
      "* * * * *",
      "7 * * * *",
      "23 0 * * *",
      "41 1 2 * *",
    ]);
  });
});

describe("the trial balance", () => {
  it("adds up by asset", async () => {
    await someBooks();
    const rows = await ledger.listTrialBalance(ctx);
    const sum = (pick: (row: ledger.TrialBalanceRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
    expect(sum((row) => row.debitsPosted)).toBe(1_010);
    expect(sum((row) => row.creditsPosted)).toBe(1_010);
    expect(rows.map(({ asset, code }) => `${asset} ${code}`)).toEqual(["USD equity", "USD wallet:user"]);
  });
});
