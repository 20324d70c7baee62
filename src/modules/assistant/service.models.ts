import type { ChatCompletionTool } from "openai/resources/chat/completions";
import { admit, CLOSED, fail, succeed } from "#platform/ai/breaker";
import type { Breaker } from "#platform/ai/breaker";
import { callModel } from "#platform/ai/model";
import type { ModelOutcome } from "#platform/ai/outcome";
import type { Transcript } from "#platform/ai/transcript";
import type { Ctx } from "#platform/ctx";

/** Asks the models in their order: the next one only where the one before said nothing. */

/** How each model has fared in this isolate. A cache: another isolate finds out by itself. */
const breakers = new WeakMap<Env, Map<string, Breaker>>();

function breakersOf(env: Env): Map<string, Breaker> {
  const known = breakers.get(env) ?? new Map<string, Breaker>();
  breakers.set(env, known);
  return known;
}

/** A service bound as `MODELS` carries the calls: a server in a private network, or another Worker. */
function carrierOf(env: Env & { readonly MODELS?: Fetcher }): Fetcher | null {
  return env.MODELS ?? null;
}

export interface Question {
  readonly messages: Transcript;
  readonly tools: readonly ChatCompletionTool[];
  readonly maxOutputTokens: number;
  readonly user: string;
  readonly signal: AbortSignal;
  readonly onPiece: (text: string) => void;
}

export interface Reply {
  readonly model: string;
  readonly outcome: ModelOutcome;
  /** Models that had begun before and said nothing: what they were asked may be charged. */
  readonly lost: readonly string[];
}

/** Null when no model can be asked right now. */
export async function askModels(ctx: Ctx, question: Question): Promise<Reply | null> {
  const config = ctx.config.assistant.model;
  if (!config) return null;
  const lost: string[] = [];
  let last: Reply | null = null;
  for (const model of config.names) {
    const outcome = await askOne(ctx, model, question);
    if (!outcome) continue;
    last = { model, outcome, lost: [...lost] };
    if (outcome.state === "ended" || outcome.state === "stopped") return last;
    if (outcome.state === "broken") {
      if (outcome.text !== "") return last;
      lost.push(model);
    }
    ctx.log.warn("A model did not answer.", { model, reason: outcome.reason });
  }
  return last && { ...last, lost };
}

async function askOne(ctx: Ctx, model: string, question: Question): Promise<ModelOutcome | null> {
  const config = ctx.config.assistant.model;
  const known = breakersOf(ctx.env);
  const { admitted, breaker } = admit(known.get(model) ?? CLOSED, Date.now());
  if (!config || !admitted) return null;
  known.set(model, breaker);
  const outcome = await callModel(config, { ...question, model, carrier: carrierOf(ctx.env) });
  known.set(model, judge(known.get(model) ?? CLOSED, outcome));
  return outcome;
}

/** What a call says about its vendor. A call that its person has stopped says nothing; a request that is wrong is our fault. */
function judge(breaker: Breaker, outcome: ModelOutcome): Breaker {
  if (outcome.state === "ended") return succeed();
  if (outcome.state === "stopped") return { ...breaker, probeUntil: 0 };
  if (outcome.state === "refused" && !outcome.transient) return fail(breaker, Date.now(), null);
  return fail(breaker, Date.now(), outcome.state === "refused" ? outcome.retryAfterMs : null);
}
