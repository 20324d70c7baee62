/** Writes the next migration from the tables, as STRICT tables, which drizzle-kit does not know. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const folder = path.join(import.meta.dirname, "..", "migrations");
const list = (): string[] => readdirSync(folder).filter((name) => name.endsWith(".sql"));
const before = new Set(list());
execFileSync("drizzle-kit", ["generate", ...process.argv.slice(2)], { stdio: "inherit" });
for (const name of list().filter((file) => !before.has(file))) {
  const file = path.join(folder, name);
  const sql = readFileSync(file, "utf8");
  writeFileSync(file, sql.replaceAll(/(CREATE TABLE [^;]*?\n\));/g, "$1 STRICT;"));
}
