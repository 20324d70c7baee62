/** Bundles the Worker the way a deploy does, and only when a source has changed. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { prepareAssets } from "./assets.ts";
import { ROOT, Refusal } from "./project.ts";
import { wrangler } from "./wrangler.ts";

const SOURCES = ["src", "durable-objects", "assets", "wrangler.toml", "package.json", "package-lock.json"];
const DIST = path.join(ROOT, "dist");

export interface BundleOptions {
  readonly minify?: boolean;
}

/**
 * The folder with `index.js` and the modules beside it. What a run leaves half done is never taken for a bundle: it is
 * built aside, and moved when it is whole.
 */
export async function bundle(options: BundleOptions = {}): Promise<string> {
  const target = path.join(DIST, options.minify ? "worker-minified" : "worker");
  const stamp = path.join(target, "sources.sha256");
  const wanted = fingerprint();
  prepareAssets();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return target;
  const aside = path.join(DIST, `aside-${process.pid}`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  const minify = options.minify ? ["--minify"] : [];
  const { code, output } = await wrangler(["deploy", "--dry-run", "--outdir", aside, ...minify]);
  if (code !== 0) {
    rmSync(aside, { recursive: true, force: true });
    console.error(output);
    throw new Refusal("The Worker could not be bundled for the reason above.");
  }
  writeFileSync(path.join(aside, "sources.sha256"), wanted);
  rmSync(target, { recursive: true, force: true });
  renameSync(aside, target);
  return target;
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap((source) => filesUnder(path.join(ROOT, source))).toSorted()) {
    hash
      .update(`${path.relative(ROOT, file)}\n`)
      .update(readFileSync(file))
      .update("\n");
  }
  return hash.digest("hex");
}

function filesUnder(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
