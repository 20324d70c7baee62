import { describe, expect, it } from "vitest";
import { findBreakages, readMigrations, readRelease, topicOf } from "./support/rollout.ts";

/**
 * During a rollout, and after a rollback, the code of the release before runs on the schema of the newest migrations.
 * What it asks of the database is written down by `npm run release:record`.
 */

const migrations = readMigrations();
const release = readRelease();

const later = (sql: string) => [...migrations, { name: "9999_planted.sql", sql }];

describe("the release before", () => {
  it("was written down on a schema that is still part of ours", () => {
    expect(migrations.map(({ name }) => topicOf(name))).toContain(topicOf(release.migration));
    expect(release.statements.length).toBeGreaterThan(500);
  });

  it("stands on the newest migrations with everything that it asks of the database", () => {
    expect(findBreakages(migrations, release)).toEqual([]);
  });
});

describe("a migration that breaks the release before", () => {
  it.each([
    [
      "drops a column",
      "select 1;\nALTER TABLE support_articles DROP COLUMN topic;",
      "9999_planted.sql:2: table support_articles has no column named topic",
    ],
    ["drops a table", "DROP TABLE support_notes;", "9999_planted.sql:1: no such table: support_notes"],
    [
      "renames a table",
      "ALTER TABLE support_articles RENAME TO help_articles;",
      "9999_planted.sql:1: no such table: support_articles",
    ],
    [
      "asks for a value that it never gives",
      "DROP TABLE p2p_cursors;\nCREATE TABLE p2p_cursors (name text PRIMARY KEY, after text NOT NULL, owner text NOT NULL) STRICT;",
      "9999_planted.sql:2: owner must have a default",
    ],
  ])("is found when it %s", (_, sql, finding) => {
    const found = findBreakages(later(sql), release);
    expect(
      found.some((line) => line.startsWith(finding)),
      found.join("\n"),
    ).toBe(true);
  });

  it("is told apart from one that only adds", () => {
    const sql =
      "ALTER TABLE support_tickets ADD mood text;\nALTER TABLE support_tickets ADD weight integer NOT NULL DEFAULT 0;\nCREATE TABLE support_moods (name text PRIMARY KEY) STRICT;\nCREATE INDEX support_moods_name ON support_moods (name);";
    expect(findBreakages(later(sql), release)).toEqual([]);
  });
});
