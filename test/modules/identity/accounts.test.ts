import { describe, expect, it } from "vitest";
import { API_SCOPES, isApiKey } from "../../../src/modules/identity/rules.api-key.ts";
import { anAccount } from "../../support/accounts.ts";
import { anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { bearer, login, mailsTo, row } from "../../support/people.ts";
import { rows } from "../../support/platform.ts";

const app = testApp();

interface Key {
  readonly id: string;
  readonly key: string;
}

async function makeKey(headers: Readonly<Record<string, string>>, scopes: readonly string[]): Promise<Key> {
  const made = await app.call("POST /api/v1/api-keys", { headers, json: { name: "Spreadsheet", scopes } });
  expect(made.status).toBe(201);
  return await bodyOf<Key>(made);
}

async function me(credential: string): Promise<Response> {
  return await app.call("GET /api/v1/me", { headers: bearer(credential) });
}

describe("an API key", () => {
  it("opens what its scopes say, and nothing else", async () => {
    const account = await anAccount(app);
    const { key } = await makeKey(account.bearer, ["account:read"]);
    expect(await bodyOf(await me(key))).toMatchObject({ id: account.user.id });
    const rename = await app.call("PATCH /api/v1/me", { headers: bearer(key), json: { name: "Other" } });
    expect(rename.status).toBe(403);
    expect(await bodyOf(rename)).toMatchObject({ code: "scope_missing" });
    for (const line of ["GET /api/v1/api-keys", "GET /api/v1/auth/sessions", "POST /api/v1/auth/mfa/totp"]) {
      expect((await app.call(line, { headers: bearer(key) })).status).toBe(403);
    }
  });

  it("is shown once, and kept as a hash", async () => {
    const account = await anAccount(app);
    const { key, id } = await makeKey(account.bearer, ["account:read"]);
    expect(isApiKey(key)).toBe(true);
    expect(key).toMatch(/^bourse_live_[0-9a-z]{39}$/);
    const listed = await (await app.call("GET /api/v1/api-keys", { headers: account.bearer })).text();
    expect(listed).not.toContain(key);
    expect(JSON.stringify(await row("select * from identity_api_keys where id = ?", id))).not.toContain(key);
  });

  it("is refused the moment it is ended, its owner suspended or its time over", async () => {
    const account = await anAccount(app);
    const ended = await makeKey(account.bearer, ["account:read"]);
    const live = await makeKey(account.bearer, ["account:read"]);
    expect((await me(ended.key)).status).toBe(200);
    expect((await app.call(`DELETE /api/v1/api-keys/${ended.id}`, { headers: account.bearer })).status).toBe(204);
    expect((await me(ended.key)).status).toBe(401);
    await row("update identity_api_keys set expires_at = ? where id = ?", Date.now() - 1, live.id);
    expect((await me(live.key)).status).toBe(401);
  });

  it("used from elsewhere leaves one event for each source, however often they take turns, and tells the owner once a day", async () => {
    const account = await anAccount(app);
    const { key } = await makeKey(account.bearer, ["account:read"]);
    for (const ip of ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"]) {
      await app.call("GET /api/v1/me", { headers: { ...bearer(key), "CF-Connecting-IP": ip } });
    }
    const noted = await row<{ n: number }>(
      "select count(*) as n from identity_security_events where user_id = ? and type = 'api_key.new_source'",
      account.user.id,
    );
    expect(noted?.n).toBe(2);
    const subjects = (await mailsTo(app, account.user.email ?? "")).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject === "An API key was used from a new address")).toHaveLength(1);
  });

  it("works on for a day beside the one in its place", async () => {
    const account = await anAccount(app);
    const old = await makeKey(account.bearer, ["account:read"]);
    const rotated = await app.call(`POST /api/v1/api-keys/${old.id}/rotate`, { headers: account.bearer });
    const next = await bodyOf<Key>(rotated);
    expect([(await me(old.key)).status, (await me(next.key)).status]).toEqual([200, 200]);
    const until = await row<{ at: number }>("select revoked_at as at from identity_api_keys where id = ?", old.id);
    expect(until?.at).toBeLessThanOrEqual(Date.now() + 86_400_000);
    const listed = await app.call("GET /api/v1/api-keys", { headers: account.bearer });
    const ends = (await bodyOf<{ data: { id: string; expiresAt: string | null }[] }>(listed)).data.map(
      ({ id, expiresAt }) => [id, expiresAt],
    );
    expect(ends).toEqual([
      [next.id, null],
      [old.id, new Date(until?.at ?? 0).toISOString()],
    ]);
  });

  it("whose time is over has none in its place", async () => {
    const person = await anAccount(app);
    const json = { name: "Short", scopes: ["account:read"], expiresAt: new Date(Date.now() + 60_000).toISOString() };
    const made = await app.call("POST /api/v1/api-keys", { headers: person.bearer, json });
    const { id } = await bodyOf<{ id: string }>(made);
    await row("update identity_api_keys set expires_at = 1 where id = ?", id);
    const rotated = await app.call(`POST /api/v1/api-keys/${id}/rotate`, { headers: person.bearer });
    expect(rotated.status).toBe(409);
    expect(await bodyOf(rotated)).toMatchObject({ code: "api_key_expired" });
  });

  it.each(["bourse_live_", "bourse_live_x", `bourse_live_${"0".repeat(39)}`, `bourse_test_${"0".repeat(39)}`])(
    "is none as %s",
    async (text) => {
      expect((await me(text)).status).toBe(401);
    },
  );

  it("is nobody else's to end, and there are at most twenty-five", async () => {
    const account = await anAccount(app);
    const stranger = await anAccount(app);
    const { id, key } = await makeKey(account.bearer, ["account:read"]);
    expect((await app.call(`DELETE /api/v1/api-keys/${id}`, { headers: stranger.bearer })).status).toBe(404);
    expect((await me(key)).status).toBe(200);
    const json = { name: "One of many", scopes: ["account:read"] };
    const answers = await Promise.all(
      Array.from(
        { length: 30 },
        async () => await app.call("POST /api/v1/api-keys", { headers: account.bearer, json }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(24);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(6);
  });

  it("can be given every scope that a route asks for", () => {
    const asked = app.routes.flatMap(({ policy: { access } }) =>
      access.kind === "signedIn" && access.scope !== null ? [access.scope] : [],
    );
    expect(asked.filter((scope) => !API_SCOPES.includes(scope))).toEqual([]);
  });
});

describe("an operator", () => {
  it("shuts an account on every path, and opens it again", async () => {
    const account = await anAccount(app);
    const { key } = await makeKey(account.bearer, ["account:read"]);
    const path = `/api/v1/admin/users/${account.user.id}`;
    const json = { reason: "Under review." };
    expect((await app.call(`POST ${path}/suspend`, { as: anOperator(), json })).status).toBe(200);
    expect((await me(account.accessToken)).status).toBe(401);
    expect((await me(key)).status).toBe(401);
    const { refreshToken } = account;
    expect((await app.call("POST /api/v1/auth/refresh", { json: { refreshToken } })).status).toBe(401);
    expect((await login(app, account.user.email ?? "")).status).toBe(403);
    expect((await login(app, account.user.email ?? "", { password: "not the password" })).status).toBe(401);
    expect((await app.call(`POST ${path}/activate`, { as: anOperator(), json })).status).toBe(200);
    expect((await login(app, account.user.email ?? "")).status).toBe(200);
  });

  it("changes neither the own account nor the last administrator", async () => {
    const own = await anAccount(app, { role: "admin", mfa: true });
    const path = `/api/v1/admin/users/${own.user.id}`;
    const as = { ...own.actor, raisedUntil: 0 };
    expect((await app.call(`POST ${path}/role`, { as, json: { role: "user", reason: "Leaves." } })).status).toBe(409);
    const lastOne = await app.call(`POST ${path}/role`, {
      as: anOperator(),
      json: { role: "user", reason: "Leaves." },
    });
    expect(await bodyOf(lastOne)).toMatchObject({ status: 409, code: "last_admin" });
    const other = await anAccount(app, { role: "admin", mfa: true });
    const [one, two] = await Promise.all(
      [own, other].map(async ({ user }) =>
        app.call(`POST /api/v1/admin/users/${user.id}/role`, {
          as: anOperator(),
          json: { role: "user", reason: "Leaves." },
        }),
      ),
    );
    expect([one?.status, two?.status].toSorted()).toEqual([200, 409]);
  });

  it("needs a second factor, and support only reads", async () => {
    const account = await anAccount(app);
    const path = `/api/v1/admin/users/${account.user.id}`;
    const json = { reason: "Under review." };
    expect((await app.call(`GET ${path}`, { as: { ...anOperator(), mfa: false } })).status).toBe(403);
    expect((await app.call(`GET ${path}`, { as: anOperator("support") })).status).toBe(200);
    expect((await app.call(`POST ${path}/suspend`, { as: anOperator("support"), json })).status).toBe(403);
    expect(
      (await app.call(`POST ${path}/role`, { as: anOperator(), json: { role: "owner", reason: "x" } })).status,
    ).toBe(422);
  });

  it("says why it gives a role, and may say why it ends sessions, in the audit", async () => {
    const account = await anAccount(app);
    const path = `/api/v1/admin/users/${account.user.id}`;
    const as = anOperator();
    expect((await app.call(`POST ${path}/role`, { as, json: { role: "support" } })).status).toBe(422);
    const json = { role: "support", reason: "Joins the team." };
    expect((await app.call(`POST ${path}/role`, { as, json })).status).toBe(200);
    expect((await app.call(`POST ${path}/force-logout`, { as, json: { reason: "A lost laptop." } })).status).toBe(200);
    expect((await app.call(`POST ${path}/force-logout`, { as })).status).toBe(200);
    expect((await app.call(`POST ${path}/unlock`, { as, json: { reason: "Known by voice." } })).status).toBe(200);
    expect(
      await rows<object>(
        "select action, reason from platform_audit_entries where target = ? and action in ('user.roleChanged', 'user.loggedOut', 'user.unlocked') order by seq",
        account.user.id,
      ),
    ).toEqual([
      { action: "user.roleChanged", reason: "Joins the team." },
      { action: "user.loggedOut", reason: "A lost laptop." },
      { action: "user.loggedOut", reason: null },
      { action: "user.unlocked", reason: "Known by voice." },
    ]);
  });

  it("loses its power the moment it loses its role", async () => {
    const operator = await anAccount(app, { role: "admin", mfa: true });
    await anAccount(app, { role: "admin", mfa: true });
    expect((await app.call("GET /api/v1/admin/users", { headers: operator.bearer })).status).toBe(200);
    await row("update identity_users set role = 'user' where id = ?", operator.user.id);
    expect((await app.call("GET /api/v1/admin/users", { headers: operator.bearer })).status).toBe(403);
  });

  it("finds people by part of an address, taken as it is", async () => {
    const { user } = await anAccount(app);
    const find = async (query: string): Promise<string[]> => {
      const found = await app.call(`GET /api/v1/admin/users?query=${encodeURIComponent(query)}`, { as: anOperator() });
      return (await bodyOf<{ data: { id: string }[] }>(found)).data.map(({ id }) => id);
    };
    expect(await find(user.email?.slice(0, 16) ?? "")).toContain(user.id);
    expect(await find("%")).toEqual([]);
    expect((await app.call(`GET /api/v1/admin/users?query=${"x".repeat(60)}`, { as: anOperator() })).status).toBe(422);
  });
});
