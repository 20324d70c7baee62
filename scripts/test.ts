/** `npm test`: the check, then every test. The last line counts them, and the check counts as one. */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { prepareAssets } from "./assets.ts";
import { runAttached, runScript } from "./npm.ts";
import { command, ROOT } from "./project.ts";

const VITEST = path.join(ROOT, "node_modules", "vitest", "vitest.mjs");
const RESULTS = path.join(ROOT, "dist", "test-results.json");

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly object[] }[];
}

async function runTests(args: readonly string[]): Promise<Count> {
  rmSync(RESULTS, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`];
  const code = await runAttached(process.execPath, [VITEST, "run", ...reporters, ...args]);
  const counted = countTests();
  return { passed: counted.passed, failed: Math.max(counted.failed, code === 0 ? 0 : 1) };
}

/** A file that could not be loaded holds no failed test, and still is a failure. */
function countTests(): Count {
  try {
    const results = JSON.parse(readFileSync(RESULTS, "utf8")) as Results;
    const broken = results.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
    return { passed: results.numPassedTests, failed: results.numFailedTests + broken.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

await command(async () => {
  prepareAssets();
  const checked = (await runScript("check")) === 0;
  const tests = await runTests(process.argv.slice(2));
  const passed = tests.passed + (checked ? 1 : 0);
  const failed = tests.failed + (checked ? 0 : 1);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && tests.passed > 0 ? 0 : 1;
});
