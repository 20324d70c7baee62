import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/project.ts";
import type { Ended } from "./support/process.ts";
import { temporaryDirectory, unusedPort } from "./support/process.ts";

/** A package with one dependency: a folder beside it that brings a `bin/node`. */
function project(): string {
  const root = temporaryDirectory();
  const write = (name: string, content: object): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), JSON.stringify(content));
  };
  const dependencies = { node: "file:./bundled" };
  write("package.json", { name: "project", version: "1.0.0", dependencies });
  write("bundled/package.json", { name: "node", version: "24.0.0" });
  write("bundled/bin/node", {});
  write("package-lock.json", {
    name: "project",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: {
      "": { name: "project", version: "1.0.0", dependencies },
      bundled: { name: "node", version: "24.0.0" },
      "node_modules/node": { resolved: "bundled", link: true },
    },
  });
  mkdirSync(path.join(root, "scripts"));
  cpSync(path.join(ROOT, "scripts", "install.cjs"), path.join(root, "scripts", "install.cjs"));
  return root;
}

function install(root: string, node: string[] = [], env: Record<string, string> = {}): Ended {
  const script = path.join(root, "scripts", "install.cjs");
  const args = node.length > 0 ? node : [script];
  const environment = { ...process.env, npm_execpath: "", ...env };
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", env: environment });
  return { code: run.status, output: run.stdout + run.stderr };
}

/** Adds a dependency to the lockfile that only a registry has. */
function wantMore(root: string): void {
  const file = path.join(root, "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, object> };
  const dependencies = { node: "file:./bundled", "left-over": "1.0.0" };
  lock.packages[""] = { name: "project", version: "1.0.0", dependencies };
  lock.packages["node_modules/left-over"] = { version: "1.0.0", integrity: `sha512-${"A".repeat(86)}==` };
  writeFileSync(file, JSON.stringify(lock));
  writeFileSync(path.join(root, "package.json"), JSON.stringify({ name: "project", version: "1.0.0", dependencies }));
}

describe("the installer", () => {
  it("installs what is missing, and nothing twice, whatever the times of the files say", () => {
    const root = project();
    expect(install(root)).toEqual({ code: 0, output: expect.stringContaining("Installing packages…") as string });
    expect(existsSync(path.join(root, "node_modules", "node", "bin", "node"))).toBe(true);
    utimesSync(path.join(root, "package-lock.json"), new Date(), new Date(Date.now() + 60_000));
    expect(install(root)).toEqual({ code: 0, output: "" });
    rmSync(path.join(root, "node_modules"), { recursive: true });
    expect(install(root).output).toContain("Installing packages…");
  });

  it("says in one sentence that the registry is out of reach", async () => {
    const root = project();
    wantMore(root);
    const registry = `http://127.0.0.1:${await unusedPort()}/`;
    const { code, output } = install(root, [], { npm_config_registry: registry });
    const sentence =
      "The packages could not be installed because the npm registry is out of reach: connect and run this again.";
    expect([code, output]).toEqual([1, `Installing packages…\n${sentence}\n`]);
  });

  it("says in one sentence that this Node is too old", () => {
    const root = project();
    const script = JSON.stringify(path.join(root, "scripts", "install.cjs"));
    const older = 'Object.defineProperty(process.versions, "node", { value: "18.20.4" });';
    const { code, output } = install(root, ["--eval", `${older} require(${script})`]);
    expect([code, output]).toEqual([1, expect.stringMatching(/^Bourse needs Node 20 or later, .+\n$/)]);
  });

  it("is written so that the oldest Node can read it", () => {
    const text = readFileSync(path.join(ROOT, "scripts", "install.cjs"), "utf8");
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"/g, "0");
    expect(code).not.toMatch(/=>|`|\b(?:const|let|class|async|await)\b|\?\?|\?\.|,\s*\)/);
  });
});
