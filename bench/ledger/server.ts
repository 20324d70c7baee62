/** The ledger's Worker on a socket of workerd's own, over an empty database. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { serve } from "../../scripts/serve.ts";
import { fileVariables } from "../../scripts/variables.ts";

const [modulesRoot = ""] = process.argv.slice(2);
const stateDir = mkdtempSync(path.join(os.tmpdir(), "bourse-bench-"));
const variables = { ...fileVariables(), PUBLIC_ORIGIN: "http://127.0.0.1" };
const served = await serve({ port: 0, stateDir, variables, modulesRoot });
console.log(JSON.stringify({ url: served.url }));
process.removeAllListeners("SIGTERM");
await once(process, "SIGTERM");
await served.dispose();
rmSync(stateDir, { recursive: true, force: true });
process.exit();
