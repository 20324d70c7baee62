/** All series in rows of a bounded size, so that a scrape costs a few writes and not one for each series. */
import type { Observation } from "./contract.ts";

const STEPS: readonly string[] = ["create table totals (part integer primary key, body text not null) strict"];
const SERIES_IN_A_ROW = 1_000;

/** Brings the schema of this object up to date; each step runs once. */
export function migrate(storage: DurableObjectStorage): void {
  const done = storage.kv.get<number>("schema") ?? 0;
  if (done === STEPS.length) return;
  storage.transactionSync(() => {
    for (const step of STEPS.slice(done)) storage.sql.exec(step);
    storage.kv.put("schema", STEPS.length);
  });
}

export function readTotals(sql: SqlStorage): Observation[] {
  return sql
    .exec<{ body: string }>("select body from totals order by part")
    .toArray()
    .flatMap(({ body }) => JSON.parse(body) as Observation[]);
}

export function writeTotals(storage: DurableObjectStorage, totals: readonly Observation[]): void {
  storage.transactionSync(() => {
    for (let start = 0; start < totals.length; start += SERIES_IN_A_ROW) {
      storage.sql.exec(
        "insert into totals (part, body) values (?, ?) on conflict (part) do update set body = excluded.body",
        start / SERIES_IN_A_ROW,
        JSON.stringify(totals.slice(start, start + SERIES_IN_A_ROW)),
      );
    }
  });
}
