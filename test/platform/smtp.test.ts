import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import type { SmtpConfig } from "#platform/env.messaging";
import type { Mail } from "#platform/mail/mailer";
import { createSmtpMailer } from "#platform/mail/smtp";
import { freshId } from "../support/actors.ts";
import { planFor, ports, seenBy } from "../support/vendors.ts";

const relay: SmtpConfig = {
  host: "127.0.0.1",
  port: ports.smtp,
  credentials: null,
  tls: "opportunistic",
  timeoutMs: 300,
};
const signedIn: SmtpConfig = {
  ...relay,
  port: ports.smtpWithNames,
  credentials: { user: "bourse", password: "s3cret" },
};

function aMail(overrides: Partial<Mail> = {}): Mail {
  const id = freshId("msg");
  return {
    id,
    from: { name: "Bourse", address: "no-reply@bourse.example.com" },
    to: { name: null, address: `${id.slice(-12)}@example.com` },
    subject: "Your receipt",
    text: "Hello.\n",
    html: "<p>Hello.</p>",
    headers: { "Auto-Submitted": "auto-generated" },
    date: new Date("2026-11-20T08:30:00Z"),
    ...overrides,
  };
}

describe("a mail over SMTP", () => {
  it("arrives well formed, in both parts, under the headers that it was given", async () => {
    const long = "Ärger mit dem Überweisungsbeleg, und zwar ein langer Betreff mit vielen Wörtern — 🦜".repeat(3);
    const text = `A line of ${"many words ".repeat(30)}\n.\n..two dots\nDear Grüße,\n\ttab \n`;
    const to = { name: 'Ada "the Countess" Lovelace', address: "ada@example.com" };
    const mail = aMail({ subject: long, text, html: "<p>Grüße &amp; more</p>\n<p>.</p>", to });
    const address = `${mail.id}@example.com`;
    const sent = { ...mail, to: { ...to, address } };
    expect(await createSmtpMailer(relay).send(sent)).toMatchObject({ state: "sent", reference: "2.0.0 Taken" });
    const { taken } = await seenBy(address);
    expect(taken).toHaveLength(1);
    const raw = taken[0]?.raw ?? "";
    expect(raw.split("\r\n").every((line) => line.length <= 998)).toBe(true);
    expect(raw).toMatch(/^\p{ASCII}*$/u);
    const headers = raw.slice(0, raw.indexOf("\r\n\r\n")).split("\r\n");
    expect(headers.every((line) => line.length <= 78 || line.startsWith("Content-Type"))).toBe(true);
    expect(headers).toContain(`Message-ID: <${mail.id}@bourse.example.com>`);
    expect(headers).toContain("Auto-Submitted: auto-generated");
    expect(headers).toContain("Date: Fri, 20 Nov 2026 08:30:00 +0000");
    expect(headers.filter((line) => /^(?:to|from|subject|mime-version):/i.test(line))).toHaveLength(4);
    const read = await PostalMime.parse(raw);
    expect(read.subject).toBe(long);
    expect(read.from).toMatchObject({ name: "Bourse", address: "no-reply@bourse.example.com" });
    expect(read.to).toMatchObject([{ name: to.name, address }]);
    expect(read.text?.replaceAll("\r\n", "\n").trim()).toBe(text.trim());
    expect(read.html?.trim()).toBe("<p>Grüße &amp; more</p>\n<p>.</p>");
  });

  it("signs in where a name is asked for", async () => {
    const mail = aMail();
    expect((await createSmtpMailer(signedIn).send(mail)).state).toBe("sent");
    expect((await seenBy(mail.to.address)).taken).toMatchObject([{ user: "bourse" }]);
    const wrong = { ...signedIn, credentials: { user: "bourse", password: "guess" } };
    expect(await createSmtpMailer(wrong).send(aMail())).toEqual({ state: "refused", reason: "smtp_535" });
    const offered = await createSmtpMailer({ ...signedIn, port: ports.smtp }).send(aMail());
    expect(offered).toEqual({ state: "refused", reason: "auth_not_offered" });
  });

  it("signs in step by step where that is how it is asked for", async () => {
    const mail = aMail();
    expect((await createSmtpMailer({ ...signedIn, port: ports.smtpByLogin }).send(mail)).state).toBe("sent");
    expect((await seenBy(mail.to.address)).taken).toMatchObject([{ user: "bourse" }]);
  });

  it("goes to a server that has never heard of extensions", async () => {
    expect((await createSmtpMailer({ ...relay, port: ports.smtpOld }).send(aMail())).state).toBe("sent");
  });

  it("needs no name at a server that only offers to take one, until that server insists", async () => {
    const outcome = await createSmtpMailer({ ...signedIn, credentials: null }).send(aMail());
    expect(outcome).toEqual({ state: "refused", reason: "smtp_530" });
  });

  it("is not handed over on a line that is not safe", async () => {
    const plain = await createSmtpMailer({ ...relay, tls: "required" }).send(aMail());
    expect(plain).toEqual({ state: "refused", reason: "tls_not_offered" });
    const mail = aMail();
    const untrusted = await createSmtpMailer({ ...relay, port: ports.smtpWithTls, tls: "required" }).send(mail);
    expect(untrusted).toEqual({ state: "refused", reason: "tls_failed" });
    expect((await seenBy(mail.to.address)).taken).toEqual([]);
    const implicit = await createSmtpMailer({ ...relay, tls: "implicit" }).send(mail);
    expect(implicit.state).toBe("refused");
  });

  it("goes in the clear past a certificate that nobody trusts where only encryption on offer is asked for", async () => {
    const mail = aMail();
    expect((await createSmtpMailer({ ...relay, port: ports.smtpWithTls }).send(mail)).state).toBe("sent");
    expect((await seenBy(mail.to.address)).taken).toHaveLength(1);
  });

  const certain = [
    ["refuse", "refused"],
    ["no-such-address", "undeliverable"],
    ["hang", "refused"],
    ["hang-up", "refused"],
  ] as const;
  it.each(certain)("that the server meets with %s is certainly not taken: %s", async (behaviour, state) => {
    const mail = aMail();
    await planFor(mail.to.address, behaviour);
    expect((await createSmtpMailer(relay).send(mail)).state).toBe(state);
    expect((await seenBy(mail.to.address)).taken).toEqual([]);
  });

  it.each(["take-and-hang", "take-and-hang-up", "lose"])(
    "that the server meets with %s may have been taken",
    async (behaviour) => {
      const mail = aMail();
      await planFor(mail.to.address, behaviour);
      expect((await createSmtpMailer(relay).send(mail)).state).toBe("unknown");
    },
  );

  it("is refused when nobody listens", async () => {
    const outcome = await createSmtpMailer({ ...relay, port: 9 }).send(aMail());
    expect(outcome.state).toBe("refused");
  });

  it("takes no header, recipient or command along in a name, a subject or an address", async () => {
    const poisoned: Partial<Mail>[] = [
      { subject: "Hello\r\nBcc: eve@example.com" },
      { subject: "Hello\nBcc: eve@example.com" },
      { to: { name: "Ada\r\nBcc: eve@example.com", address: "ada@example.com" } },
      { to: { name: null, address: "ada@example.com>\r\nRCPT TO:<eve@example.com" } },
      { to: { name: null, address: "ada@example.com, eve@example.com" } },
      { from: { name: "B\r\n\r\nbody", address: "no-reply@bourse.example.com" } },
      { headers: { "List-Unsubscribe": "<https://a.example>\r\nX: y" } },
    ];
    for (const part of poisoned) {
      await expect(createSmtpMailer(relay).send(aMail(part))).rejects.toMatchObject({ name: "HeaderInjection" });
    }
    expect((await seenBy("eve@example.com")).calls).toBe(0);
  });
});
