import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { draftEvent } from "#kernel/event";
import { DAY, HOUR, MINUTE } from "#kernel/time";
import { commit } from "#platform/commit";
import { PLATFORM_CRONS, latestSlot, runDueCrons } from "#platform/cron";
import type { CronJob } from "#platform/module";
import { compose } from "#platform/module";
import { support } from "#modules/support";
import { testApp } from "../support/app.ts";
import { freshId } from "../support/actors.ts";
import { HeldQueue, count, inJob, rows, thingMade } from "../support/platform.ts";
import worker from "../../src/index.ts";

const ran: { name: string; slot: number }[] = [];
let act: CronJob["run"];
const job = (name: string, schedule: string): CronJob => ({
  name,
  schedule,
  run: async (ctx, slot) => {
    ran.push({ name, slot });
    await act(ctx, slot);
  },
});
const base = testApp();
/** The platform's own jobs and three of ours; the products' would only make these laws slow. */
const crons = [
  ...PLATFORM_CRONS,
  job("probe.hourly", "0 * * * *"),
  job("probe.monthly", "0 3 1 * *"),
  job("probe.never", "0 0 30 2 *"),
];
const app = { ...base, composition: { ...base.composition, modules: [], crons } };
const queue = new HeldQueue();
let clock = Date.UTC(2027, 0, 15, 12);
const options = { env: { EVENTS: queue.binding }, now: () => clock };
const tick = async (): Promise<string[]> =>
  (await inJob(app, options, async (ctx) => runDueCrons(ctx))).filter((name) => name.startsWith("probe."));
const slotOf = async (name: string) =>
  (
    await rows<{ slot: number; attempts: number; finished_at: number | null }>(
      "select * from platform_cron_slots where name = ? order by slot desc",
      name,
    )
  )[0];

beforeEach(async () => {
  act = async () => undefined;
  clock += DAY - (clock % DAY) + 12 * HOUR;
  await tick();
  ran.splice(0);
});

describe("a slot", () => {
  it.each([
    ["* * * * *", "2027-01-15T12:00:00.000Z", "2027-01-15T12:00:00.000Z"],
    ["* * * * *", "2027-01-15T12:00:59.999Z", "2027-01-15T12:00:00.000Z"],
    ["*/5 * * * *", "2027-01-15T12:04:59.999Z", "2027-01-15T12:00:00.000Z"],
    ["*/5 * * * *", "2027-01-15T12:05:00.000Z", "2027-01-15T12:05:00.000Z"],
    ["0 3 1 * *", "2027-03-01T02:59:59.999Z", "2027-02-01T03:00:00.000Z"],
    ["0 3 1 * *", "2027-03-01T03:00:00.000Z", "2027-03-01T03:00:00.000Z"],
    ["0 0 29 2 *", "2027-06-01T00:00:00.000Z", "2024-02-29T00:00:00.000Z"],
    ["30 2 * * *", "2027-03-28T03:00:00.000Z", "2027-03-28T02:30:00.000Z"],
    ["0 0 * * 1", "2027-01-18T00:00:00.000Z", "2027-01-18T00:00:00.000Z"],
    ["0 0 * * 1", "2027-01-17T23:59:59.999Z", "2027-01-11T00:00:00.000Z"],
  ])("of %s at %s is %s", (schedule, at, slot) => {
    expect(latestSlot(schedule, Date.parse(at))).toBe(Date.parse(slot));
  });

  it("of a day that never comes is none", () => {
    expect(latestSlot("0 0 30 2 *", clock)).toBeNull();
  });
});

describe("a cron job", () => {
  it("runs once in its slot, however often and however much at once it is triggered", async () => {
    clock += HOUR;
    const runs = await Promise.all(Array.from({ length: 8 }, tick));
    clock += MINUTE;
    expect([...runs.flat(), ...(await tick())]).toEqual(["probe.hourly"]);
    expect(ran).toEqual([{ name: "probe.hourly", slot: clock - MINUTE }]);
  });

  it("makes up for triggers that never came, once, in its newest slot", async () => {
    clock += 5 * HOUR + 17 * MINUTE;
    expect(await tick()).toEqual(["probe.hourly"]);
    expect(ran).toEqual([{ name: "probe.hourly", slot: clock - 17 * MINUTE }]);
  });

  it("runs late where its trigger is late", async () => {
    clock += HOUR + 59 * MINUTE;
    expect(await tick()).toEqual(["probe.hourly"]);
  });

  it("is not begun again while it runs, and is taken over once its run is dead", async () => {
    clock += HOUR;
    act = async () => new Promise(() => undefined);
    void tick();
    await vi.waitFor(() => expect(ran).toHaveLength(1));
    act = async () => undefined;
    clock += 20 * MINUTE - 1;
    expect(await tick()).toEqual([]);
    clock += 1;
    expect(await tick()).toEqual(["probe.hourly"]);
    expect(await slotOf("probe.hourly")).toMatchObject({ attempts: 2, finished_at: clock });
  });

  it("that was taken for dead and fails after all does not free the slot of its successor", async () => {
    clock += HOUR;
    const gate = Promise.withResolvers<void>();
    act = async () => gate.promise;
    const zombie = tick();
    await vi.waitFor(() => expect(ran).toHaveLength(1));
    act = async () => new Promise(() => undefined);
    clock += 21 * MINUTE;
    void tick();
    await vi.waitFor(() => expect(ran).toHaveLength(2));
    gate.reject(new Error("late"));
    await zombie;
    clock += MINUTE;
    expect(await tick()).toEqual([]);
  });

  it("that fails is tried again at the next tick, five times at most, and fails nobody beside it", async () => {
    clock = Date.UTC(2027, 4, 1, 3);
    act = async (_, slot) => {
      if (slot === clock - (clock % HOUR) && ran.at(-1)?.name === "probe.hourly") throw new Error("hourly");
    };
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (let minute = 0; minute < 8; minute += 1) {
      await tick();
      clock += MINUTE;
    }
    logged.mockRestore();
    expect(ran.filter(({ name }) => name === "probe.hourly")).toHaveLength(5);
    expect(ran.filter(({ name }) => name === "probe.monthly")).toHaveLength(1);
    clock += HOUR;
    act = async () => undefined;
    expect(await tick()).toEqual(["probe.hourly"]);
  });
});

describe("pruning", () => {
  it("takes old slots, but never a job's newest one: a monthly job stays done", async () => {
    for (let hour = 0; hour < 10 * 24; hour += 3) {
      clock += 3 * HOUR;
      await tick();
    }
    expect(ran.filter(({ name }) => name === "probe.monthly").length).toBeLessThanOrEqual(1);
    expect(await count("platform_cron_slots", "name = 'probe.monthly'")).toBeGreaterThanOrEqual(1);
    expect(await count("platform_cron_slots", "name = 'probe.hourly' and slot < ?", clock - 8 * DAY)).toBe(0);
    expect(await count("platform_cron_slots", "name = 'probe.hourly'")).toBeGreaterThan(7 * 7);
  });

  it("takes keys after a day, done deliveries after thirty and their events after ninety; what is open or dead stays", async () => {
    const things = { done: freshId("job"), dead: freshId("job"), open: freshId("job") };
    const withHandler = testApp({
      name: "probe",
      jobs: [{ name: "probe.handle", on: thingMade, handle: async () => undefined }],
    });
    await inJob(withHandler, options, async (ctx) =>
      commit(ctx, [], { events: Object.values(things).map((thing) => draftEvent(thingMade, { thing })) }),
    );
    const state =
      "update platform_deliveries set state = ? where event_id = (select id from platform_events where data ->> 'thing' = ?)";
    await rows(state, "done", things.done);
    await rows(state, "dead", things.dead);
    await rows(
      "insert into platform_idempotency_keys (owner, route, key, fingerprint, attempt, first_claimed_at, claimed_at) values ('o', 'r', 'k', 'f', 1, ?, 1)",
      clock,
    );
    const left = async () => ({
      keys: await count("platform_idempotency_keys", "owner = 'o'"),
      deliveries: await count("platform_deliveries", "handler = 'probe.handle'"),
      events: await count("platform_events", "type = 'thing.made'"),
    });
    const after = async (ms: number) => {
      clock += ms;
      await tick();
      return left();
    };
    expect(await after(24 * HOUR)).toEqual({ keys: 1, deliveries: 3, events: 3 });
    expect(await after(2 * HOUR)).toEqual({ keys: 0, deliveries: 3, events: 3 });
    expect(await after(28 * DAY)).toEqual({ keys: 0, deliveries: 3, events: 3 });
    expect(await after(2 * DAY)).toEqual({ keys: 0, deliveries: 2, events: 3 });
    expect(await after(60 * DAY)).toEqual({ keys: 0, deliveries: 2, events: 2 });
  });

  it("takes many rows in small portions", async () => {
    const bulk =
      "insert into platform_idempotency_keys (owner, route, key, fingerprint, attempt, first_claimed_at, claimed_at) select 'bulk', 'r', value, 'f', 1, 1, 1 from generate_series";
    await rows(
      `with recursive generate_series(value) as (select 1 union all select value + 1 from generate_series where value < 5000) ${bulk}`,
    );
    clock += HOUR;
    await tick();
    expect(await count("platform_idempotency_keys", "owner = 'bulk'")).toBe(0);
  });
});

describe("a new installation", () => {
  it("finds its help articles within a tick, and keeps an operator's own wording", async () => {
    const installation = { ...base, composition: compose([support], PLATFORM_CRONS) };
    const tickOnce = async (): Promise<string[]> => inJob(installation, options, async (ctx) => runDueCrons(ctx));
    clock += DAY;
    await tickOnce();
    expect(await count("support_articles", "slug = 'first-steps'")).toBe(1);
    await rows("update support_articles set title = 'Our own words' where slug = 'first-steps'");
    clock += DAY;
    await tickOnce();
    expect(await count("support_articles", "slug = 'first-steps' and title = 'Our own words'")).toBe(1);
  });
});

describe("the scheduled handler", () => {
  it("runs what is due at the moment it was meant for, with a clock that goes on", async () => {
    const time = Date.now() + 3 * HOUR;
    for (let trigger = 0; trigger < 2; trigger += 1) {
      const execution = createExecutionContext();
      await worker.scheduled(createScheduledController({ scheduledTime: time, cron: "* * * * *" }), env, execution);
      await waitOnExecutionContext(execution);
    }
    expect(
      await count(
        "platform_cron_slots",
        "name = 'platform.sweep' and slot = ? and finished_at >= ?",
        time - (time % MINUTE),
        time,
      ),
    ).toBe(1);
  });
});
