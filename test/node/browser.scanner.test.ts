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
