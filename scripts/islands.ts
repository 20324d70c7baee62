/** Bundles the console's islands into hashed files, and the module that tells pages their names. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { Refusal, ROOT } from "./project.ts";

const SOURCE = path.join(ROOT, "src", "console", "islands");
const MANIFEST = path.join(ROOT, "dist", "islands.js");
/** Where browsers ask for them. */
const ADDRESS = "/assets";
const KIB = 1_024;
const LIMIT_KIB = 60;

interface Island {
  readonly name: string;
  readonly file: string;
  readonly content: Uint8Array;
}

/** Builds every island into a folder of files, and forgets the files of older ones. A page loads one, so one is weighed. */
export function buildIslands(target: string): void {
  const islands = bundleIslands();
  for (const { name, content } of islands) {
    const weight = weigh(content);
    if (weight >= LIMIT_KIB)
      throw new Refusal(`The island ${name} weighs ${weight.toFixed(1)} KiB gzip; a page's script stays below 60 KiB.`);
  }
  mkdirSync(target, { recursive: true });
  for (const { file, content } of islands)
    if (!existsSync(path.join(target, file))) writeFileSync(path.join(target, file), content);
  const current = new Set(islands.map(({ file }) => file));
  for (const file of readdirSync(target)) if (!current.has(file)) rmSync(path.join(target, file), { force: true });
  const addresses = Object.fromEntries(islands.map(({ name, file }) => [name, `${ADDRESS}/${file}`]));
  const manifest = `export const ISLANDS = ${JSON.stringify(addresses)};\n`;
  if (!existsSync(MANIFEST) || readFileSync(MANIFEST, "utf8") !== manifest) writeFileSync(MANIFEST, manifest);
}

/** What each island weighs as browsers fetch it, in KiB. */
export function weighIslands(): [name: string, gzipKib: number][] {
  return bundleIslands().map(({ name, content }) => [name, weigh(content)]);
}

const weigh = (content: Uint8Array): number => gzipSync(content).length / KIB;

function bundleIslands(): Island[] {
  const entries = readdirSync(SOURCE).filter((name) => /(?<!\.d)\.tsx?$/.test(name));
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: entries.map((name) => path.join(SOURCE, name)),
    outdir: SOURCE,
    entryNames: "[name]-[hash]",
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "inline",
    jsx: "automatic",
    jsxImportSource: "hono/jsx/dom",
    tsconfigRaw: {},
    write: false,
    logLevel: "warning",
  });
  return outputFiles.map(({ path: where, contents }) => {
    const file = path.basename(where);
    return { name: file.slice(0, file.lastIndexOf("-")), file, content: contents };
  });
}
