/** The empty route, on the same kind of socket. */
import { once } from "node:events";
import path from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";

const [modulesRoot = ""] = process.argv.slice(2);
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    logRequests: false,
    log: new Log(LogLevel.WARN),
    workers: [
      {
        name: "empty",
        compatibilityDate: "2026-10-20",
        modulesRoot,
        modules: [{ type: "ESModule", path: path.join(modulesRoot, "index.js") }],
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      },
    ],
  }),
);
await miniflare.ready;
const { origin } = await miniflare.unsafeGetDirectURL("empty");
console.log(JSON.stringify({ url: origin }));
process.removeAllListeners("SIGTERM");
await once(process, "SIGTERM");
await miniflare.dispose();
process.exit();
