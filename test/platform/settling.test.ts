import { beforeEach, describe, expect, it, vi } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "#kernel/time";
import { deliver } from "#platform/deliver";
import { drain } from "#platform/drain";
import { NotYet, SetAside } from "#platform/failure";
import { consume } from "#platform/queue";
import { MODULES, createApp } from "../../src/app.ts";
import { DeliveryProbe, deliveryOf, leaveMark, marks } from "../support/deliveries.ts";
import { consumeBatch, inJob } from "../support/platform.ts";

const probe = new DeliveryProbe();
const { app, options } = probe;

beforeEach(() => probe.renew());

describe("a handler", () => {
  it("that hangs has failed after a while, and whatever it commits later counts once", async () => {
    const { thing, message } = await probe.publish();
    const gate = Promise.withResolvers<void>();
    probe.work = async (ctx) => {
      await gate.promise;
      await leaveMark(ctx, thing);
    };
    const timers = vi.spyOn(globalThis, "setTimeout");
    const hanging = inJob(app, options, async (ctx) => deliver(ctx, message));
    await vi.waitFor(() => expect(probe.entered.get(thing)).toBe(1));
    const [giveUp] = timers.mock.calls.filter(([, delay]) => delay === 100 * SECOND).map(([callback]) => callback);
    timers.mockRestore();
    giveUp?.();
    expect((await hanging).state).toBe("retry");
    expect(await deliveryOf(message)).toMatchObject({ state: "pending", last_error: "HandlerTimeout" });
    probe.work = leaveMark;
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "done" });
    gate.resolve();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(probe.entered.get(thing)).toBe(2);
    expect(await marks(thing)).toBe(1);
  });

  it("whose time has not come loses no try by waiting, even for longer than a queue can", async () => {
    const { thing, message } = await probe.publish();
    probe.work = async () => Promise.reject(new NotYet(3 * DAY));
    for (let visit = 0; visit < 20; visit += 1) {
      expect(await consumeBatch(app, [message], options)).toEqual({ acked: [], retried: ["0"] });
      probe.clock += HOUR;
    }
    expect(await deliveryOf(message)).toMatchObject({ state: "pending", attempts: 0 });
    probe.work = leaveMark;
    await consumeBatch(app, [message], options);
    expect(await marks(thing)).toBe(1);
  });

  it("that leaves the decision to an operator is a dead letter at once", async () => {
    const { message } = await probe.publish();
    probe.work = async () => Promise.reject(new SetAside("outcome_unknown"));
    expect(await inJob(app, options, async (ctx) => deliver(ctx, message))).toEqual({ state: "dead" });
    expect(await deliveryOf(message)).toMatchObject({ state: "dead", attempts: 1, last_error: "outcome_unknown" });
  });
});

describe("a retry", () => {
  it.each([
    [1 * SECOND, 1],
    [1_500, 2],
    [20 * MINUTE, 1_200],
    [3 * DAY, 43_200],
  ])("after %i ms asks the queue for %i s, which it can grant", async (delayMs, seconds) => {
    const { message } = await probe.publish();
    probe.work = async () => Promise.reject(new NotYet(delayMs));
    const retry = vi.fn<(options?: QueueRetryOptions) => void>();
    const batch = { queue: "bourse-events", messages: [{ body: message, retry, ack: () => undefined }] };
    await inJob(app, options, async (ctx) => consume(batch as unknown as MessageBatch, ctx));
    expect(retry).toHaveBeenCalledExactlyOnceWith({ delaySeconds: seconds });
  });
});

describe("draining", () => {
  it("settles everything at once, and says how it ended", async () => {
    await inJob(app, options, async (ctx) => drain(ctx));
    const good = await probe.publish();
    const bad = await probe.publish();
    const waiting = await probe.publish();
    probe.work = async (ctx, thing) => {
      if (thing === bad.thing) throw new Error("bad");
      if (thing === waiting.thing) throw new NotYet(DAY);
      await leaveMark(ctx, thing);
    };
    const report = await inJob(app, options, async (ctx) => drain(ctx));
    expect(report).toMatchObject({ delivered: 1, dead: 1 });
    expect(await marks(good.thing)).toBe(1);
    expect(await deliveryOf(bad.message)).toMatchObject({ state: "dead", attempts: 12 });
    expect(await deliveryOf(waiting.message)).toMatchObject({ state: "pending" });
  });
});

describe("the product", () => {
  it("has no two handlers and no two cron jobs of one name: one of them would never run", () => {
    const { composition } = createApp(null);
    const modules: readonly (typeof composition.modules)[number][] = MODULES;
    const handlers = modules.flatMap(({ jobs }) => (jobs ?? []).map(({ name }) => name));
    const crons = composition.crons.map(({ name }) => name);
    expect(handlers).toEqual([...new Set(handlers)]);
    expect(crons).toEqual([...new Set(crons)]);
    expect(handlers.length).toBeGreaterThan(0);
  });
});
