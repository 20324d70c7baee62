import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { parseConfig, SETTINGS } from "../../src/platform/env.ts";
import { completeDevVars, environmentVariables, fileVariables } from "../../scripts/variables.ts";
import { temporaryDirectory } from "./support/process.ts";

const REQUIRED = { ENVIRONMENT: "development", PUBLIC_ORIGIN: "http://127.0.0.1:8787" };

describe("development's variables", () => {
  it("are made with fresh secrets that the Worker accepts and nobody else can read", () => {
    const files = ["first", "second"].map((name) => path.join(temporaryDirectory(), name));
    const [first = {}, second = {}] = files.map((file) => {
      expect(completeDevVars(file)).toContain("FIELD_KEYS");
      expect(statSync(file).mode & 0o077).toBe(0);
      return fileVariables(file);
    });
    expect(() => parseConfig({ ...REQUIRED, ...first })).not.toThrow();
    expect(first["FIELD_KEYS"]).not.toBe(second["FIELD_KEYS"]);
  });

  it("gain what the example has gained, and keep what they have", () => {
    const file = path.join(temporaryDirectory(), ".dev.vars");
    writeFileSync(file, "METRICS_TOKEN=my-own-metrics-token");
    expect(completeDevVars(file)).not.toContain("METRICS_TOKEN");
    expect(completeDevVars(file)).toEqual([]);
    const text = readFileSync(file, "utf8");
    expect(text.startsWith("METRICS_TOKEN=my-own-metrics-token\n")).toBe(true);
    expect(Object.keys(parseEnv(text))).toContain("FIELD_KEYS");
  });

  it("yield to the environment of the process, as far as it names settings", () => {
    const [name = ""] = Object.keys(SETTINGS);
    expect(environmentVariables({ [name]: "value", HOME: "/root" })).toEqual({ [name]: "value" });
  });
});
