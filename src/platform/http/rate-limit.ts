import type { Ctx } from "#platform/ctx";
import type { Decision } from "#platform/lease-memory";
import { takeTokens } from "#platform/limiter";
import type { LimitClass, RatePolicy } from "#platform/limits";
import { meterOf } from "#platform/metrics";
import { accountPolicy, failsClosed, sourcePolicy } from "#platform/limits";
import type { HttpContext } from "./env.ts";
import { http } from "./problems.ts";
import { sourceKey } from "./source.ts";

/** Classes that are counted by source whoever calls: before signing in, an account is only a claim. */
const BY_SOURCE: ReadonlySet<LimitClass> = new Set(["public", "auth"]);

/**
 * Counts a call against its class and refuses what is too much, with the fields of draft-ietf-httpapi-ratelimit-headers
 * on every answer: `r` more calls pass now, and after `t` seconds the whole allowance is back or, when nothing is left,
 * the next call passes, as `Retry-After` says.
 *
 * Nothing is awaited where the isolate can decide by itself, which is the rule.
 */
export function limitRate(c: HttpContext, ctx: Ctx, limitClass: LimitClass): Promise<void> | undefined {
  if (limitClass === "exempt") return undefined;
  const { actor } = ctx;
  const account = "userId" in actor && !BY_SOURCE.has(limitClass) ? actor : null;
  const policy = account
    ? accountPolicy(limitClass, account.plan)
    : sourcePolicy(limitClass, ctx.config.rateLimitScale);
  const key = `${limitClass}:${account ? account.userId : sourceKey(ctx.source.ip)}`;
  const rule = { kind: "rate", limit: policy.limit, windowMs: policy.windowMs } as const;
  const decision = takeTokens(ctx, { key, rule, amount: 1, failsClosed: failsClosed(limitClass) });
  if (decision instanceof Promise) return decision.then((decided) => conclude(c, decided, { limitClass, policy }));
  conclude(c, decision, { limitClass, policy });
  return undefined;
}

interface Limit {
  readonly limitClass: LimitClass;
  readonly policy: RatePolicy;
}

function conclude(c: HttpContext, decision: Decision | null, { limitClass, policy }: Limit): void {
  const { name, limit, windowMs } = policy;
  const described = `"${name}";q=${limit};w=${windowMs / 1_000}`;
  if (!decision) {
    c.set("answerHeaders", { "RateLimit-Policy": described });
    if (!failsClosed(limitClass)) return;
    throw http.unavailable({ detail: "This call cannot be counted right now; try again.", retryAfterSeconds: 2 });
  }
  const spent = decision.remaining === 0 && !decision.passed;
  const seconds = Math.max(1, Math.ceil((spent ? decision.retryAfterMs : decision.resetMs) / 1_000));
  c.set("answerHeaders", {
    "RateLimit-Policy": described,
    RateLimit: `"${name}";r=${decision.remaining};t=${seconds}`,
  });
  if (decision.passed) return;
  meterOf(c.env).add("limiterRefusals", [limitClass]);
  c.set("repeated", decision.repeated);
  throw http.rateLimited({
    detail: `The class "${name}" allows ${limit} calls in ${windowMs / 1_000} s; the next one passes in ${seconds} s.`,
    retryAfterSeconds: seconds,
  });
}
