import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export interface Release {
  /** The newest migration that the release knows. */
  readonly migration: string;
  readonly statements: readonly string[];
}

const ROOT = path.join(import.meta.dirname, "..", "..", "..");

export function readMigrations(): Migration[] {
  const folder = path.join(ROOT, "migrations");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => ({ name, sql: readFileSync(path.join(folder, name), "utf8") }));
}

export function readRelease(): Release {
  const [head = "", ...statements] = readFileSync(path.join(ROOT, "test", "fixtures", "release.sql"), "utf8")
    .trimEnd()
    .split("\n");
  return { migration: head.replace(/^-- /, ""), statements };
}

/** A migration's name without its number, which changes when two branches meet. */
export const topicOf = (name: string): string => name.replace(/^\d+_/, "");

/** The schema after all migrations, in an empty database. */
function migrate(migrations: readonly Migration[]): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  for (const { name, sql } of migrations)
    try {
      db.exec(sql);
    } catch (error) {
      throw new Error(`${name} cannot be applied.`, { cause: error });
    }
  return db;
}

const INSERT = /^insert (?:or \w+ )?into ["`]?(\w+)["`]? ?\(([^)]*)\)/i;

/** What an insert of the release leaves out though the schema now wants it. */
function wanted(db: DatabaseSync, statement: string): string[] {
  const [, table = "", list = ""] = INSERT.exec(statement) ?? [];
  if (table === "") return [];
  const given = new Set(list.split(",").map((column) => column.replaceAll(/["`\s]/g, "")));
  const columns = db.prepare('select name, "notnull" as needed, dflt_value as fallback, pk from pragma_table_info(?)');
  return (columns.all(table) as { name: string; needed: number; fallback: string | null; pk: number }[])
    .filter(({ name, needed, fallback, pk }) => needed === 1 && fallback === null && pk === 0 && !given.has(name))
    .map(({ name }) => name);
}

/** Where a migration that the release does not know speaks of a name: `0047_x.sql:12`. */
function placeOf(migrations: readonly Migration[], name: string): string {
  for (const migration of migrations) {
    const line = migration.sql.split("\n").findIndex((text) => new RegExp(String.raw`\b${name}\b`).test(text));
    if (line !== -1) return `${migration.name}:${line + 1}`;
  }
  return "a migration";
}

/** What the release asks for that the newest schema refuses, each with the place in the migration that did it. */
export function findBreakages(migrations: readonly Migration[], release: Release): string[] {
  const db = migrate(migrations);
  const known = migrations.findIndex(({ name }) => topicOf(name) === topicOf(release.migration));
  const later = migrations.slice(known + 1);
  const found = new Map<string, string>();
  for (const statement of release.statements) {
    try {
      db.prepare(statement);
      for (const column of wanted(db, statement))
        found.set(`${placeOf(later, column)}: ${column} must have a default`, statement);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const name = /(?:no such (?:table|column): |has no column named )(?:\w+\.)?["`]?(\w+)/.exec(message)?.[1] ?? "";
      found.set(`${name === "" ? "a migration" : placeOf(later, name)}: ${message}`, statement);
    }
  }
  db.close();
  return [...found].map(([what, statement]) => `${what}, because the release asks: ${statement.slice(0, 200)}`);
}
