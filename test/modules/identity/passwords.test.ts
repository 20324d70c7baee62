import { describe, expect, it } from "vitest";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Tokens } from "../../support/people.ts";
import {
  aPerson,
  aTwoFactorPerson,
  bearer,
  freshEmail,
  login,
  mailsTo,
  PASSWORD,
  register,
  tokenFor,
} from "../../support/people.ts";

const app = testApp();
const NEW = "another four good words";

async function forgot(email: string): Promise<Response> {
  return await app.call("POST /api/v1/auth/password/forgot", { json: { email } });
}

async function reset(token: string, password = NEW): Promise<Response> {
  return await app.call("POST /api/v1/auth/password/reset", { json: { token, password } });
}

async function resetToken(email: string): Promise<string> {
  await forgot(email);
  return await tokenFor(app, email, "/reset-password");
}

describe("a forgotten password", () => {
  it("is answered alike whether or not anybody has the address, and mailed to the owner alone", async () => {
    const email = await register(app);
    const stranger = freshEmail();
    const [known, unknown] = [await forgot(email), await forgot(stranger)];
    expect([known.status, unknown.status]).toEqual([202, 202]);
    expect(await known.text()).toBe(await unknown.text());
    expect((await mailsTo(app, email))[0]?.subject).toBe("Choose a new password");
    expect(await mailsTo(app, stranger)).toEqual([]);
  });

  it("is chosen anew once, however many hold the link, and every session ends", async () => {
    const person = await aPerson(app);
    const token = await resetToken(person.email);
    const answers = await Promise.all(Array.from({ length: 16 }, async () => await reset(token)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(15);
    expect((await login(app, person.email)).status).toBe(401);
    expect((await login(app, person.email, { password: NEW })).status).toBe(200);
    expect((await app.call("GET /api/v1/auth/sessions", { headers: person.bearer })).status).toBe(401);
    expect((await mailsTo(app, person.email))[0]?.subject).toBe("Your password was changed");
  });

  it("makes earlier links void by a newer one, and all of them by a change", async () => {
    const person = await aPerson(app);
    const old = await resetToken(person.email);
    const newer = await resetToken(person.email);
    expect((await reset(old)).status).toBe(400);
    const json = { currentPassword: PASSWORD, newPassword: NEW };
    expect((await app.call("POST /api/v1/auth/password/change", { headers: person.bearer, json })).status).toBe(204);
    expect((await reset(newer)).status).toBe(400);
  });

  it("goes past no second factor, and takes no common password", async () => {
    const person = await aTwoFactorPerson(app);
    const token = await resetToken(person.email);
    const weak = await reset(token, "1qaz2wsx3edc");
    expect(weak.status).toBe(422);
    expect(await bodyOf(weak)).toMatchObject({ code: "password_too_common" });
    const done = await reset(token);
    expect(done.status).toBe(204);
    expect(await bodyOf(await login(app, person.email, { password: NEW }))).toMatchObject({ mfaRequired: true });
  });

  it("lets the owner in again where guesses had closed the way", async () => {
    const { email } = await aPerson(app);
    const headers = { "CF-Connecting-IP": "192.0.2.77" };
    for (let failure = 0; failure < 5; failure += 1) await login(app, email, { password: "a guess at it", headers });
    expect((await login(app, email, { headers })).status).toBe(429);
    expect((await reset(await resetToken(email))).status).toBe(204);
    expect((await login(app, email, { password: NEW, headers })).status).toBe(200);
  });

  it("takes its trust from every device until that one has signed in with the new one", async () => {
    const device = { "X-Device-Id": "the-one-of-before", "CF-Connecting-IP": "192.0.2.78" };
    const person = await aPerson(app, device);
    const json = { token: await resetToken(person.email), password: NEW };
    expect((await app.call("POST /api/v1/auth/password/reset", { json })).status).toBe(204);
    for (let failure = 0; failure < 5; failure += 1) {
      const headers = { ...device, "X-Device-Id": `a-stranger-there-${failure}` };
      await login(app, person.email, { password: "a guess at it", headers });
    }
    expect((await login(app, person.email, { password: NEW, headers: device })).status).toBe(429);
    const elsewhere = { ...device, "CF-Connecting-IP": "192.0.2.79" };
    expect((await login(app, person.email, { password: NEW, headers: elsewhere })).status).toBe(200);
    expect((await login(app, person.email, { password: NEW, headers: device })).status).toBe(200);
  });

  it("is mailed three times an hour, and the answer never changes", async () => {
    const { email } = await aPerson(app);
    const answers = [];
    for (let request = 0; request < 5; request += 1) answers.push(await (await forgot(email)).text());
    expect(new Set(answers).size).toBe(1);
    const mails = (await mailsTo(app, email)).filter(({ subject }) => subject === "Choose a new password");
    expect(mails).toHaveLength(3);
  });
});

describe("a change of password", () => {
  it("needs the current one, and ends every session but this one", async () => {
    const person = await aPerson(app);
    const other = await bodyOf<Tokens>(await login(app, person.email));
    const change = async (currentPassword: string, newPassword = NEW): Promise<number> =>
      (
        await app.call("POST /api/v1/auth/password/change", {
          headers: person.bearer,
          json: { currentPassword, newPassword },
        })
      ).status;
    expect(await change("a guess at it")).toBe(401);
    expect(await change(PASSWORD, "1qaz2wsx3edc")).toBe(422);
    expect(await change(PASSWORD)).toBe(204);
    expect((await app.call("GET /api/v1/auth/sessions", { headers: person.bearer })).status).toBe(200);
    expect((await app.call("GET /api/v1/auth/sessions", { headers: bearer(other.accessToken) })).status).toBe(401);
    expect((await app.call("POST /api/v1/auth/refresh", { json: { refreshToken: other.refreshToken } })).status).toBe(
      401,
    );
  });
});
