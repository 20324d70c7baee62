/**
 * `OLD=… NEW=… npm run secret:rotate -- NAME --env production`: puts a new secret in the place of the old one. Without
 * `--env` it is done in .dev.vars. Which of OLD and NEW it needs, it says.
 */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { askedEnvironment } from "./environment.ts";
import { command, flagValue, Refusal, ROOT } from "./project.ts";
import { planRotation } from "./rotation.ts";
import { fileVariables } from "./variables.ts";
import { QUIET, WRANGLER } from "./wrangler.ts";

const LOCAL = path.join(ROOT, ".dev.vars");

function putLocally(name: string, value: string): void {
  const lines = readFileSync(LOCAL, "utf8").split("\n");
  const index = lines.findIndex((line) => line.startsWith(`${name}=`));
  if (index === -1) lines.unshift(`${name}=${value}`);
  else lines[index] = `${name}=${value}`;
  writeFileSync(LOCAL, lines.join("\n"), { mode: 0o600 });
}

/** The value goes through a pipe, so that it is in no list of processes. */
async function putRemotely(name: string, value: string, environment: string): Promise<void> {
  const child = spawn(process.execPath, [WRANGLER, "secret", "put", name, "--env", environment], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    stdio: ["pipe", "inherit", "inherit"],
  });
  child.stdin.end(value);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Refusal(`wrangler could not put ${name}; nothing after it was done.`);
}

await command(async () => {
  const remote = flagValue("--env") === undefined ? null : askedEnvironment().name;
  const name = process.argv[2] ?? "";
  const old = process.env["OLD"] ?? (remote === null ? fileVariables(LOCAL)[name] : undefined);
  const { puts, after } = planRotation(name, { old, given: process.env["NEW"] });
  for (const [secret, value] of puts) {
    if (remote === null) putLocally(secret, value);
    else await putRemotely(secret, value, remote);
    console.log(`✔ ${secret}`);
  }
  console.log(after);
});
