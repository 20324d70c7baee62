import { beforeEach, describe, expect, it, vi } from "vitest";
import { MINUTE, SECOND } from "#kernel/time";
import { AlreadyDone, commit } from "#platform/commit";
import { MAX_ATTEMPTS, deliver } from "#platform/deliver";
import type { DeliveryMessage } from "#platform/outbox";
import { backoffMs } from "#platform/outbox";
import { freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { DeliveryProbe, deliveryOf, leaveMark, marks } from "../support/deliveries.ts";
import { consumeBatch, count, inJob, rows } from "../support/platform.ts";

const probe = new DeliveryProbe();
const { app, options, entered } = probe;
const appWithoutHandler = testApp();

beforeEach(() => probe.renew());

describe("a message", () => {
  it("has one effect, however often it comes one after the other", async () => {
    const { thing, message } = await probe.publish();
    for (let time = 0; time < 5; time += 1)
      expect(await consumeBatch(app, [message], options)).toEqual({ acked: ["0"], retried: [] });
    expect(await marks(thing)).toBe(1);
    expect(entered.get(thing)).toBe(1);
    expect(await deliveryOf(message)).toMatchObject({ state: "done", attempts: 1 });
  });

  it("has one effect, however often it comes at once", async () => {
    const { thing, message } = await probe.publish();
    await Promise.all(Array.from({ length: 5 }, async () => consumeBatch(app, [message, message], options)));
    expect(await marks(thing)).toBe(1);
    expect(await deliveryOf(message)).toMatchObject({ state: "done" });
  });

  it("has one effect when two consumers work on it together, past the lease", async () => {
    const { thing, message } = await probe.publish();
    const run = async () => inJob(app, options, async (ctx) => deliver(ctx, message, { force: true }));
    const outcomes = await Promise.all(Array.from({ length: 16 }, run));
    expect(await marks(thing)).toBe(1);
    expect(outcomes.filter(({ state }) => state === "done")).toHaveLength(1);
    expect(entered.get(thing)).toBeGreaterThan(1);
  });

  it("that fails repeats none of those beside it", async () => {
    const things = await Promise.all(Array.from({ length: 10 }, async () => freshId("job")));
    const poison = things[7];
    const messages: DeliveryMessage[] = [];
    for (const thing of things) messages.push((await probe.publish(thing)).message);
    probe.work = async (ctx, thing) => {
      if (thing === poison) throw new Error("poison");
      await leaveMark(ctx, thing);
    };
    expect(await consumeBatch(app, messages, options)).toEqual({
      acked: ["0", "1", "2", "3", "4", "5", "6", "8", "9"],
      retried: ["7"],
    });
    probe.clock += MINUTE;
    expect(await consumeBatch(app, messages, options)).toMatchObject({ retried: ["7"] });
    for (const thing of things) expect(await marks(thing)).toBe(thing === poison ? 0 : 1);
    expect(entered.get(things[0] ?? "")).toBe(1);
    expect(entered.get(poison ?? "")).toBe(2);
  });

  it.each([
    ["of an older form", { v: 0, id: "x" }],
    ["of a newer form", { v: 2, eventId: "evt_01k0gq2v9eft6tmd4y6n3k9b2x", handler: "probe.handle" }],
    ["that is nothing", null],
    ["that is text", "hello"],
    ["that names no event", { v: 1, eventId: "x' or 1=1", handler: "probe.handle" }],
    ["that names no handler", { v: 1, eventId: "evt_01k0gq2v9eft6tmd4y6n3k9b2x", handler: "a\u001b[31m" }],
    ["of an event that never was", { v: 1, eventId: "evt_01k0gq2v9eft6tmd4y6n3k9b2x", handler: "probe.handle" }],
  ])("%s is dropped, and holds nothing up", async (_, body) => {
    const { thing, message } = await probe.publish();
    expect(await consumeBatch(app, [body, message], options)).toEqual({ acked: ["0", "1"], retried: [] });
    expect(await marks(thing)).toBe(1);
  });

  it("waits while another consumer has its lease, and is taken over when that one died", async () => {
    const { thing, message } = await probe.publish();
    probe.work = async () => new Promise(() => undefined);
    const dying = inJob(app, options, async (ctx) => deliver(ctx, message));
    await vi.waitFor(async () => expect(await deliveryOf(message)).toMatchObject({ attempts: 1 }));
    probe.work = leaveMark;
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "busy" });
    probe.clock += 2 * MINUTE - 1;
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "busy" });
    probe.clock += 1;
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "done" });
    expect(await marks(thing)).toBe(1);
    void dying;
  });
});

describe("a handler", () => {
  it("is tried again after a while that doubles and differs, up to fifteen minutes", () => {
    expect([1, 2, 3, 10, 11, 50].map((attempts) => backoffMs(attempts, () => 1))).toEqual(
      [2, 4, 8, 900, 900, 900].map((s) => s * SECOND),
    );
    expect(backoffMs(3, () => 0)).toBe(4 * SECOND);
    const waits = new Set(Array.from({ length: 50 }, () => backoffMs(8)));
    expect(waits.size).toBeGreaterThan(25);
  });

  it("that keeps failing ends as a dead letter, after half an hour at the least was given to whoever was away", async () => {
    const { message } = await probe.publish();
    probe.work = async () => {
      throw new TypeError("vendor said: card 4242424242424242 is bad");
    };
    const from = probe.clock;
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      const outcome = await inJob(app, options, async (ctx) => deliver(ctx, message));
      if (outcome.state !== "retry") throw new Error(`Attempt ${attempt} was the last.`);
      expect(await deliveryOf(message)).toMatchObject({ state: "pending", attempts: attempt, last_error: "TypeError" });
      probe.clock += outcome.delayMs;
    }
    expect(probe.clock - from).toBeGreaterThan(20 * MINUTE);
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "dead" });
    expect(await deliveryOf(message)).toMatchObject({ state: "dead", last_error: "TypeError" });
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "gone" });
  });

  it("that takes the process along is not tried for ever", async () => {
    const { message } = await probe.publish();
    await rows("update platform_deliveries set attempts = ? where event_id = ?", MAX_ATTEMPTS, message.eventId);
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "dead" });
    expect(await deliveryOf(message)).toMatchObject({ state: "dead", last_error: "attempts_exhausted" });
  });

  it("that this version does not know leaves a dead letter", async () => {
    const { message } = await probe.publish();
    await consumeBatch(appWithoutHandler, [message], options);
    expect(await deliveryOf(message)).toMatchObject({ state: "dead", last_error: "handler_unknown" });
  });

  it("is not given an event of another version, or of another shape", async () => {
    const newer = await probe.publish();
    await rows("update platform_events set version = 2 where id = ?", newer.message.eventId);
    await consumeBatch(app, [newer.message], options);
    expect(await deliveryOf(newer.message)).toMatchObject({ state: "dead", last_error: "version_unknown" });
    const broken = await probe.publish();
    await rows(`update platform_events set data = '{"thing":1}' where id = ?`, broken.message.eventId);
    expect(await consumeBatch(app, [broken.message], options)).toMatchObject({ retried: ["0"] });
    const gone = await probe.publish();
    await rows("delete from platform_events where id = ?", gone.message.eventId);
    await consumeBatch(app, [gone.message], options);
    expect(await deliveryOf(gone.message)).toMatchObject({ state: "dead", last_error: "event_missing" });
  });

  it("that commits nothing is done all the same", async () => {
    const { message } = await probe.publish();
    probe.work = async () => undefined;
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "done" });
  });

  it("commits once: a second commit is refused aloud, and the first stands", async () => {
    const { thing, message } = await probe.publish();
    probe.work = async (ctx) => {
      await leaveMark(ctx, thing);
      await leaveMark(ctx, thing);
    };
    const logged = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "done" });
    expect(logged.mock.calls.flat().join()).toContain("A handler failed.");
    logged.mockRestore();
    expect(await marks(thing)).toBe(1);
  });

  it("may commit on the way, such as the intent of a call, and is done by its last commit", async () => {
    const { thing, message } = await probe.publish();
    probe.work = async (ctx) => {
      await commit(ctx, [], { partial: true, audit: { action: "call.intended", target: thing } });
      expect(await deliveryOf(message)).toMatchObject({ state: "pending" });
      await leaveMark(ctx, thing);
    };
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "done" });
    expect(await count("platform_audit_entries", "target = ?", thing)).toBe(1);
    expect(await marks(thing)).toBe(1);
  });

  it("that was overtaken commits nothing, on the way neither", async () => {
    const { thing, message } = await probe.publish();
    probe.work = async (ctx) => {
      await rows("update platform_deliveries set state = 'done' where event_id = ?", message.eventId);
      await commit(ctx, [], { partial: true, audit: { action: "call.intended", target: thing } });
    };
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "gone" });
    expect(await count("platform_audit_entries", "target = ?", thing)).toBe(0);
    expect(new AlreadyDone("x").name).toBe("AlreadyDone");
  });
});
