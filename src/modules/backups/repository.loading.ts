import type { Cell, Manifest, TableShape } from "./archive.ts";
import { quoted } from "./repository.reading.ts";
import { inOrderOfReference } from "./rules.ts";

/** Writes a backup into a database of its own, which is emptied first. Triggers come last: they guard what is done, not what was. */

const CHUNK_CHARS = 400_000;
const OWN = "name not like 'sqlite^_%' escape '^' and name not like '^_cf^_%' escape '^'";

/** Takes everything out of a database. */
export async function empty(target: D1Database): Promise<void> {
  for (const type of ["trigger", "view"] as const) {
    const { results } = await target
      .prepare(`select name from sqlite_master where type = ? and ${OWN}`)
      .bind(type)
      .all<{ name: string }>();
    if (results.length > 0)
      await target.batch(results.map(({ name }) => target.prepare(`drop ${type} ${quoted(name)}`)));
  }
  const { results } = await target
    .prepare(
      `select name, (select json_group_array(distinct f."table") from pragma_foreign_key_list(m.name) f) as refers
       from sqlite_master m where type = 'table' and ${OWN}`,
    )
    .all<{ name: string; refers: string }>();
  const tables = results.map(({ name, refers }) => ({ name, refers: JSON.parse(refers) as string[] }));
  if (tables.length > 0)
    await target.batch(
      inOrderOfReference(tables)
        .toReversed()
        .map(({ name }) => target.prepare(`drop table ${quoted(name)}`)),
    );
}

export async function createTables(target: D1Database, { tables }: Manifest): Promise<void> {
  const log =
    "create table backups_changes (seq integer primary key not null, tbl text not null, key text not null) strict";
  await target.batch([...tables.map(({ sql }) => target.prepare(sql)), target.prepare(log)]);
}

/** Puts rows into a table, in portions that fit a parameter. */
export async function insertRows(
  target: D1Database,
  table: TableShape,
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  const { name, columns } = table;
  const values = columns.map((_, index) => `value ->> ${index}`).join(", ");
  const sql = `insert into ${quoted(name)} (${columns.map(quoted).join(", ")}) select ${values} from json_each(?)`;
  const chunks: string[] = [];
  let chunk: string[] = [];
  let size = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (size + text.length > CHUNK_CHARS && chunk.length > 0) {
      chunks.push(`[${chunk.join(",")}]`);
      [chunk, size] = [[], 0];
    }
    chunk.push(text);
    size += text.length;
  }
  if (chunk.length > 0) chunks.push(`[${chunk.join(",")}]`);
  for (const portion of chunks)
    await target.batch([target.prepare("pragma defer_foreign_keys = on"), target.prepare(sql).bind(portion)]);
}

export async function finishSchema(target: D1Database, { schema, sequences }: Manifest): Promise<void> {
  await target.batch([
    target.prepare("delete from sqlite_sequence"),
    ...sequences.map(({ name, seq }) =>
      target.prepare("insert into sqlite_sequence (name, seq) values (?, ?)").bind(name, seq),
    ),
    ...schema.map(({ sql }) => target.prepare(sql)),
  ]);
}

export async function countIn(target: D1Database, names: readonly string[]): Promise<number[]> {
  const counts = names.map((name) => target.prepare(`select count(*) as n from ${quoted(name)}`));
  const results = await target.batch<{ n: number }>(counts);
  return results.map(({ results: rows }) => rows[0]?.n ?? -1);
}
