import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { signTicket } from "#platform/tickets";
import { signAccessToken, verifyAccessToken } from "../../../src/modules/identity/access-token.ts";
import { keyAt, rotateKeys, signingKeys } from "../../../src/modules/identity/signing-keys.ts";
import { anAccount } from "../../support/accounts.ts";
import { freshId } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import {
  aTwoFactorPerson,
  bearer,
  freshEmail,
  mfaTokenOf,
  PASSWORD,
  row,
  tokenFor,
  totp,
} from "../../support/people.ts";

const app = testApp();
const ctx = testCtx(app);
const ORIGIN = "http://127.0.0.1:8787";
const DAY = 86_400_000;

const subject = () => ({ userId: freshId("user"), sessionId: freshId("sess"), generation: 0, issuedAt: Date.now() });

/** One of every kind of secret that we give out, all of one person. */
async function everyToken(): Promise<Record<string, string>> {
  const person = await aTwoFactorPerson(app);
  const { email, bearer: headers } = person;
  await app.call("POST /api/v1/auth/step-up", { headers, json: { code: await totp(person.secret) } });
  const key = await app.call("POST /api/v1/api-keys", { headers, json: { name: "Key", scopes: ["account:read"] } });
  const wanted = freshEmail();
  await app.call("POST /api/v1/me/email", { headers, json: { email: wanted } });
  await app.call("POST /api/v1/auth/password/forgot", { json: { email } });
  const unverified = freshEmail();
  await app.call("POST /api/v1/auth/register", { json: { email: unverified, password: PASSWORD, acceptTerms: true } });
  return {
    access: person.accessToken,
    refresh: person.refreshToken,
    mfa: await mfaTokenOf(app, email),
    apiKey: (await bodyOf<{ key: string }>(key)).key,
    emailChange: await tokenFor(app, wanted, "/confirm-email"),
    reset: await tokenFor(app, email, "/reset-password"),
    verification: await tokenFor(app, unverified, "/verify-email"),
    ticket: await signTicket(ctx, { purpose: "export", audience: "identity", subject: person.user.id, ttlSeconds: 60 }),
  };
}

type Consumer = (token: string) => Promise<Response>;

/** Every place that takes a secret, with the kinds that it takes. */
const CONSUMERS: Readonly<Record<string, { readonly takes: readonly string[]; readonly ask: Consumer }>> = {
  bearer: {
    takes: ["access", "apiKey"],
    ask: async (token) => await app.call("GET /api/v1/me", { headers: bearer(token) }),
  },
  cookie: {
    takes: [],
    ask: async (token) => await app.call("GET /api/v1/me", { headers: { Cookie: `__Host-session=${token}` } }),
  },
  mfa: {
    takes: [],
    ask: async (token) =>
      await app.call("POST /api/v1/auth/login/mfa", { json: { mfaToken: token, recoveryCode: "0".repeat(24) } }),
  },
  verification: {
    takes: ["verification"],
    ask: async (token) => await app.call("POST /api/v1/auth/verify-email", { json: { token } }),
  },
  reset: {
    takes: ["reset"],
    ask: async (token) =>
      await app.call("POST /api/v1/auth/password/reset", { json: { token, password: "another four good words" } }),
  },
  export: {
    takes: [],
    ask: async (token) => await app.call(`GET /exports/${freshId("file")}?ticket=${encodeURIComponent(token)}`),
  },
  refresh: {
    takes: ["refresh"],
    ask: async (token) => await app.call("POST /api/v1/auth/refresh", { json: { refreshToken: token } }),
  },
};

describe("a secret of one kind", () => {
  it("opens what it is for, and nothing else", async () => {
    const tokens = await everyToken();
    for (const token of Object.values(tokens)) expect(token.length).toBeGreaterThan(20);
    // What a kind is for comes last, since some of it ends the others.
    for (const mine of [false, true]) {
      for (const [consumer, { takes, ask }] of Object.entries(CONSUMERS)) {
        if (consumer === "refresh" && mine) continue;
        for (const [kind, token] of Object.entries(tokens).filter(([name]) => takes.includes(name) === mine)) {
          const { status } = await ask(token);
          expect([consumer, kind, status < 300]).toEqual([consumer, kind, mine]);
        }
      }
    }
  });

  it("for the new address is good in the session that asked, and in no other", async () => {
    const tokens = await everyToken();
    const stranger = await anAccount(app);
    const confirm = async (token: string): Promise<number> =>
      (await app.call("POST /api/v1/me/email/confirm", { headers: bearer(tokens["access"] ?? ""), json: { token } }))
        .status;
    for (const [kind, token] of Object.entries(tokens)) {
      if (kind !== "emailChange") expect([kind, await confirm(token)]).toEqual([kind, 400]);
    }
    const json = { token: tokens["emailChange"] };
    const foreign = await app.call("POST /api/v1/me/email/confirm", { headers: stranger.bearer, json });
    expect(foreign.status).toBe(400);
    expect(await confirm(tokens["emailChange"] ?? "")).toBe(200);
  });
});

describe("an access token", () => {
  /** Signs claims with our own key, as nobody else could: what is wrong is what the claims say. */
  async function signed(claims: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>> = {}) {
    const key = await keyAt(ctx, Date.now());
    const now = Math.floor(Date.now() / 1_000);
    const { userId, sessionId } = subject();
    const good = {
      iss: ORIGIN,
      aud: `${ORIGIN}/api`,
      sub: userId,
      sid: sessionId,
      jti: "x",
      iat: now,
      exp: now + 600,
      purpose: "access",
    };
    return await new SignJWT({ ...good, ...claims })
      .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: key.id, ...header })
      .sign(key.sign);
  }

  it("is taken when all of it is right", async () => {
    expect(await verifyAccessToken(ctx, await signed({}))).not.toBeNull();
  });

  const now = Math.floor(Date.now() / 1_000);

  it.each([
    ["another issuer", { iss: "https://other.example" }],
    ["another audience", { aud: "https://other.example/api" }],
    ["no audience", { aud: undefined }],
    ["another purpose", { purpose: "refresh" }],
    ["no purpose", { purpose: undefined }],
    ["no subject", { sub: undefined }],
    ["a subject that is no id", { sub: "user_1" }],
    ["a number as its subject", { sub: 1 }],
    ["no session", { sid: undefined }],
    ["no end", { exp: undefined }],
    ["an end in the past", { exp: now - 60, iat: now - 600 }],
    ["an end as text", { exp: String(now + 600) }],
    ["an end far away", { exp: now + 86_400 }],
    ["a beginning in the future", { iat: now + 3_600, exp: now + 4_000 }],
    ["a time before which it is not good", { nbf: now + 3_600 }],
    ["no id of its own", { jti: undefined }],
  ])("is refused with %s", async (_, claims) => {
    expect(await verifyAccessToken(ctx, await signed(claims))).toBeNull();
  });

  it.each([
    ["a key that nobody has", { kid: "../../dev/null" }],
    ["another type", { typ: "JWT" }],
    ["an unknown extension that is critical", { crit: ["exp"], exp: 1 }],
  ])("is refused with %s in its header", async (_, header) => {
    const made = await signed({}, header).catch(() => "unsignable");
    expect(await verifyAccessToken(ctx, made)).toBeNull();
  });

  it("is refused when its own header brings the key along, or names none or another algorithm", async () => {
    const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    const jwk = await exportJWK(publicKey);
    const { id } = await keyAt(ctx, Date.now());
    const body = (await signed({})).split(".")[1] ?? "";
    for (const extra of [{ jwk }, { jku: `${ORIGIN}/keys` }, { x5u: `${ORIGIN}/keys` }, {}]) {
      const forged = await new SignJWT({ sub: "x" })
        .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: id, ...extra })
        .sign(privateKey);
      expect(await verifyAccessToken(ctx, forged)).toBeNull();
    }
    for (const alg of ["none", "None", "NONE", "HS256", "RS256"]) {
      const header = btoa(JSON.stringify({ alg, typ: "at+jwt", kid: id })).replaceAll("=", "");
      expect(await verifyAccessToken(ctx, `${header}.${body}.`)).toBeNull();
      expect(await verifyAccessToken(ctx, `${header}.${body}.${"A".repeat(86)}`)).toBeNull();
    }
  });

  it("is refused when a letter of it is changed or added", async () => {
    const token = await signed({});
    for (let place = 0; place < token.length; place += 17) {
      const other = token.charAt(place) === "A" ? "B" : "A";
      expect(await verifyAccessToken(ctx, token.slice(0, place) + other + token.slice(place + 1))).toBeNull();
    }
    for (const text of [`${token}=`, ` ${token}`, `${token}\n`, token.replace(".", "..")]) {
      expect(await verifyAccessToken(ctx, text)).toBeNull();
    }
  });

  it("that was good a moment ago is refused once its time is over", async () => {
    const token = await signAccessToken(ctx, subject());
    expect(await verifyAccessToken(ctx, token)).not.toBeNull();
    const late = testCtx(app, { now: () => Date.now() + 606_000 });
    expect(await verifyAccessToken(late, token)).toBeNull();
  });

  it("outlives a rotation of the keys, and the old key goes once its last token has died", async () => {
    const token = await signAccessToken(ctx, subject());
    const [first] = await signingKeys(ctx);
    const later = testCtx(app, { now: () => Date.now() + 31 * DAY });
    await rotateKeys(later);
    const published = await signingKeys(ctx);
    expect(published).toHaveLength(2);
    expect((await keyAt(ctx, Date.now())).id).toBe(first?.id);
    expect((await keyAt(later, Date.now() + 31 * DAY + 16 * 60_000)).id).not.toBe(first?.id);
    expect(await verifyAccessToken(ctx, token)).not.toBeNull();
    await rotateKeys(testCtx(app, { now: () => Date.now() + 31 * DAY + 2 * 3_600_000 }));
    expect((await signingKeys(ctx)).map(({ id }) => id)).not.toContain(first?.id);
    const afterMemory = testCtx(app, { now: () => Date.now() + 31_000 });
    expect(await verifyAccessToken(afterMemory, token)).toBeNull();
  });

  it("is signed by a key that stands encrypted in the database", async () => {
    const [key] = await signingKeys(ctx);
    const jwk = key?.publicJwk;
    expect(jwk).toMatchObject({ kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" });
    expect(Object.keys(jwk ?? {})).not.toContain("d");
    await expect(importJWK({ ...jwk }, "EdDSA")).resolves.toBeDefined();
  });
});

describe("a raised session", () => {
  it("is what these routes need, and these alone", () => {
    const raised = app.routes.flatMap(({ policy: { access, operation } }) =>
      access.kind === "signedIn" && access.stepUp === true ? [operation] : [],
    );
    expect(raised.toSorted()).toEqual([
      "createWithdrawal",
      "createWithdrawalAddress",
      "putBankAccount",
      "putPayoutSchedule",
      "requestEmail",
      "requestPayout",
      "requestPhone",
    ]);
  });

  it("or one that was begun within five minutes is what keys, factors and exports need", async () => {
    const { sessionId, bearer: headers } = await anAccount(app);
    await row("update identity_sessions set created_at = created_at - 400000 where id = ?", sessionId);
    const calls: readonly (readonly [string, unknown?])[] = [
      ["POST /api/v1/api-keys", { name: "Key", scopes: ["account:read"] }],
      ["POST /api/v1/auth/mfa/totp"],
      ["POST /api/v1/me/export"],
    ];
    const ask = async (): Promise<number[]> =>
      await Promise.all(
        calls.map(async ([line, json]) => (await app.call(line, { headers, ...(json ? { json } : {}) })).status),
      );
    expect(await ask()).toEqual([403, 403, 403]);
    await app.call("POST /api/v1/auth/step-up", { headers, json: { password: PASSWORD } });
    expect(await ask()).toEqual([201, 200, 202]);
  });
});
