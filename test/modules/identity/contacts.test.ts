import { describe, expect, it } from "vitest";
import { anAccount } from "../../support/accounts.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { codeFor, freshPhone, mailsTo, row } from "../../support/people.ts";

const app = testApp();

describe("a change of number", () => {
  it("needs a raised session, proves the new number, and takes it from an account that has another way in", async () => {
    const former = await anAccount(app);
    const { actor } = await anAccount(app);
    const phone = freshPhone();
    await row("update identity_users set phone = ? where id = ?", phone, former.user.id);
    const json = { phone };
    expect((await app.call("POST /api/v1/me/phone", { as: actor, json })).status).toBe(403);
    const as = { ...actor, raisedUntil: Date.now() + 300_000 };
    expect((await app.call("POST /api/v1/me/phone", { as, json })).status).toBe(202);
    const code = await codeFor(app, phone);
    const signIn = await app.call("POST /api/v1/auth/otp/verify", { json: { phone, code, acceptTerms: true } });
    expect(signIn.status).toBe(401);
    const done = await app.call("POST /api/v1/me/phone/confirm", { as, json: { code } });
    expect(await bodyOf(done)).toMatchObject({ user: { phone, phoneVerified: true } });
    expect(await row("select phone from identity_users where id = ?", former.user.id)).toEqual({ phone: null });
  });

  it("happens once, however many send its code at once, and takes no other account's code", async () => {
    const [own, stranger] = [await anAccount(app), await anAccount(app)];
    const phone = freshPhone();
    const as = { ...own.actor, raisedUntil: Date.now() + 300_000 };
    await app.call("POST /api/v1/me/phone", { as, json: { phone } });
    const json = { code: await codeFor(app, phone) };
    const confirm = async (actor: typeof as): Promise<number> =>
      (await app.call("POST /api/v1/me/phone/confirm", { as: actor, json })).status;
    expect(await confirm({ ...stranger.actor, raisedUntil: as.raisedUntil })).toBe(401);
    const answers = await Promise.all(Array.from({ length: 16 }, async () => await confirm(as)));
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(answers.every((status) => status === 200 || status === 401 || status === 429)).toBe(true);
  });

  it("is asked for five times a day by one account, whatever the numbers", async () => {
    const { actor } = await anAccount(app);
    const as = { ...actor, raisedUntil: Date.now() + 300_000 };
    const phones = Array.from({ length: 7 }, freshPhone);
    for (const phone of phones) {
      expect((await app.call("POST /api/v1/me/phone", { as, json: { phone } })).status).toBe(202);
    }
    const sent = await Promise.all(phones.map(async (phone) => (await mailsTo(app, phone)).length));
    expect(sent).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });
});

describe("a change of address", () => {
  it("needs a raised session and the new address's proof, by the same account, and tells the old one", async () => {
    const { actor, user } = await anAccount(app);
    const stranger = await anAccount(app);
    const email = `new.${user.email}`;
    const as = { ...actor, raisedUntil: Date.now() + 300_000 };
    expect((await app.call("POST /api/v1/me/email", { as: actor, json: { email } })).status).toBe(403);
    expect((await app.call("POST /api/v1/me/email", { as, json: { email } })).status).toBe(202);
    const link = (await mailsTo(app, email))
      .flatMap(({ links }) => links)
      .find((url) => url.includes("/confirm-email"));
    const token = new URL(link ?? "http://nothing.test").searchParams.get("token") ?? "";
    const confirm = async (actorOf: typeof actor): Promise<Response> =>
      await app.call("POST /api/v1/me/email/confirm", { as: actorOf, json: { token } });
    expect((await confirm(stranger.actor)).status).toBe(400);
    const answers = await Promise.all(Array.from({ length: 16 }, async () => await confirm(actor)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(15);
    expect(await Promise.all(good.map(async (answer) => await bodyOf(answer)))).toMatchObject([
      { user: { email, emailVerified: true } },
    ]);
    expect((await mailsTo(app, user.email ?? ""))[0]?.subject).toContain("address");
  });
});
