import { SECOND } from "#kernel/time";
import type { Logger } from "./log.ts";
import type { Meter } from "./metrics.ts";
import { innermost, WrappedStatement } from "./wrapped-statement.ts";

/** A database whose calls are counted and timed. Statements of it go into batches of it alone. */

const SLOW_MS = SECOND;

interface Watcher {
  readonly meter: Meter;
  readonly log: () => Logger;
}

class WatchedStatement extends WrappedStatement {
  readonly inner: D1PreparedStatement;
  readonly #watcher: Watcher;

  constructor(inner: D1PreparedStatement, watcher: Watcher) {
    super();
    this.inner = inner;
    this.#watcher = watcher;
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new WatchedStatement(this.inner.bind(...values), this.#watcher);
  }

  async all<T>(): Promise<D1Result<T>> {
    return await watch(this.#watcher, async () => await this.inner.all<T>());
  }

  async run<T>(): Promise<D1Result<T>> {
    return await watch(this.#watcher, async () => await this.inner.run<T>());
  }

  raw = async (options?: { columnNames?: boolean }): Promise<never> =>
    (await watch(this.#watcher, async () => await this.inner.raw(options as { columnNames: true }))) as never;

  first = async (column?: string): Promise<never> =>
    (await watch(this.#watcher, async () =>
      column === undefined ? await this.inner.first() : await this.inner.first(column),
    )) as never;
}

/** The database, every call of whose sessions is counted. */
export function watchDatabase(d1: D1Database, watcher: Watcher): Pick<D1Database, "withSession"> {
  return { withSession: (start) => watchSession(d1.withSession(start), watcher) };
}

function watchSession(session: D1DatabaseSession, watcher: Watcher): D1DatabaseSession {
  return {
    prepare: (sql) => new WatchedStatement(session.prepare(sql), watcher),
    batch: async <T>(statements: D1PreparedStatement[]) =>
      await watch(watcher, async () => await session.batch<T>(statements.map(innermost))),
    getBookmark: () => session.getBookmark(),
  };
}

async function watch<T>({ meter, log }: Watcher, call: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  let outcome = "failed";
  try {
    const answer = await call();
    outcome = "ok";
    countRows(meter, answer);
    return answer;
  } finally {
    const tookMs = Date.now() - startedAt;
    meter.add("queries", [outcome]);
    meter.observe("queryDuration", [], tookMs / SECOND);
    if (tookMs >= SLOW_MS) {
      meter.add("slowQueries", []);
      log().warn("A call to the database took over a second.", { durationMs: tookMs, reason: "slow_query" });
    }
  }
}

/** Only answers with their own accounts tell: those of batches and of `all`. */
function countRows(meter: Meter, answer: unknown): void {
  for (const result of Array.isArray(answer) ? answer : [answer]) {
    const meta = (result as Partial<D1Result> | null)?.meta;
    if (typeof meta !== "object") continue;
    if (meta.rows_read > 0) meter.add("rowsRead", [], meta.rows_read);
    if (meta.rows_written > 0) meter.add("rowsWritten", [], meta.rows_written);
  }
}
