import { beforeEach, describe, expect, it } from "vitest";
import { draftEvent } from "#kernel/event";
import { DAY, MINUTE } from "#kernel/time";
import { commit } from "#platform/commit";
import { MAX_ATTEMPTS } from "#platform/deliver";
import { drain } from "#platform/drain";
import type { DeliveryMessage } from "#platform/outbox";
import { anOperator, freshId } from "../support/actors.ts";
import { bodyOf } from "../support/app.ts";
import { DeliveryProbe, deliveryOf, marks } from "../support/deliveries.ts";
import { consumeBatch, count, inJob, rows, thingMade } from "../support/platform.ts";

const probe = new DeliveryProbe();
const { app, queue, options, entered } = probe;

beforeEach(() => probe.renew());

/** A delivery that was given up on. */
async function bury(): Promise<{ thing: string; message: DeliveryMessage; id: string }> {
  const { thing, message } = await probe.publish();
  await rows(
    "update platform_deliveries set state = 'dead', attempts = 12, last_error = 'TypeError' where event_id = ?",
    message.eventId,
  );
  return { thing, message, id: `${message.eventId}.${message.handler}` };
}

describe("the sweeper", () => {
  beforeEach(async () => {
    await inJob(app, options, async (ctx) => drain(ctx));
    queue.take();
  });

  it("sends what the queue did not take, and sends it once a while", async () => {
    queue.down = true;
    const thing = freshId("job");
    await inJob(app, options, async (ctx) => commit(ctx, [], { events: [draftEvent(thingMade, { thing })] }));
    queue.down = false;
    queue.take();
    expect(await probe.sweep()).toBe(0);
    probe.clock += MINUTE;
    expect(await probe.sweep()).toBe(1);
    expect(await probe.sweep()).toBe(0);
    const [message] = queue.take();
    await consumeBatch(app, [message], options);
    probe.clock += DAY;
    expect(await probe.sweep()).toBe(0);
    expect(await marks(thing)).toBe(1);
  });

  it("rebuilds a queue that was purged", async () => {
    const things = Array.from({ length: 250 }, () => freshId("job"));
    await inJob(app, options, async (ctx) =>
      commit(ctx, [], { events: things.map((thing) => draftEvent(thingMade, { thing })) }),
    );
    expect(queue.take()).toHaveLength(250);
    probe.clock += MINUTE;
    expect(await probe.sweep()).toBe(250);
    await consumeBatch(app, queue.take(), options);
    for (const thing of things) expect(entered.get(thing)).toBe(1);
    probe.clock += DAY;
    expect(await probe.sweep()).toBe(0);
  });

  it("shares the work when two come at once, and leaves alone what a consumer has", async () => {
    const first = await probe.publish();
    const second = await probe.publish();
    await rows(
      "update platform_deliveries set lease_until = ? where event_id = ?",
      probe.clock + 5 * MINUTE,
      second.message.eventId,
    );
    probe.clock += MINUTE;
    const totals = await Promise.all([probe.sweep(), probe.sweep(), probe.sweep()]);
    expect(totals.reduce((sum, total) => sum + total)).toBe(1);
    expect(queue.take().map(({ eventId }) => eventId)).toEqual([first.message.eventId]);
  });

  it("loses nothing while the queue stays down", async () => {
    const { thing } = await probe.publish();
    queue.down = true;
    for (let minute = 0; minute < 5; minute += 1) {
      probe.clock += MINUTE;
      await probe.sweep();
    }
    queue.down = false;
    probe.clock += MINUTE;
    expect(await probe.sweep()).toBe(1);
    await consumeBatch(app, queue.take(), options);
    expect(await marks(thing)).toBe(1);
  });
});

describe("the queue of dead letters", () => {
  const dead = { ...options, queue: "bourse-events-dead" };

  it("gives what still has tries back to the sweeper: an outage buries nothing", async () => {
    const { thing, message } = await probe.publish();
    expect(await consumeBatch(app, [message, "junk"], dead)).toEqual({ acked: ["0", "1"], retried: [] });
    expect(await deliveryOf(message)).toMatchObject({ state: "pending", attempts: 0 });
    probe.clock += MINUTE;
    await probe.sweep();
    await consumeBatch(app, queue.take(), options);
    expect(await marks(thing)).toBe(1);
    expect(await consumeBatch(app, [message], dead)).toEqual({ acked: ["0"], retried: [] });
    expect(await deliveryOf(message)).toMatchObject({ state: "done" });
  });

  it("buries what has none left, under a name of its own", async () => {
    const { message } = await probe.publish();
    await rows("update platform_deliveries set attempts = ? where event_id = ?", MAX_ATTEMPTS, message.eventId);
    await consumeBatch(app, [message], dead);
    expect(await deliveryOf(message)).toMatchObject({ state: "dead", last_error: "retries_exhausted" });
  });

  it("and its sister keep their messages while the database is away", async () => {
    const { message } = await probe.publish();
    const away = {
      withSession: () => ({
        prepare: () => ({ bind: () => ({}) }),
        batch: async () => Promise.reject(new Error("D1_ERROR: Network connection lost.")),
      }),
    };
    const outage = { ...options, env: { ...options.env, DB: away as unknown as D1Database } };
    expect(await consumeBatch(app, [message], outage)).toEqual({ acked: [], retried: ["0"] });
    expect(await consumeBatch(app, [message], { ...outage, queue: "bourse-events-dead" })).toEqual({
      acked: [],
      retried: ["0"],
    });
    expect(await deliveryOf(message)).toMatchObject({ state: "pending", attempts: 0 });
  });
});

describe("a dead letter", () => {
  const operator = anOperator();
  const list = async () => {
    const answer = await app.call("GET /api/v1/admin/jobs?limit=100", { as: operator });
    return (await bodyOf<{ data: { id: string; lastError: string | null; eventType: string }[] }>(answer)).data;
  };

  it("is listed for operators, page by page, and for nobody else", async () => {
    const letters = [await bury(), await bury(), await bury()].map(({ id }) => id);
    expect((await list()).map(({ id }) => id)).toEqual(expect.arrayContaining(letters));
    expect((await list())[0]).toMatchObject({ lastError: "TypeError", eventType: "thing.made" });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const answer: Response = await app.call(`GET /api/v1/admin/jobs?limit=2${cursor && `&cursor=${cursor}`}`, {
        as: operator,
      });
      const page: { data: { id: string }[]; nextCursor: string | null } = await bodyOf(answer);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(seen).toEqual((await list()).map(({ id }) => id));
    expect((await app.call("GET /api/v1/admin/jobs")).status).toBe(401);
    expect((await app.call("GET /api/v1/admin/jobs", { as: { ...operator, role: "user" } })).status).toBe(403);
  });

  it("is replayed once, however many operators try, and then has its effect", async () => {
    const { thing, message, id } = await bury();
    const retry = async () =>
      app.call(`POST /api/v1/admin/jobs/${id}/retry`, { as: anOperator(), env: { EVENTS: queue.binding } });
    const statuses = (await Promise.all(Array.from({ length: 8 }, retry))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 404)).toHaveLength(7);
    expect(queue.take()).toEqual([message]);
    expect(await count("platform_audit_entries", "action = 'job.retried' and target = ?", id)).toBe(1);
    expect(await deliveryOf(message)).toMatchObject({ state: "pending", attempts: 0, last_error: null });
    await consumeBatch(app, [message], options);
    expect(await marks(thing)).toBe(1);
    expect((await retry()).status).toBe(404);
  });

  it("is replayed under an idempotency key with one answer", async () => {
    const { id } = await bury();
    const retry = async () =>
      app.call(`POST /api/v1/admin/jobs/${id}/retry`, {
        as: operator,
        headers: { "Idempotency-Key": id },
        env: { EVENTS: queue.binding },
      });
    const [first, second] = [await retry(), await retry()];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(await second.text()).toBe(await first.text());
  });

  it.each(["", ".", "x", "evt_.", "evt_01k0gq2v9eft6tmd4y6n3k9b2x", "%00", "evt_01k0gq2v9eft6tmd4y6n3k9b2x.none"])(
    "named %j is not there",
    async (id) => {
      expect((await app.call(`POST /api/v1/admin/jobs/${id}/retry`, { as: operator })).status).toBe(404);
    },
  );
});
