import { execFileSync, spawn } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { seed } from "../../scripts/seed.ts";
import { serve } from "../../scripts/serve.ts";
import { temporaryDirectory, unusedPort } from "./support/process.ts";

const OPS = path.join(import.meta.dirname, "..", "..", "docs", "ops");
const TOKEN = "metrics_development";
const SECRETS = { FIELD_KEYS: `test:${"A".repeat(43)}`, METRICS_TOKEN: TOKEN };

function has(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const installed = has("promtool") && has("prometheus");
/** Where it is not installed, the name of what is skipped says how to get it. */
const how = installed ? "" : " (not installed: apt-get install prometheus)";

const promtool = (args: readonly string[], input?: string): string =>
  execFileSync("promtool", [...args], { cwd: OPS, encoding: "utf8", ...(input === undefined ? {} : { input }) });

/** The series that a text of the format or of an expression names. */
const namesIn = (text: string): Set<string> => new Set(text.match(/\bbourse_[a-z0-9_]+/g));

describe.skipIf(!installed)(`Prometheus${how}`, () => {
  it("takes the alert rules, which fire when they should and not before", () => {
    expect(promtool(["check", "rules", "alerts.yml"])).toContain("SUCCESS");
    expect(promtool(["test", "rules", "alerts.test.yml"])).toContain("SUCCESS");
    expect(promtool(["check", "config", "--syntax-only", "prometheus.yml"])).toContain("SUCCESS");
  });

  it("scrapes an installation without complaint and sees what it did", async () => {
    const served = await serve({ port: 0, stateDir: temporaryDirectory(), variables: SECRETS });
    onTestFinished(async () => await served.dispose());
    await seed(served.url);
    const text = await (
      await fetch(new URL("/metrics", served.url), { headers: { Authorization: `Bearer ${TOKEN}` } })
    ).text();
    expect(promtool(["check", "metrics"], text)).toBe("");
    const directory = temporaryDirectory();
    const target = new URL(served.url).host;
    writeFileSync(
      path.join(directory, "prometheus.yml"),
      `global: { scrape_interval: 1s }\nscrape_configs: [{ job_name: bourse, authorization: { credentials: ${TOKEN} }, static_configs: [{ targets: ["${target}"] }] }]\n`,
    );
    const port = await unusedPort();
    const prometheus = spawn(
      "prometheus",
      [
        `--config.file=${path.join(directory, "prometheus.yml")}`,
        `--storage.tsdb.path=${path.join(directory, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: "ignore" },
    );
    onTestFinished(() => void prometheus.kill());
    const ask = async (query: string): Promise<number> => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
      const { data } = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } };
      return Number(data.result[0]?.value[1]);
    };
    await vi.waitFor(async () => expect(await ask('up{job="bourse"}')).toBe(1), { timeout: 60_000, interval: 500 });
    const scrapes = 'sum(bourse_http_requests_total{class="exempt",method="GET",status="200"})';
    await vi.waitFor(async () => expect(await ask(scrapes)).toBeGreaterThan(2), { timeout: 60_000, interval: 500 });
    expect(await ask('bourse_collector_up{source="platform"}')).toBe(1);
    expect(await ask("bourse_dead_letters")).toBe(0);
  });
});

const SOURCE = path.join(OPS, "..", "..", "src");
const read = (file: string): string => readFileSync(path.join(OPS, file), "utf8");

/** Every file that counts or measures something. */
const sources = globSync("**/*.ts", { cwd: SOURCE })
  .map((file) => readFileSync(path.join(SOURCE, file), "utf8"))
  .filter((text) => /metrics-catalogue|\bGauge\b/.test(text));
const named = (pattern: RegExp): Set<string> =>
  new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name ?? "")));

describe.each(["dashboard.json", "alerts.yml"])("%s", (file) => {
  it("asks for series that the product has", () => {
    const counted = named(/: (?:counter|histogram)\("([a-z_]+)"/g);
    const measured = named(/"([a-z][a-z0-9_]+)"/g);
    const missing = [...namesIn(read(file))].filter((name) => {
      const bare = name.replace(/^bourse_/, "");
      const isCounted = /_total$|_seconds_(?:bucket|sum|count)$/.test(bare);
      const core = bare.replace(/_(?:total|seconds_(?:bucket|sum|count))$/, "");
      return !(isCounted ? counted.has(core) : measured.has(bare));
    });
    expect(missing).toEqual([]);
  });
});

describe("the runbook", () => {
  it("has one entry for every alert, and none for an alert that is gone", () => {
    const alerts = [...read("alerts.yml").matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const runbook = readFileSync(path.join(OPS, "..", "runbook.md"), "utf8");
    const entries = [...runbook.matchAll(/^\| `(Bourse\w+)`/gm)].map(([, name]) => name);
    expect(entries.toSorted()).toEqual(alerts.toSorted());
  });

  it("says of each what it means and what to do", () => {
    const runbook = readFileSync(path.join(OPS, "..", "runbook.md"), "utf8");
    for (const line of runbook.split("\n").filter((row) => row.startsWith("| `Bourse")))
      expect(line.split("|").filter((cell) => cell.trim().length > 10)).toHaveLength(3);
  });
});
