import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../../scripts/project.ts";
import { temporaryDirectory } from "./process.ts";

const PARTS = [
  "assets",
  "durable-objects",
  "migrations",
  "scripts",
  "src",
  "package.json",
  "wrangler.toml",
  ".gitignore",
];

/** A committed copy of the project that a test may change. */
export function copyOfProject(edit: (wranglerToml: string) => string = (text) => text): string {
  const root = temporaryDirectory();
  for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(root, part), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(root, "node_modules"));
  const config = path.join(root, "wrangler.toml");
  writeFileSync(config, edit(readFileSync(config, "utf8")));
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" });
  git("init", "--quiet");
  writeFileSync(path.join(root, ".git", "info", "exclude"), "node_modules\n");
  git("add", "--all");
  git("-c", "user.name=Test", "-c", "user.email=test@bourse.test", "commit", "--quiet", "--message", "Copy");
  return root;
}
