import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { Query } from "drizzle-orm";
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
}

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

/** Opens the caller's session at its bookmark; a bookmark that is none is ignored. `fresh` starts at the primary. */
export function openDatabase(d1: Pick<D1Database, "withSession">, bookmark: string | null, fresh: boolean): Database {
  const start = bookmark !== null && BOOKMARK.test(bookmark) ? bookmark : "first-unconstrained";
  let session: D1DatabaseSession | undefined;
  let primary: D1DatabaseSession | undefined;
  const usePrimary = (): D1DatabaseSession => (primary ??= d1.withSession("first-primary"));
  const useSession = (): D1DatabaseSession => (fresh ? usePrimary() : (session ??= d1.withSession(start)));
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
    bookmark: () => primary?.getBookmark() ?? session?.getBookmark() ?? null,
  };
}

/** Drizzle's types name `D1Database`, of which its driver uses only `prepare` and `batch`; a session has both. */
function toDrizzle(session: D1DatabaseSession): DrizzleD1Database {
  return drizzle(session as unknown as D1Database, { casing: "snake_case" });
}

/** Whether an error is the refusal by one of the named constraints, unique columns or trigger codes. */
export function isRefusedBy(error: unknown, ...names: readonly string[]): boolean {
  const constraint = constraintOf(error);
  return constraint !== null && names.includes(constraint);
}
