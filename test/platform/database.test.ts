import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { describeFailure, isOutage } from "#platform/failure";
import { isRefusedBy, openDatabase } from "#platform/db";
import { remember } from "#platform/memory";
import { SECOND } from "#kernel/time";
import { as, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { counted, failing } from "../support/database.ts";
import { count, inJob } from "../support/platform.ts";

const app = testApp();
const ticket = { subject: "Late", body: "Where is it?" };

describe("a reader", () => {
  it("is told how far the database had come, and reads its own writes from there on", async () => {
    const user = aUser();
    const opened = await app.call("POST /api/v1/support/tickets", { as: user, json: ticket });
    const bookmark = opened.headers.get("X-Bookmark") ?? "";
    expect(bookmark).toMatch(/^[0-9a-f-]{59}$/);
    const { id } = await bodyOf<{ id: string }>(opened);
    const start = vi.spyOn(env.DB, "withSession");
    const read = await app.call(`GET /api/v1/support/tickets/${id}`, { as: user, headers: { "X-Bookmark": bookmark } });
    expect(read.status).toBe(200);
    expect(start.mock.calls.flat()).toContain(bookmark);
    start.mockRestore();
    const next = read.headers.get("X-Bookmark") ?? "";
    expect(next >= bookmark).toBe(true);
  });

  it.each([
    ["far in the future", "ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff"],
    ["of another database", "00000000-00000000-00000000-00000000000000000000000000000000"],
    ["in capitals", "0000000A-00000000-00000000-0000000000000000000000000000000A"],
    ["that names a constraint", "first-primary"],
    ["that is empty", ""],
    ["that is long", "0".repeat(5_000)],
    ["that is none", "'; drop table support_tickets; --"],
  ])("is answered as ever with a bookmark %s", async (_, bookmark) => {
    const user = aUser();
    const { id } = await bodyOf<{ id: string }>(
      await app.call("POST /api/v1/support/tickets", { as: user, json: ticket }),
    );
    const read = await app.call(`GET /api/v1/support/tickets/${id}`, { as: user, headers: { "X-Bookmark": bookmark } });
    expect(read.status).toBe(200);
  });

  it("starts anywhere without a bookmark; whoever writes starts at the primary", async () => {
    const started: string[] = [];
    const watched = {
      withSession: (at: string) => (started.push(at), env.DB.withSession(at)),
    } as unknown as D1Database;
    const reader = openDatabase(watched, null, false);
    expect(reader.bookmark()).toBeNull();
    await reader.read.run("select 1");
    expect(started).toEqual(["first-unconstrained"]);
    await openDatabase(watched, "00000001-00000000-00000000-00000000000000000000000000000000", true).read.run(
      "select 1",
    );
    expect(started.at(-1)).toBe("first-primary");
  });
});

describe("a route", () => {
  /** How often a call waits for the database in an isolate that is warm: the same bindings have served one before. */
  const trips = async (line: string, call: { user: ReturnType<typeof aUser>; json?: object }): Promise<number> => {
    const database = counted();
    const warm = { ...env, DB: database.DB };
    const [method = "GET", path = "/"] = line.split(" ");
    const ask = async (at: string, init: RequestInit): Promise<number> => {
      const execution = createExecutionContext();
      const headers = { ...as(call.user), "Content-Type": "application/json", "Idempotency-Key": "k" };
      const answer = await app.http.fetch(
        new Request(`https://bourse.test${at}`, { headers, ...init }),
        warm,
        execution,
      );
      await waitOnExecutionContext(execution);
      return answer.status;
    };
    await ask("/api/v1/support/tickets", {});
    const before = database.count();
    const body = call.json === undefined ? {} : { body: JSON.stringify(call.json) };
    expect(await ask(path, { method, ...body })).toBeLessThan(300);
    return database.count() - before;
  };

  it("that reads one ticket asks the database at most twice", async () => {
    const user = aUser();
    const { id } = await bodyOf<{ id: string }>(
      await app.call("POST /api/v1/support/tickets", { as: user, json: ticket }),
    );
    expect(await trips(`GET /api/v1/support/tickets/${id}`, { user })).toBeLessThanOrEqual(2);
  });

  it("that lists tickets asks as often for many as for few", async () => {
    const user = aUser();
    for (let made = 0; made < 5; made += 1) await app.call("POST /api/v1/support/tickets", { as: user, json: ticket });
    expect(await trips("GET /api/v1/support/tickets", { user })).toBeLessThanOrEqual(2);
  });

  it("that opens a ticket under a key asks at most four times", async () => {
    const asked = await trips("POST /api/v1/support/tickets", { user: aUser(), json: ticket });
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(asked).toBeLessThanOrEqual(4);
  });

  it("that touches no dependency asks never", async () => {
    expect(await trips("GET /api/v1/health", { user: aUser() })).toBe(0);
  });
});

describe("an outage of the database", () => {
  it.each([/support_tickets/, /platform_events/, /platform_idempotency_keys/])(
    "in %s refuses with 503 and leaves nothing half done",
    async (pattern) => {
      const user = aUser();
      const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
      const refused = await app.call("POST /api/v1/support/tickets", {
        as: user,
        json: ticket,
        headers: { "Idempotency-Key": "k" },
        env: failing(pattern),
      });
      logged.mockRestore();
      expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "5"]);
      expect(await bodyOf(refused)).toMatchObject({ code: "unavailable" });
      expect(await count("support_tickets", "user_id = ?", user.userId)).toBe(0);
      const again = await app.call("POST /api/v1/support/tickets", {
        as: user,
        json: ticket,
        headers: { "Idempotency-Key": "k" },
      });
      expect(again.status).toBe(201);
    },
  );

  it("is told from a refusal by the data", async () => {
    const refusal = await inJob(app, {}, async (ctx) =>
      ctx.db.batch([ctx.db.sql("update support_tickets set status = 'odd'")]).catch((error: unknown) => error),
    );
    expect(isOutage(refusal)).toBe(false);
    expect(isRefusedBy(refusal, "support_ticket_status")).toBe(true);
    expect(describeFailure(refusal)).toBe("support_ticket_status");
    expect(describeFailure("thrown text")).toBe("unknown");
    expect(
      isOutage(new Error("x", { cause: new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long.") })),
    ).toBe(true);
    expect(isOutage(new Error('D1_ERROR: near "from": syntax error'))).toBe(false);
  });
});

describe("a memory", () => {
  const bindings = { ...env };
  const get = async <T>(memory: ReturnType<typeof remember<T>>): Promise<T> =>
    inJob(app, { env: bindings }, async (ctx) => memory.get(ctx));
  const here = async <T>(memory: ReturnType<typeof remember<T>>, ctxEnv: Env): Promise<T> =>
    memory.get({ env: ctxEnv } as never);

  it("reads once for as long as it may, and again when it is told to forget", async () => {
    let reads = 0;
    const memory = remember(5 * SECOND, async () => (reads += 1));
    expect([await here(memory, env), await here(memory, env)]).toEqual([1, 1]);
    memory.forget();
    expect(await here(memory, env)).toBe(2);
    expect(await get(memory)).toBe(3);
  });

  it("is read anew by one caller before it ends, while the others go on with it", async () => {
    vi.setSystemTime(1_000_000);
    let reads = 0;
    const memory = remember(5 * SECOND, async () => {
      const value = (reads += 1);
      if (value > 1) await new Promise(() => undefined);
      return value;
    });
    expect(await here(memory, env)).toBe(1);
    vi.setSystemTime(1_000_000 + 4_500);
    void here(memory, env);
    expect([await here(memory, env), await here(memory, env), reads]).toEqual([1, 1, 2]);
    vi.setSystemTime(1_000_000 + 5_000);
    void here(memory, env);
    expect(reads).toBe(3);
    vi.useRealTimers();
  });

  it("keeps no failure, and makes nobody wait for somebody else's read", async () => {
    const reads: PromiseWithResolvers<string>[] = [];
    const memory = remember(5 * SECOND, async () => {
      const read = Promise.withResolvers<string>();
      reads.push(read);
      return read.promise;
    });
    const [first, second] = [here(memory, env), here(memory, env)];
    reads[1]?.resolve("second");
    expect(await second).toBe("second");
    expect(await here(memory, env)).toBe("second");
    reads[0]?.reject(new Error("cancelled"));
    await expect(first).rejects.toThrow("cancelled");
  });

  it("that was told to forget is not filled by a read from before", async () => {
    const old = Promise.withResolvers<string>();
    const answers = [old.promise, Promise.resolve("new")];
    const memory = remember(5 * SECOND, async () => answers.shift());
    const early = here(memory, env);
    memory.forget();
    old.resolve("old");
    expect(await early).toBe("old");
    expect(await here(memory, env)).toBe("new");
  });
});
