import { sign } from "@tsndr/cloudflare-worker-jwt";
import { describe, expect, it } from "vitest";
import { DAY } from "#kernel/time";
import { signTicket, verifyTicket } from "#platform/tickets";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";

const app = testApp();
const ctx = testCtx(app);
const use = { purpose: "unsubscribe", audience: "messaging" } as const;
const draft = { ...use, subject: "user_1", ttlSeconds: 60, claims: { kind: "broadcast" } };

describe("a ticket", () => {
  it("is read back by the one that it was made for", async () => {
    const ticket = await verifyTicket(ctx, await signTicket(ctx, draft), use);
    expect(ticket).toMatchObject({ subject: "user_1", claims: { kind: "broadcast" } });
    expect(ticket?.id.length).toBeGreaterThanOrEqual(16);
  });

  it("opens nothing else", async () => {
    const token = await signTicket(ctx, draft);
    expect(await verifyTicket(ctx, token, { ...use, purpose: "chat" })).toBeNull();
    expect(await verifyTicket(ctx, token, { ...use, audience: "assistant" })).toBeNull();
    const elsewhere = testCtx(app, { env: { PUBLIC_ORIGIN: "https://other.example.com" } });
    expect(await verifyTicket(elsewhere, token, use)).toBeNull();
  });

  it("ends, and is not taken before its time", async () => {
    const token = await signTicket(ctx, draft);
    expect(await verifyTicket(testCtx(app, { now: () => Date.now() + 61_000 }), token, use)).toBeNull();
    expect(await verifyTicket(testCtx(app, { now: () => Date.now() - DAY }), token, use)).toBeNull();
  });

  it("outlives a rotation of the keys, until the old one is taken out", async () => {
    const token = await signTicket(ctx, draft);
    const old = `test:${"A".repeat(43)}`;
    const rotated = testCtx(app, { env: { FIELD_KEYS: `new:${"B".repeat(43)},${old}` } });
    expect(await verifyTicket(rotated, token, use)).not.toBeNull();
    expect(await verifyTicket(testCtx(app, { env: { FIELD_KEYS: `new:${"B".repeat(43)}` } }), token, use)).toBeNull();
    expect(await verifyTicket(testCtx(app, { env: { FIELD_KEYS: `test:${"B".repeat(43)}` } }), token, use)).toBeNull();
  });

  it("is refused when it is forged, however it is spelt", async () => {
    const token = await signTicket(ctx, draft);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const none = `${btoa('{"typ":"ticket+jwt","alg":"none","kid":"test"}').replaceAll("=", "")}.${payload}.${signature}`;
    const guessed = await sign({ sub: "user_1" }, "A".repeat(43), {
      algorithm: "HS256",
      header: { typ: "ticket+jwt", kid: "test" },
    });
    const forged = ["", "a.b", "é.é.é", none, guessed, `${token}=`, `${token}.x`, ` ${token}`, `${header}.${payload}.`];
    const broken = `${header}.${payload}x.${signature}`;
    const notJson = `${"a".repeat(8)}.${payload}.${signature}`;
    for (const text of [...forged, broken, notJson]) expect(await verifyTicket(ctx, text, use), text).toBeNull();
  });
});
