import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";
import type { Browser, Page } from "../support/browser.ts";
import { signedIn } from "../support/browser.ts";
import { anOperatorAtDesk } from "../support/operators.ts";
import { aPerson, PASSWORD, totp } from "../support/people.ts";

const app = testApp();

/** Sends a form, and answers the question who sends it where it is asked. */
async function confirmed(
  browser: Browser,
  page: Page,
  [action, fields]: [string, Record<string, string>],
): Promise<Page> {
  const asked = await browser.submit(page, action, fields);
  if (!asked.html.includes("stepUpPassword")) return asked;
  const hidden = [...asked.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const kept = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value]));
  return await browser.post(page.path, { ...kept, stepUpPassword: PASSWORD });
}

describe("settings", () => {
  it("keep a profile, turn on a second factor, and show a key and recovery codes once", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/settings");
    const saved = await browser.submit(page, "profile", { name: "Ada", locale: "en-IN", timeZone: "Asia/Kolkata" });
    expect(saved.location).toBe("/app/settings?done=saved");
    expect((await browser.get("/app/settings?done=saved")).html).toContain('value="Ada"');
    const wrong = await browser.submit(page, "profile", { name: "Ada", locale: "en", timeZone: "Nowhere/At all" });
    expect(wrong.status).toBe(422);
    const key = await confirmed(browser, page, ["createKey", { name: "Bot", scopes: "scanner:read market:read" }]);
    expect(key.html).toMatch(/bourse_[a-z]+_/);
    expect((await browser.get("/app/settings")).html).not.toMatch(/bourse_live_[A-Za-z0-9]{30}/);
    const enrolled = await confirmed(browser, page, ["enrol", {}]);
    const secret = /secret=([A-Z2-7]+)/.exec(enrolled.html)?.[1] ?? "";
    const codes = await confirmed(browser, { ...enrolled, path: page.path }, ["confirm", { code: await totp(secret) }]);
    expect(codes.html).toContain("Recovery codes");
    expect((await browser.get("/app/settings")).html).toContain("asks for a code");
  });
});

describe("billing", () => {
  it("shows plans and usage, and leads to the checkout by a link", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/billing");
    expect(page.status).toBe(200);
    const of =
      /name="action" value="choose"\/><input type="hidden" name="of" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
    const checkout = await browser.submit(page, "choose", { of });
    expect(checkout.html).toMatch(/class="button" href="[^"]*checkout/);
  });
});

describe("plans", () => {
  it("are offered in one currency, and paid in the one that was chosen", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/billing?currency=INR");
    expect(page.html).not.toMatch(/<small>(?:USD|EUR)<\/small>/);
    const of = /name="of" value="([^"]+ INR)"/.exec(page.html)?.[1] ?? "";
    const { html } = await browser.submit(page, "choose", { of });
    const checkout = /href="([^"]*checkout[^"]*)"/.exec(html)?.[1] ?? "";
    const { pathname } = new URL(checkout, "https://bourse.test");
    expect(await (await app.call(`GET ${pathname}`)).text()).toContain("INR");
    expect((await browser.get("/app/billing?currency=XYZ")).status).toBe(200);
  });
});

describe("the budget", () => {
  it("takes an account, a transaction and a month's envelopes", async () => {
    const browser = await signedIn(app, await aPerson(app));
    await app.call("GET /app/budget");
    const page = await browser.get("/app/budget?month=2026-11");
    expect(page.status).toBe(200);
    await browser.submit(page, "account", { name: "Purse" });
    const open = await browser.get("/app/budget?month=2026-11");
    const accountId = /<option value="(acct?_[^"]+|[a-z]+_[0-9a-z]{26})"/.exec(open.html)?.[1] ?? "";
    const fields = { accountId, date: "2026-11-03", payee: "<b>Baker</b>", amount: "-4.50", categoryId: "" };
    expect((await browser.submit(open, "add", fields)).location).toContain("done=added");
    expect((await browser.get("/app/budget?month=2026-11")).html).toContain("&lt;b&gt;Baker&lt;/b&gt;");
    expect((await browser.submit(open, "add", { ...fields, amount: "a lot" })).status).toBe(422);
  });
});

describe("the academy", () => {
  it("lists courses and opens a free lesson with its text, and no script of anybody's", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const catalogue = await browser.get("/app/academy");
    const course = /href="(\/app\/academy\/[^"]+)"/.exec(catalogue.html)?.[1];
    if (course === undefined) return expect(catalogue.html).toContain("No course is published");
    const lesson = /href="(\/app\/lessons\/[^"]+)"/.exec((await browser.get(course)).html)?.[1] ?? "";
    const read = await browser.get(lesson);
    expect([200, 404]).toContain(read.status);
  });
});

describe("the affiliate's page", () => {
  it("shows the link, and says what a payout needs first", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/affiliate");
    expect(page.html).toMatch(/\/r\/[A-Za-z0-9]+/);
    const answer = await confirmed(browser, page, ["ask", { amount: "500" }]);
    expect(answer.status).toBe(404);
    expect(answer.html).toContain('role="alert"');
  });
});

describe("an operator's page", () => {
  it("is not there for customers, and a part of it for support", async () => {
    const browser = await signedIn(app, await aPerson(app));
    for (const path of ["/admin", "/admin/users", "/admin/withdrawals", "/admin/settings"]) {
      expect((await browser.get(path)).status, path).toBe(404);
    }
    const { browser: support } = await anOperatorAtDesk(app, "support");
    expect((await support.get("/admin/users")).status).toBe(200);
    expect((await support.get("/admin/withdrawals")).status).toBe(404);
  });

  it("shows whether everything is whole, finds somebody and suspends them for a reason", async () => {
    const { browser } = await anOperatorAtDesk(app, "admin");
    expect((await browser.get("/admin")).html).toContain("Every account adds up.");
    const person = await aPerson(app);
    const found = await browser.get(`/admin/users?query=${encodeURIComponent(person.email)}`);
    expect(found.html).toContain(person.email);
    const page = await browser.get(`/admin/users/${person.user.id}`);
    const refused = await browser.submit(page, "suspend", { reason: "" });
    expect([403, 422]).toContain(refused.status);
    for (const path of ["/admin/withdrawals", "/admin/tickets", "/admin/jobs", "/admin/audit", "/admin/settings"]) {
      expect((await browser.get(path)).status, path).toBe(200);
    }
  });
});
