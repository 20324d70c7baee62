/** `npm start`: the whole product on this machine, seeded, until Ctrl-C. */
import path from "node:path";
import { DEMO_PASSWORD, DEMO_TOTP_SECRET, DEMO_USERS } from "../src/modules/identity/demo.ts";
import { ConfigError } from "../src/platform/env.ts";
import { freePort, stateDirectory } from "./address.ts";
import { command, Refusal } from "./project.ts";
import type { Served } from "./serve.ts";
import { serve } from "./serve.ts";
import { seed } from "./seed.ts";
import { everyMinute } from "./ticker.ts";
import { completeDevVars, environmentVariables, fileVariables } from "./variables.ts";

const PAGES = [
  ["/docs", "the reference, to try calls in"],
  ["/redoc", "the reference, to read"],
  ["/sign-in", "the console, for customers and operators"],
  ["/dev/outbox", "mail and SMS that would have left"],
  ["/api/v1/health", "whether it runs"],
] as const;

function announce({ url }: Served, stateDir: string): void {
  console.log(`\nBourse listens on ${url}\n`);
  for (const [where, what] of PAGES) console.log(`  ${url}${where.padEnd(18)}${what}`);
  console.log(`\nAccounts, each with the password ${DEMO_PASSWORD}:\n`);
  for (const [email, , role] of DEMO_USERS) {
    const factor = role === "admin" ? `; the secret of the second factor is ${DEMO_TOTP_SECRET}` : "";
    console.log(`  ${email.padEnd(22)}${role}${factor}`);
  }
  console.log(`\nData is kept in ${path.relative(process.cwd(), stateDir) || "."}. Ctrl-C stops it.`);
}

/** Miniflare's own handlers end the process at once; these let it finish what it holds. */
async function untilStopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.removeAllListeners(signal);
      process.on(signal, () => resolve());
    }
  });
}

async function start(): Promise<void> {
  const port = await freePort();
  const stateDir = stateDirectory();
  const added = completeDevVars();
  if (added.length > 0) console.log(`Wrote to .dev.vars: ${added.join(", ")}.`);
  const variables = { PUBLIC_ORIGIN: `http://127.0.0.1:${port}`, ...fileVariables(), ...environmentVariables() };
  const served = await serve({ port, stateDir, variables }).catch((error: unknown) => {
    throw error instanceof ConfigError ? new Refusal(error.message) : error;
  });
  const stopped = untilStopped();
  try {
    await seed(served.url);
    const silence = everyMinute(async (time) => await served.tick(time));
    announce(served, stateDir);
    await stopped;
    silence();
  } finally {
    await served.dispose();
  }
}

await command(start);
process.exit();
