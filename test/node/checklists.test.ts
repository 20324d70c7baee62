import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/project.ts";

const SOURCE = path.join(ROOT, "..", "shared", "checklists.md");
const MATRIX = path.join(ROOT, "docs", "readiness.md");
const HOW = new Set(["item", "met", "replaced", "person", "open"]);

/** The rows of the matrix: the line's id, what it asks for, how it is answered, and where. */
function rowsOfMatrix(): string[][] {
  return readFileSync(MATRIX, "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, id]) => /^[A-D][0-9]+$/.test(id ?? ""));
}

const there = existsSync(SOURCE);
if (!there)
  process.stderr.write("../shared/checklists.md is not there: whether every line is answered was not looked at.\n");

describe("the matrix of readiness", () => {
  it.skipIf(!there)("answers every line of the four checklists, each once", () => {
    const asked = [...readFileSync(SOURCE, "utf8").matchAll(/(?:^|· )([A-D][0-9]+) /gm)].map(([, id]) => id);
    expect(asked.length).toBeGreaterThan(150);
    expect(rowsOfMatrix().map(([, id]) => id)).toEqual(asked);
  });

  it("says how and where for each", () => {
    for (const [, id, what, how, where] of rowsOfMatrix()) {
      expect(HOW.has(how ?? ""), id).toBe(true);
      expect(
        [what, where].every((text) => text !== undefined && text.length > 1),
        id,
      ).toBe(true);
    }
  });

  it("names items that exist", () => {
    const sources = [
      "wallet",
      "ledger",
      "messaging",
      "market",
      "identity",
      "audit",
      "gateways",
      "payments",
      "invoicing",
      "assistant",
    ];
    const more = ["backups", "readiness", "legal"];
    const files = [...sources, ...more].flatMap((name) =>
      ["readiness.ts", "index.ts", "items.configuration.ts", "items.operations.ts", "items.mail.ts"].map((file) =>
        path.join(ROOT, "src", "modules", name, file),
      ),
    );
    const code = files
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    for (const [, id, , how, where] of rowsOfMatrix()) {
      if (how !== "item") continue;
      const named = [...(where ?? "").matchAll(/`([a-z]+[.-][a-zA-Z]+)`/g)].map(([, item]) => item ?? "");
      for (const item of named)
        expect(code.includes(`"${item}"`) || code.includes(`\`${item}`), `${id}: ${item}`).toBe(true);
    }
  });
});
