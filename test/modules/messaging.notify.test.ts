import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { notify } from "#modules/messaging";
import { commit } from "#platform/commit";
import { freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aContact, outboxOf } from "../support/messages.ts";

const app = testApp();
const ctx = testCtx(app);

describe("a notice", () => {
  it("leaves with the commit that it belongs to, and leads to our own origin", async () => {
    const contact = aContact({ name: "Ada" });
    const data = { path: "/verify-email?token=s3cret-token", expiresAt: Date.parse("2026-11-20T08:30:00Z") };
    const { statements, events } = await notify(ctx, { contact, kind: "verification", data });
    expect(await outboxOf(app, contact.email)).toEqual([]);
    await commit(ctx, statements, { events });
    const [mail, ...others] = await outboxOf(app, contact.email);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      channel: "email",
      to: contact.email,
      subject: "Confirm your e-mail address",
      links: [`${env.PUBLIC_ORIGIN}/verify-email?token=s3cret-token`],
    });
    expect(mail?.text).toContain("Hello Ada,");
    expect(mail?.text).toContain("20 November 2026");
  });

  it("reaches one person once for one event, and another person too", async () => {
    const [one, two] = [aContact(), aContact()];
    const key = freshId("evt");
    for (const contact of [one, one, two]) {
      const notice = {
        contact,
        kind: "passwordChanged",
        data: { at: 0, path: "/app/security" },
        dedupeKey: key,
      } as const;
      const { statements, events } = await notify(ctx, notice);
      await commit(ctx, statements, { events });
    }
    expect(await outboxOf(app, one.email)).toHaveLength(1);
    expect(await outboxOf(app, two.email)).toHaveLength(1);
  });

  it("keeps its secrets encrypted, out of events, and only until it is sent", async () => {
    const contact = aContact({ phone: "+4915112345678", email: null });
    const code = "739104";
    const { statements, events } = await notify(ctx, { contact, kind: "loginCode", data: { code, expiresAt: 0 } });
    await commit(ctx, statements, { events });
    const dump = async (): Promise<string> => {
      const rows = await env.DB.prepare("select * from messaging_messages where user_id = ?")
        .bind(contact.userId)
        .all();
      const told = await env.DB.prepare("select * from platform_events").all();
      return JSON.stringify([rows.results, told.results]);
    };
    expect(await dump()).not.toContain(code);
    expect((await outboxOf(app, contact.phone))[0]?.text).toContain(code);
    const row = await env.DB.prepare("select state, content from messaging_messages where user_id = ?")
      .bind(contact.userId)
      .first();
    expect(row).toEqual({ state: "sent", content: null });
  });

  it("is not written to an address that could carry a second one", async () => {
    for (const email of [
      "a@b.example\r\nBcc: x@y.example",
      "a@b.example,x@y.example",
      "<a@b.example>",
      "a b@c.example",
    ]) {
      const { statements, events } = await notify(ctx, {
        contact: aContact({ email }),
        kind: "reset",
        data: { path: "/reset", expiresAt: 0 },
      });
      expect([...statements, ...events]).toEqual([]);
    }
  });

  it("refuses a link that leads elsewhere", async () => {
    for (const path of ["//evil.example", "https://evil.example", "/\\evil.example", "/a b", "/a\r\nb", "evil"]) {
      const notice = { contact: aContact(), kind: "reset", data: { path, expiresAt: 0 } } as const;
      await expect(notify(ctx, notice)).rejects.toThrow("own origin");
    }
  });
});
