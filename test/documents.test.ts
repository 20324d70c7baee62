import { describe, expect, it } from "vitest";
import { problemKinds } from "#kernel/problem";
import { createApp } from "../src/app.ts";

const app = createApp(null);

/** Every kind of problem as a page of the documentation. */
function writeProblems(): string {
  const known = new Set(["http", ...app.composition.modules.map(({ name }) => name)]);
  const owners = Map.groupBy(problemKinds(), ({ name }) => name.slice(0, name.indexOf("/")));
  const sections = [...owners]
    .filter(([owner]) => known.has(owner))
    .map(([owner, kinds]) => {
      const rows = kinds.map(
        ({ name, code, status, title }) => `| ${status} | \`${code}\` | \`/problems/${name}\` | ${title} |`,
      );
      return [`## ${owner}`, "", "| status | code | type | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
    });
  const opening =
    "Every failure is `application/problem+json` with one of these types. Switch on `code`; a 422 may carry a more exact one, beside those of its `errors`. Written by `npm run docs`.";
  return `# Problems\n\n${opening}\n\n${sections.join("\n\n")}\n`;
}

describe("the written documents", () => {
  it("hold the API as the routes have it", async () => {
    await expect(`${JSON.stringify(app.document(), null, 2)}\n`).toMatchFileSnapshot("../docs/openapi.json");
  });

  it("hold every kind of problem that the modules define", async () => {
    await expect(writeProblems()).toMatchFileSnapshot("../docs/problems.md");
  });
});
