import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, testApp } from "../support/app.ts";
import { catalogueFor } from "../../src/modules/messaging/catalogue.ts";
import { createFormats } from "../../src/modules/messaging/formats.ts";
import type { Subject } from "../../src/modules/messaging/render.ts";
import { isSms, renderMail, renderSms } from "../../src/modules/messaging/render.ts";
import { definitionOf, KIND_NAMES } from "../../src/modules/messaging/kinds.ts";
import { SAMPLES } from "../../src/modules/messaging/samples.ts";

const app = testApp();
const place = { publicOrigin: "https://bourse.example.com", unsubscribePath: null };
const mailKinds = KIND_NAMES.filter((kind) => !isSms(kind));

function subjectOf(kind: Subject["kind"], overrides: object = {}, locale = "en-GB"): Subject {
  const data = definitionOf(kind).data.parse({ ...SAMPLES[kind], ...overrides }) as Subject["data"];
  return { kind, data, locale, timeZone: "Europe/Berlin", name: "Ada" };
}

describe("a template", () => {
  it.each(mailKinds)("%s says the same in HTML and in text", async (kind) => {
    const mail = await renderMail(subjectOf(kind), place);
    const shown = mail.html
      .slice(mail.html.indexOf("<main"))
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll("&amp;", "&")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'");
    for (const line of mail.text.split("\n").filter((text) => text !== "" && text !== "-- ")) {
      const words = line.startsWith("https://") ? [] : line.replace(/: https:.*$/, "").split(/[\s:]+/);
      for (const word of words.filter((text) => text !== "")) expect(shown).toContain(word);
    }
    for (const link of mail.links) expect(mail.html).toContain(`href="${link.replaceAll("&", "&amp;")}"`);
    expect(mail.links.every((link) => mail.text.includes(link))).toBe(true);
    expect(mail.html).toMatch(/^<!doctype html><html lang="en-GB">/);
    expect(mail.html).not.toMatch(/<(?:script|img|table|link|form|iframe)/i);
  });

  it("stays as it was", async () => {
    const written: string[] = [];
    for (const kind of KIND_NAMES) {
      const subject = subjectOf(kind);
      const mail = isSms(kind) ? { subject: "SMS", ...renderSms(subject) } : await renderMail(subject, place);
      written.push(`## ${kind}\n\n${mail.subject}\n\n${mail.text.trim()}\n`);
    }
    await expect(written.join("\n")).toMatchFileSnapshot("../snapshots/messages.txt");
    const { html } = await renderMail(subjectOf("receipt"), { ...place, unsubscribePath: "/unsubscribe?token=t" });
    await expect(html).toMatchFileSnapshot("../snapshots/receipt.html");
  });

  it("escapes what people have written, on one line, and never runs it", async () => {
    const hostile = "<img src=x onerror=alert(1)>\"'&{{7*7}}${7*7}\r\nBcc: eve@example.com\u202e";
    const mail = await renderMail({ ...subjectOf("ticketAnswered", { subject: hostile }), name: hostile }, place);
    expect(mail.html).not.toContain("<img");
    expect(mail.html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(mail.text).toContain("{{7*7}}${7*7} Bcc: eve@example.com");
    const alert = await renderMail(subjectOf("scanAlert", { scan: hostile }), place);
    expect(alert.subject).not.toMatch(/[\r\n\u202e]/);
  });

  it("keeps every subject to one line, whatever a caller gives", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (text) => {
        const mail = await renderMail(subjectOf("scanAlert", { scan: text, entered: [text] }), place);
        expect(mail.subject).not.toMatch(/\p{Cc}/u);
        expect(mail.subject.isWellFormed()).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("leads nowhere but to our own origin", async () => {
    for (const kind of mailKinds) {
      const { html, text, links } = await renderMail(subjectOf(kind), place);
      const addresses = [...html.matchAll(/href="([^"]*)"/g), ...text.matchAll(/(https?:\S+)/g)].map(([, to]) => to);
      for (const to of [...addresses, ...links]) expect(new URL(to ?? "").origin).toBe(place.publicOrigin);
    }
    const elsewhere = subjectOf("welcome");
    Object.assign(elsewhere.data, { path: "//evil.example" });
    await expect(renderMail(elsewhere, place)).rejects.toThrow("own origin");
  });

  it("goes by its own channel alone", async () => {
    await expect(renderMail(subjectOf("loginCode"), place)).rejects.toThrow("SMS");
    expect(() => renderSms(subjectOf("receipt"))).toThrow("SMS");
  });

  it("knows every state that it can tell of", async () => {
    const states = {
      payoutState: { state: ["requested", "approved", "processing", "completed", "cancelled", "failed", "reversed"] },
      withdrawalState: { state: ["sent", "completed", "failed", "cancelled"] },
      depositState: { state: ["seen", "returned"] },
      tradeState: { state: ["paid", "released", "cancelled", "expired", "disputed", "resolved"] },
      dispute: { state: ["opened", "assigned"] },
      subscriptionChanged: { change: ["started", "renewed", "downgraded", "cancelled", "paused", "resumed", "ended"] },
      twoFactorChanged: { change: ["disabled", "recoveryCodesRenewed", "recoveryCodeUsed"] },
      apiKeyChanged: { change: ["rotated", "deleted", "usedElsewhere"] },
      accountStatusChanged: { status: ["active"] },
    } as const;
    for (const [name, fields] of Object.entries(states)) {
      const kind = name as Subject["kind"];
      const unexplained = "reason" in SAMPLES[kind] ? { reason: null } : {};
      for (const [field, values] of Object.entries(fields) as [string, readonly string[]][]) {
        for (const value of values) {
          const mail = await renderMail(subjectOf(kind, { ...unexplained, [field]: value }), place);
          expect(mail.subject + mail.text).not.toContain("undefined");
        }
      }
    }
  });

  it("makes do without what is not known", async () => {
    const mails = await Promise.all([
      renderMail({ ...subjectOf("newDevice", { place: null }), name: null }, place),
      renderMail(subjectOf("receipt", { tax: null }), place),
      renderMail(subjectOf("paymentFailed", { retryAt: null }), place),
      renderMail(subjectOf("tradeState", { deadline: null }), place),
      renderMail(subjectOf("broadcast", { path: null }), place),
      renderMail(subjectOf("scanAlert", { entered: [], left: Array.from({ length: 30 }, (_, n) => `S${n}`) }), place),
    ]);
    expect(mails[0]?.text).toMatch(/^Hello,\n/);
    expect(mails[5]?.text).toContain("10 more");
  });
});

describe("a locale", () => {
  it("writes dates and amounts its own way, exactly", () => {
    const at = Date.parse("2026-11-20T08:30:00Z");
    const british = createFormats("en-GB", "Europe/London");
    const german = createFormats("de-DE", "Europe/Berlin");
    const indian = createFormats("en-IN", "Asia/Kolkata");
    expect(british.day(at)).toBe("20 November 2026");
    expect(german.moment(at)).toBe("20. November 2026 um 09:30 MEZ");
    expect(indian.moment(at)).toContain("2:00 pm");
    expect(british.month("2026-11")).toBe("November 2026");
    expect(german.money("1234.50", "EUR").replaceAll("\u00a0", " ")).toBe("1.234,50 €");
    expect(indian.money("1234567.00", "INR")).toBe("₹12,34,567.00");
    expect(british.money("0.00150000", "BTC")).toBe("0.00150000 BTC");
    expect(british.money("90071992547409.93", "USD")).toBe("US$90,071,992,547,409.93");
    expect(british.money("-5", "JPY")).toBe("-JP¥5");
  });

  it("that nobody knows is read as English, and its time as UTC", () => {
    const lost = createFormats("not a locale", "Nowhere/Land");
    expect(lost.moment(0)).toBe(createFormats("en", "UTC").moment(0));
  });

  it("without words of its own falls back to English, kind by kind", () => {
    const welcome = () => ({ subject: "Willkommen", preheader: "", blocks: [] });
    const translations = { de: { mail: { welcome } } };
    const say = createFormats("de", "UTC");
    expect(catalogueFor("de-AT", translations).mail.welcome({ path: "/app" }, say).subject).toBe("Willkommen");
    expect(
      catalogueFor("de-AT", translations).mail.dispute({ state: "opened", reason: null, path: "/" }, say).subject,
    ).toBe("A dispute was opened");
    expect(catalogueFor("fr", translations).mail.welcome({ path: "/app" }, say).subject).toBe("Welcome to Bourse");
  });
});

describe("development", () => {
  it("shows every template with a sample", async () => {
    const list = await (await app.call("GET /dev/templates?locale=de")).text();
    for (const kind of KIND_NAMES) {
      expect(list).toContain(`/dev/templates/${kind}?locale=de`);
      expect((await app.call(`GET /dev/templates/${kind}`)).status).toBe(200);
    }
    expect(await (await app.call("GET /dev/templates/reset?format=text")).text()).toContain("Choose a new password:");
    expect((await app.call("GET /dev/templates/none")).status).toBe(404);
  });

  it("shows its outbox to people as a page, and to programs as JSON", async () => {
    const page = await app.call("GET /dev/outbox", { headers: { Accept: "text/html" } });
    expect(page.headers.get("Content-Type")).toContain("text/html");
    expect(await bodyOf(await app.call("GET /dev/outbox"))).toHaveProperty("data");
  });

  it("alone has them", async () => {
    const env = { ENVIRONMENT: "production" };
    for (const path of ["/dev/outbox", "/dev/templates", "/dev/templates/reset"])
      expect((await app.call(`GET ${path}`, { env })).status).toBe(404);
  });
});
