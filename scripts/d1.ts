/** Runs SQL in the database of an environment, through wrangler, for what operators do before the product lets them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { stateDirectory } from "./address.ts";
import { flagValue, Refusal } from "./project.ts";
import { wrangler } from "./wrangler.ts";

const ENVIRONMENTS: ReadonlySet<string> = new Set(["staging", "production"]);

/** Where `--env` points: the database of that environment, or this machine's own without it. */
function target(): string[] {
  const environment = flagValue("--env");
  if (environment === undefined) return ["--local", "--persist-to", stateDirectory()];
  if (!ENVIRONMENTS.has(environment))
    throw new Refusal("--env is staging or production; without it, this machine's database is meant.");
  return ["--remote", "--env", environment];
}

/** A text as an SQL literal. */
export function quote(text: string | null): string {
  return text === null ? "null" : `'${text.replaceAll("'", "''")}'`;
}

/** Runs statements one after another and gives back the rows of each. */
export async function execute(sql: string): Promise<Record<string, unknown>[][]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "bourse-"));
  const file = path.join(folder, "statements.sql");
  try {
    writeFileSync(file, sql, { mode: 0o600 });
    const { code, output } = await wrangler(["d1", "execute", "DB", "--yes", "--json", "--file", file, ...target()]);
    if (code !== 0) throw new Refusal(`The database refused:\n${output}`);
    const answer = JSON.parse(output.slice(output.indexOf("["))) as { results?: Record<string, unknown>[] }[];
    return answer.map(({ results }) => results ?? []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks one question and gives back its rows. */
export async function query(sql: string): Promise<Record<string, unknown>[]> {
  const { code, output } = await wrangler(["d1", "execute", "DB", "--yes", "--json", "--command", sql, ...target()]);
  if (code !== 0) throw new Refusal(`The database refused:\n${output}`);
  const [first] = JSON.parse(output.slice(output.indexOf("["))) as { results?: Record<string, unknown>[] }[];
  return first?.results ?? [];
}
