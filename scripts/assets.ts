/** Puts together what the Worker serves as files: the two readers of the reference, each with its own page, and the islands of the console. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { disposableDomains } from "./disposable-domains.ts";
import { buildIslands } from "./islands.ts";
import { ROOT } from "./project.ts";

const TARGET = path.join(ROOT, "dist", "assets");
const require = createRequire(import.meta.url);

const FROM_PACKAGES: readonly (readonly [source: string, target: string])[] = [
  ["swagger-ui-dist/swagger-ui.css", "docs/swagger-ui.css"],
  ["swagger-ui-dist/swagger-ui-bundle.js", "docs/swagger-ui-bundle.js"],
  ["redoc/bundles/redoc.standalone.js", "redoc/redoc.standalone.js"],
];

/** Redoc shows its maker's logo from a CDN, which the policy of the page refuses; an empty image takes its place. */
const REMOTE_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg";

/** Writes what is not there yet or has changed, so that nobody who reads beside it finds a file half written. */
export function prepareAssets(): void {
  const own = path.join(ROOT, "assets");
  for (const entry of readdirSync(own, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) writeIfChanged(path.join(TARGET, path.relative(own, file)), readFileSync(file));
  }
  for (const [source, target] of FROM_PACKAGES) {
    const content = readFileSync(require.resolve(source), "utf8").replaceAll(REMOTE_LOGO, "data:,");
    writeIfChanged(path.join(TARGET, target), Buffer.from(content));
  }
  writeIfChanged(path.join(TARGET, "identity", "disposable-domains.bin"), disposableDomains());
  buildIslands(path.join(TARGET, "assets"));
}

function writeIfChanged(file: string, content: Uint8Array): void {
  if (existsSync(file) && readFileSync(file).equals(content)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}
