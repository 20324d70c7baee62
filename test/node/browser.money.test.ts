import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "./support/browser.ts";
import {
  CHROMIUM,
  codeOf,
  complaintsOf,
  lookAtBoth,
  openStage,
  send,
  signIn,
  signInAsAdmin,
  SIZES,
} from "./support/browser.ts";

/** From here on an operator looks at a withdrawal. */
const LARGE = "10000";

describe.skipIf(CHROMIUM === undefined)("money that leaves, in browsers (skipped without Chromium)", () => {
  let stage: Stage;
  let desk: BrowserContext;
  let operator: Page;
  let trader: Page;
  let secret = "";
  const complaints: string[][] = [];

  beforeAll(async () => {
    stage = await openStage();
    desk = await stage.browser.newContext({ viewport: SIZES.desktop });
    desk.setDefaultTimeout(10_000);
    await signInAsAdmin(desk, stage.url);
    operator = await desk.newPage();
    trader = await stage.browser.newPage({ viewport: SIZES.desktop });
    complaints.push(complaintsOf(operator), complaintsOf(trader));
    await signIn(trader, stage.url);
  }, 60_000);

  afterAll(async () => {
    await stage.stop();
  });

  const go = async (page: Page, address: string): Promise<void> => void (await page.goto(stage.url + address));
  const card = (page: Page) => page.locator("section.card");

  /** Refuses what waits, for a reason. */
  async function refuse(reason: string): Promise<void> {
    await card(operator).locator("[name=reason]").fill(reason);
    await send(operator, "form:has(input[value=reject]) button[type=submit]");
    await operator.waitForURL(/done=done/);
  }

  async function approve(): Promise<void> {
    await send(operator, "form:has(input[value=approve]) button[type=submit]");
    await operator.waitForURL(/done=done/);
  }

  it("asks customers for a second factor before anything leaves, and takes it", async () => {
    await go(trader, "/app/settings");
    await send(trader, "form:has(input[value=enrol]) button[type=submit]");
    secret = /[?&]secret=([A-Z2-7]+)/.exec((await trader.innerHTML("main")) ?? "")?.[1] ?? "";
    expect(secret).not.toBe("");
    await lookAtBoth(trader, "enrolment");
    await trader.setViewportSize(SIZES.desktop);
    await trader.fill("#code", await codeOf(secret));
    await send(trader, "form:has(input[value=confirm]) button[type=submit]");
    expect(await trader.textContent("main")).toContain("Recovery codes");
  });

  async function withdraw(): Promise<void> {
    await go(trader, "/app/wallet/USDT");
    await trader.fill("form:has(input[value=withdraw]) #amount", LARGE);
    await send(trader, "form:has(input[value=withdraw]) button[type=submit]", secret);
    await trader.waitForURL(/\/app\/withdrawals\/wdr_/);
  }

  it("shows a large withdrawal with everything needed to decide, to be refused on a phone or approved at a desk", async () => {
    await fetch(`${stage.url}/dev/fund`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: "trader@bourse.test", asset: "USDT", amount: "20000" }),
    });
    stage.change(
      "insert into verification_tiers (user_id, tier, set_by, updated_at) select id, 2, 'test', 1 from identity_users where name = 'Tara Trader'",
    );
    await go(trader, "/app/wallet/USDT");
    await trader.selectOption("form:has(input[value=add]) [name=network]", "sandbox");
    await trader.fill("form:has(input[value=add]) [name=address]", "sandbox:mine");
    await trader.fill("form:has(input[value=add]) [name=label]", "My own");
    await send(trader, "form:has(input[value=add]) button[type=submit]", secret);
    await trader.waitForURL(/done=added/);
    await trader.fill("form:has(input[value=withdraw]) #amount", LARGE);
    await send(trader, "form:has(input[value=withdraw]) button[type=submit]", secret);
    expect(await trader.textContent("[role=alert]")).toContain("can be used from");
    stage.change("update wallet_withdrawal_addresses set usable_from = 1");
    await withdraw();
    await go(operator, "/admin/withdrawals");
    const shown = (await card(operator).textContent()) ?? "";
    for (const fact of ["10,000", "USDT", "trader@bourse.test", "active", "sandbox:mine", "tier 2"])
      expect(shown).toContain(fact);
    await lookAtBoth(operator, "withdrawal_waits");
    await refuse("The address is not theirs.");
    await trader.reload();
    expect(await trader.textContent("main")).toContain("rejected");
    await lookAtBoth(trader, "withdrawal_refused");
    await trader.setViewportSize(SIZES.desktop);
    await withdraw();
    await operator.setViewportSize(SIZES.desktop);
    await go(operator, "/admin/withdrawals");
    await approve();
    await stage.settle();
    await go(operator, "/admin/withdrawals?status=all");
    await lookAtBoth(operator, "withdrawals_decided");
    expect(await operator.textContent("main")).toContain("The address is not theirs.");
    await trader.reload();
    expect(await trader.textContent("main")).toMatch(/approved|broadcast|confirmed/);
  }, 60_000);

  async function askPayout(amount: string): Promise<void> {
    await go(trader, "/app/affiliate");
    await trader.fill("form:has(input[value=ask]) #amount", amount);
    await send(trader, "form:has(input[value=ask]) button[type=submit]", secret);
    await trader.waitForURL(/done=asked/);
  }

  it("shows a payout with everything needed to decide, refused for a reason, or approved, sent and confirmed", async () => {
    await operator.setViewportSize(SIZES.desktop);
    await go(trader, "/app/affiliate");
    await trader.fill("[name=holderName]", "Tara Trader");
    await trader.fill("[name=accountNumber]", "000111222333");
    await trader.fill("[name=ifsc]", "HDFC0001234");
    await send(trader, "form:has(input[value=bank]) button[type=submit]", secret);
    await trader.waitForURL(/done=saved/);
    stage.change("update payouts_bank_accounts set usable_from = 1");
    await askPayout("1500.00");
    await go(operator, "/admin/payouts");
    const shown = (await card(operator).textContent()) ?? "";
    for (const fact of ["1,500.00", "INR", "trader@bourse.test", "active", "Tara Trader", "2333", "tier 2"])
      expect(shown).toContain(fact);
    await lookAtBoth(operator, "payout_waits");
    await refuse("Another name holds the account.");
    await go(trader, "/app/affiliate");
    expect(await trader.textContent("main")).toContain("rejected");
    await askPayout("1600.00");
    await operator.setViewportSize(SIZES.desktop);
    await go(operator, "/admin/payouts");
    await approve();
    await send(operator, "form:has(input[value=send]) button[type=submit]");
    await operator.locator("a[href*='payout-batches'][href$='/file']").waitFor();
    await lookAtBoth(operator, "payout_batch");
    await go(operator, "/admin/payouts?status=processing");
    await operator.click("main table a[href^='/admin/payouts/']");
    await operator.fill("[name=reference]", "UTR123");
    await send(operator, "form:has(input[value=complete]) button[type=submit]");
    await operator.waitForURL(/done=done/);
    await lookAtBoth(operator, "payout_done");
    await go(trader, "/app/affiliate");
    expect(await trader.textContent("main")).toContain("completed");
    await lookAtBoth(trader, "affiliate_paid");
  }, 60_000);

  it("and no page complains of anything on the way", () => {
    expect(complaints.flat().filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  });
});
