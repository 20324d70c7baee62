import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "./support/browser.ts";
import { CHROMIUM, complaintsOf, findings, openStage, overflow, SHOTS, signIn, SIZES } from "./support/browser.ts";

const PAGES = [
  "/app",
  "/app/scanner?expression=close+%3E+sma(50)",
  "/app/wallet",
  "/app/wallet/USDT",
  "/app/p2p",
  "/app/budget",
  "/app/assistant",
  "/app/backtest",
  "/app/academy",
  "/app/affiliate",
  "/app/billing",
  "/app/notifications",
  "/app/support",
  "/app/settings",
];

describe.skipIf(CHROMIUM === undefined)("the console in a browser (skipped without Chromium)", () => {
  let stage: Stage;
  let browser: Browser;
  let url = "";

  beforeAll(async () => {
    stage = await openStage();
    ({ browser, url } = stage);
  });

  afterAll(async () => {
    await stage.stop();
  });

  it.each(Object.entries(SIZES))(
    "is accessible, fits and asks nobody else on every page (%s)",
    async (size, viewport) => {
      const page = await browser.newPage({ viewport });
      const foreign: string[] = [];
      page.on("request", (request) => {
        if (!request.url().startsWith(url) && !request.url().startsWith("data:")) foreign.push(request.url());
      });
      const complaints = complaintsOf(page);
      await signIn(page, url);
      for (const address of ["/", "/sign-up", ...PAGES]) {
        const answer = await page.goto(url + address);
        expect(answer?.status(), address).toBe(200);
        expect(await findings(page), address).toEqual([]);
        expect(await overflow(page), `${address} is wider than the screen`).toBeLessThanOrEqual(0);
        const name = address.split("?")[0]?.replaceAll("/", "_") ?? "";
        await page.screenshot({ path: path.join(SHOTS, `${size}${name}.png`), fullPage: true });
      }
      expect(foreign).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    },
    120_000,
  );

  it("needs no script: somebody signs in, writes to support and signs out", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await signIn(page, url);
    await page.goto(`${url}/app/support`);
    await page.fill("#subject", "Without script");
    await page.fill("#body", "It works.");
    await page.click("main button[type=submit]");
    await page.waitForURL(/\/app\/support\/tkt_/);
    expect(await page.textContent("main")).toContain("It works.");
    await page.click("header button[type=submit]");
    await page.waitForURL(`${url}/sign-in`);
    await page.goto(`${url}/app`);
    expect(page.url()).toContain("/sign-in?next=%2Fapp");
    await context.close();
  }, 60_000);

  it("has its menu behind a button on a phone, without script too", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: SIZES.phone });
    const page = await context.newPage();
    await signIn(page, url);
    expect(await page.isVisible("nav.sections")).toBe(false);
    await page.click("header button[popovertarget]");
    await page.screenshot({ path: path.join(SHOTS, "phone_menu.png") });
    await page.click("nav.sections a[href='/app/wallet']");
    await page.waitForURL(`${url}/app/wallet`);
    await context.close();
  }, 60_000);

  it("says that it is offline, keeps what was entered, and sends it when the network is back", async () => {
    const page = await browser.newPage();
    await signIn(page, url);
    await page.goto(`${url}/app/support`);
    await page.fill("#subject", "Written offline");
    await page.fill("#body", "In a tunnel.");
    await page.context().setOffline(true);
    await page.locator(".offline", { hasText: "You are offline" }).waitFor();
    await page.click("main button[type=submit]");
    expect(await page.inputValue("#body")).toBe("In a tunnel.");
    expect(await findings(page)).toEqual([]);
    await page.context().setOffline(false);
    await page.click("main button[type=submit]");
    await page.waitForURL(/\/app\/support\/tkt_/);
    expect(await page.textContent("main")).toContain("In a tunnel.");
    await page.close();
  }, 60_000);

  it("lets no page of another site hold it in a frame", async () => {
    const page = await browser.newPage();
    await page.setContent(`<iframe src="${url}/sign-in"></iframe>`);
    await page.waitForTimeout(500);
    const frame = page.frames()[1];
    expect(await frame?.content().catch(() => "")).not.toContain("Sign in");
    await page.close();
  }, 30_000);
});
