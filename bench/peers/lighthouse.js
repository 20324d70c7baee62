/** What Lighthouse says of a page, in a fresh Chromium without a cache: points by category, as JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath = "", url = "", cookie = "", ...categories] = process.argv.slice(2);
const userDataDir = mkdtempSync(path.join(os.tmpdir(), "bourse-lighthouse-"));
const chrome = await launch({
  chromePath,
  userDataDir,
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
});
const look = async () =>
  await lighthouse(url, {
    port: chrome.port,
    logLevel: "error",
    onlyCategories: categories,
    ...(cookie === "" ? {} : { extraHeaders: { Cookie: cookie } }),
  });
try {
  let result = await look();
  // Now and then a look ends without points, which are not zero points.
  if (categories.some((name) => result.lhr.categories[name].score === null)) result = await look();
  if (process.env.EXPLAIN === "1") {
    const failed = Object.values(result.lhr.audits).filter(({ score }) => score !== null && score < 0.9);
    for (const { id, displayValue } of failed) console.error(url, id, displayValue);
  }
  console.log(JSON.stringify(categories.map((name) => Math.round((result.lhr.categories[name].score ?? 0) * 100))));
} finally {
  chrome.kill();
  rmSync(userDataDir, { recursive: true, force: true });
}
