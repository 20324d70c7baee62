import { describe, expect, it } from "vitest";
import { findContact, upsertContact } from "#modules/messaging";
import { commit } from "#platform/commit";
import { parseConfig } from "#platform/env";
import { displayName, isMailAddress, isPhoneNumber } from "../../src/modules/messaging/rules.ts";
import {
  afterUnseenOutcome,
  chooseProvider,
  dailyCap,
  passesSuppression,
  recipientCaps,
} from "../../src/modules/messaging/rules.sending.ts";
import { freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { aContact } from "../support/messages.ts";

describe("the next provider", () => {
  const both = ["smtp", "resend"];
  const none = new Set<string>();
  const queued = { state: "queued", provider: null, attempts: 0 } as const;

  it("is the first for three tries, then the second for three, and so on", () => {
    const turns = Array.from({ length: 12 }, (_, attempts) => chooseProvider({ ...queued, attempts }, both, none));
    expect(turns.join(" ")).toBe("smtp smtp smtp resend resend resend smtp smtp smtp resend resend resend");
  });

  it("is never one that rests, unless all do", () => {
    expect(chooseProvider(queued, both, new Set(["smtp"]))).toBe("resend");
    expect(chooseProvider({ ...queued, attempts: 3 }, both, new Set(["resend"]))).toBe("smtp");
    expect(chooseProvider(queued, both, new Set(both))).toBe("smtp");
    expect(chooseProvider(queued, [], none)).toBeNull();
  });

  it("is the one that may have it already, or nobody", () => {
    for (const state of ["sending", "unresolved"] as const) {
      const open = { state, provider: "resend", attempts: 1 };
      expect(chooseProvider(open, both, new Set(["resend"]))).toBe("resend");
      expect(chooseProvider(open, ["smtp"], none)).toBeNull();
      expect(chooseProvider({ ...open, provider: null }, both, none)).toBeNull();
    }
  });
});

describe("an outcome that nobody saw", () => {
  const now = 1_000_000;
  const run = { now, replayed: false };

  it("is waited for while the call can still be running", () => {
    for (const channel of ["email", "sms"] as const)
      expect(afterUnseenOutcome(channel, { state: "sending", attemptedAt: now - 59_000 }, run)).toBe("wait");
  });

  it("lets a mail go again, and an SMS only by an operator's word", () => {
    for (const state of ["sending", "unresolved"]) {
      const old = { state, attemptedAt: now - 60_000 };
      expect(afterUnseenOutcome("email", old, run)).toBe("send");
      expect(afterUnseenOutcome("sms", old, run)).toBe("setAside");
      expect(afterUnseenOutcome("sms", old, { ...run, replayed: true })).toBe("send");
    }
    expect(afterUnseenOutcome("sms", { state: "queued", attemptedAt: null }, run)).toBe("send");
    expect(afterUnseenOutcome("sms", { state: "sending", attemptedAt: null }, run)).toBe("setAside");
  });
});

describe("a limit", () => {
  it("leaves room for safety", () => {
    expect(dailyCap(10, "security")).toBe(20);
    expect(dailyCap(10, "bulk")).toBe(10);
    expect(passesSuppression(null, "bulk")).toBe(true);
    expect(passesSuppression("complained", "security")).toBe(true);
    expect(passesSuppression("complained", "service")).toBe(false);
    expect(passesSuppression("bounced", "security")).toBe(false);
    expect(passesSuppression("complained", "operations")).toBe(true);
    expect(recipientCaps("email", "operations")).toHaveLength(1);
  });

  it("is stricter where messages cost more or were not asked for", () => {
    const daily = (category: "service" | "bulk"): number => recipientCaps("email", category)[0]?.limit ?? 0;
    expect(daily("bulk")).toBeLessThan(daily("service"));
    expect(recipientCaps("sms", "security")).toHaveLength(2);
  });
});

describe("an address", () => {
  it("is one address in its plain form", () => {
    for (const good of ["a@b.example", "a.b+c@sub.b.example", "o'neil@b.example", "x@xn--bcher-kva.example"])
      expect(isMailAddress(good), good).toBe(true);
    const bad = [
      "",
      "a",
      "@b.example",
      "a@b",
      "a@@b.example",
      "a b@c.example",
      "a@b.example,c@d.example",
      "a@-b.example",
    ];
    for (const text of [...bad, `${"a".repeat(65)}@b.example`, "a@b.example\n", '"a b"@c.example', "ä@b.example"])
      expect(isMailAddress(text), text).toBe(false);
  });

  it("is a phone number in E.164", () => {
    for (const good of ["+4915112345678", "+15005550006"]) expect(isPhoneNumber(good)).toBe(true);
    for (const bad of ["004915112345678", "+0123456789", "+49", "+49 151 1234", "+1234567890123456"])
      expect(isPhoneNumber(bad)).toBe(false);
  });

  it("goes without a name that does not fit a header", () => {
    expect(displayName(" Ada ")).toBe("Ada");
    for (const bad of [null, "", "  ", "a\r\nb", "a\u0000b", "x".repeat(101)]) expect(displayName(bad)).toBeNull();
  });
});

describe("a contact", () => {
  const app = testApp();
  const ctx = testCtx(app);

  it("is known as it was told last", async () => {
    const contact = aContact();
    await commit(ctx, [upsertContact(ctx, contact)]);
    await commit(ctx, [upsertContact(ctx, { ...contact, name: "Ada", locale: "de" })]);
    expect(await findContact(ctx, contact.userId)).toEqual({ ...contact, name: "Ada", locale: "de" });
    expect(await findContact(ctx, freshId("user"))).toBeNull();
  });
});

describe("readiness", () => {
  const statusesUnder = async (env: Readonly<Record<string, unknown>>): Promise<string[]> => {
    const app = testApp();
    const module = app.composition.modules.find(({ name }) => name === "messaging");
    return ((await module?.readiness?.(testCtx(app, { env }))) ?? []).map(({ status }) => status);
  };

  it("asks for a provider of each, and for a second one", async () => {
    expect(await statusesUnder({})).toEqual(["fail", "warn"]);
    const smtp = { SMTP_HOST: "mail.example.com" };
    expect(await statusesUnder({ ...smtp, SMS_API_BASE: "https://sms.example.com" })).toEqual(["warn", "warn"]);
    const email = { send: async () => ({ messageId: "1" }) };
    const twilio = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t", TWILIO_FROM: "+15005550006" };
    const gateway = { SMS_API_BASE: "https://sms.example.com", SMS_API_KEY: "k" };
    expect(await statusesUnder({ ...smtp, EMAIL: email, ...twilio, ...gateway })).toEqual(["pass", "pass"]);
    expect(await statusesUnder({ ...smtp, EMAIL: email, MAIL_PROVIDERS: "resend,cloudflare" })).toEqual([
      "warn",
      "warn",
    ]);
  });
});

describe("the settings of messages", () => {
  const base = {
    ENVIRONMENT: "production",
    PUBLIC_ORIGIN: "https://bourse.example.com",
    FIELD_KEYS: `k:${"A".repeat(43)}`,
  };
  const read = (vars: object) => parseConfig({ ...base, ...vars }).messaging;

  it("have a sender, from the origin where none is set", () => {
    expect(read({}).mail.from).toEqual({ name: "Bourse", address: "no-reply@bourse.example.com" });
    expect(read({ PUBLIC_ORIGIN: "http://127.0.0.1:8787" }).mail.from.address).toBe("no-reply@bourse.test");
    expect(read({ MAIL_FROM: "Shop <hi@shop.example>" }).mail.from).toEqual({
      name: "Shop",
      address: "hi@shop.example",
    });
    expect(read({ MAIL_FROM: "<hi@shop.example>" }).mail.from).toEqual({ name: null, address: "hi@shop.example" });
    expect(read({ MAIL_FROM: "hi@shop.example" }).mail.from).toEqual({ name: null, address: "hi@shop.example" });
    expect(() => read({ MAIL_FROM: "a\r\nBcc: b@c.example" })).toThrow("MAIL_FROM is missing or wrong");
  });

  it("ask for a safe line outside development", () => {
    const smtp = { SMTP_HOST: "mail.example.com" };
    expect(read(smtp).mail.smtp).toMatchObject({ port: 587, tls: "required", credentials: null });
    expect(read({ ...smtp, SMTP_PORT: "465" }).mail.smtp?.tls).toBe("implicit");
    expect(read({ ...smtp, ENVIRONMENT: "development" }).mail.smtp?.tls).toBe("opportunistic");
    expect(read({ ...smtp, SMTP_USER: "u", SMTP_PASSWORD: "p" }).mail.smtp?.credentials).toEqual({
      user: "u",
      password: "p",
    });
  });

  it("point Twilio or the gateway at the same address", () => {
    const twilio = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "t", TWILIO_FROM: "+15005550006" };
    const SMS_API_BASE = "http://127.0.0.1:9/";
    expect(read(twilio).sms).toMatchObject({ twilio: { base: "https://api.twilio.com" }, gateway: null });
    expect(read({ ...twilio, SMS_API_BASE }).sms).toMatchObject({
      twilio: { base: "http://127.0.0.1:9" },
      gateway: null,
    });
    expect(read({ SMS_API_BASE }).sms).toMatchObject({
      twilio: null,
      gateway: { base: "http://127.0.0.1:9", key: null },
    });
    const SMS_DLT_TEMPLATES = "loginCode:1107,phoneConfirm:1108";
    const both = read({ ...twilio, SMS_API_BASE, SMS_API_KEY: "k", SMS_DLT_TEMPLATES }).sms;
    expect([...(both.gateway?.dltTemplates ?? [])]).toEqual([
      ["loginCode", "1107"],
      ["phoneConfirm", "1108"],
    ]);
    expect(both.twilio?.base).toBe("https://api.twilio.com");
    expect(read({ RESEND_API_KEY: "re" }).mail.resend?.base).toBe("https://api.resend.com");
  });
});
