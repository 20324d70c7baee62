/** Puts together what the Worker serves as files: the two readers of the reference, each with its own page, and the islands of the console. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

/** Writes what is not there yet or has changed. */
export function prepareAssets(): void {
  mkdirSync(TARGET, { recursive: true });
  cpSync(path.join(ROOT, "assets"), TARGET, { recursive: true, force: true });
  for (const [source, target] of FROM_PACKAGES) {
    const content = readFileSync(require.resolve(source), "utf8").replaceAll(REMOTE_LOGO, "data:,");
    writeIfChanged(path.join(TARGET, target), content);
  }
  mkdirSync(path.join(TARGET, "identity"), { recursive: true });
  writeFileSync(path.join(TARGET, "identity", "disposable-domains.bin"), disposableDomains());
  buildIslands(path.join(TARGET, "assets"));
}

function writeIfChanged(file: string, content: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === content) return;
  writeFileSync(file, content);
}
