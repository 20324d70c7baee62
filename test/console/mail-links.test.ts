import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";
import { aPerson, freshEmail, login, PASSWORD, register, row, tokenFor } from "../support/people.ts";

const app = testApp();

async function send(path: string, fields: Record<string, string>): Promise<Response> {
  return await app.call(`POST ${path}`, {
    body: new URLSearchParams(fields).toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
}

describe("the link that confirms an address", () => {
  it("changes nothing when it is opened, however often, and confirms once by its button", async () => {
    const email = freshEmail();
    await app.call("POST /api/v1/auth/register", { json: { email, password: PASSWORD, acceptTerms: true } });
    const token = await tokenFor(app, email, "/verify-email");
    for (let scan = 0; scan < 2; scan += 1) {
      const shown = await app.call(`GET /verify-email?token=${token}`);
      expect(await shown.text()).toContain(`value="${token}"`);
    }
    expect((await login(app, email)).status).not.toBe(200);
    const confirmed = await send("/verify-email", { token });
    expect(await confirmed.text()).toContain("Your address is confirmed");
    expect((await login(app, email)).status).toBe(200);
    const again = await send("/verify-email", { token });
    expect(again.status).toBe(400);
    expect(await again.text()).toContain("no longer good");
  });

  it("shows whatever token it was given as text", async () => {
    const shown = await app.call(`GET /verify-email?token=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(await shown.text()).not.toContain("<script>");
  });
});

describe("the link that confirms a new address", () => {
  it("changes the address by the account's password, once, and by nobody else's", async () => {
    const person = await aPerson(app);
    const email = freshEmail();
    await app.call("POST /api/v1/auth/step-up", { headers: person.bearer, json: { password: PASSWORD } });
    await app.call("POST /api/v1/me/email", { headers: person.bearer, json: { email } });
    const token = await tokenFor(app, email, "/confirm-email");
    expect(await (await app.call(`GET /confirm-email?token=${token}`)).text()).toContain(`value="${token}"`);
    const wrong = await send("/confirm-email", { token, password: "not the password at all" });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain(`value="${token}"`);
    expect((await send("/confirm-email", { token: "made-up", password: PASSWORD })).status).toBe(400);
    expect((await login(app, person.email)).status).toBe(200);
    const answers = await Promise.all(
      Array.from({ length: 16 }, async () => await send("/confirm-email", { token, password: PASSWORD })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await login(app, email)).status).toBe(200);
    expect((await login(app, person.email)).status).toBe(401);
  });

  it("lets nobody guess the password behind it", async () => {
    const person = await aPerson(app);
    const email = freshEmail();
    await app.call("POST /api/v1/auth/step-up", { headers: person.bearer, json: { password: PASSWORD } });
    await app.call("POST /api/v1/me/email", { headers: person.bearer, json: { email } });
    const token = await tokenFor(app, email, "/confirm-email");
    for (let guess = 0; guess < 5; guess += 1) await send("/confirm-email", { token, password: "a guess at it" });
    expect((await send("/confirm-email", { token, password: PASSWORD })).status).toBe(429);
  });

  it("sends an account without a password to where it is signed in", async () => {
    const person = await aPerson(app);
    const email = freshEmail();
    await app.call("POST /api/v1/auth/step-up", { headers: person.bearer, json: { password: PASSWORD } });
    await app.call("POST /api/v1/me/email", { headers: person.bearer, json: { email } });
    const token = await tokenFor(app, email, "/confirm-email");
    await row("update identity_users set password_hash = null where id = ?", person.user.id);
    const answer = await send("/confirm-email", { token, password: PASSWORD });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("signed in");
  });
});

describe("the link to a new password", () => {
  it("keeps its form through a weak one, and sets a good one", async () => {
    const email = await register(app);
    expect(await (await send("/reset-password/mail", { email })).text()).toContain("Look into your mail");
    const token = await tokenFor(app, email, "/reset-password");
    const weak = await send("/reset-password", { token, password: "password1234" });
    expect(weak.status).toBe(422);
    expect(await weak.text()).toContain(`value="${token}"`);
    const password = "an altogether different phrase";
    expect((await send("/reset-password", { token, password })).status).toBe(200);
    expect((await login(app, email, { password })).status).toBe(200);
    expect((await login(app, email)).status).toBe(401);
  });

  it("takes no form of another type", async () => {
    const answer = await app.call("POST /reset-password", { json: { token: "t", password: "p" } });
    expect(answer.status).toBe(415);
  });
});
