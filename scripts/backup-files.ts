/** Fetches the files of a backup out of an environment's bucket, into a state directory on this machine. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Environment } from "./environment.ts";
import { Refusal } from "./project.ts";
import { wrangler } from "./wrangler.ts";

export interface Wanted {
  readonly environment: Environment;
  readonly backup: string | undefined;
  readonly stateDir: string;
}

const LOCAL_BUCKET = "bourse-backups";

/** Copies one file from the environment's bucket into the local one; false where it is not there. */
async function copy(from: string, key: string, stateDir: string): Promise<boolean> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "bourse-"));
  const file = path.join(folder, "object");
  try {
    const got = await wrangler(["r2", "object", "get", `${from}/${key}`, "--remote", "--file", file]);
    if (got.code !== 0) return false;
    const local = ["--local", "--persist-to", stateDir, "--file", file];
    return (await wrangler(["r2", "object", "put", `${LOCAL_BUCKET}/${key}`, ...local])).code === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Parts are numbered without a gap; the manifest, which is sealed, says in the end whether all are there. */
export async function fetchBackup({ environment, backup, stateDir }: Wanted): Promise<void> {
  const bucket = environment.buckets.find((name) => name.includes("backups"));
  if (bucket === undefined) throw new Refusal(`wrangler.toml names no bucket for backups of ${environment.name}.`);
  if (backup === undefined)
    throw new Refusal("Say which backup: --backup <id>. The dashboard shows the bucket's folders, the newest last.");
  if (!(await copy(bucket, `backups/${backup}/manifest`, stateDir)))
    throw new Refusal(`The bucket ${bucket} has no manifest of ${backup}.`);
  for (let n = 1; ; n += 1)
    if (!(await copy(bucket, `backups/${backup}/${String(n).padStart(6, "0")}`, stateDir))) return;
}
