import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "./support/browser.ts";
import { CHROMIUM, complaintsOf, findings, openStage, overflow, SHOTS, signIn, SIZES } from "./support/browser.ts";

describe.skipIf(CHROMIUM === undefined)("the scanner in a browser (skipped without Chromium)", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  });

  afterAll(async () => {
    await stage.stop();
  });

  it.each(Object.entries(SIZES))("draws a chart that moves, with what is asked for (%s)", async (size, viewport) => {
    const { browser, url } = stage;
    const page = await browser.newPage({ viewport });
    const complaints = complaintsOf(page);
    await signIn(page, url);
    await page.goto(`${url}/app/scanner/BADI?plots=${encodeURIComponent("sma(50), rsi(14)")}`);
    await page.waitForSelector(".live-chart canvas");
    expect(await page.isVisible("svg.chart")).toBe(false);
    expect(await page.textContent("figcaption")).toContain("TradingView");
    expect(await findings(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: path.join(SHOTS, `${size}_chart.png`), fullPage: true });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("keeps the chart of the server without script, and where the figures cannot be had", async () => {
    const { browser, url } = stage;
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await signIn(page, url);
    await page.goto(`${url}/app/scanner/BADI`);
    expect(await page.isVisible("svg.chart")).toBe(true);
    await context.close();
    const scripted = await browser.newPage();
    await signIn(scripted, url);
    const refused = scripted.waitForResponse((answer) => answer.url().includes("/indicators?"));
    await scripted.goto(`${url}/app/scanner/BADI?plots=${encodeURIComponent("no_such_thing(1)")}`);
    expect((await refused).status()).toBe(422);
    expect(await scripted.isVisible("svg.chart")).toBe(true);
    await scripted.close();
  });

  it.each(Object.entries(SIZES))(
    "completes names, and shows what is wrong under its column (%s)",
    async (size, viewport) => {
      const page = await stage.browser.newPage({ viewport });
      const complaints = complaintsOf(page);
      await signIn(page, stage.url);
      const fields = page.waitForResponse((answer) => answer.url().endsWith("/scanner/fields"));
      await page.goto(`${stage.url}/app/scanner`);
      await page.fill("#expression", "");
      await fields;
      await page.locator("#expression").pressSequentially("close > sm");
      await page.getByRole("option", { name: "sma" }).first().waitFor();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press("Enter");
      expect(await page.inputValue("#expression")).toBe("close > sma(");
      await page.keyboard.type("50) and cloze > 1");
      await page.locator("#expression-fault", { hasText: "`cloze` is not known" }).waitFor();
      const [line = "", mark = ""] = ((await page.textContent("#expression-fault")) ?? "").split("\n");
      expect(line.slice(mark.indexOf("^"))).toBe("cloze > 1");
      await page.screenshot({ path: path.join(SHOTS, `${size}_editor.png`), fullPage: true });
      await page.fill("#expression", "close > sma(50)");
      await page.locator("#expression-fault").waitFor({ state: "hidden" });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      // Chromium notes each refusal of the check.
      expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
      await page.close();
    },
  );

  it("sorts by the address, gives a file, and plots what the scan speaks of, without script", async () => {
    const context = await stage.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await signIn(page, stage.url);
    await page.goto(`${stage.url}/app/scanner?expression=${encodeURIComponent("cloze > 1")}`);
    expect(await page.textContent("#expression-fault")).toContain("cloze > 1\n^\n");
    await page.goto(`${stage.url}/app/scanner?expression=${encodeURIComponent("rsi(14) < 60 and close > sma(50)")}`);
    for (const order of ["descending", "ascending"]) {
      await page.locator("th a", { hasText: "volume" }).click();
      const head = page.locator("th", { hasText: "volume" });
      expect(await head.getAttribute("aria-sort")).toBe(order);
      const volumes = (await page.locator("tbody tr td:nth-child(6)").allTextContents()).map((text) =>
        Number(text.replaceAll(",", "")),
      );
      const sorted = volumes.toSorted((a, b) => (order === "ascending" ? a - b : b - a));
      expect(volumes).toEqual(sorted);
    }
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download as CSV" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("scan.csv");
    await page.locator("tbody a").first().click();
    expect(await page.inputValue("#plots")).toBe("rsi(14), sma(50)");
    await context.close();
  });

  it("replays an expression on the past by a form alone, and shows it as charts", async () => {
    const context = await stage.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await signIn(page, stage.url);
    await page.goto(`${stage.url}/app/backtest?expression=${encodeURIComponent("rsi(14) < 35")}`);
    await page.fill("#horizons", "1, x");
    await page.click("main button[type=submit]");
    await page.locator("[role=alert]").waitFor();
    await page.fill("#horizons", "1, 5");
    await page.click("main button[type=submit]");
    await page.locator("svg.chart").first().waitFor();
    expect(await page.locator("tbody tr").count()).toBe(2);
    await page.screenshot({ path: path.join(SHOTS, "backtest.png"), fullPage: true });
    await context.close();
  });

  it("serves its script under a name that changes with its content, to be kept for good", async () => {
    const { browser, url } = stage;
    const page = await browser.newPage();
    await signIn(page, url);
    const answer = await page.goto(`${url}/app/scanner/BADI`);
    const script = (await page.getAttribute("script[type=module]", "src")) ?? "";
    expect(script).toMatch(/^\/assets\/chart-[A-Z0-9]{8}\.js$/);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy).toMatch(/script-src 'nonce-[^']+';/);
    expect(policy).not.toContain("unsafe");
    const file = await fetch(url + script);
    expect(file.headers.get("Content-Type")).toMatch(/^text\/javascript|^application\/javascript/);
    expect(file.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect((await fetch(`${url}/assets/chart-NONE.js`)).status).toBe(404);
    await page.close();
  });
});
