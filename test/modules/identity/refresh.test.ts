import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bodyOf, testApp } from "../../support/app.ts";
import { aPerson, bearer, mailsTo, row } from "../../support/people.ts";

const app = testApp();

interface Pair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function refresh(refreshToken: string): Promise<Response> {
  return await app.call("POST /api/v1/auth/refresh", { json: { refreshToken } });
}

async function next(refreshToken: string): Promise<Pair> {
  return await bodyOf<Pair>(await refresh(refreshToken));
}

function later(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a refresh token", () => {
  it("is good once: of a chain only the last is live, and the access token works", async () => {
    const person = await aPerson(app);
    const second = await next(person.refreshToken);
    later(11_000);
    const third = await next(second.refreshToken);
    expect(new Set([person.refreshToken, second.refreshToken, third.refreshToken]).size).toBe(3);
    expect((await app.call("GET /api/v1/auth/sessions", { headers: bearer(third.accessToken) })).status).toBe(200);
  });

  it("that was just traded gives the very same pair for ten seconds", async () => {
    const person = await aPerson(app);
    const first = await next(person.refreshToken);
    later(9_000);
    expect(await next(person.refreshToken)).toEqual(first);
  });

  it("that was traded before ends the session for all, and that stays", async () => {
    const person = await aPerson(app);
    const second = await next(person.refreshToken);
    later(10_500);
    expect((await refresh(person.refreshToken)).status).toBe(401);
    expect((await refresh(second.refreshToken)).status).toBe(401);
    expect((await app.call("GET /api/v1/auth/sessions", { headers: bearer(second.accessToken) })).status).toBe(401);
    const event = await row<{ count: number }>(
      "select count(*) as count from identity_security_events where user_id = ? and type = 'session.refresh_reused'",
      person.user.id,
    );
    expect(event?.count).toBe(1);
    expect((await mailsTo(app, person.email))[0]?.subject).toBe("Something unusual in your account");
  });

  it("of the generation before the last ends the session even within the ten seconds", async () => {
    const person = await aPerson(app);
    const second = await next(person.refreshToken);
    const third = await next(second.refreshToken);
    expect((await refresh(person.refreshToken)).status).toBe(401);
    expect((await refresh(third.refreshToken)).status).toBe(401);
  });

  it("presented by twenty at once has one successor, and nobody is signed out", async () => {
    const person = await aPerson(app);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await refresh(person.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    const pairs = await Promise.all(answers.map(async (answer) => await bodyOf<Pair>(answer)));
    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(new Set(pairs.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect((await refresh(pairs[0]?.refreshToken ?? "")).status).toBe(200);
  });

  it("that we have not made ends nobody's session", async () => {
    const person = await aPerson(app);
    const [session, , secret, key, proof] = person.refreshToken.split(".");
    const forged = [
      `${session}.0.${secret}.${key}.${"A".repeat(43)}`,
      `${session}.1.${secret}.${key}.${proof}`,
      `${session}.0.${"A".repeat(43)}.${key}.${proof}`,
      person.refreshToken.slice(0, -1),
      `${person.refreshToken} `,
    ];
    for (const token of forged) expect((await refresh(token)).status).toBe(401);
    expect((await refresh(person.refreshToken)).status).toBe(200);
  });

  it("dies after thirty days without use, and after ninety in any case", async () => {
    const idle = await aPerson(app);
    const used = await aPerson(app);
    let live = used.refreshToken;
    for (let month = 0; month < 3; month += 1) {
      later(29.9 * 86_400_000);
      live = (await next(live)).refreshToken ?? "";
    }
    expect((await refresh(idle.refreshToken)).status).toBe(401);
    later(86_400_000);
    expect((await refresh(live)).status).toBe(401);
  });

  it("is nowhere in the database", async () => {
    const person = await aPerson(app);
    const [, , secret = ""] = person.refreshToken.split(".");
    const { results } = await env.DB.prepare("select * from identity_sessions").all();
    expect(JSON.stringify(results)).not.toContain(secret);
  });
});
