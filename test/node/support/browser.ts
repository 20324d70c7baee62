import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { ROOT } from "../../../scripts/project.ts";
import { seed } from "../../../scripts/seed.ts";
import { serve } from "../../../scripts/serve.ts";
import { unusedPort } from "./process.ts";

/** Debian's browser, if it is installed. */
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
export const SHOTS = path.join(ROOT, "dist", "screenshots");
export const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PASSWORD = "correct-horse-battery-1";
const SECRETS = { FIELD_KEYS: `test:${"A".repeat(43)}`, METRICS_TOKEN: "metrics_development" };

export interface Stage {
  readonly browser: Browser;
  readonly url: string;
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
  return { browser, url, stop };
}

export async function signIn(page: Page, url: string, email = "trader@bourse.test"): Promise<void> {
  page.setDefaultTimeout(10_000);
  await page.goto(`${url}/sign-in`);
  await page.fill("#email", email);
  await page.fill("#password", PASSWORD);
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
