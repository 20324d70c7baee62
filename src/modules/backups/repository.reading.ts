import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Cell, TableShape } from "./archive.ts";
import { inOrderOfReference } from "./rules.ts";

/** Reads whatever tables there are, row by row in the order of their keys, and notes what changes meanwhile. */

const CHANGES = "backups_changes";
const TRIGGER = "backups_log_";

/** Tables of the database itself, and the log of changes, are no part of a backup. */
const OURS = `type = 'table' and name not like 'sqlite^_%' escape '^' and name not like '^_cf^_%' escape '^' and name <> '${CHANGES}'`;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const list = (names: readonly string[], prefix = ""): string =>
  names.map((name) => `${prefix}${quoted(name)}`).join(", ");

interface TableRow {
  readonly name: string;
  readonly sql: string;
  readonly columns: string;
  readonly refers: string;
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
}

/** Every table, each after those that it refers to. */
export async function readShapes(ctx: Ctx): Promise<TableShape[]> {
  const { results } = await ctx.db
    .sql(
      `select name, sql,
         (select json_group_array(json_object('name', c.name, 'type', c.type, 'pk', c.pk)) from pragma_table_info(m.name) c) as columns,
         (select json_group_array(distinct f."table") from pragma_foreign_key_list(m.name) f) as refers
       from sqlite_master m where ${OURS} order by name`,
    )
    .all<TableRow>();
  return inOrderOfReference(results.map(shapeOf));
}

function shapeOf({ name, sql, columns, refers }: TableRow): TableShape {
  const infos = JSON.parse(columns) as ColumnInfo[];
  const names = infos.map((info) => info.name);
  const primary = infos.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const [first] = primary;
  const numbered = first && primary.length === 1 && first.type.toUpperCase() === "INTEGER";
  const keyed = /without\s+rowid/i.test(sql.slice(sql.lastIndexOf(")")));
  const others = (JSON.parse(refers) as string[]).filter((other) => other !== name);
  if (keyed || numbered)
    return {
      name,
      sql,
      columns: names,
      key: primary.map((info) => info.name),
      growing: !keyed && /autoincrement/i.test(sql),
      refers: others,
    };
  return { name, sql, columns: ["rowid", ...names], key: ["rowid"], growing: true, refers: others };
}

/** What else makes the schema, without the triggers of a backup. */
export function selectSchema(ctx: Ctx): Statement {
  return ctx.db.sql(
    `select type, sql from sqlite_master
     where type in ('index', 'trigger', 'view') and sql is not null and substr(name, 1, ?) <> ? and tbl_name <> '${CHANGES}'
     order by type, name`,
    TRIGGER.length,
    TRIGGER,
  );
}

export function selectSequences(ctx: Ctx): Statement {
  return ctx.db.sql("select name, seq from sqlite_sequence order by name");
}

/** How far the rows that are only ever added have come. */
export function selectCursor(ctx: Ctx): Statement {
  return ctx.db.sql(
    `select (select coalesce(max(seq), 0) from platform_audit_entries) as audit,
       (select coalesce(max(seq), 0) from ledger_transfers) as ledger`,
  );
}

/** Begins to note which rows change. A table whose keys grow needs no note of its new rows. */
export async function watchChanges(ctx: Ctx, tables: readonly TableShape[]): Promise<void> {
  const triggers = tables.flatMap(({ name, key, growing }) => {
    const note = (row: "new" | "old"): string =>
      `insert into ${CHANGES} (tbl, key) values ('${name}', json_array(${list(key, `${row}.`)}));`;
    const trigger = (event: string, ...notes: readonly string[]): string =>
      `create trigger if not exists ${quoted(`${TRIGGER}${name}_${event}`)} after ${event} on ${quoted(name)} begin ${notes.join(" ")} end`;
    return [
      ...(growing ? [] : [trigger("insert", note("new"))]),
      trigger("update", note("old"), note("new")),
      trigger("delete", note("old")),
    ];
  });
  await ctx.db.batch([ctx.db.sql(`delete from ${CHANGES}`), ...triggers.map((sql) => ctx.db.sql(sql))]);
}

/** Ends it. Runs again without harm. */
export async function ignoreChanges(ctx: Ctx): Promise<void> {
  const { results } = await ctx.db
    .sql("select name from sqlite_master where type = 'trigger' and substr(name, 1, ?) = ?", TRIGGER.length, TRIGGER)
    .all<{ name: string }>();
  const drops = results.map(({ name }) => ctx.db.sql(`drop trigger if exists ${quoted(name)}`));
  await ctx.db.batch([...drops, ctx.db.sql(`delete from ${CHANGES}`)]);
}

export type Row = Readonly<Record<string, Cell>>;

export function cellsOf({ columns }: TableShape, rows: readonly Row[]): Cell[][] {
  return rows.map((row) => columns.map((column) => row[column] ?? null));
}

export function keyOf({ key }: TableShape, row: Row): Cell[] {
  return key.map((column) => row[column] ?? null);
}

export interface Place {
  readonly after: readonly Cell[] | null;
  readonly limit: number;
}

/** Rows after a key. */
export function selectPage(ctx: Ctx, table: TableShape, { after, limit }: Place): Statement {
  const { name, columns, key } = table;
  const beyond = after === null ? "" : `where (${list(key)}) > (${key.map(() => "?").join(", ")})`;
  return ctx.db.sql(
    `select ${list(columns)} from ${quoted(name)} ${beyond} order by ${list(key)} limit ?`,
    ...(after ?? []),
    limit,
  );
}

export interface Since {
  readonly upTo: number;
  readonly after: readonly Cell[] | null;
}

/** Rows that have changed up to a place in the log, and those beyond a key. */
export function selectChanged(ctx: Ctx, table: TableShape, { upTo, after }: Since): Statement {
  const { name, columns, key } = table;
  const matches = key.map((column, index) => `t.${quoted(column)} = c.key ->> ${index}`).join(" and ");
  const changed = `select ${list(columns, "t.")} from (select distinct key from ${CHANGES} where tbl = ?1 and seq <= ?2) c
    join ${quoted(name)} t on ${matches}`;
  if (after === null || !table.growing) return ctx.db.sql(changed, name, upTo);
  return ctx.db.sql(
    `${changed} union select ${list(columns)} from ${quoted(name)} where ${list(key)} > ?3`,
    name,
    upTo,
    after[0] ?? null,
  );
}

/** Which rows have changed up to a place in the log, each once. */
export function selectChanges(ctx: Ctx, upTo: number): Statement {
  return ctx.db.sql(`select distinct tbl, key from ${CHANGES} where seq <= ?`, upTo);
}

export async function findLastChange(ctx: Ctx): Promise<number> {
  const row = await ctx.db.sql(`select coalesce(max(seq), 0) as seq from ${CHANGES}`).first<{ seq: number }>();
  return row?.seq ?? 0;
}

export function deleteChanges(ctx: Ctx, upTo: number): Statement {
  return ctx.db.sql(`delete from ${CHANGES} where seq <= ?`, upTo);
}

export function countRows(ctx: Ctx, { name }: TableShape): Statement {
  return ctx.db.sql(`select count(*) as n from ${quoted(name)}`);
}
