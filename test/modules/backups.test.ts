import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { DAY } from "#kernel/time";
import { post } from "#modules/ledger";
import { commit } from "#platform/commit";
import { readManifest } from "../../src/modules/backups/archive.ts";
import { findBackup } from "../../src/modules/backups/repository.ts";
import type { Kept } from "../../src/modules/backups/rules.ts";
import { inOrderOfReference, listExpired } from "../../src/modules/backups/rules.ts";
import { verifyBackup } from "../../src/modules/backups/service.restoring.ts";
import { prune, takeDaily } from "../../src/modules/backups/service.ts";
import { advance } from "../../src/modules/backups/service.writing.ts";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { Books } from "../support/ledger.ts";
import { writeBackup, writing } from "../support/backups.ts";
import { HeldQueue, count, rows } from "../support/platform.ts";

const app = testApp();

describe("a backup", () => {
  it("shows one moment, whatever is written, changed and removed while it is read", async () => {
    const books = new Books(testCtx(app));
    const [from, to] = [await books.open({ balance: 50_000 }), await books.open()];
    for (let n = 0; n < 40; n += 1) await anAccountRow(`Somebody ${n}`);
    // Nobody but this test goes on with it.
    const real = testCtx(app, { env: { EVENTS: new HeldQueue().binding } });
    // A page at a time, so that the traffic falls between the pages.
    let step = 0;
    await takeDaily(real);
    const id = await writing();
    while ((await findBackup(real, id))?.status === "writing" && step < 400) {
      await advance(testCtx(app), 5);
      await post(books.ctx, books.move(from, to, 1));
      await anAccountRow(`Late ${step}`);
      await rows("update messaging_contacts set name = ? where rowid % 7 = ?", `Changed ${step}`, step % 7);
      await rows("delete from messaging_contacts where user_id = (select min(user_id) from messaging_contacts)");
      step += 1;
    }
    expect(step).toBeGreaterThan(20);
    expect(await findBackup(real, id)).toMatchObject({ status: "stored", finding: null });
    expect(await verifyBackup(real, id)).toMatchObject({ ok: true, findings: [] });
    expect(await rows("select name from sqlite_master where name like 'backups_log_%'")).toEqual([]);
  });

  it("cannot be read without its key, nor when a byte of it was changed", async () => {
    const id = await writeBackup(app);
    const [part] = (await env.BACKUPS.list({ prefix: `backups/${id}/00` })).objects;
    const stored = await env.BACKUPS.get(part?.key ?? "");
    const bytes = new Uint8Array((await stored?.arrayBuffer()) ?? new ArrayBuffer());
    expect(new TextDecoder().decode(bytes)).not.toContain("Somebody");
    const other = { ...env, FIELD_KEYS: `other:${"B".repeat(43)}` };
    await expect(readManifest(testCtx(app, { env: other }), id)).rejects.toThrow(
      "The key of this field is not configured.",
    );
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await env.BACKUPS.put(part?.key ?? "", bytes);
    expect(await verifyBackup(testCtx(app), id)).toMatchObject({
      ok: false,
      findings: ["It cannot be read; the log says why."],
    });
    expect(await findBackup(testCtx(app), id)).toMatchObject({ verification: "failed" });
  });

  it("is written once, however many ask at once, and by one run at a time", async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, async () => await app.call("POST /api/v1/admin/backups", { as: anOperator() })),
    );
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(0);
    expect(await count("backups_backups", "status = 'writing'")).toBeLessThanOrEqual(1);
    await Promise.all(Array.from({ length: 16 }, async () => await advance(testCtx(app))));
    expect(await count("backups_backups", "status = 'failed'")).toBe(0);
    for (let run = 0; run < 10 && (await writing()) !== ""; run += 1) await advance(testCtx(app));
    const { data } = await bodyOf<{ data: { id: string; status: string }[] }>(
      await app.call("GET /api/v1/admin/backups", { as: anOperator() }),
    );
    expect(data[0]).toMatchObject({ status: "stored" });
    const verifying = await app.call(`POST /api/v1/admin/backups/${data[0]?.id}/verify`, { as: anOperator() });
    expect(verifying.status).toBe(202);
    await app.call("POST /dev/jobs/drain");
    expect(await findBackup(testCtx(app), data[0]?.id ?? "")).toMatchObject({ verification: "passed" });
    expect(
      await env.SCRATCH.prepare("select count(*) as n from sqlite_master where name like 'identity%'").first(),
    ).toEqual({ n: 0 });
  });

  it("fails in words when its tables change while they are read, and leaves nothing behind", async () => {
    await takeDaily(testCtx(app));
    const id = await writing();
    await advance(testCtx(app), 5);
    await env.DB.exec("create table stray_things (id text primary key) strict");
    for (let run = 0; run < 20 && (await writing()) !== ""; run += 1)
      await advance(testCtx(app, { now: () => Date.now() + DAY }));
    await env.DB.exec("drop table stray_things");
    expect(await findBackup(testCtx(app), id)).toMatchObject({
      status: "failed",
      finding: "The tables have changed while they were read.",
    });
    expect(await rows("select name from sqlite_master where name like 'backups_log_%'")).toEqual([]);
  });

  it("is kept by day, week and month, and taken away afterwards", async () => {
    const id = await writeBackup(app);
    await rows("update backups_backups set taken_at = ? where id = ?", Date.now() - 800 * DAY, id);
    for (let age = 0; age < 14; age += 1) {
      await rows(
        `insert into backups_backups (id, reason, status, started_at, taken_at, sealed_key) values (?, 'daily', 'stored', 0, ?, 'test.x.y')`,
        `backup_kept_${age}`,
        Date.now() - age * 30 * DAY,
      );
    }
    await prune(testCtx(app));
    expect(await findBackup(testCtx(app), id)).toMatchObject({ status: "deleted" });
    expect((await env.BACKUPS.list({ prefix: `backups/${id}/` })).objects).toEqual([]);
    await rows("delete from backups_backups where sealed_key = 'test.x.y'");
  });
});

describe("what is kept of backups", () => {
  const now = Date.parse("2026-11-21T01:13:00Z");
  const daily = (days: number): Kept[] =>
    Array.from({ length: days }, (_, age) => ({ id: `d${age}`, takenAt: now - age * DAY }));

  it("is a week of days, five of weeks and twelve of months", () => {
    const expired = new Set(listExpired(daily(800)).map(({ id }) => id));
    const kept = daily(800).filter(({ id }) => !expired.has(id));
    expect(kept.slice(0, 7).map(({ id }) => id)).toEqual(["d0", "d1", "d2", "d3", "d4", "d5", "d6"]);
    expect(kept.length).toBeGreaterThanOrEqual(12 + 7);
    expect(kept.length).toBeLessThanOrEqual(24);
    expect(kept.at(-1)?.takenAt).toBeGreaterThan(now - 366 * DAY);
  });

  it("is always the newest, and all where there are few", () => {
    expect(listExpired(daily(7))).toEqual([]);
    expect(listExpired([{ id: "old", takenAt: 0 }])).toEqual([]);
  });

  it("puts tables after those that they refer to, also where they refer to each other", () => {
    const names = inOrderOfReference([
      { name: "c", refers: ["b"] },
      { name: "b", refers: ["a", "c"] },
      { name: "a", refers: [] },
    ]).map(({ name }) => name);
    expect(names.indexOf("a")).toBeLessThan(names.indexOf("b"));
    expect(names.length).toBe(3);
  });
});

async function anAccountRow(name: string): Promise<void> {
  const ctx = testCtx(app);
  await commit(ctx, [
    ctx.db.sql(
      "insert into messaging_contacts (user_id, locale, time_zone, name, updated_at) values (?, 'en', 'UTC', ?, 0)",
      aUser().userId,
      name,
    ),
  ]);
}
