import type { BacktestAnswer, HorizonReturns } from "#objects/market-shard";
import { HISTOGRAM_STEPS } from "#objects/market-shard";
import { getState, shardStub } from "#modules/market";
import { entitlementsOf, quotaExceeded, startOfNextMonth } from "#modules/billing";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { normalFormOf } from "./compile.ts";
import { problems } from "./errors.ts";
import * as usage from "./repository.usage.ts";
import { universeOf } from "./service.watchlists.ts";
import type { StoredUniverse } from "./tables.ts";

export interface Backtest {
  readonly expression: string;
  readonly from: number;
  readonly to: number;
  readonly horizonDays: readonly number[];
  readonly universe?: StoredUniverse | undefined;
}

/** Returns as fractions: 0.01 is one percent. Null where there was nothing to measure. */
export interface Returns {
  readonly count: number;
  readonly hitRate: number | null;
  readonly mean: number | null;
  readonly median: number | null;
}

export interface HorizonResult {
  readonly horizonDays: number;
  readonly signals: Returns & { readonly worst: number | null; readonly best: number | null };
  readonly universe: Returns;
}

export interface BacktestResult {
  readonly normalForm: string;
  readonly symbols: number;
  readonly signals: number;
  readonly elapsedMs: number;
  readonly horizons: readonly HorizonResult[];
}

/** Replays a scan on the past, over every shard at once. It counts against the month's allowance once it is readable. */
export const createBacktest = once(async (ctx: Ctx, input: Backtest): Promise<BacktestResult> => {
  const userId = customerOf(ctx);
  const normalForm = normalFormOf(input.expression);
  const [universe, market] = await Promise.all([universeOf(ctx, input.universe ?? {}), getState(ctx)]);
  if (market.asOf === null) throw problems.noData({ retryAfterSeconds: 600 });
  const entitlements = await entitlementsOf(ctx, userId);
  const startedAt = performance.now();
  const request = {
    expression: input.expression,
    from: input.from,
    to: input.to,
    horizons: input.horizonDays,
    universe,
  };
  const answers = await Promise.all(
    Array.from({ length: market.shards }, (_, shard) => shardStub(ctx, shard).backtest(request)),
  );
  const result = {
    normalForm,
    ...merge(answers, input.horizonDays),
    elapsedMs: Math.round(performance.now() - startedAt),
  };
  await commit(ctx, usage.countBacktest(ctx, userId, entitlements.limits.backtestsPerMonth), {
    result,
    refusals: {
      scanner_backtests_used: () =>
        quotaExceeded(ctx, entitlements, { limit: "backtestsPerMonth", resetsAt: startOfNextMonth(ctx.now()) }),
    },
  });
  return result;
});

function merge(
  answers: readonly BacktestAnswer[],
  horizonDays: readonly number[],
): Omit<BacktestResult, "normalForm" | "elapsedMs"> {
  const horizons = horizonDays.map((days, index) => {
    const parts = answers.flatMap((answer) => answer.horizons[index] ?? []);
    return { horizonDays: days, signals: signalReturns(parts), universe: universeReturns(parts) };
  });
  const total = (count: (answer: BacktestAnswer) => number): number =>
    answers.reduce((sum, answer) => sum + count(answer), 0);
  return { symbols: total((answer) => answer.symbols), signals: total((answer) => answer.signals), horizons };
}

function signalReturns(parts: readonly HorizonReturns[]): HorizonResult["signals"] {
  const returns = Float64Array.from(parts.flatMap((part) => [...part.signals])).toSorted();
  const count = returns.length;
  if (count === 0) return { count, hitRate: null, mean: null, median: null, worst: null, best: null };
  const half = count >> 1;
  const [low = 0, high = 0] = [returns[count % 2 === 1 ? half : half - 1], returns[half]];
  return {
    count,
    hitRate: returns.reduce((hits, gain) => hits + (gain > 0 ? 1 : 0), 0) / count,
    mean: returns.reduce((sum, gain) => sum + gain, 0) / count,
    median: (low + high) / 2,
    worst: returns[0] ?? null,
    best: returns[count - 1] ?? null,
  };
}

function universeReturns(parts: readonly HorizonReturns[]): Returns {
  const count = parts.reduce((sum, part) => sum + part.universeCount, 0);
  if (count === 0) return { count, hitRate: null, mean: null, median: null };
  const histogram = new Float64Array(HISTOGRAM_STEPS);
  for (const { universeHistogram } of parts)
    universeHistogram.forEach((times, step) => {
      histogram[step] = (histogram[step] ?? 0) + times;
    });
  let seen = 0;
  const middle = histogram.findIndex((times) => (seen += times) * 2 >= count);
  return {
    count,
    hitRate: parts.reduce((sum, part) => sum + part.universeRises, 0) / count,
    mean: parts.reduce((sum, part) => sum + part.universeSum, 0) / count,
    median: (middle - (HISTOGRAM_STEPS - 1) / 2) / 10_000,
  };
}
