import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { draftEvent } from "#kernel/event";
import { userStatusChanged } from "#modules/identity";
import { commit } from "#platform/commit";
import { signTicket } from "#platform/tickets";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Frame } from "../../support/chat.ts";
import { closing, evict, knock, openChat, ticketFor } from "../../support/chat.ts";
import { testCtx } from "../../support/ctx.ts";
import type { Person, Tokens } from "../../support/people.ts";
import { aPerson, bearer, login, PASSWORD } from "../../support/people.ts";
import { inJob } from "../../support/platform.ts";

const app = testApp();
let [owner, stranger]: Person[] = [];

beforeAll(async () => {
  [owner, stranger] = await Promise.all([aPerson(app), aPerson(app)]);
});

const person = (who: Person | undefined): Person => {
  if (!who) throw new Error("Nobody was made.");
  return who;
};

describe("a socket", () => {
  it("is closed with 4401 for a ticket that is bad, and no object wakes", async () => {
    const before = (await listDurableObjectIds(env.CHAT_SESSION)).length;
    const good = await ticketFor(app, person(owner));
    for (const token of ["", "x", "a.b.c", `${good}x`, good.slice(0, -1), "token&token=x", "%00"])
      expect(await closing(await knock(app, `token=${token}`)), token).toBe(4401);
    expect(await listDurableObjectIds(env.CHAT_SESSION)).toHaveLength(before);
  });

  it("opens once for a ticket, however many come with it at once", async () => {
    const token = await ticketFor(app, person(owner));
    const knocks = await Promise.all(Array.from({ length: 16 }, async () => await knock(app, `token=${token}`)));
    const opened = await Promise.all(
      knocks.map(
        async (socket) =>
          await new Promise<boolean>((resolve) => {
            socket.addEventListener("message", () => resolve(true));
            socket.addEventListener("close", ({ code }) => resolve(code !== 4401));
            socket.accept();
          }),
      ),
    );
    expect(opened.filter(Boolean)).toHaveLength(1);
    expect(await closing(await knock(app, `token=${token}`))).toBe(4401);
  });

  it("does not open for a session that has ended", async () => {
    const gone = await aPerson(app);
    const token = await ticketFor(app, gone);
    await app.call("POST /api/v1/auth/logout", { headers: gone.bearer });
    expect(await closing(await knock(app, `token=${token}`))).toBe(4401);
  });

  it("does not open for one who was suspended since, nor by what opens other things", async () => {
    const shut = await aPerson(app);
    const { user } = shut;
    const token = await ticketFor(app, shut);
    for (const claims of [{ purpose: "trade" }, { audience: "trades" }, { ttlSeconds: -61 }]) {
      const other = { purpose: "chat", audience: "assistant", subject: user.id, ttlSeconds: 60, ...claims };
      expect(await closing(await knock(app, `token=${await signTicket(testCtx(app), other)}`))).toBe(4401);
    }
    expect(await closing(await knock(app, `token=${shut.accessToken}`))).toBe(4401);
    await env.DB.prepare("update identity_users set status = 'suspended' where id = ?").bind(user.id).run();
    expect(await closing(await knock(app, `token=${token}`))).toBe(4401);
  });

  it("closes when its owner changes the password elsewhere, or is suspended", async () => {
    const changing = await aPerson(app);
    const chat = await openChat(app, changing);
    const elsewhere = await bodyOf<Tokens>(await login(app, changing.email));
    const changed = await app.call("POST /api/v1/auth/password/change", {
      headers: bearer(elsewhere.accessToken),
      json: { currentPassword: PASSWORD, newPassword: "five other words in row" },
    });
    expect(changed.status).toBe(204);
    await app.call("POST /dev/jobs/drain");
    expect(await chat.closed).toBe(4401);
    const suspended = await aPerson(app);
    const open = await openChat(app, suspended);
    await inJob(app, {}, async (ctx) => {
      const change = { userId: suspended.user.id, status: "suspended" } as const;
      await commit(ctx, [], { events: [draftEvent(userStatusChanged, change)] });
    });
    await app.call("POST /dev/jobs/drain");
    expect(await open.closed).toBe(4401);
  });

  it("closes when its session ends", async () => {
    const leaving = await aPerson(app);
    const chat = await openChat(app, leaving);
    await app.call("POST /api/v1/auth/logout", { headers: leaving.bearer });
    await app.call("POST /dev/jobs/drain");
    expect(await chat.closed).toBe(4401);
  });

  it("opens for no page of another origin, and leaves the ticket good", async () => {
    const token = await ticketFor(app, person(owner));
    for (const origin of ["https://evil.test", "null", "https://bourse.test.evil.test", "http://127.0.0.1:8788"])
      expect(await closing(await knock(app, `token=${token}`, { Origin: origin })), origin).toBe(4403);
    const socket = await knock(app, `token=${token}`, { Origin: env.PUBLIC_ORIGIN });
    expect(
      await new Promise((resolve) => {
        socket.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data))));
        socket.accept();
      }),
    ).toMatchObject({ type: "ready", seq: 0 });
  });

  it("opens nobody else's conversation", async () => {
    const chat = await openChat(app, person(owner));
    const id = chat.conversationId;
    const token = await ticketFor(app, person(stranger));
    expect(await closing(await knock(app, `token=${token}&conversationId=${id}`))).toBe(4403);
    const asked = await app.call("POST /api/v1/assistant/tickets", {
      headers: person(stranger).bearer,
      json: { conversationId: id },
    });
    expect(asked.status).toBe(404);
    const mine = await ticketFor(app, person(owner), id);
    const other = await openChat(app, person(owner));
    expect(await closing(await knock(app, `token=${mine}&conversationId=${other.conversationId}`))).toBe(4403);
    const named = await ticketFor(app, person(owner));
    const again = await knock(app, `token=${named}&conversationId=${id}`);
    again.accept();
    expect(await chat.closed).toBe(4409);
  });

  it("is replaced by the next one of its conversation", async () => {
    const first = await openChat(app, person(owner));
    const second = await openChat(app, person(owner), { conversationId: first.conversationId });
    expect(await first.closed).toBe(4409);
    await second.ask("What is inflation?");
    expect(first.frames.filter(({ type }) => type === "response")).toEqual([]);
  });

  it("takes a frame of 16 KiB, and closes with 4413 on one byte more, counted in bytes", async () => {
    const chat = await openChat(app, person(owner));
    const frame = (fill: string, bytes: number): string => {
      const empty = JSON.stringify({ type: "ping", fill: "" });
      return JSON.stringify({
        type: "ping",
        fill: fill.repeat((bytes - empty.length) / new TextEncoder().encode(fill).length),
      });
    };
    chat.send(frame("a", 16_384));
    expect(await chat.until(({ type }) => type === "error")).toMatchObject({ code: "frame_invalid" });
    chat.send(frame("a", 16_385));
    expect(await chat.closed).toBe(4413);
    const wide = await openChat(app, person(owner));
    wide.send(frame("€", 16_384 + 4));
    expect(await wide.closed).toBe(4413);
    const binary = await openChat(app, person(owner));
    binary.socket.send(new ArrayBuffer(1_000_000));
    expect(await binary.closed).toBe(4413);
  });

  it("answers what makes no sense with an error, and closes with 4429 when it goes on", async () => {
    const chat = await openChat(app, person(owner));
    const nonsense = [
      "",
      "{",
      "null",
      "[]",
      "1",
      '{"type":"unknown"}',
      '{"type":"message","id":"a"}',
      '{"type":"ping","x":1}',
    ];
    for (const text of nonsense) chat.send(text);
    chat.socket.send(new ArrayBuffer(10));
    await chat.until(() => chat.frames.filter(({ code }) => code === "frame_invalid").length === nonsense.length + 1);
    for (let sent = 0; sent < 10; sent += 1) chat.send("[".repeat(8_000));
    expect(await chat.closed).toBe(4429);
  });

  it("closes with 4429 on flooding", async () => {
    const chat = await openChat(app, person(owner));
    for (let sent = 0; sent < 60; sent += 1) chat.send({ type: "resume", after: 0 });
    expect(await chat.closed).toBe(4429);
  });

  it("is one of many that count together: who asks too often waits in all of them, and nobody else", async () => {
    const busy = await aPerson(app);
    const chats = await Promise.all(Array.from({ length: 5 }, async () => await openChat(app, busy)));
    for (let sent = 0; sent < 36; sent += 1)
      for (const chat of chats) chat.send({ type: "message", id: "same", content: "What is a bond?" });
    const heard = (): Frame[] => chats.flatMap(({ frames }) => frames);
    const count = (wanted: (frame: Frame) => boolean): number => heard().filter(wanted).length;
    const isRefused = ({ code }: Frame): boolean => code === "rate_limited";
    await expect.poll(() => count(({ type }) => type === "ack") + count(isRefused)).toBe(180);
    expect(count(({ type }) => type === "ack")).toBeGreaterThanOrEqual(100);
    // One of each conversation passes before the limiter has said anything, and a few come back by and by.
    expect(count(({ type }) => type === "ack")).toBeLessThan(125);
    expect(Number(heard().find(isRefused)?.["retryAfter"])).toBeGreaterThan(0);
    expect(await (await openChat(app, person(stranger))).ask("What is a bond?")).toMatchObject({ done: true });
  });

  it("answers pings in whatever spelling", async () => {
    const chat = await openChat(app, person(owner));
    chat.send('{"type":"ping"}');
    chat.send('{ "type": "ping" }');
    await chat.until(() => chat.frames.filter(({ type }) => type === "pong").length === 2);
  });

  it("knows whose it is after the object was evicted", async () => {
    const chat = await openChat(app, person(owner));
    await chat.ask("What is a bond?", "before");
    await evict(chat.conversationId);
    const last = await chat.ask("What is a share?", "after");
    expect(last).toMatchObject({ done: true, id: "after" });
    const seqs = chat.frames.filter(({ type }) => type === "response").map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it("is closed with 4401 when nothing says whose it is", async () => {
    const chat = await openChat(app, person(owner));
    await runInDurableObject(env.CHAT_SESSION.getByName(chat.conversationId), (_, state) => {
      for (const socket of state.getWebSockets()) socket.serializeAttachment(null);
    });
    await evict(chat.conversationId);
    chat.send({ type: "message", id: "q", content: "What is a bond?" });
    expect(await chat.closed).toBe(4401);
    expect(chat.frames.map(({ type }) => type)).toEqual(["ready"]);
  });

  it("is closed with the conversation when that is deleted", async () => {
    const chat = await openChat(app, person(owner));
    await chat.ask("What is a bond?");
    const { bearer: headers } = person(owner);
    expect((await app.call(`DELETE /api/v1/assistant/conversations/${chat.conversationId}`, { headers })).status).toBe(
      204,
    );
    await app.call("POST /dev/jobs/drain");
    expect(await chat.closed).toBe(4403);
    const messages = await env.CHAT_SESSION.getByName(chat.conversationId).listMessages({ before: null, limit: 10 });
    expect(messages).toEqual([]);
  });

  it("wants an upgrade", async () => {
    const answer = await app.call("GET /ws/chat?token=x");
    expect(answer.status).toBe(426);
    expect(await bodyOf(answer)).toMatchObject({ code: "upgrade_required" });
  });
});
