import type { Cell } from "#kernel/order";
import { compareCells } from "#kernel/order";
import type { Column, Condition } from "#modules/language";
import { compileColumn, compileCondition, createColumnEvaluator } from "#modules/language";
import type { ScanAnswer, ScanMatch, ScanRequest } from "./contract.ts";
import type { Snapshot } from "./universe.ts";
import { isListed } from "./universe.ts";

/** Runs a scan over one snapshot. */
export function runScan(snapshot: Snapshot, request: ScanRequest): ScanAnswer {
  const evaluator = createColumnEvaluator(snapshot);
  const mask = evaluator.matches(conditionOf(request.expression));
  const symbols = request.universe.symbols === null ? null : [...new Set(request.universe.symbols)];
  const universe = { ...request.universe, symbols };
  let [universeSize, stale] = [0, 0];
  const slots: number[] = [];
  snapshot.records.forEach((record, slot) => {
    const standing = snapshot.standing[slot];
    if (standing === 0 || !isListed(record, universe)) return;
    universeSize += 1;
    if (standing === 1) stale += 1;
    else if (mask[slot] === 1) slots.push(slot);
  });
  const read = (text: string): ((slot: number) => Cell) => readerOf(snapshot, evaluator, columnOf(text));
  const sortBy = request.sort === null ? symbolOf(snapshot) : read(request.sort);
  const columns = request.columns.map(read);
  const matches = slots
    .map((slot) => ({ slot, sortBy: sortBy(slot) }))
    .toSorted((a, b) => compareCells(a.sortBy, b.sortBy, request.descending) || byName(snapshot, a.slot, b.slot))
    .slice(0, request.limit)
    .map(({ slot, sortBy: value }): ScanMatch => {
      const record = snapshot.records[slot];
      return {
        symbol: record?.symbol ?? "",
        name: record?.name ?? "",
        exchange: record?.exchange ?? "",
        cells: columns.map((column) => column(slot)),
        sortBy: value,
      };
    });
  return { asOf: snapshot.asOf, universeSize, stale, matched: slots.length, matches };
}

function readerOf(
  snapshot: Snapshot,
  evaluator: ReturnType<typeof createColumnEvaluator>,
  column: Column,
): (slot: number) => Cell {
  if (column.type === "text") return (slot) => snapshot.text(slot, column.field);
  const values = evaluator.column(column.value);
  return (slot) => {
    const value = values[slot];
    return value === undefined || Number.isNaN(value) ? null : value;
  };
}

function symbolOf(snapshot: Snapshot): (slot: number) => Cell {
  return (slot) => snapshot.records[slot]?.symbol ?? null;
}

function byName(snapshot: Snapshot, a: number, b: number): number {
  return compareCells(symbolOf(snapshot)(a), symbolOf(snapshot)(b), false);
}

const MAX_KEPT = 500;
const conditions = new Map<string, Condition>();
const columns = new Map<string, Column>();

/** The condition of a text; a cache, since the same scans come again and again. */
export function conditionOf(text: string): Condition {
  return kept(conditions, text, () => {
    const compiled = compileCondition(text);
    if (!compiled.ok) throw new Error(`An expression came here unchecked: ${compiled.fault.code}.`);
    return compiled.result;
  });
}

function columnOf(text: string): Column {
  return kept(columns, text, () => {
    const compiled = compileColumn(text);
    if (!compiled.ok) throw new Error(`A column came here unchecked: ${compiled.fault.code}.`);
    return compiled.result;
  });
}

function kept<T>(cache: Map<string, T>, text: string, make: () => T): T {
  const known = cache.get(text);
  if (known !== undefined) return known;
  if (cache.size >= MAX_KEPT) cache.clear();
  const made = make();
  cache.set(text, made);
  return made;
}
