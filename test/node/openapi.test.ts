import { readFile } from "node:fs/promises";
import path from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { describe, expect, it } from "vitest";

const file = path.join(import.meta.dirname, "..", "..", "docs", "openapi.json");

/** What the recommended rules warn of and why it stays: health takes no input, so there is nothing to refuse. */
const KNOWN = ["/api/v1/health", "/api/v1/health/ready"].map(
  (name) => `operation-4xx-response at #/paths/${name.replaceAll("/", "~1")}/get/responses`,
);

async function lint(source: string): Promise<string[]> {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source, absoluteRef: file, config });
  return problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer ?? "?"}: ${message}`);
}

describe("the OpenAPI document", () => {
  it("passes the recommended rules of an independent linter", async () => {
    const problems = await lint(await readFile(file, "utf8"));
    expect(problems.filter((problem) => !KNOWN.some((known) => problem.startsWith(known)))).toEqual([]);
  });

  it("would not pass with an operation id used twice, or a path that is not declared", async () => {
    const document = await readFile(file, "utf8");
    const twice = await lint(document.replace('"createTicket"', '"listTickets"'));
    expect(twice.some((problem) => problem.startsWith("operation-operationId-unique"))).toBe(true);
    const undeclared = await lint(
      document.replace("/support/tickets/{id}/messages", "/support/tickets/{other}/messages"),
    );
    expect(undeclared.some((problem) => problem.startsWith("path-parameters-defined"))).toBe(true);
  });
});
