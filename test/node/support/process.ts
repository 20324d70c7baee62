import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "../../../scripts/project.ts";

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface Running {
  /** Resolves when the process has written a line that matches. */
  until(pattern: RegExp): Promise<void>;
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly root?: string;
}

/** Starts one of the project's commands, and ends it with the test. */
export function launch(script: string, args: readonly string[] = [], options: Options = {}): Running {
  return launchProgram([process.execPath, path.join(options.root ?? ROOT, "scripts", script), ...args], options);
}

/** Starts any program from the project's folder, and ends it with the test. */
export function launchProgram([file = "", ...args]: readonly string[], options: Options = {}): Running {
  const env = { ...process.env, ...options.env };
  const child = spawn(file, args, { cwd: options.root ?? ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return follow(child);
}

/** Runs one of the project's commands to its end. */
export async function run(script: string, args: readonly string[] = [], options: Options = {}): Promise<Ended> {
  return await launch(script, args, options).ended;
}

function follow(child: ChildProcess): Running {
  let output = "";
  const watchers = new Set<() => void>();
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const watcher of watchers) watcher();
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, output })));
  const until = async (pattern: RegExp): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (pattern.test(output)) resolve();
      };
      watchers.add(check);
      void ended.then(() => reject(new Error(`It ended without ${pattern}:\n${output}`)));
      check();
    });
  };
  const stop = async (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return await ended;
  };
  return { until, stop, ended };
}

export function temporaryDirectory(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "bourse-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A port of the loopback that nobody listens on. */
export async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
