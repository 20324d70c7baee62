import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { upsertContact } from "#modules/messaging";
import { commit } from "#platform/commit";
import { isMailed } from "../../../src/modules/trades/rules.ts";
import { tellParties } from "../../../src/modules/trades/service.notices.ts";
import { as } from "../../support/actors.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { counted } from "../../support/database.ts";
import { anAd, UNLIMITED } from "../../support/p2p.ts";
import { rows } from "../../support/platform.ts";
import { aDeal, aSeller, aTrader, command } from "../../support/trades.ts";
import type { User } from "../../support/trades.ts";

const app = testApp();

async function reachable({ userId }: User): Promise<void> {
  const ctx = testCtx(app);
  const contact = { email: `${userId}@example.test`, phone: null, locale: "en", timeZone: "UTC", name: "Ada" };
  await commit(ctx, [upsertContact(ctx, { userId, ...contact })]);
}

/** How many mails and notices in the product somebody has got about a trade. */
async function heard({ userId }: User, tradeId: string): Promise<{ mails: number; inApp: number }> {
  const about = [userId, `${tradeId}.%`] as const;
  const where = "where user_id = ? and kind = 'tradeState' and dedupe_key like ?";
  const [mails] = await rows<{ n: number }>(`select count(*) as n from messaging_messages ${where}`, ...about);
  const [inApp] = await rows<{ n: number }>(`select count(*) as n from messaging_notifications ${where}`, ...about);
  return { mails: mails?.n ?? 0, inApp: inApp?.n ?? 0 };
}

describe("both sides of a trade", () => {
  it("hear of each step in the product once, and by mail of what the other one did or what moved the seller's money", async () => {
    const { id, buyer, seller } = await aDeal(app);
    await Promise.all([reachable(buyer), reachable(seller)]);
    await command(app, { id, as: buyer, name: "paid" });
    await command(app, { id, as: seller, name: "release" });
    for (const version of [1, 2, 3, 3]) await tellParties(testCtx(app), { tradeId: id, version });
    expect(await heard(buyer, id)).toEqual({ mails: 1, inApp: 3 });
    expect(await heard(seller, id)).toEqual({ mails: 3, inApp: 3 });
  });

  it("are told in four calls to the database", async () => {
    const { id, buyer, seller } = await aDeal(app);
    await Promise.all([reachable(buyer), reachable(seller)]);
    const { DB, count } = counted();
    await tellParties(testCtx(app, { env: { DB } }), { tradeId: id, version: 1 });
    expect(count()).toBe(4);
  });
});

describe("a side gets a mail", () => {
  const after = (command_: string, role: "buyer" | "seller" | "timer" | "arbitrator") => ({
    events: [{ command: command_, role }],
  });

  it.each([
    ["pay", "buyer", ["seller"]],
    ["cancel", "buyer", ["seller"]],
    ["extend", "seller", ["buyer"]],
    ["release", "seller", ["buyer", "seller"]],
    ["begin", "seller", ["buyer", "seller"]],
    ["begin", "buyer", ["seller"]],
    ["expire", "timer", ["buyer", "seller"]],
    ["resolve", "arbitrator", ["buyer", "seller"]],
  ] as const)("of %s by the %s: %s", (name, role, mailed) => {
    expect((["buyer", "seller"] as const).filter((side) => isMailed(after(name, role), side))).toEqual(mailed);
  });
});

describe("taking an ad", () => {
  it("asks the database six times: the key, the ad, all that decides, the commit, who to show, the answer", async () => {
    const [seller, buyer] = [await aSeller(app), aTrader()];
    const ad = await anAd(app, { userId: seller.userId });
    const { DB, count } = counted();
    const warm = { ...env, ...UNLIMITED, DB };
    const call = async (method: string, path: string, init: RequestInit = {}): Promise<number> => {
      const execution = createExecutionContext();
      const headers = { ...as(buyer), "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
      const request = new Request(`https://bourse.test/api/v1${path}`, { method, headers, ...init });
      const answer = await app.http.fetch(request, warm, execution);
      await waitOnExecutionContext(execution);
      return answer.status;
    };
    await call("GET", "/p2p/trades");
    const [before, body] = [count(), JSON.stringify({ fiatAmount: "9000.00", paymentMethod: "upi" })];
    expect(await call("POST", `/p2p/ads/${ad.id}/trades`, { body })).toBe(201);
    // Two more seal the audit, after the answer.
    expect(count() - before).toBeLessThanOrEqual(8);
  });
});
