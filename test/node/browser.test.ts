import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/project.ts";
import { seed } from "../../scripts/seed.ts";
import { serve } from "../../scripts/serve.ts";
import { unusedPort } from "./support/process.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = path.join(ROOT, "dist", "screenshots");
const PASSWORD = "correct-horse-battery-1";
const SECRETS = { FIELD_KEYS: `test:${"A".repeat(43)}`, METRICS_TOKEN: "metrics_development" };
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

const PAGES = [
  "/app",
  "/app/scanner?expression=close+%3E+sma(50)",
  "/app/wallet",
  "/app/wallet/USDT",
  "/app/p2p",
  "/app/budget",
  "/app/academy",
  "/app/affiliate",
  "/app/billing",
  "/app/notifications",
  "/app/support",
  "/app/settings",
];

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What the accessibility checker finds in the page as it stands. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const result = await page.evaluate<{ violations: Finding[] }>("axe.run(document)");
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.fill("#email", "trader@bourse.test");
  await page.fill("#password", PASSWORD);
  await page.click("button[type=submit]");
  await page.waitForURL(`${url}/app`);
}

describe.skipIf(CHROMIUM === undefined)("the console in a browser (skipped without Chromium)", () => {
  let browser: Browser;
  let url = "";
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const stateDir = mkdtempSync(path.join(tmpdir(), "bourse-"));
    const port = await unusedPort();
    url = `http://127.0.0.1:${port}`;
    const served = await serve({ port, stateDir, variables: { ...SECRETS, PUBLIC_ORIGIN: url } });
    stop = async () => {
      await served.dispose();
      rmSync(stateDir, { recursive: true, force: true });
    };
    await seed(url);
    mkdirSync(SHOTS, { recursive: true });
    browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: ["--no-sandbox"] });
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await stop();
  });

  it.each(Object.entries(SIZES))(
    "is accessible, fits and asks nobody else on every page (%s)",
    async (size, viewport) => {
      const page = await browser.newPage({ viewport });
      const foreign: string[] = [];
      page.on("request", (request) => {
        if (!request.url().startsWith(url) && !request.url().startsWith("data:")) foreign.push(request.url());
      });
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await signIn(page, url);
      for (const address of ["/", "/sign-up", ...PAGES]) {
        const answer = await page.goto(url + address);
        expect(answer?.status(), address).toBe(200);
        expect(await findings(page), address).toEqual([]);
        const wider = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        expect(wider, `${address} is wider than the screen`).toBeLessThanOrEqual(0);
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

  it("lets no page of another site hold it in a frame", async () => {
    const page = await browser.newPage();
    await page.setContent(`<iframe src="${url}/sign-in"></iframe>`);
    await page.waitForTimeout(500);
    const frame = page.frames()[1];
    expect(await frame?.content().catch(() => "")).not.toContain("Sign in");
    await page.close();
  }, 30_000);
});
