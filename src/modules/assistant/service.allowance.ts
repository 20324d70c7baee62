import type { Id } from "#kernel/ids";
import { toDate } from "#kernel/time";
import { entitlementsOf } from "#modules/billing";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isRefusedBy } from "#platform/db";
import { customerOf } from "#platform/http/access";
import { costMicros } from "./prices.ts";
import { PROMPT_VERSION } from "./prompt.ts";
import { sumLooks } from "./repository.answers.ts";
import * as repository from "./repository.usage.ts";
import type { Counted, Limit, Meter } from "./rules.allowance.ts";
import { endOf, INSTALLATION, isNear, limitsOf, refusedBy } from "./rules.allowance.ts";

/**
 * What the assistant may cost. Reserved before a model is asked, in the statement that holds every limit; settled once
 * afterwards, to what it was.
 */

export interface Asked {
  readonly turnId: Id<"msg">;
  readonly userId: Id<"user">;
  /** The dearest of the models that may be asked. */
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly expiresAt: number;
  /** Nobody has asked yet: it may take no more than half of an allowance, so that the rest is there for who asks. */
  readonly ahead?: boolean;
  /** Goes into the same commit, before it; committed also where the reservation is refused. */
  readonly along?: readonly Statement[];
}

export type Reservation =
  | { readonly state: "reserved"; readonly tokens: number; readonly nearLimit: boolean }
  /** The person has used theirs up. */
  | { readonly state: "used_up"; readonly retryAfterSeconds: number }
  /** The installation has. */
  | { readonly state: "capped" };

type Statements = (
  ctx: Ctx,
  limits: readonly Limit[],
  demand: repository.Demand,
) => ReturnType<typeof repository.reserve>;

/** Reserves for an answer that has not begun. */
export async function reserve(ctx: Ctx, asked: Asked): Promise<Reservation> {
  return await take(ctx, asked, repository.reserve);
}

/** Reserves more for an answer that is under way. */
export async function reserveMore(ctx: Ctx, asked: Asked): Promise<Reservation> {
  return await take(ctx, asked, repository.reserveMore);
}

async function take(ctx: Ctx, asked: Asked, statements: Statements): Promise<Reservation> {
  const whole = await limitsFor(ctx, asked.userId);
  const limits = asked.ahead === true ? halve(whole) : whole;
  const { inputTokens, outputTokens } = asked;
  const micros = costMicros(asked.model, toDate(ctx.now()), { inputTokens, outputTokens, cachedTokens: 0 });
  const demand: repository.Demand = {
    turnId: asked.turnId,
    userId: asked.userId,
    tokens: inputTokens + outputTokens,
    micros,
    promptVersion: PROMPT_VERSION,
    expiresAt: asked.expiresAt,
  };
  const along = asked.along ?? [];
  try {
    const results = await commit(ctx, [...along, ...statements(ctx, limits, demand)]);
    const meters = results.at(-1)?.results as Meter[];
    return { state: "reserved", tokens: demand.tokens, nearLimit: nearLimit(whole, meters) };
  } catch (error) {
    if (!isRefusedBy(error, "assistant_allowance_used")) throw error;
    if (along.length > 0) await commit(ctx, along);
    return await explain(ctx, limits, demand);
  }
}

function halve(limits: readonly Limit[]): Limit[] {
  return limits.map((limit) => ({
    ...limit,
    tokens: Math.floor(limit.tokens / 2),
    micros: Math.floor(limit.micros / 2),
  }));
}

async function explain(ctx: Ctx, limits: readonly Limit[], demand: repository.Demand): Promise<Reservation> {
  const refused = refusedBy(limits, await repository.findMeters(ctx, limits), demand) ?? limits[1];
  if (refused?.scope === INSTALLATION) {
    ctx.log.warn("The installation's allowance for models is used up.", { reason: refused.period });
    return { state: "capped" };
  }
  const until = endOf(refused?.period ?? toDate(ctx.now()));
  return { state: "used_up", retryAfterSeconds: Math.max(1, Math.ceil((until - ctx.now()) / 1_000)) };
}

async function limitsFor(ctx: Ctx, userId: Id<"user">): Promise<ReturnType<typeof limitsOf>> {
  const { dailyMicros, monthlyMicros } = ctx.config.assistant;
  return limitsOf(
    {
      userId,
      monthlyTokens: (await entitlementsOf(ctx, userId)).limits.assistantTokensPerMonth,
      installationDailyMicros: dailyMicros,
      installationMonthlyMicros: monthlyMicros,
    },
    ctx.now(),
  );
}

function nearLimit(limits: readonly Limit[], meters: readonly Meter[]): boolean {
  return limits
    .filter(({ scope }) => scope !== INSTALLATION)
    .some(({ scope, period, tokens }) => {
      const meter = meters.find((candidate) => candidate.scope === scope && candidate.period === period);
      return isNear(meter?.usedTokens ?? 0, tokens);
    });
}

/** Gives back what was got ready for an answer that never began. */
export async function cancel(ctx: Ctx, turnId: Id<"msg">): Promise<void> {
  await commit(ctx, repository.cancelTurn(ctx, turnId));
}

export interface Period {
  readonly period: string;
  readonly used: number;
  readonly reserved: number;
  readonly limit: number;
  readonly nearLimit: boolean;
  readonly costMicros: number;
  readonly resetsAt: number;
}

export interface UsageOverview {
  readonly month: Period;
  readonly day: Period;
}

/** What the caller has used this month and today, and what is allowed. */
export async function getUsage(ctx: Ctx): Promise<UsageOverview> {
  const userId = customerOf(ctx);
  const [month, day] = await limitsFor(ctx, userId);
  const meters = await repository.findMeters(ctx, [month, day]);
  const describe = ({ period, tokens }: Limit): Period => {
    const meter = meters.find((candidate) => candidate.period === period);
    const used = meter?.usedTokens ?? 0;
    return {
      period,
      used,
      reserved: meter?.reservedTokens ?? 0,
      limit: tokens,
      nearLimit: isNear(used, tokens),
      costMicros: meter?.usedMicros ?? 0,
      resetsAt: endOf(period),
    };
  };
  return { month: describe(month), day: describe(day) };
}

/** Tokens of this month, for the overview of a plan's limits. */
export async function tokensUsed(ctx: Ctx, userId: Id<"user">): Promise<number> {
  const [meter] = await repository.findMeters(ctx, [{ scope: userId, period: toDate(ctx.now()).slice(0, 7) }]);
  return meter?.usedTokens ?? 0;
}

export interface Spending {
  readonly day: Meter | null;
  readonly month: Meter | null;
  readonly hits: number;
  readonly misses: number;
}

const LOOKED_BACK_MS = 7 * 86_400_000;

/** What the installation has spent, and how often a common question was answered from the cache, over a week. */
export async function getSpending(ctx: Ctx): Promise<Spending> {
  const day = toDate(ctx.now());
  const month = day.slice(0, 7);
  const scope = INSTALLATION;
  const [meters, looks] = await Promise.all([
    repository.findMeters(ctx, [
      { scope, period: day },
      { scope, period: month },
    ]),
    sumLooks(ctx, toDate(ctx.now() - LOOKED_BACK_MS)),
  ]);
  const of = (period: string): Meter | null => meters.find((meter) => meter.period === period) ?? null;
  return { day: of(day), month: of(month), ...looks };
}

/** What an answer has cost, as its object keeps it until the database has it. */
export interface Settlement extends Omit<Counted, "cachedTokens"> {
  readonly costMicros: number;
  readonly model: string | null;
}

/** Settles what was counted, at the price of its day. */
export function price(ctx: Ctx, model: string, counted: Counted): Settlement {
  const { inputTokens, outputTokens } = counted;
  return { inputTokens, outputTokens, costMicros: costMicros(model, toDate(ctx.now()), counted), model };
}
