import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aContact, outboxOf, tell } from "../support/messages.ts";

const app = testApp();
const ctx = testCtx(app);
const SECRET = btoa("a secret of these tests alone");
const env = { RESEND_WEBHOOK_SECRET: `whsec_${SECRET}` };

async function sign(id: string, timestamp: string, body: string): Promise<string> {
  const bytes = Uint8Array.from(atob(SECRET), (char) => char.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${id}.${timestamp}.${body}`));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`;
}

interface Sent {
  readonly event: object;
  readonly timestamp?: string;
  readonly signature?: string;
}

async function post({ event, timestamp = String(Math.floor(Date.now() / 1_000)), signature }: Sent): Promise<number> {
  const body = JSON.stringify(event);
  const headers = {
    "Content-Type": "application/json",
    "svix-id": "msg_1",
    "svix-timestamp": timestamp,
    "svix-signature": signature ?? `v1,${"A".repeat(43)}= ${await sign("msg_1", timestamp, body)}`,
  };
  return (await app.call("POST /webhooks/resend", { body, headers, env })).status;
}

async function arrives(contact: ReturnType<typeof aContact>, kind: "passwordChanged" | "welcome"): Promise<boolean> {
  const before = (await outboxOf(app, contact.email)).length;
  if (kind === "welcome") await tell(ctx, { contact, kind, data: { path: "/app" } });
  else await tell(ctx, { contact, kind, data: { at: 0, path: "/app/security" } });
  return (await outboxOf(app, contact.email)).length > before;
}

describe("what Resend tells of an address", () => {
  it("that has bounced for good ends all mail to it, and a passing bounce ends none", async () => {
    const contact = aContact();
    const to = [contact.email];
    expect(await post({ event: { type: "email.bounced", data: { to, bounce: { type: "Transient" } } } })).toBe(204);
    expect(await arrives(contact, "welcome")).toBe(true);
    expect(await post({ event: { type: "email.bounced", data: { to, bounce: { type: "Permanent" } } } })).toBe(204);
    expect(await arrives(contact, "welcome")).toBe(false);
    expect(await arrives(contact, "passwordChanged")).toBe(false);
  });

  it("that has complained leaves what concerns safety, until it bounces", async () => {
    const contact = aContact();
    for (let time = 0; time < 2; time += 1)
      expect(await post({ event: { type: "email.complained", data: { to: contact.email } } })).toBe(204);
    expect(await arrives(contact, "welcome")).toBe(false);
    expect(await arrives(contact, "passwordChanged")).toBe(true);
    await post({ event: { type: "email.bounced", data: { to: [contact.email] } } });
    expect(await arrives(contact, "passwordChanged")).toBe(false);
  });

  it("is believed only when it is signed, lately, and a secret is set", async () => {
    const contact = aContact();
    const event = { type: "email.bounced", data: { to: [contact.email] } };
    for (const signature of ["", "v1,", `v1,${"A".repeat(43)}=`, `v2,${"A".repeat(43)}=`])
      expect(await post({ event, signature })).toBe(401);
    for (const timestamp of ["0", "", "soon", "1e3", String(Math.floor(Date.now() / 1_000) - 400)])
      expect(await post({ event, timestamp })).toBe(401);
    expect((await app.call("POST /webhooks/resend", { body: "{}" })).status).toBe(404);
    expect(await arrives(contact, "welcome")).toBe(true);
  });

  it("that means nothing to us is taken and left", async () => {
    const events = [
      { type: "email.delivered", data: { to: ["a@b.example"] } },
      {},
      { type: "email.bounced", data: {} },
    ];
    for (const event of events) expect(await post({ event })).toBe(204);
    expect(await post({ event: { type: "email.bounced", data: { to: ["not an address"] } } })).toBe(204);
  });
});
