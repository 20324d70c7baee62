import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HOUR, MINUTE, SECOND } from "#kernel/time";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { failing } from "../support/database.ts";
import { count, rows } from "../support/platform.ts";
import type { Made } from "../support/probe-route.ts";
import { ProbeRoute, makeThing } from "../support/probe-route.ts";

const probe = new ProbeRoute();
const app = testApp(probe.module);
const TICKETS = "POST /api/v1/support/tickets";
const THINGS = "POST /api/v1/probe/things";
type User = ReturnType<typeof aUser>;

async function open(user: User, key: string, env: Readonly<Record<string, unknown>> = {}): Promise<Response> {
  return app.call(TICKETS, {
    as: user,
    headers: { "Idempotency-Key": key },
    json: { subject: "Late", body: "Where is it?" },
    env,
  });
}

async function make(user: User, key: string): Promise<Response> {
  return app.call(THINGS, { as: user, headers: { "Idempotency-Key": key }, json: { text: "x" } });
}

const ticketsOf = async (user: User): Promise<number> => count("support_tickets", "user_id = ?", user.userId);
const keyRow = async (user: User) =>
  (
    await rows<{ attempt: number; status: number | null }>(
      "select * from platform_idempotency_keys where owner = ?",
      user.userId,
    )
  )[0];

beforeEach(() => {
  probe.act = makeThing;
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

describe("a run whose process died", () => {
  it("after its commit is taken over after a minute, and its very result is answered", async () => {
    const user = aUser();
    const logged = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const first = await open(user, "k", failing(/set status = \?/));
    logged.mockRestore();
    const made = await bodyOf<{ id: string }>(first);
    expect(first.status).toBe(201);
    expect(await keyRow(user)).toMatchObject({ status: null, attempt: 1 });
    const early = await open(user, "k");
    expect(early.status).toBe(409);
    expect(early.headers.get("Retry-After")).toBe("1");
    expect(await bodyOf(early)).toMatchObject({ code: "idempotency_in_progress" });
    later(MINUTE);
    const second = await open(user, "k");
    expect(second.status).toBe(201);
    expect(await bodyOf(second)).toEqual(made);
    expect(await ticketsOf(user)).toBe(1);
    const third = await open(user, "k");
    expect(third.headers.get("Idempotent-Replayed")).toBe("true");
    expect(await bodyOf(third)).toEqual(made);
  });

  it("before its commit is run again with the same ids", async () => {
    const user = aUser();
    const ids: string[] = [];
    probe.act = async (ctx) => {
      ids.push(ctx.newId("job"));
      return new Promise(() => undefined);
    };
    void make(user, "k");
    await vi.waitFor(() => expect(ids).toHaveLength(1));
    probe.act = makeThing;
    later(MINUTE - SECOND);
    expect((await make(user, "k")).status).toBe(409);
    later(SECOND);
    const second = await make(user, "k");
    expect((await bodyOf<Made>(second)).id).toBe(ids[0]);
    expect(await keyRow(user)).toMatchObject({ attempt: 2, status: 201 });
  });

  it("and wakes up again commits nothing: its place was taken", async () => {
    const user = aUser();
    const gate = Promise.withResolvers<void>();
    probe.act = async (ctx, text) => {
      await gate.promise;
      return makeThing(ctx, text);
    };
    const zombie = make(user, "k");
    await vi.waitFor(async () => expect(await keyRow(user)).toBeDefined());
    probe.act = makeThing;
    later(MINUTE + SECOND);
    const second = await make(user, "k");
    const made = await bodyOf<Made>(second);
    gate.resolve();
    expect((await zombie).status).toBe(409);
    expect(await count("platform_cron_slots", "name = ?", made.id)).toBe(1);
    expect(await count("platform_audit_entries", "target = ?", made.id)).toBe(1);
    expect(await bodyOf<Made>(await make(user, "k"))).toEqual(made);
  });

  it("is not forgotten within an hour of its day", async () => {
    const user = aUser();
    await make(user, "k");
    later(23 * HOUR);
    expect((await make(user, "k")).headers.get("Idempotent-Replayed")).toBe("true");
  });
});
