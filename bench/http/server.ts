/** One Worker on a socket of workerd's own, in a process of its own so that its processor time can be told apart. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { once } from "node:events";
import path from "node:path";
import { seed } from "../../scripts/seed.ts";
import { serve } from "../../scripts/serve.ts";
import { fileVariables } from "../../scripts/variables.ts";

const [modulesRoot = "", scale = "1"] = process.argv.slice(2);
const stateDir = mkdtempSync(path.join(os.tmpdir(), "bourse-bench-"));
const variables = { ...fileVariables(), PUBLIC_ORIGIN: "http://127.0.0.1", RATE_LIMIT_SCALE: scale };
const served = await serve({ port: 0, stateDir, variables, modulesRoot });
await seed(served.url);
console.log(JSON.stringify({ url: served.url }));
process.removeAllListeners("SIGTERM");
await once(process, "SIGTERM");
await served.dispose();
rmSync(stateDir, { recursive: true, force: true });
process.exit();
