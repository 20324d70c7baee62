import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "./support/browser.ts";
import { CHROMIUM, complaintsOf, findings, openStage, overflow, SHOTS, signIn, SIZES } from "./support/browser.ts";

const REPORTS = "/app/budget/reports";

describe.skipIf(CHROMIUM === undefined)("plots in a browser (skipped without Chromium)", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);

  afterAll(async () => {
    await stage.stop();
  });

  it.each(Object.entries(SIZES))(
    "take the place of the server's, in light and in dark (%s)",
    async (size, viewport) => {
      const page = await stage.browser.newPage({ viewport, reducedMotion: "reduce" });
      const complaints = complaintsOf(page);
      await signIn(page, stage.url, "learner@bourse.test");
      await page.goto(stage.url + REPORTS);
      await page.locator(".plot canvas").first().waitFor();
      expect(await page.locator("figure[data-plot]").count()).toBe(await page.locator(".plot canvas").count());
      expect(await page.isVisible("svg.chart")).toBe(false);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await findings(page)).toEqual([]);
        await page.screenshot({ path: path.join(SHOTS, `${size}_plots_${colorScheme}.png`), fullPage: true });
      }
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      await page.close();
    },
    60_000,
  );

  it("tell the figures of the place that is pointed at, and show a part and all again", async () => {
    const page = await stage.browser.newPage();
    await signIn(page, stage.url, "learner@bourse.test");
    await page.goto(stage.url + REPORTS);
    const figure = page.locator("figure[data-plot]").first();
    const over = figure.locator(".u-over");
    const reset = figure.getByRole("button", { name: "Show all of it" });
    const mark = figure.locator("figcaption strong");
    await over.waitFor();
    expect(await reset.isVisible()).toBe(false);
    const box = await over.boundingBox();
    if (!box) throw new Error("There is nothing to point at.");
    const middle = box.y + box.height / 2;
    await page.mouse.move(box.x + 3, middle);
    const first = await mark.textContent();
    expect(first).toMatch(/^[A-Z][a-z]{2} \d{4}$/);
    expect(await figure.locator("figcaption b").first().textContent()).toMatch(/^[\d,]+\.\d{2} [A-Z]{3}$/);
    await page.mouse.move(box.x + box.width - 3, middle);
    expect(await mark.textContent()).not.toBe(first);
    await page.mouse.move(box.x + box.width * 0.1, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, middle, { steps: 5 });
    await page.mouse.up();
    await reset.click();
    expect(await reset.isVisible()).toBe(false);
    await page.close();
  }, 60_000);

  it("are walked, enlarged and reset by the keyboard alone, which is told aloud", async () => {
    const page = await stage.browser.newPage();
    await signIn(page, stage.url, "learner@bourse.test");
    await page.goto(stage.url + REPORTS);
    const figure = page.locator("figure[data-plot]").first();
    const mark = figure.locator("figcaption strong");
    const reset = figure.getByRole("button", { name: "Show all of it" });
    const place = figure.locator(".plot");
    await place.focus();
    await page.keyboard.press("Home");
    const first = await mark.textContent();
    await page.keyboard.press("ArrowRight");
    expect(await mark.textContent()).not.toBe(first);
    expect(await figure.locator("figcaption").getAttribute("aria-live")).toBe("polite");
    await page.keyboard.press("+");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await reset.isVisible()).toBe(false);
    expect(await figure.locator(".plot:focus").count()).toBe(1);
    await page.keyboard.press("+");
    await page.keyboard.press("0");
    expect(await reset.isVisible()).toBe(false);
    await page.close();
  }, 60_000);

  it("stay as the server has drawn them without script", async () => {
    const context = await stage.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await signIn(page, stage.url, "learner@bourse.test");
    await page.goto(stage.url + REPORTS);
    expect(await page.locator("svg.chart").first().isVisible()).toBe(true);
    await context.close();
  }, 60_000);
});
