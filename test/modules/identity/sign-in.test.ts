import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { tellBesieged } from "../../../src/modules/identity/service.sieges.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { hashAt } from "../../support/hashes.ts";
import type { Tokens } from "../../support/people.ts";
import {
  aPerson,
  bearer,
  freshEmail,
  login,
  mailsTo,
  PASSWORD,
  register,
  row,
  tokenFor,
} from "../../support/people.ts";

const app = testApp();
const WRONG = "not the password at all";

async function me(accessToken: string): Promise<number> {
  return (await app.call("GET /api/v1/auth/sessions", { headers: bearer(accessToken) })).status;
}

/** What an answer says in its headers, but for what no two answers share. */
function headersOf({ headers }: Response): [string, string][] {
  return [...headers].filter(([name]) => name !== "x-bookmark" && name !== "server-timing");
}

async function countRows(): Promise<{ counters: number; events: number }> {
  const counted = await row<{ counters: number; events: number }>(
    "select (select count(*) from identity_counters) as counters, (select count(*) from identity_security_events) as events",
  );
  return counted ?? { counters: 0, events: 0 };
}

describe("a registration", () => {
  it("becomes an account when its address is proven, once", async () => {
    const email = freshEmail();
    const json = { email, password: PASSWORD, name: "Ada", acceptTerms: true };
    const answer = await app.call("POST /api/v1/auth/register", { json });
    expect(answer.status).toBe(202);
    expect(await bodyOf(answer)).toEqual({ status: "verification_sent" });
    expect((await login(app, email)).status).toBe(403);

    const token = await tokenFor(app, email, "/verify-email");
    const all = await Promise.all(
      Array.from({ length: 16 }, async () => await app.call("POST /api/v1/auth/verify-email", { json: { token } })),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 400)).toHaveLength(15);
    const { user } = await bodyOf<Tokens>(await login(app, email));
    expect(user).toMatchObject({
      email,
      emailVerified: true,
      name: "Ada",
      role: "user",
      plan: "free",
      status: "active",
    });
  });

  it("of a taken address answers alike and writes to the owner", async () => {
    const email = await register(app);
    const json = { email: ` ${email.toUpperCase()} `, password: "somebody else's password", acceptTerms: true };
    const taken = await app.call("POST /api/v1/auth/register", { json });
    const fresh = await app.call("POST /api/v1/auth/register", { json: { ...json, email: freshEmail() } });
    expect(taken.status).toBe(fresh.status);
    expect(await taken.text()).toBe(await fresh.text());
    expect([...taken.headers.keys()]).toEqual([...fresh.headers.keys()]);
    expect((await mailsTo(app, email))[0]?.subject).toBe("You already have an account");
    expect((await login(app, email)).status).toBe(200);
  });

  it("gives a stranger who registered first nothing once the owner has proven the address", async () => {
    const email = freshEmail();
    const stranger = { email, password: "the stranger's own words", acceptTerms: true };
    await app.call("POST /api/v1/auth/register", { json: stranger });
    const old = await tokenFor(app, email, "/verify-email");
    await register(app, email);
    expect((await app.call("POST /api/v1/auth/verify-email", { json: { token: old } })).status).toBe(400);
    expect((await login(app, email, { password: stranger.password })).status).toBe(401);
    expect((await login(app, email)).status).toBe(200);
  });

  it.each([
    ["password_too_short", { password: "eleven char" }],
    ["password_too_long", { password: "a1 ".repeat(43) }],
    ["password_too_common", { password: "1qaz2wsx3edc" }],
    ["password_too_common", { email: "johannes.brahms@people.test", password: "Johannes-Br4hms1" }],
    ["email_invalid", { email: "nobody@" }],
    ["email_disposable", { email: "somebody@mailinator.com" }],
    ["email_disposable", { email: "somebody@sub.Mailinator.COM" }],
    ["referral_code_unknown", { referralCode: "NOBODY" }],
  ])("is refused with %s", async (code, fault) => {
    const json = { email: freshEmail(), password: PASSWORD, acceptTerms: true, ...fault };
    const answer = await app.call("POST /api/v1/auth/register", { json });
    expect(answer.status).toBe(422);
    expect(await bodyOf(answer)).toMatchObject({ code });
  });

  it.each(["🦜".repeat(12), "a phrase in lower case and spaces", " starts with a blank", "x".repeat(128)])(
    "takes the password %s",
    async (password) => {
      const json = { email: freshEmail(), password, acceptTerms: true };
      expect((await app.call("POST /api/v1/auth/register", { json })).status).toBe(202);
    },
  );
});

describe("a password", () => {
  it("is the same in another normal form, and different in any other way", async () => {
    const email = freshEmail();
    const password = "éclair à la crème";
    await app.call("POST /api/v1/auth/register", { json: { email, password, acceptTerms: true } });
    await app.call("POST /api/v1/auth/verify-email", { json: { token: await tokenFor(app, email, "/verify-email") } });
    expect((await login(app, email, { password: password.normalize("NFD") })).status).toBe(200);
    for (const other of [`${password} `, password.toUpperCase(), password.slice(0, -1)]) {
      expect((await login(app, email, { password: other })).status).toBe(401);
    }
  });

  it("is hashed anew with today's cost at a sign-in, and nobody is signed out for it", async () => {
    const person = await aPerson(app);
    const old = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$";
    const hash = await hashAt(old, PASSWORD);
    await row("update identity_users set password_hash = ? where id = ?", hash, person.user.id);
    expect((await login(app, person.email)).status).toBe(200);
    const stored = await row<{ hash: string }>(
      "select password_hash as hash from identity_users where id = ?",
      person.user.id,
    );
    expect(stored?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await me(person.accessToken)).toBe(200);
  });
});

describe("a sign-in", () => {
  it("answers alike whether or not anybody has the address", async () => {
    const email = await register(app);
    const known = await login(app, email, { password: WRONG, headers: { "X-Request-Id": "same-request" } });
    const unknown = await login(app, freshEmail(), { password: WRONG, headers: { "X-Request-Id": "same-request" } });
    expect(known.status).toBe(401);
    expect(await known.text()).toBe(await unknown.text());
    expect(headersOf(known)).toEqual(headersOf(unknown));
  });

  it("writes the same rows whether or not anybody has the address", async () => {
    const email = await register(app);
    const before = await countRows();
    await login(app, email, { password: WRONG, headers: { "CF-Connecting-IP": "198.51.100.1" } });
    const between = await countRows();
    await login(app, freshEmail(), { password: WRONG, headers: { "CF-Connecting-IP": "198.51.100.2" } });
    const after = await countRows();
    expect(after.counters - between.counters).toBe(between.counters - before.counters);
    expect(after.events - between.events).toBe(between.events - before.events);
  });

  it("is closed after five failures from a source, counted alike for an address that nobody has", async () => {
    const known = await register(app);
    for (const email of [known, freshEmail()]) {
      const headers = { "CF-Connecting-IP": "192.0.2.7" };
      for (let failure = 0; failure < 5; failure += 1) {
        expect((await login(app, email, { password: WRONG, headers })).status).toBe(401);
      }
      const locked = await login(app, email, { headers });
      expect(locked.status).toBe(429);
      expect(Number(locked.headers.get("Retry-After"))).toBeGreaterThan(800);
      expect(await bodyOf(locked)).toMatchObject({ code: "account_locked" });
    }
    expect((await login(app, known, { headers: { "CF-Connecting-IP": "192.0.2.8" } })).status).toBe(200);
  });

  it("stays open to the owner's device while strangers guess from everywhere", async () => {
    const device = { "X-Device-Id": crypto.randomUUID() };
    const { email } = await aPerson(app, device);
    for (let source = 0; source < 51; source += 1) {
      await login(app, email, { password: WRONG, headers: { "CF-Connecting-IP": `203.0.113.${source}` } });
    }
    const stranger = await login(app, email, { headers: { "CF-Connecting-IP": "198.51.100.99" } });
    expect(stranger.status).toBe(429);
    const owner = await login(app, email, { headers: { ...device, "CF-Connecting-IP": "203.0.113.1" } });
    expect(owner.status).toBe(200);
  });

  it("that fails again and again is told to the owner, once a day", async () => {
    const { email } = await aPerson(app);
    for (let failure = 0; failure < 12; failure += 1) {
      await login(app, email, { password: WRONG, headers: { "CF-Connecting-IP": `198.18.0.${failure}` } });
    }
    await tellBesieged(testCtx(app));
    await tellBesieged(testCtx(app));
    expect((await mailsTo(app, email)).map(({ subject }) => subject)).toEqual([
      expect.stringContaining("lock"),
      expect.any(String),
      expect.any(String),
    ]);
    const events = await row<{ n: number }>(
      "select count(*) as n from identity_security_events where type = 'sign_in.locked' and user_id = (select id from identity_users where email = ?)",
      email,
    );
    expect(events?.n).toBe(1);
  });

  it("of thirty at once lets all in", async () => {
    const email = await register(app);
    const answers = await Promise.all(Array.from({ length: 30 }, async () => await login(app, email)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(30).fill(200));
  });
});

describe("an access token", () => {
  it("ends with its session, at once where the session was ended", async () => {
    const person = await aPerson(app);
    expect(await me(person.accessToken)).toBe(200);
    expect((await app.call("POST /api/v1/auth/logout", { headers: person.bearer })).status).toBe(204);
    expect(await me(person.accessToken)).toBe(401);
    const json = { refreshToken: person.refreshToken };
    expect((await app.call("POST /api/v1/auth/refresh", { json })).status).toBe(401);
  });

  it.each([
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "Bearer a.b.c",
    "Bearer x y",
    `Bearer ${"a".repeat(5_000)}`,
    "bearer é",
  ])("is refused as %s", async (header) => {
    const answer = await app.call("GET /api/v1/auth/sessions", {
      headers: { Authorization: encodeURI(header).replaceAll("%20", " ") },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("WWW-Authenticate")).toContain("Bearer");
  });

  it("of one person is asked for anew when that person changes, and of nobody else", async () => {
    const [person, other] = [await aPerson(app), await aPerson(app)];
    const shown = async ({ bearer: headers }: Tokens & { bearer: Readonly<Record<string, string>> }) =>
      (await bodyOf<{ user: { name: string | null } }>(await app.call("GET /session", { headers }))).user.name;
    await Promise.all([shown(person), shown(other)]);
    await row("update identity_users set name = 'behind our back' where id = ?", other.user.id);
    await app.call("PATCH /api/v1/me", { headers: person.bearer, json: { name: "Ada" } });
    expect(await shown(person)).toBe("Ada");
    expect(await shown(other)).toBeNull();
  });

  it("verifies with the published keys", async () => {
    const person = await aPerson(app);
    const keys = await bodyOf<{ keys: [] }>(await app.call("GET /.well-known/jwks.json"));
    const { payload } = await jwtVerify(person.accessToken, createLocalJWKSet(keys));
    expect(payload).toMatchObject({ sub: person.user.id, purpose: "access" });
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });
});
