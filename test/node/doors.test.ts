import { execFile } from "node:child_process";
import { cp, mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

interface Plant {
  readonly file: string;
  readonly code: string;
  readonly rule: string;
}

const ACCESS = 'import type { ApiRoute } from "#platform/http/route";\nexport type Planted = ApiRoute;\n';

/** What the house forbids, each as a file that does it. */
const PLANTS: Readonly<Record<string, Plant>> = {
  "a module that enters one below it": {
    file: "src/modules/ledger/planted.ts",
    code: 'export { support } from "#modules/support";\n',
    rule: "no-restricted-imports",
  },
  "a module that enters one its row does not name": {
    file: "src/modules/support/planted.ts",
    code: 'export { admin } from "#modules/admin";\n',
    rule: "no-restricted-imports",
  },
  "a module without a row": {
    file: "src/modules/lottery/planted.ts",
    code: 'export { support } from "#modules/support";\n',
    rule: "no-restricted-imports",
  },
  "a platform that knows a module": {
    file: "src/platform/planted.ts",
    code: 'export { support } from "#modules/support";\n',
    rule: "no-restricted-imports",
  },
  "a kernel that knows the platform": {
    file: "src/kernel/planted-types.ts",
    code: 'export type { Ctx } from "#platform/ctx";\n',
    rule: "no-restricted-imports",
  },
  "a kernel that runs zod": {
    file: "src/kernel/planted.ts",
    code: 'import { z } from "zod";\nexport const planted = z.string();\n',
    rule: "no-restricted-imports",
  },
  "a path that climbs": {
    file: "src/modules/support/planted-path.ts",
    code: 'export { MINUTE } from "../../kernel/time.ts";\n',
    rule: "no-restricted-imports",
  },
  "an object that climbs": {
    file: "durable-objects/rate-limiter/planted.ts",
    code: 'export { MINUTE } from "../../src/kernel/time.ts";\n',
    rule: "no-restricted-imports",
  },
  "an object's class outside the entry point": {
    file: "src/platform/planted-object.ts",
    code: 'export { RateLimiter } from "#object-classes/rate-limiter";\n',
    rule: "no-restricted-imports",
  },
  "HTTP in a service": {
    file: "src/modules/support/service.planted.ts",
    code: 'export type { Context } from "hono";\n',
    rule: "no-restricted-imports",
  },
  "HTTP in a repository": {
    file: "src/modules/support/repository.http.ts",
    code: 'export type { Context } from "hono";\n',
    rule: "no-restricted-imports",
  },
  "SQL in a service": {
    file: "src/modules/support/service.sql.ts",
    code: 'export { eq } from "drizzle-orm";\n',
    rule: "no-restricted-imports",
  },
  "SQL in a route": {
    file: "src/modules/support/routes.sql.ts",
    code: 'export { eq } from "drizzle-orm";\n',
    rule: "no-restricted-imports",
  },
  "a promise that nobody waits for": {
    file: "src/modules/support/planted-promise.ts",
    code: "export function planted(): void {\n  Promise.resolve(1).then(String);\n}\n",
    rule: "no-floating-promises",
  },
  "a file of more than 300 lines": {
    file: "src/kernel/planted-long.ts",
    code: Array.from({ length: 301 }, (_, line) => `export const line${line} = ${line};\n`).join(""),
    rule: "max-lines",
  },
  "a function of more than 60 lines": {
    file: "src/kernel/planted-function.ts",
    code: `export function planted(): void {\n${"  String(1);\n".repeat(61)}}\n`,
    rule: "max-lines-per-function",
  },
  "a fourth parameter": {
    file: "src/kernel/planted-parameters.ts",
    code: "export const planted = (a: number, b: number, c: number, d: number): number => a + b + c + d;\n",
    rule: "max-params",
  },
  "a fourth depth": {
    file: "src/kernel/planted-depth.ts",
    code: "export function planted(a: boolean): void {\n  if (a) { while (a) { if (a) { if (a) { String(a); } } } }\n}\n",
    rule: "max-depth",
  },
  "an eleventh path": {
    file: "src/kernel/planted-paths.ts",
    code: `export function planted(a: number): number {\n${Array.from({ length: 10 }, (_, n) => `  if (a === ${n}) return ${n + 1};\n`).join("")}  return 0;\n}\n`,
    rule: "complexity",
  },
  any: {
    file: "src/kernel/planted-any.ts",
    code: "export const planted = (value: any): unknown => value;\n",
    rule: "no-explicit-any",
  },
  "a non-null assertion": {
    file: "src/kernel/planted-assertion.ts",
    code: "export const planted = (value: string | null): string => value!;\n",
    rule: "no-non-null-assertion",
  },
  "a silenced compiler": {
    file: "src/kernel/planted-silence.ts",
    code: "// @ts-ignore\nexport const planted: string = 1;\n",
    rule: "ban-ts-comment",
  },
  "a type imported as a value": {
    file: "src/modules/support/planted-type.ts",
    code: ACCESS.replace("import type", "import"),
    rule: "consistent-type-imports",
  },
  "the console": {
    file: "src/platform/planted-console.ts",
    code: 'export function planted(): void {\n  console.log("x");\n}\n',
    rule: "no-console",
  },
  "a ring of imports": {
    file: "src/modules/support/planted-ring.ts",
    code: 'import { planted } from "./planted-ring-back.ts";\nexport const ring = (): unknown => planted;\n',
    rule: "no-cycle",
  },
};

/** What must pass, so that the bans above are not simply bans of everything. */
const ALLOWED: Readonly<Record<string, string>> = {
  "src/modules/support/planted-ring-back.ts": 'export { ring as planted } from "./planted-ring.ts";\n',
  "src/modules/billing/planted.ts": 'export type { Module } from "#platform/module";\n',
  "src/modules/admin/allowed-door.ts": 'export { support } from "#modules/support";\n',
  "src/modules/support/routes.allowed.ts": 'export type { Context } from "hono";\n',
  "src/modules/support/repository.allowed.ts": 'export { eq } from "drizzle-orm";\n',
  "src/platform/http/allowed.ts": 'export type { Context } from "hono";\n',
  "src/kernel/allowed.ts": 'import type { z } from "zod";\nexport type Allowed = z.ZodType;\n',
};

let folder: string;
const found = new Map<string, Set<string>>();

async function plant(file: string, code: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), code);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "bourse-doors-"));
  const copied = ["src", "durable-objects", "package.json", "tsconfig.json", "tsconfig.node.json"];
  const configs = ["doors.config.ts", "oxlint.config.ts", "worker-configuration.d.ts"];
  for (const name of [...copied, ...configs]) {
    await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  await plant(".gitignore", "node_modules\n");
  for (const { file, code } of Object.values(PLANTS)) await plant(file, code);
  for (const [file, code] of Object.entries(ALLOWED)) await plant(file, code);
  const lint = run("oxlint", ["--format", "json"], { cwd: folder, maxBuffer: 2 ** 26 });
  const { stdout } = await lint.catch((error: unknown) => error as { stdout: string });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
  for (const { filename, code } of diagnostics) {
    found.set(filename, (found.get(filename) ?? new Set()).add(/\((.*)\)/.exec(code)?.[1] ?? code));
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the linter", () => {
  it.each(Object.entries(PLANTS))("refuses %s", (_, { file, rule }) => {
    expect([...(found.get(file) ?? [])]).toContain(rule);
  });

  it.each(Object.keys(ALLOWED).filter((file) => file.includes("allowed") || file.includes("billing")))(
    "lets %s pass",
    (file) => {
      expect([...(found.get(file) ?? [])]).toEqual([]);
    },
  );

  it("finds nothing in the house as it stands", () => {
    const planted = new Set([...Object.values(PLANTS).map(({ file }) => file), ...Object.keys(ALLOWED)]);
    expect([...found.keys()].filter((file) => !planted.has(file))).toEqual([]);
  });
});
