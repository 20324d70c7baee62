/** Another script of this package as a child process. */
import { spawn } from "node:child_process";
import { ROOT } from "./project.ts";

/** @returns its exit code */
export async function runScript(name: string): Promise<number> {
  const npm = process.env["npm_execpath"];
  const [file, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  return await runAttached(file, [...args, "run", "--silent", name]);
}

/** Runs a program on this terminal. */
export async function runAttached(file: string, args: readonly string[]): Promise<number> {
  const child = spawn(file, args, { cwd: ROOT, stdio: "inherit" });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
