import { afterEach, describe, expect, it, vi } from "vitest";
import { canonicalPhone, isReachable } from "../../../src/modules/identity/rules.phone.ts";
import { randomCode } from "../../../src/modules/identity/service.sms-codes.ts";
import { anAccount } from "../../support/accounts.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Tokens } from "../../support/people.ts";
import { aTwoFactorPerson, codeFor, freshPhone, mailsTo, row } from "../../support/people.ts";

const app = testApp();

async function ask(phone: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return await app.call("POST /api/v1/auth/otp", { json: { phone }, headers });
}

async function verify(phone: string, code: string, more: object = { acceptTerms: true }): Promise<Response> {
  return await app.call("POST /api/v1/auth/otp/verify", { json: { phone, code, ...more } });
}

function wrong(code: string): string {
  return code === "000000" ? "000001" : "000000";
}

function later(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a number", () => {
  it.each([
    ["+1 (555) 010-1234", "+15550101234"],
    ["＋９１ ９８７６５ ４３２１０", "+919876543210"],
    ["+49.30.123456", "+4930123456"],
  ])("%s has one form", (text, phone) => {
    expect(canonicalPhone(text)).toBe(phone);
  });

  it.each(["5550101234", "+0123456789", "+1", "+١٢٣٤٥٦٧٨٩", "+1234567890123456", "+49 30 abc", "++49301234567"])(
    "%s is none",
    (text) => {
      expect(canonicalPhone(text)).toBeNull();
    },
  );

  it("of a range that costs more than others, or of a country that is not served, gets no code", async () => {
    expect(isReachable("+97912345678", null)).toBe(false);
    expect(isReachable("+4930123456", ["91", "1"])).toBe(false);
    expect(isReachable("+919876543210", ["91", "1"])).toBe(true);
    expect((await ask("+97912345678")).status).toBe(422);
  });
});

describe("a code by SMS", () => {
  it("is six digits, each as likely as the others", () => {
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 10_000; draw += 1) {
      const code = randomCode();
      expect(code).toMatch(/^[0-9]{6}$/);
      for (const digit of code) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 6_000) ** 2 / 6_000, 0);
    expect(counts.size).toBe(10);
    expect(chiSquare).toBeLessThan(33.7);
  });

  it("opens an account for a number that has none, and signs in to it afterwards", async () => {
    const phone = freshPhone();
    await ask(phone);
    const code = await codeFor(app, phone);
    expect((await verify(phone, code, {})).status).toBe(422);
    const first = await verify(phone, code);
    expect(first.status).toBe(200);
    const { user } = await bodyOf<Tokens>(first.clone());
    expect(await bodyOf(first)).toMatchObject({ isNewUser: true, user: { phone, phoneVerified: true, email: null } });
    later(61_000);
    await ask(phone);
    const again = await verify(phone, await codeFor(app, phone), {});
    expect(await bodyOf(again)).toMatchObject({ isNewUser: false, user: { id: user.id } });
  });

  it("signs in once, however many use it at once", async () => {
    const phone = freshPhone();
    await ask(phone);
    const code = await codeFor(app, phone);
    const answers = await Promise.all(Array.from({ length: 16 }, async () => await verify(phone, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const owners = await row<{ count: number }>("select count(*) as count from identity_users where phone = ?", phone);
    expect(owners?.count).toBe(1);
  });

  it("takes five wrong tries of fifty at once, and then not even the right one", async () => {
    const phone = freshPhone();
    await ask(phone);
    const code = await codeFor(app, phone);
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await verify(phone, wrong(code))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(0);
    const spent = await row<{ tries: number }>("select tries from identity_sms_codes where phone = ?", phone);
    expect(spent?.tries).toBe(5);
    expect((await verify(phone, code)).status).not.toBe(200);
  });

  it("cannot be guessed by asking for ever new ones", async () => {
    const phone = freshPhone();
    for (let round = 0; round < 2; round += 1) {
      later(61_000);
      await ask(phone);
      const code = await codeFor(app, phone);
      for (let failure = 0; failure < 5; failure += 1) await verify(phone, wrong(code));
    }
    expect((await verify(phone, "123456")).status).toBe(429);
  });

  it("is void once there is a newer one, after five minutes, and for another number", async () => {
    const phone = freshPhone();
    const other = freshPhone();
    await ask(phone);
    await ask(other);
    const old = await codeFor(app, phone);
    if (old !== (await codeFor(app, other))) expect((await verify(other, old)).status).toBe(401);
    later(61_000);
    await ask(phone);
    const code = await codeFor(app, phone);
    if (old !== code) expect((await verify(phone, old)).status).toBe(401);
    later(301_000);
    expect((await verify(phone, code)).status).toBe(401);
  });

  it("is sent once a minute and three times an hour, whatever the spelling, and the answer never changes", async () => {
    const phone = freshPhone();
    const spelled = `${phone.slice(0, 3)} (${phone.slice(3, 6)}) ${phone.slice(6)}`;
    const answers = new Set<string>();
    for (let minute = 0; minute < 10; minute += 1) {
      for (const text of [phone, spelled]) answers.add(await (await ask(text)).text());
      later(61_000);
    }
    expect(answers.size).toBe(1);
    expect(await mailsTo(app, phone)).toHaveLength(3);
  });

  it("is sent to ten numbers an hour from one source", async () => {
    const phones = Array.from({ length: 14 }, freshPhone);
    for (const phone of phones) await ask(phone, { "CF-Connecting-IP": "192.0.2.200" });
    const sent = await Promise.all(phones.map(async (phone) => (await mailsTo(app, phone)).length));
    expect(sent.filter((count) => count > 0)).toHaveLength(10);
  });

  it("goes past no second factor", async () => {
    const person = await aTwoFactorPerson(app);
    const phone = freshPhone();
    await row("update identity_users set phone = ? where id = ?", phone, person.user.id);
    await ask(phone);
    expect(await bodyOf(await verify(phone, await codeFor(app, phone), {}))).toMatchObject({ mfaRequired: true });
  });

  it("is kept as a keyed hash alone", async () => {
    const phone = freshPhone();
    await ask(phone);
    const stored = await row<{ hash: string }>(
      "select code_hash as hash from identity_sms_codes where phone = ?",
      phone,
    );
    expect(stored?.hash).toMatch(/^[a-z0-9]+\.[A-Za-z0-9_-]{43}$/);
    expect(stored?.hash).not.toContain(await codeFor(app, phone));
  });
});

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
    expect((await verify(phone, code)).status).toBe(401);
    const done = await app.call("POST /api/v1/me/phone/confirm", { as, json: { code } });
    expect(await bodyOf(done)).toMatchObject({ user: { phone, phoneVerified: true } });
    expect(await row("select phone from identity_users where id = ?", former.user.id)).toEqual({ phone: null });
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
