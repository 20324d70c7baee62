import { describe, expect, it } from "vitest";
import { problemKinds } from "#kernel/problem";
import { createApp } from "../src/app.ts";
import { SCHEDULE } from "../src/modules/retention/schedule.ts";

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

/** How long every table is kept, as a page of the documentation. */
function writeRetention(): string {
  const rows = SCHEDULE.map(({ tables, kept, why, by, notExported, notErased }) => {
    const names = tables.map((table) => `\`${table}\``).join(", ");
    const notes = [
      why,
      ...(notExported === undefined ? [] : [`Not exported: ${notExported}.`]),
      ...(notErased === undefined ? [] : [`Not erased: ${notErased}.`]),
    ];
    return `| ${names} | ${kept} | ${notes.join(" ")} | ${by === null ? "nobody" : `\`${by}\``} |`;
  });
  const opening =
    "Every table of the database: how long its rows are kept, why, and by which job they go. A person's rows go with the account wherever this page does not say otherwise. Written by `npm run docs` from `src/modules/retention`.";
  const head = "| tables | kept | why | taken away by |\n| --- | --- | --- | --- |";
  return `# Retention\n\n${opening}\n\n${head}\n${rows.join("\n")}\n`;
}

describe("the written documents", () => {
  it("hold the API as the routes have it", async () => {
    await expect(`${JSON.stringify(app.document(), null, 2)}\n`).toMatchFileSnapshot("../docs/openapi.json");
  });

  it("hold every kind of problem that the modules define", async () => {
    await expect(writeProblems()).toMatchFileSnapshot("../docs/problems.md");
  });

  it("hold how long every table is kept", async () => {
    await expect(writeRetention()).toMatchFileSnapshot("../docs/retention.md");
  });
});
