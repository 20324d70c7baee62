/** The product, or a relay with nothing in it, in a process of its own, with a model to ask and a state that outlives it. */
import { once } from "node:events";
import { seed } from "../../scripts/seed.ts";
import { serve } from "../../scripts/serve.ts";
import { fileVariables } from "../../scripts/variables.ts";

const [modulesRoot = "", stateDir = "", port = "0", model = "", kind = "product"] = process.argv.slice(2);
const variables = {
  ...fileVariables(),
  PUBLIC_ORIGIN: "http://127.0.0.1",
  RATE_LIMIT_SCALE: "100000",
  OPENAI_BASE_URL: model,
  OPENAI_API_KEY: "sk-bench",
  ASSISTANT_SOCKETS: "10000",
  ASSISTANT_DAILY_MICROS: "1000000000000",
  ASSISTANT_MONTHLY_MICROS: "1000000000000",
};
const served = await serve({ port: Number(port), stateDir, variables, modulesRoot });
if (kind === "product") await seed(served.url);
console.log(JSON.stringify({ url: served.url }));
process.removeAllListeners("SIGTERM");
await once(process, "SIGTERM");
await served.dispose();
process.exit();
