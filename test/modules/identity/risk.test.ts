import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { assessRisk, distanceKm, SUSPECT_FROM } from "../../../src/modules/identity/rules.risk.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { aPerson, bearer, freshEmail, login, mailsTo, PASSWORD, row, tokenFor } from "../../support/people.ts";

const app = testApp();
const HOUR = 3_600_000;
const MUMBAI = { latitude: 19.1, longitude: 72.9 };
const LONDON = { latitude: 51.5, longitude: -0.1 };
const known = {
  devices: 1,
  knowsDevice: true,
  trustsDevice: true,
  knowsCountry: true,
  seenLately: true,
  failures: 0,
  last: null,
};

describe("the risk of a sign-in", () => {
  it("is nothing for the first one, and for what the owner always does", () => {
    const first = { ...known, devices: 0, knowsDevice: false, knowsCountry: false };
    expect(assessRisk({ now: 0, place: null, history: first })).toEqual({ score: 0, signs: [] });
    expect(assessRisk({ now: 0, place: null, history: known }).score).toBe(0);
  });

  it("is below suspicion for a new device alone, and above with a new country or an impossible journey", () => {
    const device = { ...known, knowsDevice: false };
    expect(assessRisk({ now: 0, place: null, history: device }).score).toBeLessThan(SUSPECT_FROM);
    const abroad = { ...device, knowsCountry: false };
    expect(assessRisk({ now: 0, place: null, history: abroad }).score).toBeGreaterThanOrEqual(SUSPECT_FROM);
    const travelled = { ...device, last: { ...MUMBAI, at: 0 } };
    expect(assessRisk({ now: HOUR, place: LONDON, history: travelled }).signs).toContain("impossible_travel");
    expect(assessRisk({ now: 9 * HOUR, place: LONDON, history: travelled }).signs).not.toContain("impossible_travel");
  });

  it("counts kilometres on a globe", () => {
    expect(distanceKm(MUMBAI, LONDON)).toBeCloseTo(7_190, -2);
    expect(distanceKm(MUMBAI, MUMBAI)).toBe(0);
  });
});

describe("many accounts from one source", () => {
  it("are noted from the eleventh of a day on, and none is refused", async () => {
    const headers = { "CF-Connecting-IP": "192.0.2.77" };
    const emails: string[] = [];
    for (let account = 0; account < 12; account += 1) {
      const email = freshEmail();
      emails.push(email);
      await app.call("POST /api/v1/auth/register", { json: { email, password: PASSWORD, acceptTerms: true } });
      const json = { token: await tokenFor(app, email, "/verify-email") };
      expect((await app.call("POST /api/v1/auth/verify-email", { json, headers })).status).toBe(200);
    }
    const noted = await Promise.all(
      emails.map(async (email) =>
        row<{ n: number }>(
          `select count(*) as n from identity_security_events where type = 'account.many_from_source'
             and user_id = (select id from identity_users where email = ?)`,
          email,
        ),
      ),
    );
    expect(noted.map((found) => found?.n)).toEqual([...Array<number>(10).fill(0), 1, 1]);
  });
});

describe("a sign-in unlike the owner", () => {
  const home = { "X-Device-Id": "the-owner-at-home", "CF-IPCountry": "IN" };

  it("from a new device is told to the owner", async () => {
    const { email } = await aPerson(app, home);
    await login(app, email, { headers: home });
    expect((await mailsTo(app, email)).map(({ subject }) => subject)).not.toContain("A new device signed in");
    await login(app, email, { headers: { ...home, "X-Device-Id": "another-of-the-owner" } });
    expect((await mailsTo(app, email))[0]?.subject).toBe("A new device signed in");
  });

  it("writes its device down again only where that has changed or was seen an hour ago", async () => {
    const { email, user } = await aPerson(app, home);
    const device = async (): Promise<{ n: number; country: string; seen: number } | null> =>
      await row(
        "select count(*) as n, max(country) as country, max(last_seen_at) as seen from identity_devices where user_id = ?",
        user.id,
      );
    await login(app, email, { headers: home });
    const first = await device();
    await login(app, email, { headers: home });
    expect(await device()).toEqual(first);
    await login(app, email, { headers: { ...home, "CF-IPCountry": "NP" } });
    expect(await device()).toMatchObject({ n: 1, country: "NP" });
    await env.DB.prepare("update identity_devices set last_seen_at = last_seen_at - 3600001 where user_id = ?")
      .bind(user.id)
      .run();
    const old = await device();
    await login(app, email, { headers: { ...home, "CF-IPCountry": "NP" } });
    expect((await device())?.seen).toBeGreaterThan(old?.seen ?? Infinity);
  });

  it("is one after a new password too, which makes nobody's device the first", async () => {
    const { email, user } = await aPerson(app, home);
    await app.call("POST /api/v1/auth/password/forgot", { json: { email } });
    const json = { token: await tokenFor(app, email, "/reset-password"), password: "another four good words" };
    expect((await app.call("POST /api/v1/auth/password/reset", { json })).status).toBe(204);
    const abroad = { "X-Device-Id": "whoever-has-the-mailbox", "CF-IPCountry": "BR" };
    expect((await login(app, email, { password: json.password, headers: abroad })).status).toBe(200);
    const suspect = await row<{ suspect: number }>(
      "select suspect from identity_sessions where user_id = ? and ended_at is null",
      user.id,
    );
    expect(suspect?.suspect).toBe(1);
  });

  it("from a new device abroad is told at once, and moves no money before a step-up", async () => {
    const { email, user } = await aPerson(app, home);
    const abroad = { "X-Device-Id": "somebody-far-away", "CF-IPCountry": "BR" };
    const { accessToken } = await (await login(app, email, { headers: abroad })).json<{ accessToken: string }>();
    expect((await mailsTo(app, email))[0]?.subject).toBe("Something unusual in your account");
    const suspect = await row<{ n: number }>(
      "select count(*) as n from identity_sessions where user_id = ? and suspect = 1",
      user.id,
    );
    expect(suspect?.n).toBe(1);
    const request = new Request("http://bourse.test/", { headers: bearer(accessToken) });
    const ask = async (money: boolean) =>
      await app.composition.authenticate(request, testCtx(app), { fresh: true, money }).catch((error: Error) => error);
    expect(await ask(false)).toMatchObject({ kind: "user" });
    expect(await ask(true)).toMatchObject({ status: 403, code: "step_up_required" });
    const json = { password: PASSWORD };
    await app.call("POST /api/v1/auth/step-up", { headers: bearer(accessToken), json });
    expect(await ask(true)).toMatchObject({ kind: "user" });
  });
});
