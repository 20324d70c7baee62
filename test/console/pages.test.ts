import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";
import { aBrowser, signedIn } from "../support/browser.ts";
import { aPerson, freshEmail, PASSWORD, tokenFor } from "../support/people.ts";

const app = testApp();
const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;

describe("somebody new", () => {
  it("opens an account, confirms it and signs in without any script", async () => {
    const browser = aBrowser(app);
    const email = freshEmail();
    expect((await browser.get("/sign-up?code=ADA2026")).html).toContain('value="ADA2026"');
    const short = await browser.post("/sign-up", { email, password: "short", acceptTerms: "yes" });
    expect(short.status).toBe(422);
    expect(short.html).toContain(`value="${email}"`);
    const sent = await browser.post("/sign-up", { email, password: PASSWORD, acceptTerms: "yes" });
    expect(sent.html).toContain("Look into your mail");
    await browser.post("/verify-email", { token: await tokenFor(app, email, "/verify-email") });
    const wrong = await browser.post("/sign-in", { email, password: "not the password" });
    expect(wrong.status).toBe(401);
    expect(wrong.html).not.toContain("not the password");
    const entered = await browser.post("/sign-in", { email, password: PASSWORD, next: "/app/wallet" });
    expect(entered).toMatchObject({ status: 303, location: "/app/wallet" });
    expect((await browser.get("/app")).html).toContain(email);
  });

  it("is never led to somebody else's address", async () => {
    const person = await aPerson(app);
    for (const next of ["https://evil.test/", "//evil.test", "/\\evil.test", "/app\\evil", "javascript:alert(1)"]) {
      const entered = await aBrowser(app).post("/sign-in", { email: person.email, password: PASSWORD, next });
      expect(entered.location, next).toBe("/app");
    }
  });

  it("is asked to sign in first, and comes back to the page", async () => {
    const answer = await aBrowser(app).get("/app/wallet?x=1");
    expect(answer).toMatchObject({ status: 303, location: "/sign-in?next=%2Fapp%2Fwallet%3Fx%3D1" });
  });
});

/** The island that a page brings along: one of our files, let in by its nonce. */
const OWN_SCRIPT = /<script type="module" src="\/assets\/[\w-]+\.js" nonce="[\w-]+"><\/script>/g;

describe("a page's form", () => {
  it("is refused from another site, without the page's token, and with somebody else's", async () => {
    const [person, other] = [await aPerson(app), await aPerson(app)];
    const browser = await signedIn(app, person);
    const page = await browser.get("/app/support");
    const fields = { subject: "Hello", body: "World" };
    const foreign = await (await signedIn(app, other)).get("/app/support");
    const token = /name="csrf" value="([^"]+)"/.exec(foreign.html)?.[1] ?? "";
    expect((await browser.submit(page, "write", { ...fields, csrf: token })).status).toBe(403);
    expect((await browser.submit(page, "write", { ...fields, csrf: "" })).status).toBe(403);
    expect((await browser.get("/app/support")).html).not.toContain("Hello");
    const evil = aBrowser(app, "https://evil.test");
    expect((await evil.post("/sign-in", { email: person.email, password: PASSWORD })).status).toBe(403);
    expect((await browser.submit(page, "write", fields)).status).toBe(303);
  });

  it("does once what is sent twice", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/support");
    const fields = { subject: "Sent twice", body: "By a nervous finger." };
    const [first, second] = [await browser.submit(page, "write", fields), await browser.submit(page, "write", fields)];
    expect(first.location).toMatch(/^\/app\/support\/tkt_/);
    expect(second.location).toBe(first.location);
    const list = (await browser.get("/app/support")).html;
    expect(list.split("Sent twice")).toHaveLength(2);
  });

  it("comes back with what was entered and the reason where it is refused", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/support");
    const answer = await browser.submit(page, "write", { subject: "", body: "What I wrote at length" });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain("What I wrote at length");
    expect(answer.html).toMatch(/aria-invalid="true"/);
    expect((await browser.submit(page, "unheard-of")).status).toBe(404);
  });

  it("shows what people write as text, whatever it is", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/support");
    const sent = await browser.submit(page, "write", { subject: HOSTILE, body: HOSTILE });
    for (const path of [
      "/app/support",
      sent.location ?? "",
      `/app/scanner?expression=${encodeURIComponent(HOSTILE)}`,
    ]) {
      const { html, headers } = await browser.get(path);
      expect(html).toContain("&lt;script&gt;");
      expect(html.replaceAll(OWN_SCRIPT, "")).not.toContain("<script");
      expect(html).not.toContain("<img");
      expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
      expect(headers.get("X-Frame-Options")).toBe("DENY");
    }
  });

  it("asks who sends what hurts, keeps what was entered, and goes on with it", async () => {
    const browser = await signedIn(app, await aPerson(app));
    await browser.submit(await browser.get("/app/wallet"), "open", { asset: "USDT" });
    const page = await browser.get("/app/wallet/USDT");
    const fields = { network: "sandbox", address: "sandbox-somewhere", label: "Mine & <yours>" };
    const asked = await browser.submit(page, "add", fields);
    expect(asked.status).toBe(403);
    expect(asked.html).toContain("Confirm that it is you");
    expect(asked.html).toContain("Mine &amp; &lt;yours&gt;");
    const again = { ...fields, action: "add", csrf: /name="csrf" value="([^"]+)"/.exec(asked.html)?.[1] ?? "" };
    const wrong = await browser.post(page.path, { ...again, stepUpPassword: "not this one" });
    expect(wrong.html).toContain("Confirm that it is you");
    const added = await browser.post(page.path, { ...again, stepUpPassword: PASSWORD });
    expect([303, 422]).toContain(added.status);
  });
});

describe("a page", () => {
  it("speaks the language of its reader and writes amounts as it does", async () => {
    const person = await aPerson(app);
    await app.call("PATCH /api/v1/me", { headers: person.bearer, json: { locale: "hi-IN", timeZone: "Asia/Kolkata" } });
    const { html } = await (await signedIn(app, person)).get("/app/wallet");
    expect(html).toContain('<html lang="hi-IN">');
    expect(html).toContain("वॉलेट");
  });

  it("is another's as little as it is nobody's", async () => {
    const [person, other] = [await aPerson(app), await aPerson(app)];
    const browser = await signedIn(app, person);
    const sent = await browser.submit(await browser.get("/app/support"), "write", { subject: "Mine", body: "Alone." });
    const foreign = await (await signedIn(app, other)).get(sent.location ?? "");
    expect(foreign.status).toBe(404);
    expect(foreign.html).not.toContain("Alone.");
    expect((await browser.get("/app/wallet/NOPE")).status).toBe(404);
  });

  it("shows what a scan finds, and what is wrong with one", async () => {
    const browser = await signedIn(app, await aPerson(app));
    expect((await browser.get("/app/scanner?expression=close+%3E+0")).html).toMatch(/of \d+ symbols match/);
    expect((await browser.get("/app/scanner?expression=clsoe+%3E+0")).html).toContain("clsoe");
  });

  it("ends the session by its button", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const { html } = await browser.get("/app");
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? "";
    expect(await browser.post("/sign-out", { csrf })).toMatchObject({ status: 303, location: "/sign-in" });
    expect((await browser.get("/app")).status).toBe(303);
  });
});
