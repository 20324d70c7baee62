import type { Column, InferSelectModel, Query, Table } from "drizzle-orm";
import { getTableColumns, getTableName } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { Gathering } from "./gathered-reads.ts";
import { constraintOf } from "./log.ts";

/** A statement that is ready to be committed. Doors hand these out, so that another module adds them to its batch. */
export type Statement = D1PreparedStatement;

/**
 * D1 through the caller's session. Reads see at least what the caller has written before, by way of the bookmark it
 * sent; whatever decides over money asks the primary.
 */
export interface Database {
  /** Typed queries for reads. */
  readonly read: DrizzleD1Database;
  /** Typed queries that see the newest committed state. */
  readonly primary: DrizzleD1Database;
  /** Turns a typed query into a statement for `commit`. */
  statement(query: { toSQL(): Query }): Statement;
  /** A statement in plain SQL, for what the query builder cannot say. */
  sql(text: string, ...params: readonly (string | number | null)[]): Statement;
  /** Runs statements as one transaction on the primary. Modules use `commit`, which adds what must go along. */
  batch(statements: readonly Statement[]): Promise<D1Result[]>;
  /** The bookmark to give back to the caller; null before any query. */
  bookmark(): string | null;
  /** The same sessions, of which reads that are asked side by side are one call. */
  gathered(): Database;
}

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

/** Opens the caller's session at its bookmark; a bookmark that is none is ignored. `fresh` starts at the primary. */
export function openDatabase(d1: Pick<D1Database, "withSession">, bookmark: string | null, fresh: boolean): Database {
  const start = bookmark !== null && BOOKMARK.test(bookmark) ? bookmark : "first-unconstrained";
  let session: D1DatabaseSession | undefined;
  let primary: D1DatabaseSession | undefined;
  const usePrimary = (): D1DatabaseSession => (primary ??= d1.withSession("first-primary"));
  const useSession = (): D1DatabaseSession => (fresh ? usePrimary() : (session ??= d1.withSession(start)));
  const latest = (): string | null => primary?.getBookmark() ?? session?.getBookmark() ?? null;
  return databaseOn({ usePrimary, useSession, bookmark: latest }, gather);
}

interface Sessions {
  readonly usePrimary: () => D1DatabaseSession;
  readonly useSession: () => D1DatabaseSession;
  readonly bookmark: () => string | null;
}

/** What is gathered already stays as it is, so that reads of nested calls travel together too. */
function databaseOn(sessions: Sessions, gathered: ((sessions: Sessions) => Database) | null): Database {
  const { usePrimary, useSession, bookmark } = sessions;
  return {
    get read() {
      return toDrizzle(useSession());
    },
    get primary() {
      return toDrizzle(usePrimary());
    },
    statement(query) {
      const { sql, params } = query.toSQL();
      return usePrimary()
        .prepare(sql)
        .bind(...params);
    },
    sql: (text, ...params) =>
      usePrimary()
        .prepare(text)
        .bind(...params),
    batch: async (statements) => await usePrimary().batch([...statements]),
    bookmark,
    gathered() {
      return gathered ? gathered(sessions) : this;
    },
  };
}

function gather({ usePrimary, useSession, bookmark }: Sessions): Database {
  const gathering = new Gathering(usePrimary);
  const primary = gathering.session(usePrimary);
  const session = gathering.session(useSession);
  return databaseOn({ usePrimary: () => primary, useSession: () => session, bookmark }, null);
}

const typed = new WeakMap<D1DatabaseSession, DrizzleD1Database>();

/** Drizzle's types name `D1Database`, of which its driver uses only `prepare` and `batch`; a session has both. */
function toDrizzle(session: D1DatabaseSession): DrizzleD1Database {
  const known = typed.get(session) ?? drizzle(session as unknown as D1Database, { casing: "snake_case" });
  typed.set(session, known);
  return known;
}

/** What plain SQL needs to know of a table, worked out once. */
interface TableText {
  readonly columns: readonly (readonly [key: string, column: Column])[];
  readonly insert: string;
}

const tableTexts = new WeakMap<Table, TableText>();

function textOf(table: Table): TableText {
  const known = tableTexts.get(table);
  if (known) return known;
  const columns = Object.entries<Column>(getTableColumns(table));
  const names = columns.map(([, column]) => nameOf(column));
  const marks = names.map((_, index) => `?${index + 1}`);
  const text = {
    columns,
    insert: `insert into ${getTableName(table)} (${names.join(", ")}) values (${marks.join(", ")})`,
  };
  tableTexts.set(table, text);
  return text;
}

/** A column is named in code, or in words of the database where it says so itself. */
function nameOf({ name }: Column): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A statement that inserts a whole row. Its text is made once, where the query builder makes it anew each time. */
export function insertRow<T extends Table>(db: Pick<Database, "sql">, table: T, row: InferSelectModel<T>): Statement {
  const { columns, insert } = textOf(table);
  const values = columns.map(([key, column]) => toDriver(column, (row as Record<string, unknown>)[key]));
  return db.sql(insert, ...values);
}

function toDriver(column: Column, value: unknown): string | number | null {
  return value === null ? null : (column.mapToDriverValue(value) as string | number);
}

/** All columns of a table for a `select` in plain SQL, under the names that `readRow` looks for. */
export function columnsOf(table: Table, alias: string): string {
  return textOf(table)
    .columns.map(([key, column]) => `${alias}.${nameOf(column)} as ${key}`)
    .join(", ");
}

/** A row that plain SQL has read, as the query builder would give it. */
export function readRow<T extends Table>(table: T, found: Readonly<Record<string, unknown>>): InferSelectModel<T> {
  const entries = textOf(table).columns.map(([key, column]) => {
    const value = found[key] ?? null;
    return [key, value === null ? null : column.mapFromDriverValue(value)];
  });
  return Object.fromEntries(entries) as InferSelectModel<T>;
}

/** Whether an error is the refusal by one of the named constraints, unique columns or trigger codes. */
export function isRefusedBy(error: unknown, ...names: readonly string[]): boolean {
  const constraint = constraintOf(error);
  return constraint !== null && names.includes(constraint);
}
