import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { eraseDue, reapplyErasures } from "../../../src/modules/identity/service.privacy.ts";
import { anAccount } from "../../support/accounts.ts";
import { anOperator } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { bearer, login, mailsTo, PASSWORD, row } from "../../support/people.ts";

const app = testApp();
const FIFTEEN_DAYS = 15 * 86_400_000;

async function remove(headers: Readonly<Record<string, string>>, using: TestApp = app): Promise<Response> {
  return await using.call("DELETE /api/v1/me", { headers, json: { password: PASSWORD } });
}

/** Every row of every table that mentions a text. */
async function mentions(text: string): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '_cf_%'",
  ).all<{ name: string }>();
  const found = await Promise.all(
    results.map(async ({ name }) => {
      const rows = await env.DB.prepare(`select * from ${name}`).all();
      return JSON.stringify(rows.results).includes(text) ? [name] : [];
    }),
  );
  return found.flat();
}

describe("an export", () => {
  it("holds what is kept of its owner, behind a link that is good for ten minutes, for nobody else", async () => {
    const { user, bearer: headers } = await anAccount(app);
    const stranger = await anAccount(app);
    const { id } = await bodyOf<{ id: string }>(await app.call("POST /api/v1/me/export", { headers }));
    await mailsTo(app, user.email ?? "");
    const state = await bodyOf<{ status: string; downloadUrl: string }>(
      await app.call(`GET /api/v1/me/exports/${id}`, { headers }),
    );
    expect(state.status).toBe("ready");
    const url = new URL(state.downloadUrl);
    const file = await app.call(`GET ${url.pathname}${url.search}`);
    expect(file.status).toBe(200);
    const text = await file.text();
    expect(JSON.parse(text)).toMatchObject({ userId: user.id, identity: { account: [{ email: user.email }] } });
    expect(text).not.toContain("argon2id");
    expect(text).not.toContain(stranger.user.id);
    expect((await app.call(`GET /api/v1/me/exports/${id}`, { headers: stranger.bearer })).status).toBe(404);
    expect((await app.call(`GET ${url.pathname}?ticket=${url.searchParams.get("ticket")}x`)).status).toBe(404);
    expect((await app.call(`GET ${url.pathname}`)).status).toBe(404);
  });

  it("needs a session that was begun or raised lately", async () => {
    const { sessionId, bearer: headers } = await anAccount(app);
    await row("update identity_sessions set created_at = created_at - 400000 where id = ?", sessionId);
    expect((await app.call("POST /api/v1/me/export", { headers })).status).toBe(403);
  });
});

describe("an account that is deleted", () => {
  it("is shut at once, on every path", async () => {
    const account = await anAccount(app);
    const json = { name: "Key", scopes: ["account:read"] };
    const { key } = await bodyOf<{ key: string }>(
      await app.call("POST /api/v1/api-keys", { headers: account.bearer, json }),
    );
    expect((await remove({ ...account.bearer, Authorization: "Bearer none" })).status).toBe(401);
    expect((await remove(account.bearer)).status).toBe(202);
    for (const credential of [account.accessToken, key]) {
      expect((await app.call("GET /api/v1/me", { headers: bearer(credential) })).status).toBe(401);
    }
    const { refreshToken } = account;
    expect((await app.call("POST /api/v1/auth/refresh", { json: { refreshToken } })).status).toBe(401);
    expect((await mailsTo(app, account.user.email ?? ""))[0]?.subject).toContain("delet");
  });

  it("is there again once its owner signs in, within fourteen days", async () => {
    const account = await anAccount(app);
    await remove(account.bearer);
    const back = await bodyOf<{ user: { status: string } }>(await login(app, account.user.email ?? ""));
    expect(back.user.status).toBe("active");
    await eraseDue(testCtx(app, { now: () => Date.now() + FIFTEEN_DAYS }));
    expect((await login(app, account.user.email ?? "")).status).toBe(200);
  });

  it("leaves no trace of its owner after them, and the address is free for somebody new", async () => {
    const account = await anAccount(app);
    const email = account.user.email ?? "";
    await app.call("PATCH /api/v1/me", { headers: account.bearer, json: { name: "Canary Nightingale" } });
    await remove(account.bearer);
    await app.call("POST /dev/jobs/drain");
    await eraseDue(testCtx(app, { now: () => Date.now() + FIFTEEN_DAYS }));
    await app.call("POST /dev/jobs/drain");
    expect(await mentions("Canary Nightingale")).toEqual([]);
    expect((await mentions(email)).filter((table) => table !== "messaging_development_outbox")).toEqual([]);
    expect((await login(app, email)).status).toBe(401);
    const next = await anAccount(app, { email });
    expect(next.user.id).not.toBe(account.user.id);
    const verdict = await app.call("GET /api/v1/admin/audit/verify", { as: anOperator() });
    expect(await bodyOf(verdict)).toMatchObject({ ok: true });
  });

  it("is erased again when a restored database brings it back", async () => {
    const account = await anAccount(app);
    await remove(account.bearer);
    await eraseDue(testCtx(app, { now: () => Date.now() + FIFTEEN_DAYS }));
    await row(
      "update identity_users set status = 'active', email = ? where id = ?",
      account.user.email ?? "",
      account.user.id,
    );
    await reapplyErasures(testCtx(app));
    expect(await row("select status, email from identity_users where id = ?", account.user.id)).toEqual({
      status: "deleted",
      email: null,
    });
  });

  it("stays when its owner comes back at the very moment of its erasure", async () => {
    const returning = testApp({
      name: "test-return",
      eraseBlockers: async (ctx, userId) => {
        if (ctx.now() > Date.now()) {
          await row("update identity_users set status = 'active', deletion_due_at = null where id = ?", userId);
        }
        return [];
      },
    });
    const account = await anAccount(returning);
    await remove(account.bearer, returning);
    await eraseDue(testCtx(returning, { now: () => Date.now() + FIFTEEN_DAYS }));
    await reapplyErasures(testCtx(returning));
    expect((await login(app, account.user.email ?? "")).status).toBe(200);
  });

  it("stays while money is at stake", async () => {
    const rich = testApp({
      name: "test-money",
      eraseBlockers: async () => await Promise.resolve(["balance_not_zero"]),
    });
    const account = await anAccount(rich);
    const refused = await remove(account.bearer, rich);
    expect(refused.status).toBe(409);
    expect(await bodyOf(refused)).toMatchObject({ code: "balance_not_zero" });
  });
});
