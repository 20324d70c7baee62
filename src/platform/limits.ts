import { MINUTE } from "#kernel/time";

/** How often a caller may come: `limit` calls in a `windowMs`, spent at once or spread, refilled evenly. */
export interface RatePolicy {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
}

/** How much an account may use on one day of UTC. */
export interface DailyQuota {
  /** `calls`: part of the key it is counted under, so it must not change once landed. */
  readonly name: string;
  readonly limit: number;
  /** Whether it refuses (`true`) or lets pass while the limiter cannot be reached. */
  readonly failsClosed: boolean;
}

/**
 * Classes of routes. `public` and `auth` count by source, the others by account where there is one.
 * `exempt` is for health, metrics and webhooks.
 */
export type LimitClass = "public" | "auth" | "read" | "write" | "money" | "costly" | "exempt";

/** What a chat's socket brings is no call of a route, and counted by account all the same. */
type Counted = Exclude<LimitClass, "exempt"> | "chat";

const POLICIES: Readonly<Record<Counted, RatePolicy>> = {
  public: { name: "public", limit: 300, windowMs: MINUTE },
  auth: { name: "auth", limit: 30, windowMs: MINUTE },
  read: { name: "read", limit: 300, windowMs: MINUTE },
  write: { name: "write", limit: 120, windowMs: MINUTE },
  money: { name: "money", limit: 60, windowMs: MINUTE },
  costly: { name: "costly", limit: 30, windowMs: MINUTE },
  chat: { name: "chat", limit: 100, windowMs: MINUTE },
};

/** How many times the free plan's limits a plan allows. */
const PLAN_FACTORS: Readonly<Record<string, number>> = { free: 1, basic: 2, pro: 10, enterprise: 50 };

/** Calls a day of whoever has no plan, because the product that sells them is switched off. */
export const DAILY_CALLS = 10_000;

/** Classes that count towards the day: whoever has used it up can still sign in, pay, and settle what is under way. */
const DAILY: ReadonlySet<LimitClass> = new Set(["read", "write", "costly"]);

/** Classes that must refuse while the limiter is out of reach: there, guessing or paying twice is the worse failure. */
const CLOSED: ReadonlySet<LimitClass> = new Set(["auth", "money"]);

/** The policy for an account of a plan. */
export function accountPolicy(limitClass: Counted, plan: string): RatePolicy {
  const policy = POLICIES[limitClass];
  return { ...policy, limit: policy.limit * (PLAN_FACTORS[plan] ?? 1) };
}

/** Whether calls of a class count towards an account's calls a day. */
export function countsDaily(limitClass: LimitClass): boolean {
  return DAILY.has(limitClass);
}

/** The calls a day that an account may make. */
export function dailyCalls(limit: number): DailyQuota {
  return { name: "calls", limit, failsClosed: false };
}

/** The policy for a source without an account; `scale` is the operator's factor. */
export function sourcePolicy(limitClass: Counted, scale: number): RatePolicy {
  const policy = POLICIES[limitClass];
  return { ...policy, limit: Math.max(1, Math.round(policy.limit * scale)) };
}

/** Whether a class refuses (`true`) or passes while no decision can be had. */
export function failsClosed(limitClass: LimitClass): boolean {
  return CLOSED.has(limitClass);
}
