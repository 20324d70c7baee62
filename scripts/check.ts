/** `npm run check`: everything about the code that can be known without running the tests. One line a step. */
import { spawn } from "node:child_process";
import { availableParallelism, devNull } from "node:os";
import path from "node:path";
import { prepareAssets } from "./assets.ts";
import { command, ROOT } from "./project.ts";
import { QUIET } from "./wrangler.ts";

const BIN = path.join(ROOT, "node_modules", ".bin");

interface Step {
  readonly name: string;
  /** Programs of this package, one after another; the first that fails ends the step. */
  readonly runs: readonly (readonly string[])[];
}

/** The slowest first, so that the others fill the rest of the time. */
const STEPS: readonly Step[] = [
  { name: "documents up to date", runs: [["vitest", "run", "--project=workers", "test/documents.test.ts"]] },
  {
    name: "bindings up to date",
    // Without an empty file of variables the types would depend on what this machine has in .dev.vars.
    runs: [["wrangler", "types", "--check", "--include-runtime=false", "--strict-vars=false", `--env-file=${devNull}`]],
  },
  { name: "dead code", runs: [["knip", "--no-progress"]] },
  { name: "lint", runs: [["oxlint"]] },
  {
    name: "migrations",
    runs: [
      ["drizzle-kit", "check"],
      ["node", "scripts/schema-drift.ts"],
    ],
  },
  {
    name: "types",
    runs: [
      ["tsc", "-p", "tsconfig.json"],
      ["tsc", "-p", "tsconfig.node.json"],
      ["tsc", "-p", "src/console/islands/tsconfig.json"],
    ],
  },
  { name: "format", runs: [["oxfmt", "--check", "."]] },
];

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

async function run([program = "", ...args]: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, ...QUIET, PATH: `${BIN}${path.delimiter}${process.env["PATH"] ?? ""}`, CI: "true" };
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve({ ok: false, output: error.message }));
    child.once("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** @returns whether the step passed */
async function check({ name, runs }: Step): Promise<boolean> {
  const startedAt = performance.now();
  let outcome: Outcome = { ok: true, output: "" };
  for (const words of runs) {
    outcome = await run(words);
    if (!outcome.ok) break;
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${outcome.ok ? "✓" : "✗"} ${name.padEnd(22)} ${seconds.padStart(5)} s`);
  if (!outcome.ok) console.log(`${outcome.output.trim().replaceAll(/^/gm, "    ")}\n`);
  return outcome.ok;
}

await command(async () => {
  prepareAssets();
  const waiting = [...STEPS];
  const results: boolean[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await check(step));
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
  const failed = results.filter((ok) => !ok).length;
  if (failed > 0) console.log(`${failed} of ${STEPS.length} checks failed.`);
  return failed === 0 ? 0 : 1;
});
