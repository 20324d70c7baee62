/** What Lighthouse says of the main pages, each in a fresh Chromium without a cache. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const BOUND = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;

const PAGES = {
  open: ["/", "/sign-in", "/help", "/status"],
  customer: ["/app", "/app/wallet", "/app/scanner", "/app/p2p", "/app/budget"],
  operator: ["/admin"],
} as const;

export interface Cookies {
  readonly customer: string;
  readonly operator: string;
}

/** Whether every page has its points in every category. */
export async function lighthouseOf(origin: string, cookies: Cookies): Promise<boolean> {
  if (CHROMIUM === undefined) {
    console.log("Lighthouse was left out: no Chromium is installed (npm run browser:install).");
    return true;
  }
  console.log(`\n| page | ${CATEGORIES.join(" | ")} |\n|${" --- |".repeat(CATEGORIES.length + 1)}`);
  const looks = [
    ...PAGES.open.map((page) => ({ page, cookie: "" })),
    ...PAGES.customer.map((page) => ({ page, cookie: cookies.customer })),
    ...PAGES.operator.map((page) => ({ page, cookie: cookies.operator })),
  ];
  let holds = true;
  for (const { page, cookie } of looks) {
    const points = await pointsOf(origin + page, cookie);
    holds &&= points.every((value) => value >= BOUND);
    console.log(`| ${page} | ${points.join(" | ")} |`);
  }
  console.log(`\n${holds ? "holds" : "FAILS"}  at least ${BOUND} points in every category`);
  return holds;
}

async function pointsOf(url: string, cookie: string): Promise<number[]> {
  const userDataDir = mkdtempSync(path.join(os.tmpdir(), "bourse-lighthouse-"));
  const chrome = await launch({
    chromePath: CHROMIUM ?? "",
    userDataDir,
    chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
  });
  try {
    const result = await lighthouse(url, {
      port: chrome.port,
      logLevel: "error",
      onlyCategories: [...CATEGORIES],
      ...(cookie === "" ? {} : { extraHeaders: { Cookie: cookie } }),
    });
    const failed = Object.values(result?.lhr.audits ?? {}).filter(({ score }) => score !== null && score < 0.9);
    if (process.env["EXPLAIN"] === "1") {
      for (const { id, displayValue } of failed) console.error(url, id, displayValue);
    }
    return CATEGORIES.map((name) => Math.round((result?.lhr.categories[name]?.score ?? 0) * 100));
  } finally {
    chrome.kill();
    rmSync(userDataDir, { recursive: true, force: true });
  }
}
