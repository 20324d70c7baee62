import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/project.ts";

type Chart = Readonly<
  Record<string, { readonly meaning: string; readonly limit: string | null; readonly holding: boolean }>
>;

/** Loaded by its path, since what it names by type belongs to workerd. */
const { CHART } = (await import(path.join(ROOT, "src/modules/ledger/chart.ts"))) as { CHART: Chart };

describe("the chart of accounts", () => {
  it("stands in docs/ledger.md as the code has it", () => {
    const page = readFileSync(path.join(ROOT, "docs", "ledger.md"), "utf8");
    const [, chart = ""] = page.split("## Chart of accounts");
    const rows = (chart.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"));
    const written = rows.map((row) => row.split("|").map((cell) => cell.trim().replaceAll("`", "")));
    const limits = (limit: string, holding: boolean): string =>
      [...(limit === "debits" ? ["spends no more than came in"] : []), ...(holding ? ["empty once closed"] : [])].join(
        "; ",
      );
    expect(written.map((cells) => cells.slice(1, 4))).toEqual(
      Object.entries(CHART).map(([code, { meaning, limit, holding }]) => [code, meaning, limits(limit ?? "", holding)]),
    );
  });
});
