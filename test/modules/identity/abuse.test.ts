import { afterEach, describe, expect, it, vi } from "vitest";
import { canonicalEmail } from "../../../src/modules/identity/rules.email.ts";
import { anAccount } from "../../support/accounts.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Tokens } from "../../support/people.ts";
import {
  aPerson,
  aTwoFactorPerson,
  bearer,
  freshEmail,
  login,
  mailsTo,
  mfaTokenOf,
  PASSWORD,
  row,
  totp,
} from "../../support/people.ts";

const app = testApp();
const MINUTE = 60_000;
const WRONG = "not the password at all";

afterEach(() => {
  vi.useRealTimers();
});

function later(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}

async function sessions(credential: string): Promise<number> {
  return (await app.call("GET /api/v1/auth/sessions", { headers: bearer(credential) })).status;
}

describe("a lock", () => {
  it("ends by itself, and each one in a row lasts twice as long", async () => {
    const { user } = await anAccount(app);
    const email = user.email ?? "";
    const headers = { "CF-Connecting-IP": "192.0.2.30" };
    const lockAgain = async (): Promise<number> => {
      for (let failure = 0; failure < 5; failure += 1) await login(app, email, { password: WRONG, headers });
      return Number((await login(app, email, { headers })).headers.get("Retry-After"));
    };
    expect(await lockAgain()).toBeGreaterThan(14 * 60);
    later(15 * MINUTE);
    const second = await lockAgain();
    expect(second).toBeGreaterThan(29 * 60);
    expect(second).toBeLessThanOrEqual(30 * 60);
    later(30 * MINUTE);
    expect((await login(app, email, { headers })).status).toBe(200);
  });

  it("meets a source that tries a hundred addresses an hour, and nobody else", async () => {
    const { user } = await anAccount(app);
    const email = user.email ?? "";
    const headers = { "CF-Connecting-IP": "192.0.2.31" };
    const known = { ...headers, "X-Device-Id": "a-device-of-the-owner" };
    expect((await login(app, email, { headers: known })).status).toBe(200);
    // The class lets thirty a minute pass.
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        Array.from({ length: 27 }, async () => await login(app, freshEmail(), { password: WRONG, headers })),
      );
      later(MINUTE);
    }
    const refused = await login(app, email, { headers });
    expect(refused.status).toBe(429);
    expect(await bodyOf(refused)).toMatchObject({ code: "account_locked" });
    expect((await login(app, email, { headers: known })).status).toBe(200);
    expect((await login(app, email, { headers: { "CF-Connecting-IP": "192.0.2.32" } })).status).toBe(200);
  });
});

describe("a mail", () => {
  it("leads to our own host, whatever the request says of its own", async () => {
    const emails = Array.from({ length: 6 }, freshEmail);
    await Promise.all(
      emails.map(async (email, index) => {
        const forged = { Host: "evil.test", "X-Forwarded-Host": "evil.test", Forwarded: "host=evil.test" };
        const json = { email, password: PASSWORD, acceptTerms: true };
        await app.call("POST /api/v1/auth/register", { json, headers: index % 2 === 0 ? forged : {} });
      }),
    );
    for (const email of emails) {
      const [mail] = await mailsTo(app, email);
      expect(mail?.links.length).toBeGreaterThan(0);
      expect(JSON.stringify(mail)).not.toContain("evil.test");
    }
  });
});

describe("signing out", () => {
  it("ends this session, or all of them, and nobody else's", async () => {
    const person = await aPerson(app);
    const [second, third] = [
      await bodyOf<Tokens>(await login(app, person.email)),
      await bodyOf<Tokens>(await login(app, person.email)),
    ];
    const stranger = await anAccount(app);
    await app.call("POST /api/v1/auth/logout", { headers: bearer(second.accessToken) });
    expect(await sessions(second.accessToken)).toBe(401);
    expect(await sessions(third.accessToken)).toBe(200);
    const { refreshToken } = second;
    expect((await app.call("POST /api/v1/auth/refresh", { json: { refreshToken } })).status).toBe(401);
    await app.call("POST /api/v1/auth/logout-all", { headers: bearer(third.accessToken) });
    expect([await sessions(third.accessToken), await sessions(person.accessToken)]).toEqual([401, 401]);
    expect(await sessions(stranger.accessToken)).toBe(200);
  });
});

describe("credentials", () => {
  it.each([
    "Bearer",
    "Bearer ",
    "bearer",
    "Basic YWRtaW46YWRtaW4=",
    "Bearer a b",
    "Bearer a, Bearer b",
    `Bearer ${"a".repeat(5_000)}`,
    "Bearer eyJhbGciOiJub25lIn0.e30.",
    "Bearer bourse_live_",
    `Bearer bourse_test_${"a".repeat(39)}`,
    "Token abc",
    ",",
  ])("that are none are answered 401: %s", async (header) => {
    const answer = await app.call("GET /api/v1/me", { headers: { Authorization: header } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("WWW-Authenticate")).toContain("Bearer");
  });

  it("in the address or the body are none", async () => {
    const { accessToken } = await anAccount(app);
    for (const name of ["access_token", "api_key", "token"]) {
      expect((await app.call(`GET /api/v1/me?${name}=${accessToken}`)).status).toBe(401);
    }
    expect((await app.call("PATCH /api/v1/me", { json: { access_token: accessToken } })).status).toBe(401);
  });
});

describe("a question for the second factor", () => {
  it("answered twice at once by two good codes begins one session", async () => {
    const person = await aTwoFactorPerson(app);
    const mfaToken = await mfaTokenOf(app, person.email);
    const codes = [await totp(person.secret), await totp(person.secret, 1), person.recoveryCodes[0] ?? ""];
    const answers = await Promise.all(
      codes.map(async (code) => {
        const json = { mfaToken, ...(code.length === 6 ? { code } : { recoveryCode: code }) };
        return await app.call("POST /api/v1/auth/login/mfa", { json });
      }),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const begun = await row<{ n: number }>(
      "select count(*) as n from identity_sessions where user_id = ? and id <> ?",
      person.user.id,
      person.refreshToken.split(".")[0] ?? "",
    );
    expect(begun?.n).toBe(1);
  });

  it("is over after five minutes", async () => {
    const person = await aTwoFactorPerson(app);
    const mfaToken = await mfaTokenOf(app, person.email);
    later(5 * MINUTE);
    const json = { mfaToken, code: await totp(person.secret) };
    expect((await app.call("POST /api/v1/auth/login/mfa", { json })).status).toBe(401);
  });
});

describe("an address", () => {
  it.each([
    [" Ada@Example.COM ", "ada@example.com"],
    ["ａｄａ@example.com", "ada@example.com"],
    ["ada@exa\u{FF4D}ple.com", "ada@example.com"],
    ["ada@bücher.example", "ada@xn--bcher-kva.example"],
    ["ada+news@example.com", "ada+news@example.com"],
  ])("%s has one canonical form", (text, canonical) => {
    expect(canonicalEmail(text)).toBe(canonical);
  });

  it.each([
    "ada",
    "@example.com",
    "ada@",
    "ada@localhost",
    "ada@127.0.0.1",
    "ada@example.com@evil.test",
    "ada@evil.test%2eexample.com",
    "ada@example.com\r\nBcc: all@example.com",
    "ada@example.com, eve@example.com",
    "<ada@example.com>",
    "ädà@example.com",
    "аda@example.com",
    ".ada@example.com",
    "a..da@example.com",
    `${"a".repeat(65)}@example.com`,
    `ada@${"a".repeat(250)}.com`,
  ])("%j is none", (text) => {
    expect(canonicalEmail(text)).toBeNull();
  });
});
