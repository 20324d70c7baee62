import { describe, expect, it } from "vitest";
import type { Mail } from "#platform/mail/mailer";
import { createCloudflareMailer } from "#platform/mail/cloudflare";
import { createResendMailer } from "#platform/mail/resend";
import { createGatewayTexter } from "#platform/sms/gateway";
import { createTwilioTexter } from "#platform/sms/twilio";
import { freshId } from "../support/actors.ts";
import { aPhone } from "../support/messages.ts";
import { planFor, ports, seenBy } from "../support/vendors.ts";

const base = `http://127.0.0.1:${ports.http}`;
const timeoutMs = 300;
const resend = createResendMailer({ key: "re_test", base: `${base}/resend`, timeoutMs });
const twilioConfig = {
  accountSid: "AC123",
  authToken: "token",
  from: "+15005550006",
  base: `${base}/twilio`,
  timeoutMs,
};
const gatewayConfig = {
  base: `${base}/gateway`,
  key: "gateway_key",
  sender: "BOURSE",
  dltEntityId: "1101000000000000001",
  dltTemplates: new Map([["loginCode", "1107000000000000002"]]),
  timeoutMs,
};

function aMail(overrides: Partial<Mail> = {}): Mail {
  const id = freshId("msg");
  return {
    id,
    from: { name: "Bourse", address: "no-reply@bourse.example.com" },
    to: { name: "Gräfin", address: `${id.slice(-12)}@example.com` },
    subject: "Your receipt",
    text: "Hello.",
    html: "<p>Hello.</p>",
    headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    date: new Date(0),
    ...overrides,
  };
}

const FATES = [
  ["take", "sent"],
  ["refuse", "refused"],
  ["hang", "unknown"],
  ["hang-up", "unknown"],
  ["take-and-hang", "unknown"],
  ["take-and-hang-up", "unknown"],
] as const;

describe("a mail by Resend", () => {
  it("names itself, so that a repeat sends nothing new", async () => {
    const mail = aMail();
    await planFor(mail.to.address, "take-and-hang", "take-and-hang-up");
    expect((await resend.send(mail)).state).toBe("unknown");
    expect((await resend.send(mail)).state).toBe("unknown");
    expect(await resend.send(mail)).toEqual({ state: "sent", reference: `ref-${mail.id}` });
    const { taken, calls } = await seenBy(mail.to.address);
    expect(calls).toBe(3);
    expect(taken).toHaveLength(1);
    expect(taken[0]?.headers).toMatchObject({ authorization: "Bearer re_test", "idempotency-key": mail.id });
    expect(JSON.parse(taken[0]?.raw ?? "")).toEqual({
      from: '"Bourse" <no-reply@bourse.example.com>',
      to: [`"Gräfin" <${mail.to.address}>`],
      subject: "Your receipt",
      text: "Hello.",
      html: "<p>Hello.</p>",
      headers: { ...mail.headers, "Message-ID": `<${mail.id}@bourse.example.com>` },
    });
  });

  it("that differs from what came before under its name is left open", async () => {
    const mail = aMail();
    await resend.send(mail);
    expect(await resend.send({ ...mail, text: "Other." })).toEqual({ state: "unknown", reason: "http_409" });
  });

  it.each(FATES)("met with %s is %s", async (behaviour, state) => {
    const mail = aMail();
    await planFor(mail.to.address, behaviour);
    expect((await resend.send(mail)).state).toBe(state);
  });

  it("takes no header along", async () => {
    await expect(resend.send(aMail({ subject: "a\r\nb" }))).rejects.toMatchObject({ name: "HeaderInjection" });
    const to = { name: null, address: "a@b.example,c@d.example" };
    await expect(resend.send(aMail({ to }))).rejects.toMatchObject({ name: "HeaderInjection" });
  });

  it("is refused when nobody listens", async () => {
    const away = createResendMailer({ key: "re_test", base: "http://127.0.0.1:9", timeoutMs });
    expect(await away.send(aMail())).toEqual({ state: "refused", reason: "unreachable" });
  });
});

describe("an SMS by Twilio", () => {
  const twilio = createTwilioTexter(twilioConfig);

  it("goes to one number, from ours", async () => {
    const to = aPhone();
    expect((await twilio.send({ id: freshId("msg"), to, text: "123456 is it", kind: "loginCode" })).state).toBe("sent");
    const [taken] = (await seenBy(to)).taken;
    expect(Object.fromEntries(new URLSearchParams(taken?.raw))).toEqual({
      To: to,
      Body: "123456 is it",
      From: "+15005550006",
    });
    expect(taken?.headers["authorization"]).toBe(`Basic ${btoa("AC123:token")}`);
  });

  it("goes by a messaging service where one is named", async () => {
    const to = aPhone();
    const service = createTwilioTexter({ ...twilioConfig, from: "MG42" });
    await service.send({ id: freshId("msg"), to, text: "x", kind: "loginCode" });
    expect(new URLSearchParams((await seenBy(to)).taken[0]?.raw).get("MessagingServiceSid")).toBe("MG42");
  });

  it.each([...FATES, ["no-such-address", "undeliverable"] as const])("met with %s is %s", async (behaviour, state) => {
    const to = aPhone();
    await planFor(to, behaviour);
    expect((await twilio.send({ id: freshId("msg"), to, text: "x", kind: "loginCode" })).state).toBe(state);
  });
});

describe("an SMS by a gateway", () => {
  const gateway = createGatewayTexter(gatewayConfig);

  it("names its sender's entity and its template, as India's operators ask", async () => {
    const to = aPhone();
    const id = freshId("msg");
    expect(await gateway.send({ id, to, text: "x", kind: "loginCode" })).toEqual({
      state: "sent",
      reference: `ref-${id}`,
    });
    const [taken] = (await seenBy(to)).taken;
    expect(taken?.headers).toMatchObject({ authorization: "Bearer gateway_key", "idempotency-key": id });
    expect(JSON.parse(taken?.raw ?? "")).toEqual({
      to,
      text: "x",
      reference: id,
      from: "BOURSE",
      dltEntityId: "1101000000000000001",
      dltTemplateId: "1107000000000000002",
    });
  });

  it("says nothing of what is not configured", async () => {
    const to = aPhone();
    const bare = createGatewayTexter({ ...gatewayConfig, key: null, sender: null, dltEntityId: null });
    await bare.send({ id: "m", to, text: "x", kind: "phoneConfirm" });
    const [taken] = (await seenBy(to)).taken;
    expect(taken?.headers).not.toHaveProperty("authorization");
    expect(JSON.parse(taken?.raw ?? "")).toEqual({ to, text: "x", reference: "m" });
  });

  it.each([...FATES, ["no-such-address", "refused"] as const])("met with %s is %s", async (behaviour, state) => {
    const to = aPhone();
    await planFor(to, behaviour);
    expect((await gateway.send({ id: freshId("msg"), to, text: "x", kind: "loginCode" })).state).toBe(state);
  });
});

describe("a mail by Cloudflare's binding", () => {
  const bindingOf = (send: (message: unknown) => Promise<EmailSendResult>): SendEmail => ({ send });
  const refusal = (code: string): Error => Object.assign(new Error("no"), { code });

  it("carries both parts and its own id", async () => {
    const sent: unknown[] = [];
    const binding = bindingOf(async (message) => {
      sent.push(message);
      return { messageId: "cf-1" };
    });
    const mail = aMail();
    expect(await createCloudflareMailer(binding, timeoutMs).send(mail)).toEqual({ state: "sent", reference: "cf-1" });
    expect(sent).toEqual([
      {
        from: { name: "Bourse", email: "no-reply@bourse.example.com" },
        to: { name: "Gräfin", email: mail.to.address },
        subject: "Your receipt",
        text: "Hello.",
        html: "<p>Hello.</p>",
        headers: { ...mail.headers, "Message-ID": `<${mail.id}@bourse.example.com>` },
      },
    ]);
    await createCloudflareMailer(binding, timeoutMs).send(aMail({ to: { name: null, address: "a@b.example" } }));
    expect(sent[1]).toMatchObject({ to: "a@b.example" });
  });

  const fates = [
    [refusal("E_RATE_LIMIT_EXCEEDED"), { state: "refused", reason: "e_rate_limit_exceeded" }],
    [refusal("E_RECIPIENT_SUPPRESSED"), { state: "undeliverable", reason: "e_recipient_suppressed" }],
    [new Error("Network connection lost."), { state: "unknown", reason: "connection_lost" }],
  ] as const;
  it.each(fates)("that ends with %s is settled by what that says", async (error, outcome) => {
    const binding = bindingOf(async () => {
      throw error;
    });
    expect(await createCloudflareMailer(binding, timeoutMs).send(aMail())).toEqual(outcome);
  });

  it("is left open when no answer comes", async () => {
    const silence = new Promise<EmailSendResult>(() => {});
    const binding = bindingOf(async () => silence);
    const outcome = await createCloudflareMailer(binding, timeoutMs).send(aMail());
    expect(outcome).toEqual({ state: "unknown", reason: "timed_out" });
  });
});
