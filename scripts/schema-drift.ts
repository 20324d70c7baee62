/** Fails when the tables in the code have become something that no migration makes. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import config from "../drizzle.config.ts";
import { command, ROOT } from "./project.ts";

/** Below the project, because drizzle-kit resolves what it reads from where it runs. */
const FOLDER = path.join("dist", "schema-drift");

const listIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".sql"));

await command(() => {
  const folder = path.join(ROOT, FOLDER);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(ROOT, "migrations"), path.join(folder, "migrations"), { recursive: true });
  const copy = path.join(folder, "drizzle.config.json");
  writeFileSync(copy, JSON.stringify({ ...config, out: `./${FOLDER}/migrations` }));
  const args = ["generate", `--config=${path.relative(ROOT, copy)}`];
  execFileSync("drizzle-kit", args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"], timeout: 60_000 });
  const before = new Set(listIn(path.join(ROOT, "migrations")));
  const missing = listIn(path.join(folder, "migrations")).filter((name) => !before.has(name));
  if (missing.length > 0)
    console.log("The tables have changed without a migration; write it with: npm run db:generate -- --name <what>");
  return Promise.resolve(missing.length === 0 ? 0 : 1);
});
