import { TOOLS } from "#modules/adviser";
import type { FinishReason } from "#objects/chat-session";
import type { ModelOutcome } from "#platform/ai/outcome";
import type { Transcript } from "#platform/ai/transcript";
import type { Ctx } from "#platform/ctx";
import { dearest } from "./prices.ts";
import type { Counted } from "./rules.allowance.ts";
import { believe, estimateBytes, estimateTokens, MAX_OUTPUT_TOKENS, TURN_MS, withRoom } from "./rules.allowance.ts";
import type { Reservation, Settlement } from "./service.allowance.ts";
import { price, reserve, reserveMore } from "./service.allowance.ts";
import type { Asking } from "./turn.ts";
import type { Reply } from "./service.models.ts";
import { askModels } from "./service.models.ts";
import { runTool, TOOL_SPECS } from "./service.tools.ts";

/** A model's answer with its rounds of tools. Each round is reserved before it is asked; the last one has no tools. */

const MAX_ROUNDS = 8;

export interface Conversing {
  readonly asking: Asking;
  /** With the question at its end; what models and tools say is added to it. */
  readonly transcript: Transcript;
  readonly tooled: boolean;
  readonly user: string;
}

export type Conversed =
  | {
      readonly state: "answered";
      readonly finishReason: FinishReason;
      readonly settlement: Settlement;
      readonly nearLimit: boolean;
      readonly text: string;
    }
  /** Nothing was said, and nothing can be: the person's allowance is used up. */
  | { readonly state: "used_up"; readonly retryAfterSeconds: number; readonly settlement: Settlement | null }
  /** Nothing was said. */
  | { readonly state: "silent"; readonly settlement: Settlement | null };

/** What a conversation has come to so far. */
interface Account {
  readonly transcript: Transcript;
  reservedTokens: number;
  reserved: boolean;
  nearLimit: boolean;
  text: string;
  costMicros: number;
  inputTokens: number;
  outputTokens: number;
  model: string | null;
}

export async function converse(ctx: Ctx, conversing: Conversing): Promise<Conversed> {
  const { prepared } = conversing.asking;
  const account: Account = {
    transcript: conversing.transcript,
    reservedTokens: prepared?.reserved === true ? prepared.tokens : 0,
    reserved: prepared?.reserved ?? false,
    nearLimit: prepared?.nearLimit ?? false,
    text: "",
    costMicros: 0,
    inputTokens: 0,
    outputTokens: 0,
    model: null,
  };
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const over = await ask(ctx, conversing, { account, last: round === MAX_ROUNDS });
    if (over) return over;
  }
  return conclude(account, "length");
}

interface Round {
  readonly account: Account;
  readonly last: boolean;
}

/** One round; null when another one is to follow. */
async function ask(ctx: Ctx, conversing: Conversing, { account, last }: Round): Promise<Conversed | null> {
  const { asking } = conversing;
  const tools = conversing.tooled && !last ? TOOL_SPECS : [];
  const tooled = tools.length > 0;
  const inputBytes = bytesOf(account.transcript, tooled);
  const refused = await cover(ctx, asking, { account, inputTokens: estimateInput(account.transcript, tooled) });
  if (refused) return refused;
  const reply = await askModels(ctx, {
    messages: account.transcript,
    tools,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    user: conversing.user,
    signal: asking.signal,
    onPiece: (text) => {
      account.text += text;
      asking.onPiece(text);
    },
  });
  if (!reply) return silentOr(account, "interrupted");
  enter(ctx, account, { reply, inputBytes });
  return await follow(ctx, asking, { account, last, outcome: reply.outcome });
}

/** What follows from what a model has said. */
async function follow(
  ctx: Ctx,
  asking: Asking,
  { account, last, outcome }: Round & { readonly outcome: ModelOutcome },
): Promise<Conversed | null> {
  if (outcome.state === "stopped") return conclude(account, "stopped");
  if (outcome.state !== "ended") return silentOr(account, "interrupted");
  if (outcome.toolCalls.length === 0 || last)
    return conclude(account, outcome.finishReason === "tool_calls" ? "stop" : outcome.finishReason);
  await useTools(ctx, asking, { account, outcome });
  return asking.signal.aborted ? conclude(account, "stopped") : null;
}

const TOOLS_BYTES = new TextEncoder().encode(
  JSON.stringify(TOOLS.map(({ name, description, parameters }) => ({ name, description, parameters }))),
).byteLength;

function bytesOf(transcript: Transcript, tooled: boolean): number {
  return transcript.bytes + (tooled ? TOOLS_BYTES : 0);
}

/** How many tokens a call is to be reserved for, its answer aside. */
export function estimateInput(transcript: Transcript, tooled: boolean): number {
  return withRoom(estimateBytes(bytesOf(transcript, tooled)));
}

/** Sees to it that what is reserved covers another round. */
async function cover(
  ctx: Ctx,
  asking: Asking,
  { account, inputTokens }: { readonly account: Account; readonly inputTokens: number },
): Promise<Conversed | null> {
  const spent = account.inputTokens + account.outputTokens;
  const missing = spent + inputTokens + MAX_OUTPUT_TOKENS - account.reservedTokens;
  if (missing <= 0) return null;
  const outputTokens = Math.min(MAX_OUTPUT_TOKENS, missing);
  const take = account.reserved ? reserveMore : reserve;
  const reservation: Reservation = await take(ctx, {
    turnId: asking.turnId,
    userId: asking.visitor.userId,
    model: dearest(ctx.config.assistant.model?.names ?? []),
    inputTokens: missing - outputTokens,
    outputTokens,
    expiresAt: ctx.now() + TURN_MS,
  });
  if (reservation.state === "reserved") {
    account.reserved = true;
    account.reservedTokens += reservation.tokens;
    account.nearLimit = reservation.nearLimit;
    return null;
  }
  if (account.text !== "") return conclude(account, "length");
  if (reservation.state === "capped") return { state: "silent", settlement: settlementOf(account) };
  const { retryAfterSeconds } = reservation;
  return { state: "used_up", retryAfterSeconds, settlement: settlementOf(account) };
}

/** Enters what a round has cost. A call that may have begun and said nothing is charged for what it was asked. */
function enter(
  ctx: Ctx,
  account: Account,
  { reply, inputBytes }: { readonly reply: Reply; readonly inputBytes: number },
): void {
  for (const model of reply.lost) account.costMicros += price(ctx, model, countOf(inputBytes, "")).costMicros;
  const counted = countedOf(reply.outcome, inputBytes);
  if (!counted) return;
  const { costMicros } = price(ctx, reply.model, counted);
  account.model = reply.model;
  account.costMicros += costMicros;
  account.inputTokens += counted.inputTokens;
  account.outputTokens += counted.outputTokens;
}

function countOf(inputBytes: number, output: string): Counted {
  return { inputTokens: estimateBytes(inputBytes), outputTokens: estimateTokens(output), cachedTokens: 0 };
}

/** What a call counts for; null for one that was refused, or that said nothing and is entered as lost. */
function countedOf(outcome: ModelOutcome, inputBytes: number): Counted | null {
  if (outcome.state === "refused") return null;
  if (outcome.state !== "ended") return outcome.text === "" ? null : countOf(inputBytes, outcome.text);
  const written = outcome.text + outcome.toolCalls.map((call) => call.name + call.input).join("");
  return believe(outcome.usage, {
    inputBytes,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    estimate: countOf(inputBytes, written),
  });
}

async function useTools(
  ctx: Ctx,
  asking: Asking,
  { account, outcome }: { readonly account: Account; readonly outcome: Extract<ModelOutcome, { state: "ended" }> },
): Promise<void> {
  account.transcript.add({
    role: "assistant",
    content: outcome.text === "" ? null : outcome.text,
    tool_calls: outcome.toolCalls.map(({ id, name, input }) => ({
      id,
      type: "function",
      function: { name, arguments: input },
    })),
  });
  for (const call of outcome.toolCalls)
    account.transcript.add({ role: "tool", tool_call_id: call.id, content: await runTool(ctx, asking, call) });
}

function settlementOf(account: Account): Settlement | null {
  if (!account.reserved) return null;
  const { inputTokens, outputTokens, costMicros, model } = account;
  return { inputTokens, outputTokens, costMicros, model };
}

function conclude(account: Account, finishReason: FinishReason): Conversed {
  const { text, nearLimit } = account;
  const settlement = settlementOf(account) ?? { inputTokens: 0, outputTokens: 0, costMicros: 0, model: null };
  return { state: "answered", finishReason, settlement, nearLimit, text };
}

/** Where something was said the answer ends as it stands; where nothing was, somebody else answers. */
function silentOr(account: Account, finishReason: FinishReason): Conversed {
  if (account.text !== "") return conclude(account, finishReason);
  return { state: "silent", settlement: settlementOf(account) };
}
