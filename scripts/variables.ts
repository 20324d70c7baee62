/** Development's variables: `.dev.vars`, made from its example, under what the environment of the process sets. */
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { SETTINGS } from "../src/platform/env.ts";
import { readText, ROOT } from "./project.ts";

const FILE = path.join(ROOT, ".dev.vars");
const RANDOM = "{random}";

/**
 * Adds to `.dev.vars` each line of the example whose name it lacks; every `{random}` becomes 32 fresh random bytes in
 * base64url. What is there stays as it is.
 *
 * @returns the names that were added
 */
export function completeDevVars(file = FILE): string[] {
  const present = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  const example = readText(".dev.vars.example");
  const missing = Object.keys(parseEnv(example)).filter((name) => present[name] === undefined);
  if (missing.length === 0) return [];
  const lines = Object.entries(parseEnv(example))
    .filter(([name]) => missing.includes(name))
    .map(([name, value]) => `${name}=${(value ?? "").replaceAll(RANDOM, () => randomBytes(32).toString("base64url"))}`);
  const gap = existsSync(file) && !readFileSync(file, "utf8").endsWith("\n") ? "\n" : "";
  appendFileSync(file, `${gap}${lines.join("\n")}\n`, { mode: 0o600 });
  return missing;
}

/** The settings of the Worker that the environment of this process sets; they win over the file. */
export function environmentVariables(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(SETTINGS)) {
    const value = environment[name];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

export function fileVariables(file = FILE): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseEnv(readFileSync(file, "utf8"))).map(([name, value]) => [name, value ?? ""]),
  );
}
