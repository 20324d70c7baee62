/** Applies migrations to a local database, in the table and the order of `wrangler d1 migrations apply`. */
import { readdirSync } from "node:fs";
import path from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import { unstable_splitSqlQuery as splitSql } from "wrangler";
import { readText, ROOT } from "./project.ts";

const TABLE = `CREATE TABLE IF NOT EXISTS "d1_migrations"(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** The newest migration that there is. */
export function newestMigration(): string {
  const names = readdirSync(path.join(ROOT, "migrations")).filter((name) => name.endsWith(".sql"));
  return names.toSorted().at(-1) ?? "";
}

/** The names of the migrations that it has applied. Each is applied whole or not at all. */
export async function applyMigrations(db: D1Database): Promise<string[]> {
  await db.prepare(TABLE).run();
  const { results } = await db.prepare('SELECT name FROM "d1_migrations"').all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const missing = readdirSync(path.join(ROOT, "migrations"))
    .filter((name) => name.endsWith(".sql") && !applied.has(name))
    .toSorted();
  for (const name of missing) {
    const statements = splitSql(readText("migrations", name)).map((sql) => db.prepare(sql));
    const record = db.prepare('INSERT INTO "d1_migrations" (name) VALUES (?)').bind(name);
    await db.batch([...statements, record]);
  }
  return missing;
}
