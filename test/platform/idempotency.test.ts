import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DAY, SECOND } from "#kernel/time";
import { defineProblems } from "#kernel/problem";
import { http } from "#platform/http/problems";
import { canonical } from "#platform/http/idempotency";
import { anApiKey, aUser, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { failing } from "../support/database.ts";
import { count, rows } from "../support/platform.ts";
import { ProbeRoute, makeThing } from "../support/probe-route.ts";

const probe = new ProbeRoute();
const app = testApp(probe.module);
const TICKETS = "POST /api/v1/support/tickets";
const THINGS = "POST /api/v1/probe/things";
const problems = defineProblems("probe", {
  taken: { status: 409, title: "Taken." },
  poor: { status: 402, title: "Poor." },
});

type User = ReturnType<typeof aUser>;

async function open(
  user: User,
  key: string,
  extra: { json?: object; env?: Readonly<Record<string, unknown>> } = {},
): Promise<Response> {
  return app.call(TICKETS, {
    as: user,
    headers: { "Idempotency-Key": key },
    json: extra.json ?? { subject: "Late", body: "Where is it?" },
    ...(extra.env ? { env: extra.env } : {}),
  });
}

async function make(user: User, key: string, json: object = { text: "x" }): Promise<Response> {
  return app.call(THINGS, { as: user, headers: { "Idempotency-Key": key }, json });
}

const ticketsOf = async (user: User): Promise<number> => count("support_tickets", "user_id = ?", user.userId);
const keyRow = async (user: User) =>
  (
    await rows<{ attempt: number; status: number | null; result: string | null; body: string | null }>(
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

describe("a repeated call under one key", () => {
  it("gets the first answer again, byte for byte, and says so", async () => {
    const user = aUser();
    const first = await open(user, "k");
    expect(first.status).toBe(201);
    expect(first.headers.get("Idempotent-Replayed")).toBeNull();
    const text = await first.text();
    for (let time = 0; time < 5; time += 1) {
      const again = await open(user, "k");
      expect([again.status, again.headers.get("Idempotent-Replayed"), again.headers.get("Content-Type")]).toEqual([
        201,
        "true",
        first.headers.get("Content-Type"),
      ]);
      expect(await again.text()).toBe(text);
    }
    expect(await ticketsOf(user)).toBe(1);
    expect(await count("platform_events", "data ->> 'ticketId' = ?", (JSON.parse(text) as { id: string }).id)).toBe(1);
  });

  it("is the same call whatever the order of its fields", async () => {
    const user = aUser();
    await open(user, "k", { json: { subject: "a", body: "b" } });
    expect((await open(user, "k", { json: { body: "b", subject: "a" } })).headers.get("Idempotent-Replayed")).toBe(
      "true",
    );
    expect(canonical({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"c":null,"d":1}]}');
    expect(canonical(JSON.parse('{"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1}}');
  });

  it("with another body, address or query is refused, and has no effect", async () => {
    const user = aUser();
    const first = await bodyOf<{ id: string }>(await open(user, "k"));
    const second = await bodyOf<{ id: string }>(await open(user, "other"));
    const other = await open(user, "k", { json: { subject: "Late", body: "Where is it" } });
    expect(other.status).toBe(422);
    expect(await bodyOf(other)).toMatchObject({ code: "idempotency_key_reused" });
    expect(await ticketsOf(user)).toBe(2);
    const add = async (id: string, query = "") =>
      app.call(`POST /api/v1/support/tickets/${id}/messages${query}`, {
        as: user,
        headers: { "Idempotency-Key": "m" },
        json: { body: "More." },
      });
    expect((await add(first.id)).status).toBe(201);
    expect((await add(second.id)).status).toBe(422);
    expect((await add(first.id, "?x=1")).status).toBe(422);
    expect(await count("support_messages", "ticket_id in (?, ?) and body = 'More.'", first.id, second.id)).toBe(1);
  });

  it("has one effect when fifty come at once", async () => {
    const user = aUser();
    const answers = await Promise.all(Array.from({ length: 50 }, async () => open(user, "k")));
    const texts = await Promise.all(
      answers.filter(({ status }) => status === 201).map(async (answer) => answer.text()),
    );
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(new Set(texts).size).toBe(1);
    expect(await ticketsOf(user)).toBe(1);
    const text = await (await open(user, "k")).text();
    expect(texts).toContain(text);
  });

  it("is the caller's own: another's key neither shows nor blocks anything", async () => {
    const [mine, theirs] = [aUser(), aUser()];
    const first = await bodyOf<{ id: string }>(await open(mine, "k"));
    const other = await open(theirs, "k");
    expect(other.status).toBe(201);
    expect(other.headers.get("Idempotent-Replayed")).toBeNull();
    expect((await bodyOf<{ id: string }>(other)).id).not.toBe(first.id);
    expect((await make(mine, "k")).status).toBe(201);
  });

  it("asks for the same rights as the first", async () => {
    const user = aUser();
    await open(user, "k");
    const scoped = async (...scopes: string[]) =>
      app.call(TICKETS, {
        as: anApiKey(scopes, { userId: user.userId }),
        headers: { "Idempotency-Key": "k" },
        json: { subject: "Late", body: "Where is it?" },
      });
    expect((await scoped("support:read")).status).toBe(403);
    expect((await scoped("support:write")).headers.get("Idempotent-Replayed")).toBe("true");
    expect(
      (
        await app.call(TICKETS, {
          headers: { "Idempotency-Key": "k" },
          json: { subject: "Late", body: "Where is it?" },
        })
      ).status,
    ).toBe(401);
  });

  it("is remembered for a day, and new after it", async () => {
    const user = aUser();
    const first = await bodyOf<{ id: string }>(await open(user, "k"));
    later(DAY - SECOND);
    expect((await open(user, "k")).headers.get("Idempotent-Replayed")).toBe("true");
    later(2 * SECOND);
    const next = await open(user, "k", { json: { subject: "Another", body: "matter" } });
    expect(next.headers.get("Idempotent-Replayed")).toBeNull();
    expect((await bodyOf<{ id: string }>(next)).id).not.toBe(first.id);
    expect(await ticketsOf(user)).toBe(2);
  });

  it("leaves no clear text in the database", async () => {
    const user = aUser();
    const secret = `canary-${freshId("job")}`;
    await make(user, "k", { text: secret });
    const row = await keyRow(user);
    expect(row).toMatchObject({ status: 201 });
    expect(row?.result).toMatch(/^test\./);
    expect(row?.body).toMatch(/^test\./);
    expect(JSON.stringify(await rows("select * from platform_idempotency_keys"))).not.toContain(secret);
    await rows("update platform_idempotency_keys set body = result where owner = ?", user.userId);
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect((await make(user, "k", { text: secret })).status).toBe(500);
    logged.mockRestore();
  });
});

describe("a key", () => {
  it.each([
    ["empty", "", 400],
    ["of 255 characters", "k".repeat(255), 201],
    ["of 256 characters", "k".repeat(256), 400],
    ["with a blank", "a b", 400],
    ["with a comma", "a,b", 400],
    ["beyond ASCII", "\u00e9", 400],
    ["of every sign", "!\"#$%&'()*+-./:;<=>?@[]^_`{|}~", 201],
  ])("%s is answered as it should be", async (_, key, status) => {
    const answer = await open(aUser(), key);
    expect(answer.status).toBe(status);
    if (status === 400) expect(await bodyOf(answer)).toMatchObject({ code: "idempotency_key_invalid" });
  });

  it("sent twice is refused", async () => {
    const headers = new Headers({ "Idempotency-Key": "a" });
    headers.append("Idempotency-Key", "b");
    const answer = await app.call(TICKETS, {
      as: aUser(),
      headers: Object.fromEntries(headers),
      json: { subject: "a", body: "b" },
    });
    expect(answer.status).toBe(400);
  });

  it("is required where the route says so", async () => {
    const answer = await app.call(THINGS, { as: aUser(), json: { text: "x" } });
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toMatchObject({ code: "idempotency_key_required" });
  });
});

describe("a failure under a key", () => {
  it.each([
    ["402", () => problems.poor(), 402],
    ["403", () => http.forbidden(), 403],
    ["404", () => http.notFound(), 404],
    ["409", () => problems.taken(), 409],
  ])("of %s is remembered", async (_, problem, status) => {
    const user = aUser();
    probe.act = async () => Promise.reject(problem());
    const first = await make(user, "k");
    expect(first.status).toBe(status);
    probe.act = makeThing;
    const again = await make(user, "k");
    expect([again.status, again.headers.get("Idempotent-Replayed")]).toEqual([status, "true"]);
    expect(again.headers.get("Content-Type")).toContain("application/problem+json");
    expect(await again.text()).toBe(await first.text());
  });

  it.each([
    ["400", () => http.badRequest()],
    ["401", () => http.unauthenticated()],
    ["422", () => http.validationFailed()],
    ["429", () => http.rateLimited()],
  ])("of %s gives the key back, for another body too", async (_, problem) => {
    const user = aUser();
    probe.act = async () => Promise.reject(problem());
    expect((await make(user, "k")).status).toBe(problem().status);
    expect(await keyRow(user)).toBeUndefined();
    probe.act = makeThing;
    expect((await make(user, "k", { text: "better" })).status).toBe(201);
  });

  it("of validation gives the key back", async () => {
    const user = aUser();
    expect((await make(user, "k", { text: 1 })).status).toBe(422);
    expect((await make(user, "k", { text: "better" })).status).toBe(201);
  });

  it("of ours keeps the request, so that the next run has the same ids", async () => {
    const user = aUser();
    const ids: string[] = [];
    probe.act = async (ctx, text) => {
      ids.push(ctx.newId("job"), ctx.newId("job"), ctx.newId("tkt"));
      if (ids.length < 4) throw new Error("out of luck");
      return makeThing(ctx, text);
    };
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect((await make(user, "k")).status).toBe(500);
    logged.mockRestore();
    expect((await make(user, "k", { text: "other" })).status).toBe(422);
    later(SECOND);
    expect((await make(user, "k")).status).toBe(201);
    expect(ids.slice(0, 3)).toEqual(ids.slice(3));
    expect(new Set(ids).size).toBe(3);
  });

  it("of the database at the commit is a 503 without an effect, and the next run goes through", async () => {
    const user = aUser();
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const first = await open(user, "k", { env: failing(/insert into "support_tickets"/) });
    logged.mockRestore();
    expect([first.status, first.headers.get("Retry-After")]).toEqual([503, "5"]);
    expect(await ticketsOf(user)).toBe(0);
    expect((await open(user, "k")).status).toBe(201);
    expect(await ticketsOf(user)).toBe(1);
  });
});
