import { nameResults } from "./result-columns.ts";
import { innermost, WrappedStatement } from "./wrapped-statement.ts";

/**
 * Sessions whose reads of one moment travel together: what is asked side by side, `Promise.all` of some reads, is one
 * batch and one look at the database. It is the primary that answers as soon as one of them asks it, since it knows what
 * all others know. What changes something goes by itself.
 */
export class Gathering {
  readonly #primary: () => D1DatabaseSession;
  #asked: Asked[] = [];

  constructor(primary: () => D1DatabaseSession) {
    this.#primary = primary;
  }

  /** The same session, whose reads are gathered. */
  session(open: () => D1DatabaseSession): D1DatabaseSession {
    return {
      prepare: (sql) => new GatheredStatement({ sql, values: [] }, { open, gathering: this }),
      batch: async <T>(statements: D1PreparedStatement[]) => await open().batch<T>(statements.map(innermost)),
      getBookmark: () => open().getBookmark(),
    };
  }

  async ask<T>(question: Question, open: () => D1DatabaseSession): Promise<D1Result<T>> {
    return await new Promise<D1Result<T>>((resolve, reject) => {
      this.#asked.push({ question, open, resolve: resolve as (result: D1Result) => void, reject });
      if (this.#asked.length === 1) void this.#send();
    });
  }

  async #send(): Promise<void> {
    await this.#settle();
    const asked = this.#asked;
    this.#asked = [];
    try {
      const results = await this.#run(asked);
      for (const [index, { resolve, reject }] of asked.entries()) {
        const result = results[index];
        if (result) resolve(result);
        else reject(new Error("A batch answers each of its statements."));
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  /** Waits until nobody has asked for some turns of the microtask queue. */
  async #settle(): Promise<void> {
    let before = 0;
    for (let turn = 0; turn < TURNS; turn += 1) {
      if (this.#asked.length > before) turn = 0;
      before = this.#asked.length;
      await Promise.resolve();
    }
  }

  async #run(asked: readonly Asked[]): Promise<D1Result[]> {
    const sessions = new Set(asked.map(({ open }) => open()));
    const [first = this.#primary()] = sessions;
    const session = sessions.size === 1 ? first : this.#primary();
    const { questions, places } = distinct(asked.map(({ question }) => question));
    const statements = questions.map((question) => prepare(session, question));
    const [only] = statements;
    const answers = statements.length === 1 && only ? [await only.all()] : await session.batch(statements);
    return places.flatMap(({ place, again }) => {
      const answer = answers[place];
      return answer ? [again ? copyOf(answer) : answer] : [];
    });
  }
}

/** A typed query goes through some turns before it asks, and a call of the API through more. */
const TURNS = 24;

interface Question {
  readonly sql: string;
  readonly values: readonly unknown[];
}

interface Place {
  readonly place: number;
  readonly again: boolean;
}

/** What is asked twice in one moment is asked once. */
function distinct(asked: readonly Question[]): { questions: Question[]; places: Place[] } {
  const questions: Question[] = [];
  const known = new Map<string, number>();
  const places = asked.map((question) => {
    const key = keyOf(question);
    const place = key === null ? undefined : known.get(key);
    if (place !== undefined) return { place, again: true };
    const next = questions.push(question) - 1;
    if (key !== null) known.set(key, next);
    return { place: next, again: false };
  });
  return { questions, places };
}

/** Null where values do not tell what they are when they are written down. */
function keyOf({ sql, values }: Question): string | null {
  return values.some((value) => typeof value === "object" && value !== null) ? null : JSON.stringify([sql, values]);
}

/** Rows are each asker's own. */
function copyOf(answer: D1Result): D1Result {
  return { ...answer, results: answer.results.map((row) => ({ ...(row as object) })) };
}

interface Asked {
  readonly question: Question;
  readonly open: () => D1DatabaseSession;
  readonly resolve: (result: D1Result) => void;
  readonly reject: (error: unknown) => void;
}

function prepare(session: D1DatabaseSession, { sql, values }: Question): D1PreparedStatement {
  const statement = session.prepare(sql);
  return values.length === 0 ? statement : statement.bind(...values);
}

interface Origin {
  readonly open: () => D1DatabaseSession;
  readonly gathering: Gathering;
}

const READS = /^\s*(?:select|with)\b/i;
const WRITES = /\b(?:insert|update|delete|replace)\s+(?!\()/i;

function reads(sql: string): boolean {
  return READS.test(sql) && !WRITES.test(sql);
}

class GatheredStatement extends WrappedStatement {
  readonly #question: Question;
  readonly #origin: Origin;
  #inner: D1PreparedStatement | undefined;

  constructor(question: Question, origin: Origin) {
    super();
    this.#question = question;
    this.#origin = origin;
  }

  /** The statement of the session itself; what is gathered needs none. */
  get inner(): D1PreparedStatement {
    return (this.#inner ??= prepare(this.#origin.open(), this.#question));
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new GatheredStatement({ sql: this.#question.sql, values }, this.#origin);
  }

  async all<T>(): Promise<D1Result<T>> {
    const { gathering, open } = this.#origin;
    return reads(this.#question.sql) ? await gathering.ask<T>(this.#question, open) : await this.inner.all<T>();
  }

  async run<T>(): Promise<D1Result<T>> {
    return await this.inner.run<T>();
  }

  raw = async (options?: { columnNames?: boolean }): Promise<never> => {
    const { sql, values } = this.#question;
    if (options?.columnNames === true || !reads(sql))
      return (await this.inner.raw(options as { columnNames: true })) as never;
    const { gathering, open } = this.#origin;
    const { results } = await gathering.ask<Record<string, unknown>>({ sql: nameResults(sql), values }, open);
    return results.map((row) => Object.values(row)) as never;
  };

  first = async (column?: string): Promise<never> => {
    const [row] = (await this.all<Record<string, unknown>>()).results;
    return (column === undefined ? (row ?? null) : (row?.[column] ?? null)) as never;
  };
}
