import { env } from "cloudflare:workers";

/** The database, but one kind of statement fails: where a process died between two steps. */
export function failing(pattern: RegExp): { DB: D1Database } {
  const session = (real: D1DatabaseSession) => ({
    prepare: (sql: string) => {
      const statement = real.prepare(sql);
      const doomed = pattern.test(sql);
      const bind = statement.bind.bind(statement);
      return Object.assign(statement, {
        doomed,
        bind: (...params: unknown[]) => Object.assign(bind(...params), { doomed }),
      });
    },
    batch: async (statements: (D1PreparedStatement & { doomed?: boolean })[]) => {
      if (statements.some(({ doomed }) => doomed)) throw new Error("D1_ERROR: Network connection lost.");
      return real.batch(statements);
    },
    getBookmark: () => real.getBookmark(),
  });
  return { DB: { withSession: (start: string) => session(env.DB.withSession(start)) } as unknown as D1Database };
}

export interface Trips {
  readonly DB: D1Database;
  /** How often the Worker waited for the database. */
  readonly count: () => number;
}

/** The database, and how often it was asked. */
export function counted(): Trips {
  let trips = 0;
  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name, object);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          if (["batch", "all", "first", "run", "raw", "exec"].includes(String(name))) trips += 1;
          const result: unknown = Reflect.apply(value, object, unwrap(args));
          const watched = ["withSession", "prepare", "bind"].includes(String(name));
          if (!watched) return result;
          const proxy = watch(result as object);
          originals.set(proxy, result);
          return proxy;
        };
      },
    });
  return { DB: watch(env.DB), count: () => trips };
}

const originals = new WeakMap<object, unknown>();

function original(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (originals.get(value) ?? value) : value;
}

/** The statements themselves in the place of those that are watched. */
function unwrap(args: readonly unknown[]): unknown[] {
  return args.map((arg) => (Array.isArray(arg) ? arg.map(original) : arg));
}

/** The database, but it says that it is as large as this. */
export function sized(bytes: number): { DB: D1Database } {
  const grown = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...params: unknown[]) => grown(target.bind(...params));
        const value: unknown = Reflect.get(target, name, target);
        if (name !== "all") return typeof value === "function" ? (value.bind(target) as unknown) : value;
        return async () => {
          const result = await target.all();
          return { ...result, meta: { ...result.meta, size_after: bytes } };
        };
      },
    });
  const session = (real: D1DatabaseSession) => ({
    prepare: (sql: string) => grown(real.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) => await real.batch(statements),
    getBookmark: () => real.getBookmark(),
  });
  return { DB: { withSession: (start: string) => session(env.DB.withSession(start)) } as unknown as D1Database };
}
