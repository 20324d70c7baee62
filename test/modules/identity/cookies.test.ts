import { describe, expect, it } from "vitest";
import { anAccount } from "../../support/accounts.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { PASSWORD, row } from "../../support/people.ts";

const app = testApp();
const ORIGIN = "http://127.0.0.1:8787";
const own = { Origin: ORIGIN };

interface Page {
  readonly cookie: string;
  readonly csrf: string;
  readonly setCookies: readonly string[];
}

async function aPage(): Promise<Page> {
  const { user } = await anAccount(app);
  const json = { email: user.email, password: PASSWORD };
  const begun = await app.call("POST /session", { json, headers: own });
  expect(begun.status).toBe(200);
  const setCookies = begun.headers.getSetCookie();
  const { csrfToken } = await bodyOf<{ csrfToken: string }>(begun);
  return { cookie: setCookies.map((text) => text.split(";")[0]).join("; "), csrf: csrfToken, setCookies };
}

async function rename(headers: Readonly<Record<string, string>>): Promise<number> {
  return (await app.call("PATCH /api/v1/me", { headers, json: { name: "Grace" } })).status;
}

describe("a page's session", () => {
  it("lies in a cookie that only we get and no script reads", async () => {
    const { setCookies } = await aPage();
    expect(setCookies.map((text) => text.split("=")[0])).toEqual(["__Host-session", "__Host-device"]);
    for (const text of setCookies) {
      expect(text).toContain("; Path=/; Secure; HttpOnly; SameSite=Lax");
      expect(text).not.toContain("Domain");
      expect(text.length).toBeLessThan(4_096);
    }
  });

  it("reads by itself, and changes only from our own page with its token", async () => {
    const { cookie, csrf } = await aPage();
    expect((await app.call("GET /api/v1/me", { headers: { Cookie: cookie } })).status).toBe(200);
    const token = { "X-CSRF-Token": csrf };
    expect(await rename({ Cookie: cookie, ...own, ...token })).toBe(200);
    expect(await rename({ Cookie: cookie, "Sec-Fetch-Site": "same-origin", ...token })).toBe(200);
    expect(await rename({ Cookie: cookie, ...own })).toBe(403);
    expect(await rename({ Cookie: cookie, ...own, "X-CSRF-Token": (await aPage()).csrf })).toBe(403);
    for (const origin of ["https://evil.example", `${ORIGIN}.evil.example`, "null"]) {
      expect(await rename({ Cookie: cookie, Origin: origin, ...token })).toBe(403);
    }
    expect(await rename({ Cookie: cookie, "Sec-Fetch-Site": "cross-site", ...token })).toBe(403);
    expect(await rename({ Cookie: cookie, ...token })).toBe(403);
  });

  it("is begun by our own pages alone", async () => {
    const { user } = await anAccount(app);
    const json = { email: user.email, password: PASSWORD };
    for (const headers of [{}, { Origin: "https://evil.example" }, { "Sec-Fetch-Site": "cross-site" }]) {
      expect((await app.call("POST /session", { json, headers })).status).toBe(403);
    }
    const form = { ...own, "Content-Type": "application/x-www-form-urlencoded" };
    expect((await app.call("POST /session", { headers: form, body: "email=a&password=b" })).status).toBe(415);
  });

  it("begun anew needs no token of the one before, and ends it", async () => {
    const before = await aPage();
    const { user } = await anAccount(app);
    const json = { email: user.email, password: PASSWORD };
    const foreign = { Cookie: before.cookie, Origin: "https://evil.example" };
    expect((await app.call("POST /session", { json, headers: foreign })).status).toBe(403);
    expect((await app.call("GET /session", { headers: { Cookie: before.cookie } })).status).toBe(200);
    const begun = await app.call("POST /session", { json, headers: { Cookie: before.cookie, ...own } });
    expect(await bodyOf(begun)).toMatchObject({ user: { id: user.id } });
    expect((await app.call("GET /session", { headers: { Cookie: before.cookie } })).status).toBe(401);
  });

  it("ends, and takes what the browser kept with it", async () => {
    const { cookie, csrf } = await aPage();
    const headers = { Cookie: cookie, ...own, "X-CSRF-Token": csrf };
    const ended = await app.call("POST /session/end", { headers });
    expect(ended.status).toBe(204);
    expect(ended.headers.get("Clear-Site-Data")).toContain("storage");
    expect(ended.headers.get("Set-Cookie")).toContain("Max-Age=0");
    expect((await app.call("GET /api/v1/me", { headers: { Cookie: cookie } })).status).toBe(401);
  });

  it("that ends is told to whoever holds a socket open for it", async () => {
    const { cookie, csrf } = await aPage();
    const ended = async (): Promise<number> =>
      (await row<{ n: number }>("select count(*) as n from platform_events where type = 'session.ended'"))?.n ?? 0;
    const before = await ended();
    await app.call("POST /session/end", { headers: { Cookie: cookie, ...own, "X-CSRF-Token": csrf } });
    expect(await ended()).toBe(before + 1);
  });

  it("is no access token, and a refresh token is no cookie", async () => {
    const { cookie } = await aPage();
    const value = /__Host-session=([^;]+)/.exec(cookie)?.[1] ?? "";
    expect((await app.call("GET /api/v1/me", { headers: { Authorization: `Bearer ${value}` } })).status).toBe(401);
    expect((await app.call("POST /api/v1/auth/refresh", { json: { refreshToken: value } })).status).toBe(401);
    const { refreshToken } = await anAccount(app);
    const headers = { Cookie: `__Host-session=${refreshToken}` };
    expect((await app.call("GET /api/v1/me", { headers })).status).toBe(401);
  });
});
