import { z } from "zod";
import type { Id } from "#kernel/ids";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { noteProgress } from "./repository.ts";
import { settle } from "./repository.usage.ts";

/** What an object tells the database about an answer: told until it has been taken, and taken once. */

const count = z.int().min(0);

const reportSchema = z.object({
  turnId: z.string(),
  conversationId: z.string(),
  messageCount: count,
  firstQuestion: z.string(),
  settlement: z
    .object({ inputTokens: count, outputTokens: count, costMicros: count, model: z.string().nullable() })
    .nullable(),
  at: count,
});

export type Report = Omit<z.infer<typeof reportSchema>, "conversationId"> & { readonly conversationId: Id<"conv"> };

export function writeReport(report: Report): string {
  return JSON.stringify(report);
}

const TITLE_LENGTH = 60;

/** A title out of the first question: its first line, cut at a word. */
export function titleOf(question: string): string {
  const line = (question.trim().split("\n")[0] ?? "").replaceAll(/\s+/g, " ").trim();
  const characters = Array.from(line);
  if (characters.length <= TITLE_LENGTH) return line;
  const cut = characters.slice(0, TITLE_LENGTH).join("");
  return `${cut.replace(/\s+\S*$/, "")}…`;
}

export async function deliverReport(ctx: Ctx, body: string): Promise<void> {
  await commit(ctx, takeReport(ctx, body));
}

/** What writes a report down. */
export function takeReport(ctx: Ctx, body: string): Statement[] {
  const { turnId, conversationId, messageCount, firstQuestion, settlement, at } = reportSchema.parse(JSON.parse(body));
  return [
    noteProgress(ctx, { conversationId, messageCount, title: titleOf(firstQuestion), at }),
    ...(settlement ? settle(ctx, turnId, settlement) : []),
  ];
}
