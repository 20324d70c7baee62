/** Wrangler as a child process, quiet and without telemetry. */
import { spawn } from "node:child_process";
import path from "node:path";
import { ROOT } from "./project.ts";

export const WRANGLER = path.join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");

export const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG: "log",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  NO_UPDATE_NOTIFIER: "1",
} as const;

export interface Finished {
  readonly code: number;
  readonly output: string;
}

export interface WranglerOptions {
  /** Lets the child write to this terminal and read from it, instead of collecting what it says. */
  readonly attached?: boolean;
}

/** Runs wrangler to its end. Never throws for an exit code: the caller knows what a failure means. */
export async function wrangler(args: readonly string[], options: WranglerOptions = {}): Promise<Finished> {
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    stdio: options.attached ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
