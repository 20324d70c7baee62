import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "./support/browser.ts";
import { CHROMIUM, lookAtBoth, openStage, send, signInAsAdmin } from "./support/browser.ts";

const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

/** The button of the form that does something. */
const button = (action: string): string => `main form:has(input[value=${action}]) button[type=submit]`;

describe.skipIf(CHROMIUM === undefined)("what operators set in a browser (skipped without Chromium)", () => {
  let stage: Stage;
  let desk: BrowserContext;
  /** Without any script. */
  let page: Page;
  /** With script, to look at what the other one has done. */
  let eyes: Page;

  /** Sends the form, waits until it is done, and looks at what came of it on a desk and in a hand. */
  async function done(action: string, name: string): Promise<void> {
    await send(page, button(action));
    await page.waitForURL(/done=/);
    await look(page.url(), name);
  }

  async function look(address: string, name: string): Promise<void> {
    await eyes.goto(address);
    await lookAtBoth(eyes, name);
  }

  beforeAll(async () => {
    stage = await openStage();
    desk = await stage.browser.newContext();
    desk.setDefaultTimeout(10_000);
    await signInAsAdmin(desk, stage.url);
    eyes = await desk.newPage();
    const plain = await stage.browser.newContext({ javaScriptEnabled: false, storageState: await desk.storageState() });
    plain.setDefaultTimeout(10_000);
    page = await plain.newPage();
  }, 60_000);

  afterAll(async () => {
    await stage.stop();
  });

  it("a plan's prices and limits, by the keyboard alone", async () => {
    await eyes.goto(`${stage.url}/admin/plans`);
    await eyes.focus("table a >> text=Pro");
    await eyes.keyboard.press("Enter");
    await eyes.waitForURL(/\/admin\/plans\/plan_/);
    await eyes.focus('[name="limits.savedScans"]');
    await eyes.keyboard.press("Control+a");
    await eyes.keyboard.type("lots");
    await eyes.keyboard.press("Enter");
    await eyes.waitForSelector('[id="limits.savedScans-wrong"]');
    await lookAtBoth(eyes, "plan_refused");
    await eyes.fill('[name="limits.savedScans"]', "140");
    await eyes.fill('[name="prices.0.amount"]', "33.00");
    await send(eyes, button("save"));
    await eyes.waitForURL(/done=/);
    await lookAtBoth(eyes, "plan");
    expect(await eyes.inputValue('[name="limits.savedScans"]')).toBe("140");
  }, 90_000);

  it("a commission, a swap, a tax and what may leave", async () => {
    await page.goto(`${stage.url}/admin/commissions`);
    await page.fill("#level1Bps-rate", "25");
    await page.fill("#level2Bps-rate", "7.5");
    await done("rate", "commissions");
    expect(await page.textContent("main table")).toContain("7.5%");
    await page.goto(`${stage.url}/admin/swaps/USDT/BTC`);
    await page.fill("#spreadBps-pair", "0.75");
    await done("save", "swap");
    await page.goto(`${stage.url}/admin/taxes/AT`);
    await page.fill('[name="rates.0.name"]', "VAT");
    await page.fill('[name="rates.0.rateBps"]', "20");
    await done("save", "tax");
    await page.goto(`${stage.url}/admin/assets/USDT`);
    await page.selectOption("#withdrawals", "closed");
    await page.fill("#reason", "The network is slow.");
    await done("switch", "asset");
    expect(await page.textContent("main")).toContain("The network is slow.");
  }, 90_000);

  it("a quiz, and the file of a lesson, in the place of another", async () => {
    await page.goto(`${stage.url}/admin/courses`);
    await page.click("main table a");
    await page.waitForURL(/\/admin\/courses\/course_/);
    await look(page.url(), "course_parts");
    await page.click("a[href$='/quiz']");
    await page.selectOption('[name="questions.0.kind"]', "single");
    await page.fill('[name="questions.0.options"]', "* yes\nno");
    await page.fill('[name="passPercent"]', "75");
    await done("save", "quiz");
    expect(await page.inputValue('[name="questions.0.options"]')).toBe("* yes\nno");
    await page.click("main p a[href^='/admin/courses/']");
    await page.click("main table a[href^='/admin/lessons/']");
    await page.setInputFiles("#file-new", { name: "sheet.pdf", mimeType: "application/pdf", buffer: PDF });
    await page.click("form:has(#file-new) button[type=submit]");
    await page.waitForURL(/done=kept/);
    await look(page.url(), "lesson_files");
    await page.setInputFiles("li input[type=file]", { name: "new.pdf", mimeType: "application/pdf", buffer: PDF });
    await page.click("li form:has(input[type=file]) button[type=submit]");
    await page.waitForURL(/done=kept/);
    expect(await page.textContent("main ul.plain")).toContain("new.pdf");
    expect(await page.textContent("main ul.plain")).not.toContain("sheet.pdf");
  }, 90_000);

  it("a tier, and a ready answer to a ticket", async () => {
    await page.goto(`${stage.url}/admin/users?query=learner`);
    await page.click("table a[href^='/admin/users/']");
    await page.click("a[href$='/verification']");
    await page.selectOption("#tier", "1");
    await page.fill("#reason", "Passport seen.");
    await done("tier", "verification");
    expect(await page.textContent("main dl")).toContain("identity is shown");
    await page.goto(`${stage.url}/admin/answers`);
    await page.fill("#name", "a-minute");
    await page.fill("#body", "It takes a minute.");
    await done("put", "answers");
    for (const [path, name] of [
      ["/admin/packages/gold", "package"],
      ["/admin/payment-methods", "methods"],
      ["/admin/symbols", "symbols"],
    ] as const) {
      await look(stage.url + path, name);
    }
  }, 90_000);
});
