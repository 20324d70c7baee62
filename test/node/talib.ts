import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * TA-Lib in WebAssembly, as the npm package talib-web carries it. Its functions are called directly: the package's own
 * wrapper writes one value past its buffers.
 */
export interface TaLib {
  /** Calls `TA_…` and gives its outputs in full length, NaN before the first value. */
  call(name: string, request: TaRequest): Float64Array[];
}

export interface TaRequest {
  readonly inputs: readonly Float64Array[];
  readonly options?: readonly number[];
  readonly outputs?: number;
  /** The outputs are 32-bit integers, as those of candle patterns are. */
  readonly integers?: boolean;
}

const MEMORY_BASE = 1_024;
const HEAP_BASE = 5_247_776;
/** Where this build keeps its candle settings, which it exports no function to set: kind, range, bars, factor. */
const CANDLE_SETTINGS = 4_120;
const [BODY, RANGE, SHADOWS] = [0, 1, 2];
const CANDLE_DEFAULTS = [
  [BODY, 10, 1],
  [BODY, 10, 3],
  [BODY, 10, 1],
  [RANGE, 10, 0.1],
  [BODY, 0, 1],
  [BODY, 0, 2],
  [SHADOWS, 10, 1],
  [RANGE, 10, 0.1],
  [RANGE, 5, 0.2],
  [RANGE, 5, 0.6],
  [RANGE, 5, 0.05],
] as const;
const SCRATCH = 8 * 1_024 * 1_024;

type Exports = Record<string, (...args: number[]) => number>;

export function loadTaLib(): TaLib {
  const folder = path.dirname(createRequire(import.meta.url).resolve("talib-web"));
  const module = new WebAssembly.Module(readFileSync(path.join(folder, "talib.wasm")));
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 256 });
  const global = (value: number, mutable: boolean): WebAssembly.Global =>
    new WebAssembly.Global({ value: "i32", mutable }, value);
  const instance = new WebAssembly.Instance(module, {
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
  const view = new DataView(memory.buffer);
  CANDLE_DEFAULTS.forEach(([range, bars, factor], kind) => {
    const place = CANDLE_SETTINGS + kind * 24;
    [kind, range, bars].forEach((value, index) => view.setInt32(place + index * 4, value, true));
    view.setFloat64(place + 16, factor, true);
  });
  return { call: (name, request) => run(api, { memory, name, request }) };
}

function run(
  api: Exports,
  { memory, name, request }: { memory: WebAssembly.Memory; name: string; request: TaRequest },
): Float64Array[] {
  const length = request.inputs[0]?.length ?? 0;
  let next = SCRATCH;
  const place = (bytes: number): number => (next += bytes) - bytes;
  const inputs = request.inputs.map((series) => {
    const offset = place(length * 8);
    new Float64Array(memory.buffer, offset, length).set(series);
    return offset;
  });
  const found = place(16);
  const outputs = Array.from({ length: request.outputs ?? 1 }, () => place(length * 8));
  const call = api[`TA_${name}`];
  if (!call) throw new Error(`TA-Lib has no ${name}.`);
  const code = call(0, length - 1, ...inputs, ...(request.options ?? []), found, found + 8, ...outputs);
  if (code !== 0) throw new Error(`TA_${name} answered ${code}.`);
  const view = new DataView(memory.buffer);
  const begin = view.getInt32(found, true);
  const count = view.getInt32(found + 8, true);
  return outputs.map((offset) => {
    const series = new Float64Array(length).fill(NaN);
    const Values = request.integers === true ? Int32Array : Float64Array;
    series.set(new Values(memory.buffer, offset, count), begin);
    return series;
  });
}
