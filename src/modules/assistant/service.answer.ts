import { makeId } from "#kernel/ids";
import { advise, describePerson } from "#modules/adviser";
import type { Person } from "#modules/adviser";
import type { Usage, Visitor } from "#objects/chat-session";
import { randomBytes, sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { commonPrompt, personalPrompt } from "./prompt.ts";
import {
  estimateCharacters,
  MAX_OUTPUT_TOKENS,
  PREPARED_INPUT_TOKENS,
  PREPARED_MS,
  TURN_MS,
} from "./rules.allowance.ts";
import type { Settlement } from "./service.allowance.ts";
import { cancel, price, reserve } from "./service.allowance.ts";
import type { Common } from "./service.cache.ts";
import { commonOf, keep, recall } from "./service.cache.ts";
import { converse } from "./service.conversing.ts";
import { dearest } from "./prices.ts";
import type { Answered, Asking, Ended, Prepared } from "./turn.ts";

/** Makes one answer: from the cache, from a model, or from the embedded adviser, whichever can. */

export const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
export const UNSPENT: Settlement = { ...NOTHING, model: null };

/** Gets the next answer ready while its question is being written, so that nothing stands between it and the model. */
export async function prepare(ctx: Ctx, visitor: Visitor): Promise<Prepared> {
  const person = await describePerson(ctx, visitor.userId);
  const now = ctx.now();
  const turnId = makeId("msg", now, randomBytes(10));
  const ready = { turnId, person, usableUntil: now + PREPARED_MS };
  if (ctx.config.assistant.model === null) return { ...ready, reserved: false, tokens: 0, nearLimit: false };
  const reservation = await reserve(ctx, {
    turnId,
    userId: visitor.userId,
    model: dearest(ctx.config.assistant.model.names),
    inputTokens: PREPARED_INPUT_TOKENS,
    outputTokens: MAX_OUTPUT_TOKENS,
    expiresAt: now + PREPARED_MS + TURN_MS,
    ahead: true,
  });
  if (reservation.state !== "reserved") return { ...ready, reserved: false, tokens: 0, nearLimit: false };
  return { ...ready, reserved: true, tokens: reservation.tokens, nearLimit: reservation.nearLimit };
}

/** Gives back what was got ready. */
export async function release(ctx: Ctx, { turnId, reserved }: Prepared): Promise<void> {
  if (reserved) await cancel(ctx, turnId);
}

export async function answer(ctx: Ctx, asking: Asking): Promise<Answered> {
  const person = asking.prepared?.person ?? (await describePerson(ctx, asking.visitor.userId));
  if (ctx.config.assistant.model === null) return await fallBack(ctx, asking, person);
  const common = asking.history.length === 0 ? await commonOf(asking.question, person.locale) : null;
  const kept = common && (await recall(ctx, common));
  if (kept !== null) {
    asking.onPiece(kept);
    return answered(asking, { source: "cache", finishReason: "stop", usage: NOTHING });
  }
  return await fromModels(ctx, asking, { person, common });
}

interface Knowledge {
  readonly person: Person;
  readonly common: Common | null;
}

async function fromModels(ctx: Ctx, asking: Asking, { person, common }: Knowledge): Promise<Answered> {
  const messages = common
    ? commonPrompt(asking.question, common.locale)
    : personalPrompt(person.facts, asking.history, asking.question);
  const result = await converse(ctx, {
    asking,
    messages,
    tooled: common === null,
    user: await userHash(asking.visitor),
  });
  if (result.state === "used_up") {
    const refusal = { code: "quota_exceeded", retryAfterSeconds: result.retryAfterSeconds } as const;
    return { ending: null, refusal, settlement: result.settlement, nearLimit: true };
  }
  if (result.state === "silent") {
    const advised = await fallBack(ctx, asking, person);
    return { ...advised, settlement: result.settlement ?? advised.settlement };
  }
  const { settlement, finishReason, nearLimit, text } = result;
  if (common && finishReason === "stop") ctx.defer(keep(ctx, common, text));
  const { inputTokens, outputTokens, costMicros } = settlement;
  const ending: Ended = { source: "model", finishReason, usage: { inputTokens, outputTokens, costMicros } };
  return { ending, refusal: null, settlement, nearLimit };
}

/** The embedded adviser's answer, which costs nothing. What was reserved is given back. */
async function fallBack(ctx: Ctx, asking: Asking, person: Person): Promise<Answered> {
  const text = await advise(ctx, { question: asking.question, person, propose: asking.onProposal });
  for (const piece of text.match(/[^.\n]+(?:[.\n]+|$)\s*/gu) ?? [text]) {
    if (asking.signal.aborted) break;
    asking.onPiece(piece);
  }
  const finishReason = asking.signal.aborted ? "stopped" : "stop";
  return answered(asking, { source: "fallback", finishReason, usage: NOTHING });
}

function answered(asking: Asking, ending: Ended): Answered {
  const settlement = asking.prepared?.reserved === true ? UNSPENT : null;
  return { ending, refusal: null, settlement, nearLimit: asking.prepared?.nearLimit ?? false };
}

/** Vendors tell abuse by whom a call is for; they learn no id of ours. */
async function userHash({ userId }: Visitor): Promise<string> {
  return (await sha256Hex(`assistant:${userId}`)).slice(0, 32);
}

/** The end of an answer that its object could not finish, and what it costs by what was streamed. */
export function interruptedEnding(
  ctx: Ctx,
  cut: { readonly inputCharacters: number; readonly text: string },
): { readonly ending: Ended; readonly settlement: Settlement | null } {
  const { model } = ctx.config.assistant;
  if (!model) return { ending: { source: "fallback", finishReason: "interrupted", usage: NOTHING }, settlement: null };
  const settlement = price(ctx, model.names[0] ?? "", {
    inputTokens: estimateCharacters(cut.inputCharacters) + RULES_TOKENS,
    outputTokens: estimateCharacters(cut.text.length),
    cachedTokens: 0,
  });
  const { inputTokens, outputTokens, costMicros } = settlement;
  const ending: Ended = {
    source: "model",
    finishReason: "interrupted",
    usage: { inputTokens, outputTokens, costMicros },
  };
  return { ending, settlement };
}

/** What the rules, the person's facts and the tools come to. */
const RULES_TOKENS = 1_500;
