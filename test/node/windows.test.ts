import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bars } from "#modules/indicators";
import { INDICATORS, createArena, evaluate } from "#modules/indicators";
import { someBars } from "./bars.ts";

describe("an indicator's newest value", () => {
  it("depends on no more bars than its window says", () => {
    fc.assert(
      fc.property(fc.constantFrom(...INDICATORS), fc.integer(), (indicator, seed) => {
        const params = indicator.params.map((parameter) => Math.min(parameter.default, 30));
        const window = indicator.window(params);
        if (!Number.isFinite(window)) return;
        const bars = someBars(seed, 200);
        const index = someBars(seed + 1, 200).close;
        const cut = (series: Float64Array): Float64Array => series.subarray(200 - window);
        const fieldOf = (name: string | undefined): Float64Array =>
          name === "index_close" ? index : bars[(name ?? "close") as "close"];
        const inputs = indicator.inputs.map(({ default: name }) => fieldOf(name));
        const whole = evaluate(indicator, { bars, inputs, params }, createArena());
        const short: Bars = {
          ...bars,
          length: window,
          day: bars.day.subarray(200 - window),
          open: cut(bars.open),
          high: cut(bars.high),
          low: cut(bars.low),
          close: cut(bars.close),
          volume: cut(bars.volume),
        };
        const part = evaluate(indicator, { bars: short, inputs: inputs.map(cut), params }, createArena());
        indicator.outputs.forEach((_, output) => {
          const [a, b] = [whole[output]?.at(-1) ?? NaN, part[output]?.at(-1) ?? NaN];
          if (Number.isNaN(a)) expect(b).toBeNaN();
          else expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(a)));
        });
      }),
      { numRuns: 400 },
    );
  });

  it("is missing before its warm-up is over and there from then on", () => {
    const bars = someBars(3, 400);
    const index = someBars(4, 400).close;
    for (const indicator of INDICATORS) {
      const params = indicator.params.map((parameter) => parameter.default);
      const inputs = indicator.inputs.map(({ default: name }) =>
        name === "index_close" ? index : bars[(name ?? "close") as "close"],
      );
      const [first] = evaluate(indicator, { bars, inputs, params }, createArena());
      const warmUp = indicator.warmUp?.(params) ?? indicator.window(params) - 1;
      const begin = first?.findIndex((value) => !Number.isNaN(value));
      expect(begin, indicator.name).toBe(warmUp);
    }
  });
});
