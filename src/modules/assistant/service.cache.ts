import { DAY, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { PROMPT_VERSION } from "./prompt.ts";
import * as repository from "./repository.answers.ts";
import { commonForm } from "./rules.common.ts";

/** Answers to common questions: found by the question's normal form, the locale and the version of the prompt. */

const KEPT_MS = 7 * DAY;

export interface Common {
  readonly key: string;
  readonly form: string;
  readonly locale: string;
}

/** The key of a question that anybody might ask; null for any other. */
export async function commonOf(question: string, locale: string): Promise<Common | null> {
  const form = commonForm(question);
  if (form === null) return null;
  return { form, locale, key: await sha256Hex(JSON.stringify([PROMPT_VERSION, locale, form])) };
}

/** The answer that is kept, and a mark that somebody looked. */
export async function recall(ctx: Ctx, { key }: Common): Promise<string | null> {
  const content = await repository.findAnswer(ctx, key);
  ctx.defer(commit(ctx, [repository.countLook(ctx, toDate(ctx.now()), content !== null)]));
  return content;
}

export async function keep(ctx: Ctx, { key, form }: Common, content: string): Promise<void> {
  await commit(ctx, [repository.keepAnswer(ctx, { key, question: form, content, expiresAt: ctx.now() + KEPT_MS })]);
}
