import { afterEach, describe, expect, it, vi } from "vitest";
import { smsCountryBudget } from "../../../src/modules/identity/rules.lockout.ts";
import { callingCode, canonicalPhone, isReachable } from "../../../src/modules/identity/rules.phone.ts";
import { randomCode } from "../../../src/modules/identity/service.sms-codes.ts";
import { anAccount } from "../../support/accounts.ts";
import { affiliateOf } from "../../support/affiliate.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import type { Tokens } from "../../support/people.ts";
import { aTwoFactorPerson, codeFor, freshPhone, mailsTo, row } from "../../support/people.ts";

const app = testApp();

async function ask(phone: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return await app.call("POST /api/v1/auth/otp", { json: { phone }, headers });
}

async function verify(
  phone: string,
  code: string,
  more: object = { acceptTerms: true },
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return await app.call("POST /api/v1/auth/otp/verify", { json: { phone, code, ...more }, headers });
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

  it.each([
    ["+15550101234", "1"],
    ["+79161234567", "7"],
    ["+919876543210", "91"],
    ["+4930123456", "49"],
    ["+351210000000", "351"],
    ["+971501234567", "971"],
    ["+998901234567", "998"],
  ])("%s counts for the country +%s", (phone, country) => {
    expect(callingCode(phone)).toBe(country);
  });

  it("of one country uses up no more than half of the day, unless it is the only one", () => {
    expect(smsCountryBudget(100, null).limit).toBe(50);
    expect(smsCountryBudget(100, ["91", "1"]).limit).toBe(50);
    expect(smsCountryBudget(100, ["91"]).limit).toBe(100);
    expect(smsCountryBudget(0, null).limit).toBe(0);
  });

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

  it("brings a new account to whoever's link led there", async () => {
    const { actor } = await anAccount(app);
    const { code } = await affiliateOf(app, actor);
    const phone = freshPhone();
    await ask(phone);
    const headers = { Cookie: `__Host-referral=${code}` };
    expect((await verify(phone, await codeFor(app, phone), { acceptTerms: true }, headers)).status).toBe(200);
    await app.call("POST /dev/jobs/drain");
    expect((await affiliateOf(app, actor)).signUps).toBe(1);
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

  it("still lets the owner in by a device of theirs while strangers guess", async () => {
    const phone = freshPhone();
    const device = { "X-Device-Id": "the-owner-of-the-number" };
    await ask(phone, device);
    expect((await verify(phone, await codeFor(app, phone), { acceptTerms: true }, device)).status).toBe(200);
    for (let round = 0; round < 2; round += 1) {
      later(61_000);
      await ask(phone);
      const code = await codeFor(app, phone);
      for (let failure = 0; failure < 5; failure += 1) await verify(phone, wrong(code));
    }
    expect((await verify(phone, "123456")).status).toBe(429);
    expect((await verify(phone, "123456", {}, { "X-Device-Id": "not-one-of-theirs" })).status).toBe(429);
    later(3_500_000);
    await ask(phone, device);
    expect((await verify(phone, await codeFor(app, phone), {}, device)).status).toBe(200);
  });

  it("loses no try by a failure of ours, and is good afterwards", async () => {
    const phone = freshPhone();
    await ask(phone);
    const code = await codeFor(app, phone);
    await row(
      `create trigger a_broken_disk before insert on identity_users when new.phone = '${phone}'
       begin select raise(abort, 'a broken disk'); end`,
    );
    const failed = await verify(phone, code);
    await row("drop trigger a_broken_disk");
    expect(failed.status).toBe(500);
    const spent = await row<{ tries: number }>("select tries from identity_sms_codes where phone = ?", phone);
    expect(spent?.tries).toBe(0);
    expect((await verify(phone, code)).status).toBe(200);
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
