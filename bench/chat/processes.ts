/** The product and the model, each in a process of its own. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export interface Running {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function start(script: string, ...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, script), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const line = /^\{"url":"(.*)"\}$/m.exec(text);
      if (line?.[1] !== undefined) resolve(line[1]);
    });
    void gone.then(() => reject(new Error(`${script} ended before it was ready.`)));
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await gone;
  };
  return { url, pid: child.pid ?? 0, stop };
}

/** Resident memory of a process and all that descend from it. */
export function memoryBytes(root: number): number {
  const parents = readdirSync("/proc").flatMap((name) => {
    try {
      const status = readFileSync(`/proc/${name}/status`, "utf8");
      const parent = Number(/^PPid:\s+([0-9]+)/m.exec(status)?.[1]);
      return [{ pid: Number(name), parent, bytes: Number(/^VmRSS:\s+([0-9]+)/m.exec(status)?.[1] ?? 0) * 1_024 }];
    } catch {
      return [];
    }
  });
  const tree = new Set([root]);
  for (let grown = true; grown;) {
    const more = parents.filter(({ pid, parent }) => tree.has(parent) && !tree.has(pid));
    for (const { pid } of more) tree.add(pid);
    grown = more.length > 0;
  }
  return parents.filter(({ pid }) => tree.has(pid)).reduce((sum, { bytes }) => sum + bytes, 0);
}
