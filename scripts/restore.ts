/**
 * `npm run restore -- --drill`: restores the newest backup into a place of its own, looks at it there, and throws it away.
 * `npm run restore`: puts it in the place of this machine's database; what was there is kept beside it.
 * `--backup <id>` takes another than the newest; `--env production` fetches it from there, and writes an SQL file of the
 * restored database with the commands that bring it up. FIELD_KEYS must hold the pair that the backup names.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { stateDirectory } from "./address.ts";
import { fetchBackup } from "./backup-files.ts";
import { askedEnvironment } from "./environment.ts";
import { command, flagValue, Refusal } from "./project.ts";
import { serve } from "./serve.ts";
import { holdState } from "./state-lock.ts";
import { completeDevVars, environmentVariables, fileVariables } from "./variables.ts";
import { wrangler } from "./wrangler.ts";

interface Verdict {
  readonly id?: string;
  readonly ok: boolean;
  readonly tables?: number;
  readonly rows?: number;
  readonly elapsedMs?: number;
  readonly findings: readonly string[];
}

const drill = process.argv.includes("--drill");
const backup = flagValue("--backup");

/** Restores within a state directory that holds the backup's files. */
async function restoreIn(stateDir: string): Promise<Verdict> {
  completeDevVars();
  const variables = { ...fileVariables(), ...environmentVariables() };
  const served = await serve({ port: 0, stateDir, variables });
  try {
    const query = backup === undefined ? "" : `?backup=${encodeURIComponent(backup)}`;
    const answer = await fetch(`${served.url}/dev/restore${query}`, { method: "POST" });
    const verdict = (await answer.json()) as Verdict & { readonly detail?: string; readonly title?: string };
    return verdict.findings === undefined
      ? { ok: false, findings: [verdict.detail ?? verdict.title ?? `It answered ${answer.status}.`] }
      : verdict;
  } finally {
    await served.dispose();
  }
}

function report({ id, ok, tables, rows, elapsedMs, findings }: Verdict): void {
  if (id !== undefined && rows !== undefined)
    console.log(`${id}: ${rows} rows of ${tables} tables restored and looked at in ${elapsedMs} ms.`);
  for (const finding of findings) console.log(`✘ ${finding}`);
  if (ok) console.log("✔ Every row is there, the ledger adds up, the audit is whole.");
}

/** Files alone: the database is what is destroyed in a drill. */
function copyFiles(from: string, to: string): void {
  const files = path.join(from, "v3", "r2");
  if (!existsSync(files)) throw new Refusal(`There are no backups in ${from}: npm run backup writes one.`);
  mkdirSync(path.join(to, "v3"), { recursive: true });
  cpSync(files, path.join(to, "v3", "r2"), { recursive: true });
}

/** Puts the restored database where the lost one was; objects and files stay as they are. */
function takePlace(stateDir: string, restored: string): void {
  const [place, aside] = [path.join(stateDir, "v3", "d1"), path.join(stateDir, "v3", `d1.before-${Date.now()}`)];
  const release = holdState(stateDir);
  try {
    if (existsSync(place)) renameSync(place, aside);
    cpSync(path.join(restored, "v3", "d1"), place, { recursive: true });
  } finally {
    release();
  }
  console.log(`The database of ${stateDir} is the restored one; what was there lies in ${aside}.`);
  console.log("Money stays until POST /api/v1/admin/restores/{id}/settle; docs/runbook.md says what to compare first.");
}

async function writeSql(restored: string): Promise<void> {
  const { name, databases } = askedEnvironment();
  const file = path.resolve(`restored-${Date.now()}.sql`);
  const args = ["d1", "export", "DB", "--local", "--persist-to", restored, "--output", file];
  const { code, output } = await wrangler(args);
  if (code !== 0) throw new Refusal(`wrangler could not write the restored database down:\n${output}`);
  const fresh = `${databases[0]?.name ?? "bourse"}-restored`;
  console.log(`\nThe restored database stands in ${file}. To go on with it:\n`);
  console.log(`  npx wrangler d1 create ${fresh}`);
  console.log(`  npx wrangler d1 execute ${fresh} --remote --file ${file}`);
  console.log(`  put its id into wrangler.toml as DB of env.${name}, then: npm run deploy -- --env ${name}`);
  console.log("\nDelete the file afterwards: it holds the customers' data.");
}

await command(async () => {
  const remote = flagValue("--env") !== undefined;
  const stateDir = stateDirectory();
  const place = mkdtempSync(path.join(os.tmpdir(), "bourse-restore-"));
  try {
    if (remote) await fetchBackup({ environment: askedEnvironment(), backup, stateDir: place });
    else copyFiles(stateDir, place);
    const verdict = await restoreIn(place);
    report(verdict);
    if (!verdict.ok) return 1;
    if (!drill) await (remote ? writeSql(place) : Promise.resolve(takePlace(stateDir, place)));
    return 0;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
process.exit();
