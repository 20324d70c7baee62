/** What stands for a prepared statement and does something beside; batches take what is innermost. */
export abstract class WrappedStatement implements Pick<D1PreparedStatement, "bind" | "all" | "run" | "raw" | "first"> {
  abstract readonly inner: D1PreparedStatement;

  abstract bind(...values: unknown[]): D1PreparedStatement;
  abstract all<T>(): Promise<D1Result<T>>;
  abstract run<T>(): Promise<D1Result<T>>;
  abstract raw: (options?: { columnNames?: boolean }) => Promise<never>;
  abstract first: (column?: string) => Promise<never>;
}

export function innermost(statement: D1PreparedStatement): D1PreparedStatement {
  return statement instanceof WrappedStatement ? innermost(statement.inner) : statement;
}
