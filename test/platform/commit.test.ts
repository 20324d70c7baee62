import { beforeEach, describe, expect, it, vi } from "vitest";
import { draftEvent } from "#kernel/event";
import { defineProblems } from "#kernel/problem";
import { commit, expectChange } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import { testApp } from "../support/app.ts";
import { anOperator, freshId } from "../support/actors.ts";
import { HeldQueue, count, handlerModule, inJob, rows, thingMade } from "../support/platform.ts";

const problems = defineProblems("probe", { taken: { status: 409, title: "Taken." } });
const product = testApp(handlerModule(async () => undefined));
/** Nobody seals what these laws write, so that they see it as it was committed. */
const app = { ...product, composition: { ...product.composition, afterAudit: async () => undefined } };
const queue = new HeldQueue();
const options = { env: { EVENTS: queue.binding } };
const insertSlot = "insert into platform_cron_slots (name, slot, claimed_at, attempts) values (?, 1, 1, 1)";

interface AuditRow {
  seq: number;
  content_hash: string;
  [column: string]: string | number | null;
}

describe("a commit", () => {
  beforeEach(() => queue.take());

  it("is one transaction: rows, audit and events stand or fall together", async () => {
    const name = freshId("job");
    const before = [
      await count("platform_audit_entries"),
      await count("platform_events"),
      await count("platform_deliveries"),
    ];
    const failing = inJob(app, options, async (ctx) =>
      commit(ctx, [ctx.db.sql(insertSlot, name), ctx.db.sql(insertSlot, name)], {
        audit: { action: "thing.made", target: name },
        events: [draftEvent(thingMade, { thing: name })],
        refusals: { "platform_cron_slots.name, platform_cron_slots.slot": problems.taken },
      }),
    );
    await expect(failing).rejects.toMatchObject({ status: 409, code: "taken" });
    expect(await count("platform_cron_slots", "name = ?", name)).toBe(0);
    expect([
      await count("platform_audit_entries"),
      await count("platform_events"),
      await count("platform_deliveries"),
    ]).toEqual(before);
    expect(queue.take()).toEqual([]);
  });

  it("gives results back in the order of its statements, whatever goes along", async () => {
    const results = await inJob(app, options, async (ctx) =>
      commit(ctx, [ctx.db.sql("select 'a' as x"), ctx.db.sql("select 'b' as x")], {
        audit: { action: "thing.read", target: "t" },
        events: [draftEvent(thingMade, { thing: "t" })],
      }),
    );
    expect(results.map(({ results: [row] }) => row)).toEqual([{ x: "a" }, { x: "b" }]);
  });

  it("leaves an error without a refusal as it is", async () => {
    const failing = inJob(app, options, async (ctx) => commit(ctx, [ctx.db.sql("insert into nowhere values (1)")]));
    await expect(failing).rejects.toThrow(/no such table/);
  });

  it("is refused under its name when a conditional statement changes nothing", async () => {
    const name = freshId("job");
    const run = async (slot: number) =>
      inJob(app, options, async (ctx) =>
        commit(
          ctx,
          [
            ctx.db.sql(insertSlot, freshId("job")),
            ctx.db.sql("update platform_cron_slots set slot = 2 where name = ? and slot = ?", name, slot),
            expectChange(ctx, "probe_slot_moved"),
          ],
          { refusals: { probe_slot_moved: problems.taken } },
        ),
      );
    await inJob(app, options, async (ctx) => commit(ctx, [ctx.db.sql(insertSlot, name)]));
    const slots = await count("platform_cron_slots");
    await expect(run(7)).rejects.toMatchObject({ code: "taken" });
    expect(await count("platform_cron_slots")).toBe(slots);
    await run(1);
    expect(await count("platform_cron_slots", "name = ? and slot = 2", name)).toBe(1);
    expect(await count("platform_expectations")).toBe(0);
  });

  it("writes an event with one delivery for each handler, and sends references alone", async () => {
    const thing = freshId("job");
    await inJob(app, options, async (ctx) => commit(ctx, [], { events: [draftEvent(thingMade, { thing })] }));
    const [event] = await rows<{ id: string; data: string; request_id: string; version: number }>(
      "select * from platform_events where data ->> 'thing' = ?",
      thing,
    );
    expect(event).toMatchObject({ version: 1, request_id: "test", data: JSON.stringify({ thing }) });
    expect(queue.take()).toEqual([{ v: 1, eventId: event?.id, handler: "probe.handle" }]);
    expect(
      await count("platform_deliveries", "event_id = ? and state = 'pending' and attempts = 0", event?.id ?? ""),
    ).toBe(1);
  });

  it("goes through while the queue is down", async () => {
    queue.down = true;
    const thing = freshId("job");
    await inJob(app, options, async (ctx) => commit(ctx, [], { events: [draftEvent(thingMade, { thing })] }));
    queue.down = false;
    expect(await count("platform_events", "data ->> 'thing' = ?", thing)).toBe(1);
  });
});

describe("an audit row", () => {
  const target = freshId("job");
  const columns = "at, actor, role, action, target, reason, before, after, ip, user_agent, request_id";

  it("names who did what to what, and hashes its own content", async () => {
    const actor = anOperator();
    await inJob(app, { ...options, actor, now: () => 1_800_000_000_000 }, async (ctx) =>
      commit(ctx, [], {
        audit: { action: "thing.updated", target, reason: "asked for", before: { a: 1 }, after: { a: "2\u2028" } },
      }),
    );
    const [row] = await rows<AuditRow>(
      `select ${columns}, content_hash, seal from platform_audit_entries where target = ?`,
      target,
    );
    const { content_hash: hash, seal, ...content } = row ?? { content_hash: "", seal: "" };
    expect(content).toMatchObject({
      at: 1_800_000_000_000,
      actor: actor.userId,
      role: "admin",
      action: "thing.updated",
      before: '{"a":1}',
    });
    expect(seal).toBeNull();
    expect(hash).toBe(await sha256Hex(JSON.stringify(Object.values(content))));
  });

  it.each([
    ["deleted", "delete from platform_audit_entries where target = ?"],
    ["deleted with all others", "delete from platform_audit_entries where target = target or target = ?"],
    ["edited", "update platform_audit_entries set action = 'x' where target = ?"],
    ["renumbered", "update platform_audit_entries set seq = seq + 1000 where target = ?"],
    ["given another hash", "update platform_audit_entries set content_hash = 'x' where target = ?"],
    ["emptied", "update platform_audit_entries set reason = null where target = ?"],
    [
      "replaced",
      "insert or replace into platform_audit_entries (seq, at, actor, role, action, target, request_id, content_hash) select seq, 1, 'x', 'x', 'x', target, 'x', 'x' from platform_audit_entries where target = ?",
    ],
  ])("is never %s", async (_, sql) => {
    const before = await rows("select * from platform_audit_entries where target = ?", target);
    expect(before).toHaveLength(1);
    await expect(rows(sql, target)).rejects.toThrow(/platform_audit_append_only/);
    expect(await rows("select * from platform_audit_entries where target = ?", target)).toEqual(before);
  });

  it("is sealed once", async () => {
    await rows("update platform_audit_entries set seal = 'first' where target = ?", target);
    await expect(rows("update platform_audit_entries set seal = 'second' where target = ?", target)).rejects.toThrow(
      /append_only/,
    );
    await expect(rows("update platform_audit_entries set seal = null where target = ?", target)).rejects.toThrow(
      /append_only/,
    );
  });

  it("fails the action when it cannot be written", async () => {
    const customer = { as: anOperator(), json: { description: "d", percentage: 1 } };
    await rows(
      "create trigger break_audit before insert on platform_audit_entries begin select raise(abort, 'audit_broken'); end",
    );
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const refused = await app.call("PUT /api/v1/admin/flags/no-audit-no-flag", customer);
    logged.mockRestore();
    await rows("drop trigger break_audit");
    expect(refused.status).toBe(500);
    expect(await count("admin_flags", "name = 'no-audit-no-flag'")).toBe(0);
    expect((await app.call("PUT /api/v1/admin/flags/no-audit-no-flag", customer)).status).toBe(200);
  });

  it.each([
    ["system", { kind: "system", job: "j" }, "j"],
    ["webhook", { kind: "webhook", vendor: "v" }, "v"],
    ["operator", { kind: "operator", name: "o" }, "o"],
    ["anonymous", { kind: "anonymous" }, "anonymous"],
  ] as const)("names %s actors", async (role, actor, name) => {
    const own = freshId("job");
    await inJob(app, { ...options, actor }, async (ctx) => commit(ctx, [], { audit: { action: "a.b", target: own } }));
    expect(await rows("select actor, role from platform_audit_entries where target = ?", own)).toEqual([
      { actor: name, role },
    ]);
  });
});
