/** `npm run deploy -- --env staging [--dry]`: checks, migrates, deploys, and asks what was deployed for its vital signs. */
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { checkAccount, checkFile } from "./checkup.ts";
import type { Environment } from "./environment.ts";
import { askedEnvironment } from "./environment.ts";
import { probe, smokeAccount } from "./probe.ts";
import { command, Refusal, ROOT } from "./project.ts";
import { reportFindings } from "./report.ts";
import { prepareAssets } from "./assets.ts";
import { newestMigration } from "./migrate.ts";
import { wrangler } from "./wrangler.ts";

const SMOKE_TRIES = 5;
const SMOKE_PAUSE_MS = 5_000;

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
}

interface Release {
  readonly environment: Environment;
  readonly version: string;
}

function migrationArgs({ environment }: Release): string[] {
  return ["d1", "migrations", "apply", "DB", "--remote", "--env", environment.name];
}

function deployArgs({ environment, version }: Release): string[] {
  return [
    "deploy",
    "--minify",
    "--env",
    environment.name,
    "--var",
    `VERSION:${version}`,
    "--var",
    `MIGRATION:${newestMigration()}`,
  ];
}

function rollbackSteps({ environment }: Release): string[] {
  return [
    `npx wrangler deployments list --env ${environment.name}    # find the version that ran before`,
    `npx wrangler rollback <version-id> --env ${environment.name}`,
    `npm run smoke -- ${environment.origin}`,
    "Migrations stay: each leaves the version before it able to run. docs/runbook.md says more.",
  ];
}

function describe(release: Release): void {
  console.log(`Would deploy ${release.version} to ${release.environment.name}:\n`);
  const steps = [
    "refuse a tree with uncommitted changes",
    `npm run doctor -- --env ${release.environment.name}`,
    `wrangler ${migrationArgs(release).join(" ")}`,
    `wrangler ${deployArgs(release).join(" ")}`,
    `npm run smoke -- ${release.environment.origin} --version ${release.version}`,
  ];
  for (const [index, step] of steps.entries()) console.log(`  ${index + 1}. ${step}`);
  console.log("\nIf the last step fails, it goes back by:\n");
  for (const step of rollbackSteps(release)) console.log(`  ${step}`);
}

async function runStep(args: readonly string[]): Promise<void> {
  console.log(`\n> wrangler ${args.join(" ")}`);
  const { code } = await wrangler(args, { attached: true });
  if (code !== 0) throw new Refusal(`wrangler ${args[0]} failed for the reason above; nothing after it was done.`);
}

/** A new version takes some seconds to reach every place, so that a failure is looked at again. */
async function smoke({ environment, version }: Release): Promise<boolean> {
  const docsOpen = environment.variables["DOCS_ENABLED"] === "true";
  const url = new URL(environment.origin).origin;
  const target = { url, version, docsOpen, development: false, account: smokeAccount() };
  for (let attempt = 1; ; attempt += 1) {
    const findings = await probe(target);
    const failed = findings.some(({ ok }) => !ok);
    if (!failed || attempt === SMOKE_TRIES) return reportFindings(findings) === 0;
    await sleep(SMOKE_PAUSE_MS);
  }
}

async function ship(release: Release): Promise<number> {
  if (git("status", "--porcelain") !== "")
    throw new Refusal("The tree has uncommitted changes: commit or stash them, so that what runs has a name.");
  const { environment } = release;
  if (reportFindings([...checkFile(environment), ...(await checkAccount(environment))]) > 0)
    throw new Refusal(`${environment.name} cannot be deployed until the points above are put right.`);
  prepareAssets();
  await runStep(migrationArgs(release));
  await runStep(deployArgs(release));
  if (await smoke(release)) {
    console.log(`\n${release.version} runs at ${environment.origin}.`);
    return 0;
  }
  console.error(`\n${release.version} is deployed and does not behave. To go back:\n`);
  for (const line of rollbackSteps(release)) console.error(`  ${line}`);
  return 1;
}

await command(async () => {
  const plan = { environment: askedEnvironment(), version: git("rev-parse", "--short=12", "HEAD") };
  if (!process.argv.includes("--dry")) return await ship(plan);
  describe(plan);
  return 0;
});
