import { describe, expect, it } from "vitest";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Tokens } from "../../support/people.ts";
import {
  aPerson,
  aTwoFactorPerson,
  bearer,
  login,
  mailsTo,
  mfaTokenOf,
  PASSWORD,
  row,
  totp,
} from "../../support/people.ts";

const app = testApp();

async function answer(mfaToken: string, proof: Readonly<Record<string, string>>): Promise<Response> {
  return await app.call("POST /api/v1/auth/login/mfa", { json: { mfaToken, ...proof } });
}

async function stepUp(accessToken: string, proof: Readonly<Record<string, string>>): Promise<Response> {
  return await app.call("POST /api/v1/auth/step-up", { headers: bearer(accessToken), json: proof });
}

function statuses(answers: readonly Response[], status: number): number {
  return answers.filter((one) => one.status === status).length;
}

/** A six-digit code that is none of the good ones. */
async function wrongCode(secret: string): Promise<string> {
  const good = new Set(await Promise.all([-1, 0, 1].map(async (step) => await totp(secret, step))));
  return ["000000", "111111", "222222", "333333"].find((code) => !good.has(code)) ?? "";
}

describe("two factors", () => {
  it("stand between the password and a session", async () => {
    const person = await aTwoFactorPerson(app);
    const first = await login(app, person.email);
    expect(first.status).toBe(200);
    const body = await bodyOf<{ mfaRequired: boolean; mfaToken: string }>(first);
    expect(Object.keys(body).toSorted()).toEqual(["mfaRequired", "mfaToken"]);
    const second = await answer(body.mfaToken, { code: await totp(person.secret) });
    expect(second.status).toBe(200);
    expect(await bodyOf(second)).toMatchObject({ user: { mfaEnabled: true } });
  });

  it("end every session that has shown one factor, and tell the owner", async () => {
    const person = await aPerson(app);
    const other = await bodyOf<Tokens>(await login(app, person.email));
    const headers = person.bearer;
    const { secret } = await bodyOf<{ secret: string }>(await app.call("POST /api/v1/auth/mfa/totp", { headers }));
    const json = { code: await totp(secret) };
    expect((await app.call("POST /api/v1/auth/mfa/totp/confirm", { headers, json })).status).toBe(200);
    expect((await app.call("GET /api/v1/auth/sessions", { headers: bearer(other.accessToken) })).status).toBe(401);
    expect((await app.call("POST /api/v1/auth/refresh", { json: { refreshToken: other.refreshToken } })).status).toBe(
      401,
    );
    expect((await app.call("GET /api/v1/auth/sessions", { headers })).status).toBe(200);
    expect((await mailsTo(app, person.email))[0]?.subject).toContain("Two-factor");
  });

  it("are not turned on by a secret that no code has confirmed", async () => {
    const person = await aPerson(app);
    await app.call("POST /api/v1/auth/mfa/totp", { headers: person.bearer });
    expect(await bodyOf(await login(app, person.email))).toHaveProperty("accessToken");
  });

  it("keep their secret encrypted", async () => {
    const person = await aTwoFactorPerson(app);
    const stored = await row<{ secret: string }>(
      "select secret from identity_factors where user_id = ?",
      person.user.id,
    );
    expect(stored?.secret).not.toContain(person.secret);
  });

  it("are turned off only from a session that has shown both, with a code", async () => {
    const person = await aTwoFactorPerson(app);
    const headers = person.bearer;
    const off = async (code: string): Promise<number> =>
      (await app.call("DELETE /api/v1/auth/mfa/totp", { headers, json: { code } })).status;
    expect(await off(await wrongCode(person.secret))).toBe(401);
    expect(await off(await totp(person.secret))).toBe(204);
    expect(await bodyOf(await login(app, person.email))).toHaveProperty("accessToken");
  });
});

describe("a code of an authenticator", () => {
  it("signs in once, however many use it at once", async () => {
    const person = await aTwoFactorPerson(app);
    const tokens = await Promise.all(Array.from({ length: 16 }, async () => await mfaTokenOf(app, person.email)));
    const code = await totp(person.secret);
    const answers = await Promise.all(tokens.map(async (token) => await answer(token, { code })));
    expect(statuses(answers, 200)).toBe(1);
    const sessions = await row<{ count: number }>(
      "select count(*) as count from identity_sessions where user_id = ? and mfa = 1 and ended_at is null",
      person.user.id,
    );
    expect(sessions?.count).toBe(2);
  });

  it("takes every earlier one with it", async () => {
    const person = await aTwoFactorPerson(app);
    expect((await answer(await mfaTokenOf(app, person.email), { code: await totp(person.secret, 1) })).status).toBe(
      200,
    );
    for (const step of [-1, 0, 1]) {
      expect(
        (await answer(await mfaTokenOf(app, person.email), { code: await totp(person.secret, step) })).status,
      ).toBe(401);
    }
  });

  it("is refused two steps away", async () => {
    const person = await aTwoFactorPerson(app);
    for (const step of [-2, 2]) {
      const code = await totp(person.secret, step);
      const near = await Promise.all([-1, 0, 1].map(async (other) => await totp(person.secret, other)));
      if (near.includes(code)) continue;
      expect((await answer(await mfaTokenOf(app, person.email), { code })).status).toBe(401);
    }
  });

  it.each([123_456, ["123456"], "１２３４５６", "12 34 56", "1234567", "12345", ""])(
    "is a text of six digits, not %j",
    async (code) => {
      const json = { mfaToken: "mfa_anything", code };
      expect((await app.call("POST /api/v1/auth/login/mfa", { json })).status).toBe(422);
    },
  );
});

describe("a question for the second factor", () => {
  it("takes five wrong answers, at once or not, and then not even the right one", async () => {
    const person = await aTwoFactorPerson(app);
    const token = await mfaTokenOf(app, person.email);
    const code = await wrongCode(person.secret);
    await Promise.all(Array.from({ length: 20 }, async () => await answer(token, { code })));
    const spent = await row<{ failures: number }>(
      "select failures from identity_factors where user_id = ?",
      person.user.id,
    );
    expect(spent?.failures).toBe(5);
    expect((await answer(token, { code: await totp(person.secret) })).status).toBe(401);
  });

  it("is asked anew without giving tries back: ten failures in a row lock the factor", async () => {
    const person = await aTwoFactorPerson(app);
    const code = await wrongCode(person.secret);
    for (const token of [await mfaTokenOf(app, person.email), await mfaTokenOf(app, person.email)]) {
      for (let failure = 0; failure < 5; failure += 1) await answer(token, { code });
    }
    const locked = await answer(await mfaTokenOf(app, person.email), { code: await totp(person.secret) });
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get("Retry-After"))).toBeGreaterThan(0);
    const [recoveryCode = ""] = person.recoveryCodes;
    expect((await answer(await mfaTokenOf(app, person.email), { recoveryCode })).status).toBe(429);
  });

  it("is good for nothing else", async () => {
    const person = await aTwoFactorPerson(app);
    const token = await mfaTokenOf(app, person.email);
    expect((await app.call("GET /api/v1/auth/sessions", { headers: bearer(token) })).status).toBe(401);
    expect((await app.call("POST /api/v1/auth/refresh", { json: { refreshToken: token } })).status).toBe(401);
    expect((await app.call("POST /api/v1/auth/verify-email", { json: { token } })).status).toBe(400);
  });
});

describe("a failure of ours", () => {
  const failures = async (userId: string): Promise<number | undefined> =>
    (await row<{ failures: number }>("select failures from identity_factors where user_id = ?", userId))?.failures;

  it("while a code is checked spends no try", async () => {
    const person = await aTwoFactorPerson(app);
    const token = await mfaTokenOf(app, person.email);
    const kept = await row<{ secret: string }>("select secret from identity_factors where user_id = ?", person.user.id);
    await row("update identity_factors set secret = 'unreadable' where user_id = ?", person.user.id);
    expect((await answer(token, { code: await totp(person.secret) })).status).toBe(500);
    expect(await failures(person.user.id)).toBe(0);
    await row("update identity_factors set secret = ? where user_id = ?", kept?.secret ?? "", person.user.id);
    expect((await answer(token, { code: await totp(person.secret) })).status).toBe(200);
  });

  it("while a session is begun spends neither the try nor the code", async () => {
    const person = await aTwoFactorPerson(app);
    const token = await mfaTokenOf(app, person.email);
    const code = await totp(person.secret);
    await row(
      `create trigger a_broken_disk before insert on identity_sessions when new.user_id = '${person.user.id}'
       begin select raise(abort, 'a broken disk'); end`,
    );
    const failed = await answer(token, { code });
    await row("drop trigger a_broken_disk");
    expect(failed.status).toBe(500);
    expect(await failures(person.user.id)).toBe(0);
    expect((await answer(token, { code })).status).toBe(200);
  });
});

describe("a failure of ours at a step-up", () => {
  it("spends neither the try nor the code", async () => {
    const person = await aTwoFactorPerson(app);
    const code = await totp(person.secret);
    await row(
      `create trigger a_broken_disk before update of raised_until on identity_sessions
       when new.user_id = '${person.user.id}' begin select raise(abort, 'a broken disk'); end`,
    );
    const failed = await stepUp(person.accessToken, { code });
    await row("drop trigger a_broken_disk");
    expect(failed.status).toBe(500);
    const spent = await row<{ failures: number }>(
      "select failures from identity_factors where user_id = ?",
      person.user.id,
    );
    expect(spent?.failures).toBe(0);
    expect((await stepUp(person.accessToken, { code })).status).toBe(204);
  });
});

describe("a recovery code", () => {
  it("works once, however many use it at once, in any spelling", async () => {
    const person = await aTwoFactorPerson(app);
    const [recoveryCode = ""] = person.recoveryCodes;
    const tokens = await Promise.all(Array.from({ length: 16 }, async () => await mfaTokenOf(app, person.email)));
    const spelled = recoveryCode.toUpperCase().replaceAll("-", " ");
    const answers = await Promise.all(tokens.map(async (token) => await answer(token, { recoveryCode: spelled })));
    expect(statuses(answers, 200)).toBe(1);
  });

  it("that is wrong is noted for the owner, like a wrong code", async () => {
    const person = await aTwoFactorPerson(app);
    const recoveryCode = "0000-0000-0000-0000-0000-0000";
    expect((await answer(await mfaTokenOf(app, person.email), { recoveryCode })).status).toBe(401);
    expect((await answer(await mfaTokenOf(app, person.email), { code: await wrongCode(person.secret) })).status).toBe(
      401,
    );
    const noted = await row<{ count: number }>(
      "select count(*) as count from identity_security_events where user_id = ? and type = 'mfa.failed'",
      person.user.id,
    );
    expect(noted?.count).toBe(2);
  });

  it("is kept as a hash alone, and void once there are new ones", async () => {
    const person = await aTwoFactorPerson(app);
    const [recoveryCode = ""] = person.recoveryCodes;
    expect(new Set(person.recoveryCodes).size).toBe(10);
    const json = { code: await totp(person.secret) };
    const renewed = await app.call("POST /api/v1/auth/mfa/recovery-codes", { headers: person.bearer, json });
    expect(renewed.status).toBe(200);
    expect((await answer(await mfaTokenOf(app, person.email), { recoveryCode })).status).toBe(401);
  });
});

describe("a step-up", () => {
  it("raises the session by the password, unless two factors are on", async () => {
    const person = await aPerson(app);
    expect((await stepUp(person.accessToken, { password: "not the password at all" })).status).toBe(401);
    expect((await stepUp(person.accessToken, { password: PASSWORD })).status).toBe(204);
    const raised = await row<{ until: number }>(
      "select raised_until as until from identity_sessions where user_id = ?",
      person.user.id,
    );
    expect(raised?.until).toBeGreaterThan(Date.now() + 290_000);
    const guarded = await aTwoFactorPerson(app);
    expect((await stepUp(guarded.accessToken, { password: PASSWORD })).status).toBe(403);
    expect((await stepUp(guarded.accessToken, { code: await totp(guarded.secret) })).status).toBe(204);
  });

  it("lets nobody guess the password of a session that was left open", async () => {
    const person = await aPerson(app);
    for (let failure = 0; failure < 5; failure += 1) await stepUp(person.accessToken, { password: "a guess at it" });
    expect((await stepUp(person.accessToken, { password: PASSWORD })).status).toBe(429);
  });
});
