import { innermost, WrappedStatement } from "./wrapped-statement.ts";

/**
 * A session whose reads of one moment travel together: what is asked side by side, `Promise.all` of some reads, is one
 * batch and one look at the database. What changes something, or joins tables whose columns are told apart by their
 * place alone, goes by itself.
 */
export function gatherReads(session: D1DatabaseSession): D1DatabaseSession {
  const gathering = new Gathering(session);
  return {
    prepare: (sql) => new GatheredStatement(session.prepare(sql), { sql, gathering }),
    batch: async <T>(statements: D1PreparedStatement[]) => await session.batch<T>(statements.map(innermost)),
    getBookmark: () => session.getBookmark(),
  };
}

/** A typed query goes through some turns of the microtask queue before it asks. */
const TURNS = 8;

interface Asked {
  readonly statement: D1PreparedStatement;
  readonly resolve: (result: D1Result) => void;
  readonly reject: (error: unknown) => void;
}

class Gathering {
  readonly #session: D1DatabaseSession;
  #asked: Asked[] = [];

  constructor(session: D1DatabaseSession) {
    this.#session = session;
  }

  async ask<T>(statement: D1PreparedStatement): Promise<D1Result<T>> {
    return await new Promise<D1Result<T>>((resolve, reject) => {
      this.#asked.push({ statement, resolve: resolve as (result: D1Result) => void, reject });
      if (this.#asked.length === 1) void this.#send();
    });
  }

  async #send(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
    const asked = this.#asked;
    this.#asked = [];
    try {
      const results = await this.#run(asked.map(({ statement }) => statement));
      for (const [index, { resolve, reject }] of asked.entries()) {
        const result = results[index];
        if (result) resolve(result);
        else reject(new Error("A batch answers each of its statements."));
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  async #run(statements: readonly D1PreparedStatement[]): Promise<D1Result[]> {
    const [only] = statements;
    return statements.length === 1 && only ? [await only.all()] : await this.#session.batch([...statements]);
  }
}

interface Origin {
  readonly sql: string;
  readonly gathering: Gathering;
}

const READS = /^\s*select\b/i;
const JOINS = /\bjoin\b/i;

class GatheredStatement extends WrappedStatement {
  readonly #origin: Origin;

  constructor(inner: D1PreparedStatement, origin: Origin) {
    super(inner);
    this.#origin = origin;
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new GatheredStatement(this.inner.bind(...values), this.#origin);
  }

  async all<T>(): Promise<D1Result<T>> {
    return READS.test(this.#origin.sql) ? await this.#origin.gathering.ask<T>(this.inner) : await this.inner.all<T>();
  }

  async run<T>(): Promise<D1Result<T>> {
    return await this.inner.run<T>();
  }

  raw = async (options?: { columnNames?: boolean }): Promise<never> => {
    const alone = options?.columnNames === true || JOINS.test(this.#origin.sql) || !READS.test(this.#origin.sql);
    if (alone) return (await this.inner.raw(options as { columnNames: true })) as never;
    const { results } = await this.#origin.gathering.ask<Record<string, unknown>>(this.inner);
    return results.map((row) => Object.values(row)) as never;
  };

  first = async (column?: string): Promise<never> => {
    const [row] = (await this.all<Record<string, unknown>>()).results;
    return (column === undefined ? (row ?? null) : (row?.[column] ?? null)) as never;
  };
}
