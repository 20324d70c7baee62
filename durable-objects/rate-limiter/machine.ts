/**
 * The generic cell rate algorithm in its leaky-bucket form (ITU-T I.371, annex A), in integers so that it is exact: a
 * token weighs `windowMs`, a bucket holds `limit × windowMs`, and `limit` leaks out every millisecond.
 *
 * What must stay true: within any span of X milliseconds a key is granted at most limit + X × limit / windowMs tokens;
 * a key that was granted nothing for a whole window has its whole limit again; a day grants at most its limit.
 */
import type { Ask, DayRule, Grant, RateRule } from "./contract.ts";

export interface Bucket {
  readonly limit: number;
  readonly windowMs: number;
  /** What had not leaked out at `at`: 0 is unused, `limit × windowMs` is used up. */
  readonly level: number;
  readonly at: number;
}

/** How long an isolate may sit on tokens before it spends them. */
export const LEASE_MS = 1_000;
/** Limits below this are exact to the call, since nothing is leased of them. */
export const LEASED_FROM = 32;
/** A lease is at most this share of what is left, so that what leases waste never uses a limit up. */
const RATE_SHARE = 16;
const DAY_SHARE = 200;
const DAY_MS = 86_400_000;

/** What is asked for, and when. */
export interface Draw extends Pick<Ask, "want" | "spare"> {
  readonly now: number;
}

/** Takes tokens out of a bucket; a key without one has not been seen or has refilled. */
export function drawTokens(
  bucket: Bucket | undefined,
  rule: RateRule,
  { want, spare, now }: Draw,
): { readonly bucket: Bucket; readonly grant: Grant } {
  const { limit, windowMs } = rule;
  const capacity = limit * windowMs;
  const before = bucket ? levelUnder(bucket, rule, now) : 0;
  const available = Math.floor((capacity - before) / windowMs);
  const granted = share(available, { want, spare }, limit < LEASED_FROM ? Infinity : RATE_SHARE);
  const level = before + granted * windowMs;
  const grant = {
    granted,
    remaining: available - granted,
    resetMs: Math.ceil(level / limit),
    retryAfterMs: granted < want ? Math.ceil((level + windowMs - capacity) / limit) : 0,
    leaseMs: LEASE_MS,
  };
  return { bucket: { limit, windowMs, level, at: now }, grant };
}

/** All that is wanted as far as it goes, and of what is left then a part as a lease. */
function share(available: number, { want, spare }: Pick<Ask, "want" | "spare">, parts: number): number {
  const granted = Math.min(want, available);
  return granted + Math.min(spare, Math.floor((available - granted) / parts));
}

/** What is still in a bucket. A clock that steps back leaks nothing. */
export function levelAt(bucket: Bucket, now: number): number {
  const elapsed = Math.max(0, now - bucket.at);
  return elapsed >= bucket.windowMs ? 0 : Math.max(0, bucket.level - elapsed * bucket.limit);
}

/** The level under a rule that may have changed since: tokens that were spent stay spent. */
function levelUnder(bucket: Bucket, rule: RateRule, now: number): number {
  const level = levelAt(bucket, now);
  if (bucket.windowMs === rule.windowMs && bucket.limit === rule.limit) return level;
  return Math.min(rule.limit, Math.ceil(level / bucket.windowMs)) * rule.windowMs;
}

/**
 * Which keys to forget so that at most `keep` stay: first the refilled ones, of which nothing is lost, then the
 * emptiest, whose owners get back what they had spent, and those that are being refused only after all others.
 */
export function chooseForgotten(buckets: Iterable<readonly [string, Bucket]>, keep: number, now: number): string[] {
  const refilled: string[] = [];
  const used: { key: string; share: number }[] = [];
  for (const [key, bucket] of buckets) {
    const level = levelAt(bucket, now);
    const capacity = bucket.limit * bucket.windowMs;
    const refused = level + bucket.windowMs > capacity;
    if (level === 0) refilled.push(key);
    else used.push({ key, share: level / capacity + (refused ? 1 : 0) });
  }
  if (used.length <= keep) return refilled;
  const emptiest = used.toSorted((a, b) => a.share - b.share).slice(0, used.length - keep);
  return [...refilled, ...emptiest.map(({ key }) => key)];
}

/** Takes units out of a day of which `used` are gone. Good until midnight in UTC. */
export function drawDay(
  used: number,
  rule: DayRule,
  { want, spare, now }: Draw,
): { readonly used: number; readonly grant: Grant } {
  const available = Math.max(0, rule.limit - used);
  const granted = share(available, { want, spare }, DAY_SHARE);
  const untilMidnight = DAY_MS - (now % DAY_MS);
  const grant = {
    granted,
    remaining: available - granted,
    resetMs: untilMidnight,
    retryAfterMs: granted < want ? untilMidnight : 0,
    leaseMs: untilMidnight,
  };
  return { used: used + granted, grant };
}

/** The day of a moment, counted from 1970 in UTC. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** When a shard next removes days that nobody asks for any more: an hour after midnight, when the rush is over. */
export function nextPruning(now: number): number {
  return (dayOf(now) + 1) * DAY_MS + 3_600_000;
}
