/** `npm run build`: the bundle as a deploy would ship it, and what it weighs. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { bundle } from "./bundle.ts";
import { weighIslands } from "./islands.ts";
import { command, Refusal } from "./project.ts";

const KIB = 1_024;
const LIMIT_KIB = 1_024;

await command(async () => {
  const folder = await bundle({ minify: true });
  const files = readdirSync(folder).filter((name) => /\.(?:js|wasm|txt|bin)$/.test(name));
  const contents = files.map((name) => readFileSync(path.join(folder, name)));
  const raw = contents.reduce((sum, content) => sum + content.length, 0) / KIB;
  const gzip = contents.reduce((sum, content) => sum + gzipSync(content).length, 0) / KIB;
  console.log(`Worker: ${raw.toFixed(1)} KiB, ${gzip.toFixed(1)} KiB gzip (limit ${LIMIT_KIB} KiB gzip)`);
  for (const [name, weight] of weighIslands()) console.log(`Island ${name}: ${weight.toFixed(1)} KiB gzip`);
  if (gzip > LIMIT_KIB) throw new Refusal(`The Worker is over ${LIMIT_KIB} KiB gzip: find what grew with --metafile.`);
});
