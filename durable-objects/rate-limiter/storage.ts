/**
 * What a shard keeps. Buckets are a cache in memory: losing them gives every key its burst back once, and costs no
 * write. Days are rows, written before their units are granted, so that a crash never gives any of them twice.
 */
import type { Bucket } from "./machine.ts";
import { chooseForgotten } from "./machine.ts";

/** A bucket with the longest key takes some 280 bytes, so that a full shard stays under 10 MiB. */
export const MAX_BUCKETS = 32_768;
const KEPT_BUCKETS = MAX_BUCKETS - MAX_BUCKETS / 8;

/** Buckets by key, at most `MAX_BUCKETS` of them. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>();

  get(key: string): Bucket | undefined {
    return this.#buckets.get(key);
  }

  put(key: string, bucket: Bucket, now: number): void {
    this.#buckets.set(key, bucket);
    if (this.#buckets.size < MAX_BUCKETS) return;
    for (const forgotten of chooseForgotten(this.#buckets, KEPT_BUCKETS, now)) this.#buckets.delete(forgotten);
  }

  get size(): number {
    return this.#buckets.size;
  }
}

const STEPS: readonly string[] = [
  `create table days (
     day integer not null,
     key text not null,
     used integer not null constraint days_used_counts check (used >= 0),
     primary key (day, key)
   ) strict, without rowid`,
];

/** Brings the schema of this object up to date; each step runs once. */
export function migrate(storage: DurableObjectStorage): void {
  const done = storage.kv.get<number>("schema") ?? 0;
  if (done === STEPS.length) return;
  storage.transactionSync(() => {
    for (const step of STEPS.slice(done)) storage.sql.exec(step);
    storage.kv.put("schema", STEPS.length);
  });
}

export function readUsed(sql: SqlStorage, day: number, key: string): number {
  const [row] = sql.exec<{ used: number }>("select used from days where day = ? and key = ?", day, key);
  return row?.used ?? 0;
}

export function writeUsed(sql: SqlStorage, row: { day: number; key: string; used: number }): void {
  sql.exec(
    "insert into days (day, key, used) values (?, ?, ?) on conflict (day, key) do update set used = excluded.used",
    row.day,
    row.key,
    row.used,
  );
}

/** Removes the days before `day`, and says whether any are left. */
export function pruneDays(sql: SqlStorage, day: number): boolean {
  sql.exec("delete from days where day < ?", day);
  return [...sql.exec("select 1 from days limit 1")].length > 0;
}
