import path from "node:path";
import type { BrowserContextOptions, Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "./support/browser.ts";
import {
  CHROMIUM,
  complaintsOf,
  findings,
  lookAtBoth,
  openStage,
  overflow,
  SHOTS,
  signIn,
  SIZES,
} from "./support/browser.ts";

/** A picture of one dot. */
const RECEIPT = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const HOSTILE = `<img src=x onerror="document.title='taken'">`;

describe.skipIf(CHROMIUM === undefined)("the trade room in a browser (skipped without Chromium)", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });

  afterAll(async () => {
    await stage.stop();
  });

  async function enter(email: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await stage.browser.newContext(options);
    const page = await context.newPage();
    await signIn(page, stage.url, email);
    return page;
  }

  /** Takes the first ad that sells, and leads into the trade's room. */
  async function take(page: Page): Promise<string> {
    await page.goto(`${stage.url}/app/p2p`);
    const csrf = (await page.getAttribute("[name=csrf]", "value")) ?? "";
    const trade = await page.evaluate<{ id?: string }>(`(async () => {
      const ads = await (await fetch("/api/v1/p2p/ads?side=sell&asset=USDT&fiat=INR")).json();
      const ad = ads.data.find(({ paymentMethods }) => JSON.stringify(paymentMethods).includes("imps"));
      const answer = await fetch("/api/v1/p2p/ads/" + ad.id + "/trades", {
        method: "POST", body: JSON.stringify({ fiatAmount: "1500.00", paymentMethod: "imps" }),
        headers: { "Content-Type": "application/json", "X-CSRF-Token": "${csrf}", "Idempotency-Key": crypto.randomUUID() },
      });
      return await answer.json();
    })()`);
    expect(trade.id, JSON.stringify(trade)).toBeDefined();
    return `${stage.url}/app/trades/${trade.id ?? ""}`;
  }

  const live = async (page: Page): Promise<void> => await page.locator('[data-link="open"]').waitFor();

  async function say(page: Page, text: string): Promise<void> {
    await page.fill("form.say input[name=message]", text);
    await page.click("form.say button");
  }

  async function show(page: Page, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await page.setInputFiles("#file", file);
    await Promise.all([page.waitForNavigation(), page.click("form[action$=evidence] button")]);
  }

  it.each(Object.entries(SIZES))(
    "shows both sides what the other says and does, as it happens (%s)",
    async (size, viewport) => {
      const buyer = await enter("buyer@bourse.test", { viewport });
      const complaints = complaintsOf(buyer);
      const room = await take(buyer);
      const seller = await enter("trader@bourse.test", { viewport });
      for (const page of [buyer, seller]) {
        await page.goto(room);
        await live(page);
      }
      await say(buyer, `Hello ${HOSTILE}`);
      await seller.locator("#said li", { hasText: "Hello" }).waitFor();
      expect(await seller.locator("#said").textContent()).toContain(HOSTILE);
      expect(await seller.locator("#said img").count()).toBe(0);
      await say(seller, "Good day");
      await buyer.locator("#said li", { hasText: "Good day" }).waitFor();
      expect(await buyer.locator("#said li").count()).toBe(2);
      expect(await buyer.textContent(".clock")).toMatch(/^\d\d:\d\d left$/);
      await buyer.getByRole("button", { name: "I have paid" }).click();
      await seller.locator("h1 .state", { hasText: "paid" }).waitFor();
      await seller.getByRole("button", { name: "release" }).waitFor();
      await live(buyer);
      expect(await findings(buyer)).toEqual([]);
      expect(await overflow(buyer)).toBeLessThanOrEqual(0);
      await buyer.screenshot({ path: path.join(SHOTS, `${size}_trade.png`), fullPage: true });
      await buyer.getByRole("button", { name: "Cancel" }).click();
      await seller.locator("h1 .state", { hasText: "cancelled" }).waitFor();
      expect(complaints).toEqual([]);
      await buyer.context().close();
      await seller.context().close();
    },
  );

  it("works by forms alone", async () => {
    const scripted = await enter("buyer@bourse.test");
    const room = await take(scripted);
    await scripted.context().close();
    const page = await enter("buyer@bourse.test", { javaScriptEnabled: false });
    await page.goto(room);
    await say(page, `Without script ${HOSTILE}`);
    await page.locator("#said li", { hasText: "Without script" }).waitFor();
    expect(await page.locator("#said img").count()).toBe(0);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator("h1 .state", { hasText: "cancelled" }).waitFor();
    await page.context().close();
  });

  it("keeps evidence that both sides can open, with and without script, and says why it keeps no other", async () => {
    const scripted = await enter("buyer@bourse.test", { viewport: SIZES.phone });
    const room = await take(scripted);
    await scripted.goto(room);
    await scripted.getByRole("button", { name: "I have paid" }).click();
    await scripted.locator("h1 .state", { hasText: "paid" }).waitFor();
    const plain = await enter("buyer@bourse.test", { javaScriptEnabled: false });
    const seller = await enter("trader@bourse.test", { javaScriptEnabled: false });
    const stranger = await enter("learner@bourse.test");
    for (const [page, name] of [
      [scripted, "first"],
      [plain, "second"],
    ] as const) {
      await page.goto(room);
      await show(page, {
        name: "receipt.png",
        mimeType: "image/png",
        buffer: Buffer.from("<script>alert(1)</script>"),
      });
      expect(await page.textContent("main div.notice")).toMatch(/not/);
      await show(page, { name: `${name} ${HOSTILE}.png`, mimeType: "image/png", buffer: RECEIPT });
      await page.locator("a", { hasText: new RegExp(`${name}.*onerror`) }).waitFor();
      expect(await page.locator("main img").count()).toBe(0);
      await seller.goto(room);
      const address =
        (await seller.locator("a", { hasText: new RegExp(`${name}.*onerror`) }).getAttribute("href")) ?? "";
      const opened = await seller.request.get(stage.url + address);
      expect([opened.status(), opened.headers()["content-type"]]).toEqual([200, "image/png"]);
      expect(opened.headers()["content-disposition"]).toContain("attachment");
      expect(await opened.body()).toEqual(RECEIPT);
      expect((await stranger.request.get(stage.url + address)).status()).toBe(404);
    }
    await lookAtBoth(scripted, "evidence");
    await scripted.getByRole("button", { name: "Cancel" }).click();
    await scripted.locator("h1 .state", { hasText: "cancelled" }).waitFor();
    for (const page of [scripted, plain, seller, stranger]) await page.context().close();
  }, 60_000);

  it("misses nothing while its socket is away, and says once what was written meanwhile", async () => {
    const context = await stage.browser.newContext();
    const buyer = await context.newPage();
    const routes: WebSocketRoute[] = [];
    let refusing = false;
    await buyer.routeWebSocket(/\/ws\/trades\//, async (route) => {
      if (refusing) return await route.close({ code: 1012 });
      route.connectToServer();
      routes.push(route);
    });
    await signIn(buyer, stage.url, "buyer@bourse.test");
    const room = await take(buyer);
    const seller = await enter("trader@bourse.test");
    for (const page of [buyer, seller]) {
      await page.goto(room);
      await live(page);
    }
    refusing = true;
    await routes.at(-1)?.close({ code: 1012 });
    await buyer.locator('[data-link="lost"]').waitFor();
    await say(seller, "While you were away");
    await seller.locator("#said li[data-message]", { hasText: "While you were away" }).waitFor();
    await say(buyer, "Written meanwhile");
    refusing = false;
    await buyer.locator("#said li", { hasText: "While you were away" }).waitFor();
    await seller.locator("#said li", { hasText: "Written meanwhile" }).waitFor();
    await buyer.locator("#said li[data-message]", { hasText: "Written meanwhile" }).waitFor();
    expect(await buyer.locator("#said li").count()).toBe(2);
    await buyer.getByRole("button", { name: "Cancel" }).click();
    await seller.locator("h1 .state", { hasText: "cancelled" }).waitFor();
    await context.close();
    await seller.context().close();
  });
});
