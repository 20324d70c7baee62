import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MINUTE } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { aUser } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { failing } from "../support/database.ts";
import { count } from "../support/platform.ts";
import { ProbeRoute, insertThing, makeThing } from "../support/probe-route.ts";

const probe = new ProbeRoute();
const app = testApp(probe.module);

async function make(user: ReturnType<typeof aUser>, env: Readonly<Record<string, unknown>> = {}): Promise<Response> {
  return app.call("POST /api/v1/probe/things", {
    as: user,
    headers: { "Idempotency-Key": "k" },
    json: { text: "x" },
    env,
  });
}

const things = async (...ids: string[]): Promise<number> =>
  count("platform_cron_slots", `name in (${ids.map(() => "?").join()})`, ...ids);

const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
beforeEach(() => void errors.mockClear());
afterEach(() => void vi.useRealTimers());
afterAll(() => errors.mockRestore());

/** The answer of the first run is lost after its commit; a minute later the call comes again. */
async function loseAnswer(user: ReturnType<typeof aUser>): Promise<Response> {
  await make(user, failing(/set status = \?/));
  vi.setSystemTime(Date.now() + MINUTE);
  return make(user);
}

describe("a verb under a key", () => {
  it("that returns nothing runs once, though its answer was lost", async () => {
    const ids: string[] = [];
    probe.act = once(async (ctx: Ctx) => {
      ids.push(ctx.newId("job"));
      await commit(ctx, [insertThing(ctx, ids.at(-1) ?? "")]);
    });
    const user = aUser();
    const again = await loseAnswer(user);
    expect(again.status).toBe(204);
    expect(ids).toHaveLength(1);
    expect(await things(...ids)).toBe(1);
  });

  it("that is not wrapped is refused rather than run twice, and the log says why", async () => {
    let runs = 0;
    probe.act = async (ctx) => {
      runs += 1;
      const id = ctx.newId("job");
      await commit(ctx, [
        ctx.db.sql(
          "insert or ignore into platform_cron_slots (name, slot, claimed_at, attempts) values (?, ?, 1, 1)",
          id,
          runs,
        ),
      ]);
      return { id };
    };
    const user = aUser();
    expect((await loseAnswer(user)).status).toBe(409);
    expect(errors.mock.calls.flat().join()).toContain("not wrapped in `once`");
  });

  it("stands alone: a second verb throws, and the first one's change stands", async () => {
    const ids: string[] = [];
    const first = once(async (ctx: Ctx) => {
      ids.push(ctx.newId("job"));
      await commit(ctx, [insertThing(ctx, ids.at(-1) ?? "")], { result: "first" });
      return "first";
    });
    probe.act = async (ctx) => [await first(ctx, undefined), await makeThing(ctx, "second")];
    const user = aUser();
    expect((await make(user)).status).toBe(500);
    expect((await make(user)).status).toBe(500);
    expect(ids).toHaveLength(1);
    expect(await things(...ids)).toBe(1);
  });

  it("closes its claim once: what it would commit after that is refused aloud", async () => {
    const ids: string[] = [];
    probe.act = once(async (ctx: Ctx) => {
      for (let time = 0; time < 2; time += 1) {
        ids.push(ctx.newId("job"));
        await commit(ctx, [insertThing(ctx, ids.at(-1) ?? "")]);
      }
    });
    expect((await make(aUser())).status).toBe(500);
    expect(await things(...ids)).toBe(1);
  });

  it("may commit on the way; the next run has the same ids and meets what was committed", async () => {
    const ids: string[] = [];
    let outage = true;
    probe.act = once(async (ctx: Ctx) => {
      const id = ctx.newId("job");
      ids.push(id);
      const intent = ctx.db.sql(
        "insert or ignore into platform_cron_slots (name, slot, claimed_at, attempts) values (?, 0, 1, 1)",
        id,
      );
      await commit(ctx, [intent], { partial: true });
      if (outage) throw new Error("the vendor is away");
      await commit(ctx, [insertThing(ctx, id)], { result: id });
      return id;
    });
    const user = aUser();
    expect((await make(user)).status).toBe(500);
    outage = false;
    expect((await make(user)).status).toBe(201);
    expect((await make(user)).headers.get("Idempotent-Replayed")).toBe("true");
    expect(ids[0]).toBe(ids[1]);
    expect(await things(ids[0] ?? "")).toBe(2);
  });

  it("that refuses after a commit on the way keeps its key, and so its ids", async () => {
    const ids: string[] = [];
    probe.act = once(async (ctx: Ctx) => {
      ids.push(ctx.newId("job"));
      await commit(ctx, [], { partial: true, audit: { action: "call.intended", target: ids.at(-1) ?? "" } });
      throw new TypeError("never mind");
    });
    const user = aUser();
    await make(user);
    await make(user);
    expect(new Set(ids).size).toBe(1);
    expect(await count("platform_idempotency_keys", "owner = ? and attempt = 2", user.userId)).toBe(1);
  });

  it("meets a constraint: the change is refused whole, and a problem is remembered only where it has a name", async () => {
    const user = aUser();
    probe.act = async (ctx) => {
      const id = ctx.newId("job");
      return commit(ctx, [insertThing(ctx, id), insertThing(ctx, id)], { result: id });
    };
    expect((await make(user)).status).toBe(500);
    probe.act = makeThing;
    expect((await make(user)).status).toBe(201);
  });

  it("works without a key as ever, as often as it is called", async () => {
    const user = aUser();
    const call = async () => app.call("POST /api/v1/support/tickets", { as: user, json: { subject: "a", body: "b" } });
    expect((await call()).status).toBe(201);
    expect((await call()).status).toBe(201);
    expect(await count("support_tickets", "user_id = ?", user.userId)).toBe(2);
  });
});
