import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The published vectors that stand beside the project, as text by file; null where they are not there. */
export function readVectors(folder: string, names: readonly string[]): Readonly<Record<string, string>> | null {
  if (!names.every((name) => existsSync(path.join(folder, name)))) return null;
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}
