/** What is measured: each subject is a process that prints its address when it is ready. */
import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { prepareAssets } from "../../scripts/assets.ts";
import { bundle } from "../../scripts/bundle.ts";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { wrangler } from "../../scripts/wrangler.ts";

export interface Subject {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

const BENCH = path.join(ROOT, "bench");
const PATH_UNDER_TEST = "/api/v1/help/articles";

export interface Bundles {
  readonly product: string;
  readonly unlimited: string;
  readonly empty: string;
}

export async function bundleAll(): Promise<Bundles> {
  completeDevVars();
  const unlimited = path.join(ROOT, "dist", "bench-unlimited");
  const empty = path.join(ROOT, "dist", "bench-empty");
  const product = await bundle();
  await bundleEntry([path.join(BENCH, "workers", "unlimited", "index.ts")], unlimited);
  await bundleEntry(["--config", path.join(BENCH, "workers", "empty", "wrangler.toml")], empty);
  return { product, unlimited, empty };
}

export async function bundleEntry(entry: readonly string[], folder: string): Promise<void> {
  prepareAssets();
  mkdirSync(folder, { recursive: true });
  const { code, output } = await wrangler(["deploy", ...entry, "--dry-run", "--outdir", folder]);
  if (code !== 0) throw new Error(output);
}

/** Starts a script and waits for the address that it prints. */
export async function start(script: string, ...args: readonly string[]): Promise<Subject> {
  const child = spawn(process.execPath, [path.join(BENCH, script), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  return { url: `${url}${PATH_UNDER_TEST}`, pid: child.pid ?? 0, stop: () => child.kill("SIGTERM") };
}

async function firstLine(child: ChildProcess): Promise<string> {
  return await new Promise((resolve, reject) => {
    let text = "";
    let complaint = "";
    child.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-10_000)));
    child.stdout?.on("data", (chunk: Buffer) => {
      text = text.slice(-10_000) + chunk.toString();
      const line = /^\{"url":.*\}$/m.exec(text);
      if (line) resolve(line[0]);
    });
    child.once("exit", () => reject(new Error(`A subject ended before it was ready.\n${complaint}`)));
  });
}

/** Redis on a free port, keeping nothing; null where the machine has none. */
export async function startRedis(): Promise<{ readonly port: number; stop(): void } | null> {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
  } catch {
    return null;
  }
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn("redis-server", options, { stdio: "ignore" });
  return { port, stop: () => child.kill("SIGTERM") };
}

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
