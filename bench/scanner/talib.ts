/** TA-Lib in WebAssembly, called directly: a symbol's bars are copied in once, and every function reads them there. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Bars } from "../../src/modules/indicators/index.ts";

const MEMORY_BASE = 1_024;
const HEAP_BASE = 5_247_776;
const INPUTS = 8 * 1_024 * 1_024;

type Exports = Record<string, (...args: number[]) => number>;
const COLUMNS = ["open", "high", "low", "close", "volume"] as const;
type Column = (typeof COLUMNS)[number];

interface Call {
  readonly name: string;
  readonly inputs: readonly Column[];
  readonly options: readonly number[];
  readonly outputs?: number;
}

const close = ["close"] as const;
const hlc = ["high", "low", "close"] as const;

/** The same twenty columns that the language is asked for. */
const CALLS: readonly Call[] = [
  ...[20, 50, 200].map((n) => ({ name: "SMA", inputs: close, options: [n] })),
  ...[12, 26].map((n) => ({ name: "EMA", inputs: close, options: [n] })),
  { name: "RSI", inputs: close, options: [14] },
  { name: "MACD", inputs: close, options: [12, 26, 9], outputs: 3 },
  { name: "BBANDS", inputs: close, options: [20, 2, 2, 0], outputs: 3 },
  { name: "ATR", inputs: hlc, options: [14] },
  { name: "ADX", inputs: hlc, options: [14] },
  { name: "STOCH", inputs: hlc, options: [14, 3, 0, 3, 0], outputs: 2 },
  { name: "CCI", inputs: hlc, options: [20] },
  { name: "WILLR", inputs: hlc, options: [14] },
  { name: "MFI", inputs: [...hlc, "volume"], options: [14] },
  { name: "OBV", inputs: ["close", "volume"], options: [] },
  { name: "ROC", inputs: close, options: [10] },
  { name: "MOM", inputs: close, options: [10] },
  { name: "STDDEV", inputs: close, options: [20, 1] },
  { name: "MAX", inputs: ["high"], options: [252] },
  { name: "MIN", inputs: ["low"], options: [252] },
];

/** Computes the columns of all symbols, and gives the newest value of the first output of each. */
export function createTaLib(length: number): (market: readonly Bars[]) => number[][] {
  const folder = path.dirname(createRequire(import.meta.url).resolve("talib-web"));
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 256 });
  const global = (value: number, mutable: boolean): WebAssembly.Global =>
    new WebAssembly.Global({ value: "i32", mutable }, value);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path.join(folder, "talib.wasm"))), {
    env: {
      memory,
      emscripten_resize_heap: () => 0,
      __stack_pointer: global(HEAP_BASE, true),
      __memory_base: global(MEMORY_BASE, false),
    },
    "GOT.mem": { __heap_base: global(HEAP_BASE, true) },
  });
  const api = instance.exports as unknown as Exports;
  api["__wasm_call_ctors"]?.();
  const place = (index: number): number => INPUTS + index * length * 8;
  const columns = COLUMNS.map((_, index) => new Float64Array(memory.buffer, place(index), length));
  const found = place(COLUMNS.length);
  const output = (index: number): number => found + 16 + index * length * 8;
  const first = new Float64Array(memory.buffer, output(0), length);
  const count = new DataView(memory.buffer);
  return (market) =>
    market.map((bars) => {
      COLUMNS.forEach((column, index) => columns[index]?.set(bars[column]));
      return CALLS.map(({ name, inputs, options, outputs = 1 }) => {
        const offsets = inputs.map((column) => place(COLUMNS.indexOf(column)));
        const results = Array.from({ length: outputs }, (_, index) => output(index));
        api[`TA_${name}`]?.(0, length - 1, ...offsets, ...options, found, found + 8, ...results);
        return first[count.getInt32(found + 8, true) - 1] ?? NaN;
      });
    });
}
