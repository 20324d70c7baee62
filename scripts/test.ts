/**
 * `npm test`: the check, then every test. Those in workerd and those in Node run side by side, since either has one core
 * to do with, and the soak beside them, since it waits. The last line counts them, and the check counts as one.
 */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { prepareAssets } from "./assets.ts";
import { bundle } from "./bundle.ts";
import { runAttached, runScript } from "./npm.ts";
import { command, ROOT } from "./project.ts";

const VITEST = path.join(ROOT, "node_modules", "vitest", "vitest.mjs");
const PROJECTS = ["workers", "node", "soak"];

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly object[] }[];
}

async function runProject(project: string, args: readonly string[]): Promise<Count> {
  const results = path.join(ROOT, "dist", `test-results.${project}.json`);
  rmSync(results, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  const run = [VITEST, "run", "--project", project, "--passWithNoTests"];
  const code = await runAttached(process.execPath, [...run, ...reporters, ...args]);
  const counted = countTests(results);
  return { passed: counted.passed, failed: Math.max(counted.failed, code === 0 ? 0 : 1) };
}

/** A file that could not be loaded holds no failed test, and still is a failure. */
function countTests(file: string): Count {
  try {
    const results = JSON.parse(readFileSync(file, "utf8")) as Results;
    const broken = results.testResults.filter(({ status, assertionResults }) => {
      return status === "failed" && assertionResults.length === 0;
    });
    return { passed: results.numPassedTests, failed: results.numFailedTests + broken.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

await command(async () => {
  prepareAssets();
  const checked = (await runScript("check")) === 0;
  // Once for all who serve it: two that bundle at once take each other's away.
  await bundle();
  const args = process.argv.slice(2);
  const counts = await Promise.all(PROJECTS.map(async (project) => await runProject(project, args)));
  const sum = (count: (each: Count) => number): number => counts.reduce((total, each) => total + count(each), 0);
  const tests = sum(({ passed }) => passed);
  const failed = sum((each) => each.failed) + (checked ? 0 : 1);
  console.log(`\n${tests + (checked ? 1 : 0)} passed, ${failed} failed`);
  return failed === 0 && tests > 0 ? 0 : 1;
});
