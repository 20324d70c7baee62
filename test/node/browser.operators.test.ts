import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLACES as MENU } from "../support/places.ts";
import type { Stage } from "./support/browser.ts";
import { CHROMIUM, complaintsOf, lookAt, openStage, send, signIn, signInAsAdmin, SIZES } from "./support/browser.ts";

const PLACES = [...MENU, "/admin/payouts?status=all"];
const OPEN = ["/", "/help", "/status", "/legal/privacy", "/certificates/AAAA-BBBB-CCCC"];
const CUSTOMERS = ["/app/budget/reports", "/app/budget/import", "/app/ads", "/app/webhooks", "/app/affiliate"];

const nameOf = (address: string): string => address.split("?")[0]?.replaceAll("/", "_") ?? "";

describe.skipIf(CHROMIUM === undefined)("operators in a browser (skipped without Chromium)", () => {
  let stage: Stage;
  let desk: BrowserContext;

  beforeAll(async () => {
    stage = await openStage();
    desk = await stage.browser.newContext();
    desk.setDefaultTimeout(10_000);
    await signInAsAdmin(desk, stage.url);
  }, 60_000);

  afterAll(async () => {
    await stage.stop();
  });

  it.each(Object.entries(SIZES))(
    "find every place of theirs accessible and as wide as the screen (%s)",
    async (size, viewport) => {
      const page = await desk.newPage();
      await page.setViewportSize(viewport);
      const complaints = complaintsOf(page);
      for (const address of [...PLACES, ...OPEN]) {
        const answer = await page.goto(stage.url + address);
        expect([address, answer?.status()]).toEqual([address, address.startsWith("/cert") ? 404 : 200]);
        await lookAt(page, address, `${size}${nameOf(address)}`);
      }
      expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
      await page.close();
    },
    120_000,
  );

  it("go anywhere by the keyboard alone", async () => {
    const page = await desk.newPage();
    await page.goto(`${stage.url}/admin/settings`);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("readi");
    await lookAt(page, "the palette", "desktop_palette");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/admin\/readiness/);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("trader@bourse.test");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/admin\/users\?query=trader%40bourse\.test/);
    expect(await page.textContent("main table")).toContain("trader@bourse.test");
    await page.close();
  });

  it("decide a dispute between two customers, from the first message to the shares", async () => {
    const { url, browser } = stage;
    const buyer = await browser.newPage();
    await signIn(buyer, url, "buyer@bourse.test");
    await buyer.goto(`${url}/app/p2p?asset=USDT&fiat=INR`);
    await buyer.click("table a.button");
    await buyer.fill("#fiatAmount", "1000.00");
    await send(buyer, "main form button[type=submit]");
    await buyer.waitForURL(/\/app\/trades\//);
    const room = buyer.url();
    await buyer.click("form:has(input[value=paid]) button[type=submit]");
    await buyer.waitForURL(/done=done/);
    await buyer.fill("#reason", "I have paid and nothing came.");
    await buyer.click("form:has(input[value=dispute]) button[type=submit]");
    await buyer.waitForURL(/done=done/);
    const page = await desk.newPage();
    await page.goto(`${url}/admin/disputes`);
    await page.click("table a[href^='/admin/disputes/']");
    await page.waitForURL(/\/admin\/disputes\/disp_/);
    await send(page, "form:has(input[value=assign]) button[type=submit]");
    await page.waitForURL(/done=done/);
    await page.fill("#body", "Asked the bank.");
    await send(page, "form:has(input[value=note]) button[type=submit]");
    await page.waitForURL(/done=done/);
    await lookAt(page, page.url(), "desktop_dispute");
    await page.setViewportSize(SIZES.phone);
    await lookAt(page, page.url(), "phone_dispute");
    await page.fill("form:has(input[value=resolve]) #reason", "The payment was proven.");
    await send(page, "form:has(input[value=resolve]) button[type=submit]");
    await page.waitForURL(/done=done/);
    expect(await page.textContent("main")).toContain("The payment was proven.");
    await buyer.goto(room);
    expect(await buyer.textContent("h1")).toContain("resolved");
    await page.close();
    await buyer.close();
  }, 90_000);

  it("write a course and a broadcast, tell of an incident and end it, without any script", async () => {
    const { url, browser } = stage;
    const context = await browser.newContext({ javaScriptEnabled: false, storageState: await desk.storageState() });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    await page.goto(`${url}/admin/courses`);
    await page.fill("#title", "Candles");
    await page.fill("#slug", "candles");
    await page.fill("#summary", "How to read them.");
    await send(page, "main form button[type=submit]");
    await page.waitForURL(/\/admin\/courses\/course_/);
    const course = page.url();
    await page.goto(`${url}/admin/broadcasts`);
    await page.fill("#subject", "We have moved");
    await page.fill("#body", "Nothing else changes.");
    await send(page, "main form button[type=submit]");
    expect(await page.textContent("main")).toMatch(/It reaches \d+ people/);
    await send(page, "form:has(input[value=send]) button[type=submit]");
    await page.waitForURL(/done=sending/);
    await page.goto(`${url}/admin/incidents`);
    await page.fill("#title-new", "Slow mails");
    await page.fill("#message-new", "We are looking.");
    await send(page, "form:has(input[value=open]) button[type=submit]");
    await page.waitForURL(/done=done/);
    await page.goto(`${url}/status`);
    expect(await page.textContent("main")).toContain("Slow mails");
    await page.goto(`${url}/admin/users?query=learner`);
    await page.click("table a[href^='/admin/users/']");
    await page.fill("form:has(input[value=suspend]) #reason", "Asked for it.");
    await send(page, "form:has(input[value=suspend]) button[type=submit]");
    await page.waitForURL(/done=done/);
    expect(await page.textContent("main")).toContain("suspended");
    await context.close();
    const seen = await desk.newPage();
    await seen.goto(course);
    await lookAt(seen, "a course", "desktop_course");
    await seen.close();
  }, 90_000);
});

describe.skipIf(CHROMIUM === undefined)("the customers' newer pages in a browser (skipped without Chromium)", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);

  afterAll(async () => {
    await stage.stop();
  });

  it.each(Object.entries(SIZES))(
    "are accessible and as wide as the screen (%s)",
    async (size, viewport) => {
      const page = await stage.browser.newPage({ viewport });
      const complaints = complaintsOf(page);
      await signIn(page, stage.url);
      for (const address of CUSTOMERS) {
        expect((await page.goto(stage.url + address))?.status(), address).toBe(200);
        await lookAt(page, address, `${size}${nameOf(address)}`);
      }
      expect(complaints).toEqual([]);
      await page.close();
    },
    60_000,
  );

  it.each(Object.entries(SIZES))(
    "take a bank's file in, with its columns said by hand (%s)",
    async (size, viewport) => {
      const page = await stage.browser.newPage({ viewport });
      const complaints = complaintsOf(page);
      await signIn(page, stage.url, "learner@bourse.test");
      await page.goto(`${stage.url}/app/budget/import`);
      const amount = size === "phone" ? "-41.10" : "-40.10";
      const rows = `${size} Wann;Wer;Was\n03.10.2026;Baker ${size};${amount}\nnie;Baker;x\n`;
      await page.setInputFiles("#file", { name: "bank.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
      await page.click("main form button[type=submit]");
      await page.locator("[role=alert]").waitFor();
      await lookAt(page, "columns to be said", `${size}_import_columns`);
      await page.selectOption("#dateColumn", "1");
      await page.selectOption("#payeeColumn", "2");
      await page.selectOption("#amountColumn", "3");
      await page.selectOption("#dateOrder", "dmy");
      await page.getByRole("button", { name: "Look again" }).click();
      await page.getByText("1 new, 0 known already, 1 that cannot be read.").waitFor();
      await lookAt(page, "the preview", `${size}_import_preview`);
      await page.getByRole("button", { name: "Take it in" }).click();
      await page.waitForURL(/done=taken/);
      await page.goto(`${stage.url}/app/budget?month=2026-10`);
      expect(await page.textContent("main")).toContain(`Baker ${size}`);
      expect(complaints).toEqual([]);
      await page.close();
    },
    60_000,
  );
});
