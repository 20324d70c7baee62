/** Where the project is, and how its commands speak to whoever runs them. */
import { readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.join(import.meta.dirname, "..");

/** What stops a command, in one sentence that says what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** Runs a command; a refusal is printed as its sentence alone. */
export async function command(run: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await run()) ?? process.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

export function readText(...parts: string[]): string {
  return readFileSync(path.join(ROOT, ...parts), "utf8");
}

/** The value after a flag: `--env staging` or `--env=staging`. */
export function flagValue(name: string, args: readonly string[] = process.argv.slice(2)): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  const index = args.indexOf(name);
  return index === -1 ? undefined : args[index + 1];
}
