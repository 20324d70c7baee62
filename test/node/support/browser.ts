import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue } from "node:sqlite";
import { createGuardrails, generate } from "otplib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { expect } from "vitest";
import { ROOT } from "../../../scripts/project.ts";
import { seed } from "../../../scripts/seed.ts";
import { serve } from "../../../scripts/serve.ts";
import { DEMO_PASSWORD, DEMO_TOTP_SECRET } from "../../../src/modules/identity/demo.ts";
import { unusedPort } from "./process.ts";

/** Debian's browser, if it is installed. */
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
export const SHOTS = path.join(ROOT, "dist", "screenshots");
export const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SECRETS = { FIELD_KEYS: `test:${"A".repeat(43)}`, METRICS_TOKEN: "metrics_development" };

export interface Stage {
  readonly browser: Browser;
  readonly url: string;
  /** Turns the clock for one thing that takes a day, or sets what only time or an operator's other page would. */
  readonly change: (sql: string, ...values: SQLInputValue[]) => void;
  /** Lets what waits in queues happen. */
  readonly settle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The product, served and seeded as `npm start` does, and a browser before it. */
export async function openStage(variables: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const stateDir = mkdtempSync(path.join(tmpdir(), "bourse-"));
  const port = await unusedPort();
  const url = `http://127.0.0.1:${port}`;
  const served = await serve({ port, stateDir, variables: { ...SECRETS, PUBLIC_ORIGIN: url, ...variables } });
  await seed(url);
  mkdirSync(SHOTS, { recursive: true });
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: ["--no-sandbox"] });
  const stop = async (): Promise<void> => {
    await browser.close();
    await served.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  };
  const change = (sql: string, ...values: SQLInputValue[]): void => {
    const [file = ""] = globSync(path.join(stateDir, "v3/d1/miniflare-D1DatabaseObject/*.sqlite")).filter(
      (name) => !name.endsWith("metadata.sqlite"),
    );
    const database = new DatabaseSync(file, { timeout: 5_000 });
    expect(database.prepare(sql).run(...values).changes, sql).toBeGreaterThan(0);
    database.close();
  };
  const settle = async (): Promise<void> => void (await fetch(`${url}/dev/jobs/drain`, { method: "POST" }));
  return { browser, url, change, settle, stop };
}

/** The code of an authenticator, now or some seconds ahead: each opens once. */
export async function codeOf(secret: string, ahead = 0): Promise<string> {
  const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 });
  return await generate({ secret, epoch: Math.floor(Date.now() / 1_000) + ahead, guardrails });
}

/** Signs in with both factors; a code opens once, so the walks share what it opened. */
export async function signInAsAdmin(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/sign-in?next=/admin`);
  await page.fill("#email", "admin@bourse.test");
  await page.fill("#password", DEMO_PASSWORD);
  await page.click("main button[type=submit]");
  await page.fill("#code", await codeOf(DEMO_TOTP_SECRET));
  await page.click("main button[type=submit]");
  await page.waitForURL(/\/admin/);
  await page.close();
}

/** Sends the form that is filled in, and answers the question who sends it where it is asked. */
export async function send(page: Page, selector: string, secret = DEMO_TOTP_SECRET): Promise<void> {
  await page.click(selector);
  if (await page.isVisible("#stepUpCode")) await page.fill("#stepUpCode", await codeOf(secret, 30));
  else if (await page.isVisible("#stepUpPassword")) await page.fill("#stepUpPassword", DEMO_PASSWORD);
  else return;
  await page.click("main button[type=submit]");
}

/** Holds a page against what every page keeps: accessible, as wide as the screen; and keeps what it looked like. */
export async function lookAt(page: Page, address: string, name: string): Promise<void> {
  expect(await findings(page), address).toEqual([]);
  expect(await overflow(page), `${address} is wider than the screen`).toBeLessThanOrEqual(0);
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
}

/** The same on a desk and in a hand. */
export async function lookAtBoth(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await lookAt(page, page.url(), `${size}_${name}`);
  }
}

export async function signIn(page: Page, url: string, email = "trader@bourse.test"): Promise<void> {
  page.setDefaultTimeout(10_000);
  await page.goto(`${url}/sign-in`);
  await page.fill("#email", email);
  await page.fill("#password", DEMO_PASSWORD);
  await page.click("button[type=submit]");
  await page.waitForURL(`${url}/app`);
}

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What the accessibility checker finds in the page as it stands. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const result = await page.evaluate<{ violations: Finding[] }>("axe.run(document)");
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

/** Whether the page is wider than the screen, in pixels. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}

/** What a page complains of, such as something that its content policy refuses. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}
