import type { Id } from "#kernel/ids";
import { MINUTE, SECOND } from "#kernel/time";
import { findContact, notify } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isRefusedBy } from "#platform/db";
import { NotYet } from "#platform/failure";
import { resolveName } from "#platform/name-resolver";
import { postOut } from "#platform/outgoing-call";
import type { Announced } from "./service.deliveries.ts";
import type { Delivery, Endpoint } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Tried, Verdict } from "./rules.ts";
import { isGivenUp, judge, readRetryAfter } from "./rules.ts";
import { isPublicAddress, refuseTarget } from "./rules.targets.ts";
import { targetPolicy } from "./service.ts";
import { sign } from "./signature.ts";

/** Longer than a call can take; a try that left no outcome is made again after that. */
const HELD_MS = 2 * MINUTE;
const TURN_WAIT_MS = SECOND;
const AGENT = "Bourse-Webhooks/1";

/**
 * Makes the next try of a delivery, if it is due. Each try is written down before the call under the delivery's own
 * id, so that a receiver that answers late or not at all can tell a repeat from a new message.
 */
export async function sendDelivery(ctx: Ctx, id: Id<"delivery">): Promise<void> {
  const waiting = await repository.findDelivery(ctx, id);
  if (!waiting || waiting.state !== "pending") return;
  const endpoint = await repository.findEndpoint(ctx, waiting.endpointId);
  if (!endpoint || endpoint.state === "disabled") {
    const settled = repository.settleDelivery(ctx, waiting, { state: "failed", nextAttemptAt: null });
    await commit(ctx, [settled]);
    return;
  }
  const early = (waiting.nextAttemptAt ?? 0) - ctx.now();
  if (early > 0) throw new NotYet(early);
  const delivery = await take(ctx, waiting);
  const tried = await attempt(ctx, endpoint, delivery);
  await settle(ctx, { endpoint, delivery, tried });
}

async function take(ctx: Ctx, waiting: Delivery): Promise<Delivery> {
  try {
    await commit(ctx, repository.takeDelivery(ctx, waiting, HELD_MS), { partial: true });
  } catch (error) {
    if (isRefusedBy(error, repository.TAKEN)) throw new NotYet(TURN_WAIT_MS);
    throw error;
  }
  return { ...waiting, tries: waiting.tries + 1, attempts: waiting.attempts + 1 };
}

async function attempt(ctx: Ctx, endpoint: Endpoint, { id, body }: Delivery): Promise<Tried> {
  const started = Date.now();
  const refusal = await refuse(ctx, endpoint.url);
  if (refusal !== null) return { status: null, error: refusal, durationMs: Date.now() - started, retryAfterMs: null };
  const timestamp = Math.floor(ctx.now() / SECOND);
  const answer = await postOut({
    url: endpoint.url,
    timeoutMs: ctx.config.webhooks.timeoutMs,
    body,
    headers: {
      "Content-Type": "application/json",
      "User-Agent": AGENT,
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await sign(await secretsOf(ctx, endpoint), { id, timestamp, body }),
    },
  });
  const durationMs = Date.now() - started;
  if (answer.state === "failed") return { status: null, error: answer.reason, durationMs, retryAfterMs: null };
  const { status } = answer;
  return { status, error: errorOf(status), durationMs, retryAfterMs: readRetryAfter(answer.retryAfter) };
}

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? "redirected" : "refused";
}

/** Looks at the address once more, and at what its name leads to now: both may have changed since it was given. */
async function refuse(ctx: Ctx, url: string): Promise<string | null> {
  const refusal = refuseTarget(url, targetPolicy(ctx));
  if (refusal !== null) return refusal;
  const { resolverUrl, timeoutMs } = ctx.config.webhooks;
  const { hostname } = new URL(url);
  if (resolverUrl === null || ctx.config.development) return null;
  const addresses = await resolveName(resolverUrl, { name: hostname, timeoutMs });
  if (addresses === null) return "unresolved";
  return addresses.every(isPublicAddress) ? null : "url_private";
}

async function secretsOf(ctx: Ctx, { id, secret, previousSecret, previousUntil }: Endpoint): Promise<string[]> {
  const good = previousSecret !== null && (previousUntil ?? 0) > ctx.now() ? [secret, previousSecret] : [secret];
  return await Promise.all(good.map(async (text) => await ctx.cipher.decrypt(text, repository.secretPlace(id))));
}

interface Outcome {
  readonly endpoint: Endpoint;
  readonly delivery: Delivery;
  readonly tried: Tried;
}

async function settle(ctx: Ctx, outcome: Outcome): Promise<void> {
  const { endpoint, delivery, tried } = outcome;
  const verdict = judge(tried, delivery.tries);
  const logged = [repository.insertAttempt(ctx, delivery, tried)];
  if (verdict.next === "delivered") {
    const settled = repository.settleDelivery(ctx, delivery, { state: "delivered", nextAttemptAt: null });
    await commit(ctx, [...logged, settled, repository.noteSuccess(ctx, endpoint.id)]);
    return;
  }
  const { statements, events } = await giveUp(ctx, endpoint, verdict);
  const failed = [...logged, repository.noteFailure(ctx, endpoint.id), ...statements];
  if (verdict.next === "retry" && statements.length === 0) {
    const nextAttemptAt = ctx.now() + verdict.delayMs;
    await commit(ctx, [...failed, repository.settleDelivery(ctx, delivery, { state: "pending", nextAttemptAt })], {
      partial: true,
    });
    throw new NotYet(verdict.delayMs);
  }
  const settled: Statement = repository.settleDelivery(ctx, delivery, { state: "failed", nextAttemptAt: null });
  await commit(ctx, [...failed, settled], { events });
}

/** Switches an endpoint off that is gone or has taken nothing for days, and tells its owner once. */
async function giveUp(ctx: Ctx, endpoint: Endpoint, verdict: Verdict): Promise<Announced> {
  const gone = verdict.next === "gone";
  if (!gone && !isGivenUp(endpoint.failingSince, ctx.now())) return { statements: [], events: [] };
  const off = { state: "disabled" as const, disabledBy: gone ? ("gone" as const) : ("failures" as const) };
  const contact = await findContact(ctx, endpoint.userId);
  const told = contact && (await notify(ctx, { contact, ...noticeOf(ctx, endpoint, gone) }));
  return {
    statements: [repository.updateEndpoint(ctx, endpoint.id, off), ...(told?.statements ?? [])],
    events: told?.events ?? [],
  };
}

function noticeOf(ctx: Ctx, { id, url, updatedAt }: Endpoint, gone: boolean) {
  return {
    kind: "webhookDisabled",
    data: { host: new URL(url).hostname, reason: gone ? "gone" : "failures", at: ctx.now(), path: "/app/webhooks" },
    dedupeKey: `webhook-off:${id}:${updatedAt}`,
  } as const;
}
