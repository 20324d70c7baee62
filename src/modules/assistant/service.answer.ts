import { makeId } from "#kernel/ids";
import { advise, describePerson } from "#modules/adviser";
import type { Person } from "#modules/adviser";
import type { Usage, Visitor } from "#objects/chat-session";
import type { Transcript } from "#platform/ai/transcript";
import { commit } from "#platform/commit";
import { randomBytes, sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { flushBeside, meterOf } from "#platform/metrics";
import { commonPrompt, personalPrompt } from "./prompt.ts";
import {
  estimateCharacters,
  MAX_OUTPUT_TOKENS,
  PREPARED_MS,
  PREPARED_QUESTION_TOKENS,
  TURN_MS,
} from "./rules.allowance.ts";
import type { Settlement } from "./service.allowance.ts";
import { cancel, price, reserve } from "./service.allowance.ts";
import type { Common } from "./service.cache.ts";
import { commonOf, keep, recall } from "./service.cache.ts";
import { converse, estimateInput } from "./service.conversing.ts";
import { dearest } from "./prices.ts";
import { takeReport } from "./service.reports.ts";
import type { Acquaintance, Answered, Asking, Ended, LastAnswer, Prepared } from "./turn.ts";

/** Makes one answer: from the cache, from a model, or from the embedded adviser, whichever can. */

export const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
export const UNSPENT: Settlement = { ...NOTHING, model: null };

/** How long what is known of a person is taken for true. */
const KNOWN_MS = 60_000;

/**
 * Gets the next answer ready while its question is being written, so that nothing stands between it and the model. What
 * is still to be told of the answer before goes into the same commit.
 */
export async function prepare(ctx: Ctx, visitor: Visitor, last: LastAnswer): Promise<Prepared> {
  const now = ctx.now();
  const acquaintance =
    last.acquaintance && now - last.acquaintance.since < KNOWN_MS ? last.acquaintance : await meet(ctx, visitor);
  const turnId = makeId("msg", now, randomBytes(10));
  const ready = { turnId, acquaintance, usableUntil: now + PREPARED_MS };
  const along = last.reports.flatMap((body) => takeReport(ctx, body));
  if (ctx.config.assistant.model === null) {
    if (along.length > 0) await commit(ctx, along);
    return { ...ready, draft: null, reserved: false, tokens: 0, nearLimit: false };
  }
  const { history } = last;
  const draft = { history, transcript: personalPrompt(acquaintance.person.facts, history) };
  const reservation = await reserve(ctx, {
    turnId,
    userId: visitor.userId,
    model: dearest(ctx.config.assistant.model.names),
    inputTokens: estimateInput(draft.transcript, true) + PREPARED_QUESTION_TOKENS,
    outputTokens: MAX_OUTPUT_TOKENS,
    expiresAt: now + PREPARED_MS + TURN_MS,
    ahead: true,
    along,
  });
  if (reservation.state !== "reserved") return { ...ready, draft, reserved: false, tokens: 0, nearLimit: false };
  return { ...ready, draft, reserved: true, tokens: reservation.tokens, nearLimit: reservation.nearLimit };
}

async function meet(ctx: Ctx, visitor: Visitor): Promise<Acquaintance> {
  const since = ctx.now();
  return { person: await describePerson(ctx, visitor.userId), user: await userHash(visitor), since };
}

/** Gives back what was got ready. */
export async function release(ctx: Ctx, { turnId, reserved }: Prepared): Promise<void> {
  if (reserved) await cancel(ctx, turnId);
}

export async function answer(ctx: Ctx, asking: Asking): Promise<Answered> {
  const answered = await make(ctx, asking);
  const meter = meterOf(ctx.env);
  const { ending, refusal, settlement } = answered;
  meter.add("assistantAnswers", [ending?.source ?? "none", ending?.finishReason ?? refusal?.code ?? "answer_failed"]);
  if (settlement) {
    meter.add("assistantTokens", ["input"], settlement.inputTokens);
    meter.add("assistantTokens", ["output"], settlement.outputTokens);
    meter.add("assistantCost", [], settlement.costMicros);
  }
  flushBeside(ctx);
  return answered;
}

async function make(ctx: Ctx, asking: Asking): Promise<Answered> {
  const { person, user } = asking.prepared?.acquaintance ?? (await meet(ctx, asking.visitor));
  if (ctx.config.assistant.model === null) return await fallBack(ctx, asking, person);
  const common = asking.history.length === 0 ? await commonOf(asking.question, person.locale) : null;
  const kept = common && (await recall(ctx, common));
  if (kept !== null) {
    asking.onPiece(kept);
    return free(asking, { source: "cache", finishReason: "stop", usage: NOTHING });
  }
  return await fromModels(ctx, asking, { person, user, common });
}

interface Knowledge {
  readonly person: Person;
  readonly user: string;
  readonly common: Common | null;
}

async function fromModels(ctx: Ctx, asking: Asking, { person, user, common }: Knowledge): Promise<Answered> {
  const transcript = common ? commonPrompt(common.locale) : draftFor(asking, person);
  transcript.add({ role: "user", content: asking.question });
  const result = await converse(ctx, { asking, transcript, tooled: common === null, user });
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

function draftFor({ prepared, history }: Asking, person: Person): Transcript {
  const draft = prepared?.draft;
  return draft?.history === history ? draft.transcript : personalPrompt(person.facts, history);
}

/** The embedded adviser's answer, which costs nothing. What was reserved is given back. */
async function fallBack(ctx: Ctx, asking: Asking, person: Person): Promise<Answered> {
  const text = await advise(ctx, { question: asking.question, person, propose: asking.onProposal });
  for (const piece of text.match(/[^.\n]+(?:[.\n]+|$)\s*/gu) ?? [text]) {
    if (asking.signal.aborted) break;
    asking.onPiece(piece);
  }
  const finishReason = asking.signal.aborted ? "stopped" : "stop";
  return free(asking, { source: "fallback", finishReason, usage: NOTHING });
}

function free(asking: Asking, ending: Ended): Answered {
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
