import { toDate } from "#kernel/time";

/**
 * What must stay true: every limit is held by the statement that reserves; an estimate is never below what is charged
 * for the same text; what a vendor claims is only believed where it can be.
 */

/** The most that a model writes in one go. */
export const MAX_OUTPUT_TOKENS = 1_024;
/** What is got ready for a question before it is known: enough for most of them. */
export const PREPARED_QUESTION_TOKENS = 1_000;
/** How long what was got ready may be used, and how long the answer may then take. */
export const PREPARED_MS = 120_000;
export const TURN_MS = 600_000;

/** A day's share of a month, so that no single day uses it up. */
const DAYS_IN_ALLOWANCE = 4;

export function dailyTokens(monthly: number): number {
  return Math.ceil(monthly / DAYS_IN_ALLOWANCE);
}

/** How many tokens a text is about: a vendor's count is seldom above a quarter of its bytes. */
export function estimateTokens(text: string): number {
  return estimateBytes(new TextEncoder().encode(text).byteLength);
}

/** The same for what is only known by its length in UTF-8. */
export function estimateBytes(bytes: number): number {
  return Math.ceil(bytes / 4);
}

/** The same for what is only known by its length in characters. */
export function estimateCharacters(characters: number): number {
  return Math.ceil(characters / 4);
}

/** With the room that a reservation leaves for a wrong estimate. */
export function withRoom(tokens: number): number {
  return Math.ceil(tokens * 1.25) + 64;
}

export interface Limit {
  readonly scope: string;
  readonly period: string;
  readonly tokens: number;
  readonly micros: number;
}

export const INSTALLATION = "installation";
const UNLIMITED = Number.MAX_SAFE_INTEGER;

export interface Allowances {
  readonly userId: string;
  readonly monthlyTokens: number;
  readonly installationDailyMicros: number;
  readonly installationMonthlyMicros: number;
}

/** The four meters that a turn counts in, each with its limit. */
export function limitsOf(allowances: Allowances, now: number): readonly [Limit, Limit, Limit, Limit] {
  const day = toDate(now);
  const month = day.slice(0, 7);
  const { userId, monthlyTokens } = allowances;
  return [
    { scope: userId, period: month, tokens: monthlyTokens, micros: UNLIMITED },
    { scope: userId, period: day, tokens: dailyTokens(monthlyTokens), micros: UNLIMITED },
    { scope: INSTALLATION, period: day, tokens: UNLIMITED, micros: allowances.installationDailyMicros },
    { scope: INSTALLATION, period: month, tokens: UNLIMITED, micros: allowances.installationMonthlyMicros },
  ];
}

export interface Meter {
  readonly scope: string;
  readonly period: string;
  readonly usedTokens: number;
  readonly reservedTokens: number;
  readonly usedMicros: number;
  readonly reservedMicros: number;
}

/** Whether something is used to four fifths. */
export function isNear(used: number, limit: number): boolean {
  return limit < UNLIMITED && used * 5 >= limit * 4;
}

/** Which limit refuses a demand; null where none does. */
export function refusedBy(
  limits: readonly Limit[],
  meters: readonly Meter[],
  demand: { readonly tokens: number; readonly micros: number },
): Limit | null {
  return (
    limits.find(({ scope, period, tokens, micros }) => {
      const meter = meters.find((candidate) => candidate.scope === scope && candidate.period === period);
      const usedTokens = (meter?.usedTokens ?? 0) + (meter?.reservedTokens ?? 0);
      const usedMicros = (meter?.usedMicros ?? 0) + (meter?.reservedMicros ?? 0);
      return usedTokens + demand.tokens > tokens || usedMicros + demand.micros > micros;
    }) ?? null
  );
}

/** When an allowance is whole again: at the end of its day or month, in UTC. */
export function endOf(period: string): number {
  const [year = 1970, month = 1, day] = period.split("-").map(Number);
  return day === undefined ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1);
}

export interface Counted {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
}

/** What bounds a vendor's count: no text has more tokens than bytes, and no answer more than were asked for. */
export interface Bounds {
  readonly inputBytes: number;
  readonly maxOutputTokens: number;
  readonly estimate: Counted;
}

/** Overhead of the protocol around messages and tools. */
const ENVELOPE_TOKENS = 1_000;

/** The vendor's count, or our own estimate where the vendor gives none or one that cannot be. */
export function believe(claimed: Counted | null, { inputBytes, maxOutputTokens, estimate }: Bounds): Counted {
  if (!claimed) return estimate;
  const possible =
    claimed.inputTokens > 0 &&
    claimed.inputTokens <= inputBytes + ENVELOPE_TOKENS &&
    claimed.outputTokens <= maxOutputTokens &&
    (claimed.outputTokens > 0 || estimate.outputTokens === 0);
  return possible ? claimed : estimate;
}
