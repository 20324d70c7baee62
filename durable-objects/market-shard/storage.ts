import type { ActionRecord, SymbolRecord } from "./contract.ts";
import type { Bar } from "./machine.ts";

/**
 * A shard's SQLite. What must stay true: a row of `days` holds every bar of its day in columns, as traded; a symbol
 * keeps its slot for good. Steps are only ever added at the end.
 */
const STEPS = [
  `create table symbols (slot integer primary key, symbol text not null unique, record text not null) strict;
   create table actions (symbol text not null, day integer not null, kind text not null, value real not null,
     primary key (symbol, day, kind)) strict;
   create table days (day integer primary key, bars blob not null) strict;
   create table marks (name text primary key, value integer not null) strict`,
] as const;

export function migrate(sql: SqlStorage): void {
  sql.exec("create table if not exists schema_steps (step integer primary key) strict");
  const [row] = sql.exec<{ done: number }>("select count(*) as done from schema_steps").toArray();
  for (let step = row?.done ?? 0; step < STEPS.length; step += 1) {
    sql.exec(STEPS[step] ?? "");
    sql.exec("insert into schema_steps (step) values (?)", step);
  }
}

export function loadSymbols(sql: SqlStorage): { slot: number; record: SymbolRecord }[] {
  return sql
    .exec<{ slot: number; record: string }>("select slot, record from symbols order by slot")
    .toArray()
    .map(({ slot, record }) => ({ slot, record: JSON.parse(record) as SymbolRecord }));
}

export function saveSymbol(sql: SqlStorage, slot: number, record: SymbolRecord): void {
  sql.exec(
    "insert into symbols (slot, symbol, record) values (?, ?, ?) on conflict (slot) do update set record = excluded.record",
    slot,
    record.symbol,
    JSON.stringify(record),
  );
}

export function loadActions(sql: SqlStorage, symbol: string | null = null): ActionRecord[] {
  const where = symbol === null ? "" : "where symbol = ?";
  const query = `select symbol, day, kind, value from actions ${where}`;
  return sql.exec(query, ...(symbol === null ? [] : [symbol])).toArray() as unknown as ActionRecord[];
}

export function saveAction(sql: SqlStorage, { symbol, day, kind, value }: ActionRecord): void {
  sql.exec(
    "insert into actions values (?, ?, ?, ?) on conflict (symbol, day, kind) do update set value = excluded.value",
    symbol,
    day,
    kind,
    value,
  );
}

export function readMark(sql: SqlStorage, name: string): number {
  const [row] = sql.exec<{ value: number }>("select value from marks where name = ?", name).toArray();
  return row?.value ?? 0;
}

export function saveMark(sql: SqlStorage, name: string, value: number): void {
  sql.exec("insert into marks values (?, ?) on conflict (name) do update set value = excluded.value", name, value);
}

/** The bars of one day, in the order of their slots. */
export interface Day {
  readonly day: number;
  readonly slots: Int32Array;
  readonly bars: readonly Float64Array[];
}

/** The newest days, oldest first, one at a time: no two of them are in memory at once. */
export function* loadDays(sql: SqlStorage, count: number): Generator<Day> {
  // The days are chosen without their bars: sorting would copy every blob.
  const newest = "select day from days order by day desc limit ?";
  const query = `select day, bars from days where day >= (select min(day) from (${newest})) order by day`;
  for (const row of sql.exec<{ day: number; bars: ArrayBuffer }>(query, count)) yield decode(row.day, row.bars);
}

/** The first day that stays once there are more than `most`: so many at least go that `spare` fit in again. */
export function cutDays(sql: SqlStorage, most: number, spare: number): number | null {
  const [row] = sql.exec<{ days: number }>("select count(*) as days from days").toArray();
  if ((row?.days ?? 0) <= most) return null;
  const [first] = sql
    .exec<{ day: number }>("select day from days order by day desc limit 1 offset ?", most - spare - 1)
    .toArray();
  if (!first) return null;
  sql.exec("delete from days where day < ?", first.day);
  return first.day;
}

/** Writes a day in place of what was there. */
export function saveDay(
  sql: SqlStorage,
  day: number,
  bars: readonly { readonly slot: number; readonly bar: Bar }[],
): void {
  sql.exec(
    "insert into days (day, bars) values (?, ?) on conflict (day) do update set bars = excluded.bars",
    day,
    encode(bars),
  );
}

/** Count, slots, then the five columns; the count and the slots take up a multiple of eight bytes. */
function encode(bars: readonly { readonly slot: number; readonly bar: Bar }[]): ArrayBuffer {
  const head = headOf(bars.length);
  const buffer = new ArrayBuffer(head + bars.length * 40);
  const slots = new Int32Array(buffer, 0, bars.length + 1);
  slots[0] = bars.length;
  const values = new Float64Array(buffer, head);
  bars.forEach(({ slot, bar }, index) => {
    slots[index + 1] = slot;
    [bar.open, bar.high, bar.low, bar.close, bar.volume].forEach((value, column) => {
      values[column * bars.length + index] = value;
    });
  });
  return buffer;
}

function decode(day: number, buffer: ArrayBuffer): Day {
  const count = new Int32Array(buffer, 0, 1)[0] as number;
  const head = headOf(count);
  const column = (index: number): Float64Array => new Float64Array(buffer, head + index * count * 8, count);
  return { day, slots: new Int32Array(buffer, 4, count), bars: [0, 1, 2, 3, 4].map(column) };
}

function headOf(count: number): number {
  return Math.ceil((count + 1) / 2) * 8;
}
