/** A Worker without anything of the product around it, on the same kind of socket. */
import { once } from "node:events";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { modulesIn } from "../../scripts/serve.ts";

const [modulesRoot = "", ...databases] = process.argv.slice(2);
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    logRequests: false,
    log: new Log(LogLevel.WARN),
    workers: [
      {
        name: "bare",
        compatibilityDate: "2026-10-20",
        modulesRoot,
        modules: modulesIn(modulesRoot),
        d1Databases: databases,
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      },
    ],
  }),
);
await miniflare.ready;
const { origin } = await miniflare.unsafeGetDirectURL("bare");
console.log(JSON.stringify({ url: origin }));
process.removeAllListeners("SIGTERM");
await once(process, "SIGTERM");
await miniflare.dispose();
process.exit();
