/** Serves the Worker of the kill test until it is killed: `kill-server.ts <bundle> <state> <clock ahead ms> <pause ms> <more settings>`. */
import { serve } from "../../../scripts/serve.ts";

const [modulesRoot = "", stateDir = "", clockAheadMs = "0", pauseMs = "0", more = "{}"] = process.argv.slice(2);
const { url } = await serve({
  port: 0,
  stateDir,
  modulesRoot,
  variables: {
    FIELD_KEYS: `test:${"A".repeat(43)}`,
    METRICS_TOKEN: "metrics_development",
    RATE_LIMIT_SCALE: "1000000",
    CLOCK_AHEAD_MS: clockAheadMs,
    PAUSE_MS: pauseMs,
    ...(JSON.parse(more) as Record<string, string>),
  },
});
process.stdout.write(`listens on ${url}\n`);
