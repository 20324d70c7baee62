/** What Lighthouse says of the main pages, each in a fresh Chromium without a cache. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const PEER = path.join(import.meta.dirname, "..", "peers", "lighthouse.js");
const BOUND = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;

const PAGES = {
  open: ["/", "/sign-in", "/help", "/status"],
  customer: [
    "/app",
    "/app/wallet",
    "/app/scanner",
    "/app/p2p",
    "/app/budget",
    "/app/budget/reports",
    "/app/assistant",
    "/app/academy",
    "/app/affiliate",
    "/app/billing",
    "/app/settings",
  ],
  operator: ["/admin", "/admin/users", "/admin/withdrawals", "/admin/revenue", "/admin/readiness"],
} as const;

export interface Cookies {
  readonly customer: string;
  readonly operator: string;
}

/** Whether every page that is wanted has its points in every category. */
export async function lighthouseOf(
  origin: string,
  cookies: Cookies,
  wanted: (page: string) => boolean,
): Promise<boolean> {
  if (CHROMIUM === undefined) {
    console.log("Lighthouse was left out: no Chromium is installed (npm run browser:install).");
    return true;
  }
  console.log(`\n| page | ${CATEGORIES.join(" | ")} |\n|${" --- |".repeat(CATEGORIES.length + 1)}`);
  const looks = [
    ...PAGES.open.map((page) => ({ page, cookie: "" })),
    ...PAGES.customer.map((page) => ({ page, cookie: cookies.customer })),
    ...PAGES.operator.map((page) => ({ page, cookie: cookies.operator })),
  ].filter(({ page }) => wanted(page));
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
  const args = [PEER, CHROMIUM ?? "", url, cookie, ...CATEGORIES];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as number[];
}
