/** `npm run dev`: wrangler's own server, which reloads when a source changes, over the same state as `npm start`. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, stateDirectory } from "./address.ts";
import { prepareAssets } from "./assets.ts";
import { command, Refusal, ROOT } from "./project.ts";
import { seed } from "./seed.ts";
import { holdState } from "./state-lock.ts";
import { everyMinute } from "./ticker.ts";
import { completeDevVars, environmentVariables } from "./variables.ts";
import { QUIET, wrangler, WRANGLER } from "./wrangler.ts";

async function migrate(stateDir: string): Promise<void> {
  const { code, output } = await wrangler(["d1", "migrations", "apply", "DB", "--local", "--persist-to", stateDir]);
  if (code === 0) return;
  console.error(output);
  throw new Refusal("The migrations could not be applied for the reason above.");
}

async function untilHealthy(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/api/v1/health`).catch(() => null);
    if (answer?.ok) return;
    await sleep(200);
  }
}

async function tick(url: string, time: Date): Promise<void> {
  const query = new URLSearchParams({ cron: "* * * * *", time: String(time.getTime()) });
  await fetch(`${url}/cdn-cgi/local/scheduled?${query}`);
}

await command(async () => {
  const port = await freePort();
  const stateDir = stateDirectory();
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(stateDir, { recursive: true });
  const release = holdState(stateDir);
  completeDevVars();
  prepareAssets();
  await migrate(stateDir);
  const variables = { PUBLIC_ORIGIN: url, ...environmentVariables() };
  const settings = Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const where = ["--ip", "127.0.0.1", "--port", String(port), "--persist-to", stateDir, "--inspector-port", "0"];
  const child = spawn(process.execPath, [WRANGLER, "dev", ...where, ...settings], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ready = untilHealthy(url).then(async () => {
    await seed(url);
    return everyMinute(async (time) => await tick(url, time));
  });
  ready.catch((error: unknown) => console.error(error));
  await ended;
  release();
});
process.exit();
