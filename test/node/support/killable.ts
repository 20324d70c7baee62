import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../../scripts/project.ts";
import { wrangler } from "../../../scripts/wrangler.ts";

const SERVER = path.join(ROOT, "test/node/support/kill-server.ts");

/** Bundles the Worker of the kill test, as a deploy bundles the product. */
export async function bundleForKills(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const { code, output } = await wrangler(["deploy", "test/support/kill/index.ts", "--dry-run", "--outdir", folder]);
  if (code !== 0) throw new Error(output);
  return folder;
}

export interface Killable {
  readonly url: string;
  /** Ends every process of the server at once, as a power cut does. */
  kill(): Promise<void>;
}

export interface KillableOptions {
  readonly bundle: string;
  readonly stateDir: string;
  readonly clockAheadMs: number;
  readonly pauseMs: number;
  /** Settings beside those of every such server. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Starts a server in a process group of its own, with its database on disk and its clock ahead. */
export async function startKillable(options: KillableOptions): Promise<Killable> {
  const { bundle, stateDir, clockAheadMs, pauseMs, variables = {} } = options;
  const child = spawn(
    process.execPath,
    [SERVER, bundle, stateDir, String(clockAheadMs), String(pauseMs), JSON.stringify(variables)],
    {
      cwd: ROOT,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /listens on (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    void closed.then(() => reject(new Error(`The server ended:\n${output}`)));
  });
  const kill = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await closed;
  };
  return { url, kill };
}
