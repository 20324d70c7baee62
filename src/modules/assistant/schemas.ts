import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import type { ChatMessage } from "#objects/chat-session";
import { pageOf, textField, timestamp } from "#platform/http/fields";
import type { Conversation } from "./repository.ts";
import type { Period, UsageOverview } from "./service.allowance.ts";

const titleField = textField(120).openapi({ example: "Saving for a house" });

export const conversation = z
  .object({
    id: z.string().openapi({ example: "conv_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    title: z.string().openapi({ description: "The beginning of the first question, until its owner names it." }),
    createdAt: timestamp,
    updatedAt: timestamp,
    messageCount: z.int(),
  })
  .openapi("Conversation");

export const conversationPage = pageOf(conversation).openapi("ConversationPage");
export const createConversation = z.strictObject({ title: titleField.optional() }).openapi("CreateConversation");
export const updateConversation = z.strictObject({ title: titleField }).openapi("UpdateConversation");

const cost = z
  .object({
    amount: z.string().openapi({ description: "To a millionth.", example: "0.000045" }),
    asset: z.literal("USD"),
  })
  .openapi("AssistantCost");

export const message = z
  .object({
    id: z.string().openapi({ example: "msg_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    role: z.enum(["user", "assistant"]),
    content: z.string(),
    source: z
      .enum(["model", "cache", "fallback"])
      .nullable()
      .openapi({ description: "Who has answered: a model, the answers to common questions, or the embedded adviser." }),
    finishReason: z
      .enum(["stop", "length", "content_filter", "stopped", "interrupted"])
      .nullable()
      .openapi({ description: "How an answer ended; one that was interrupted can be made anew." }),
    usage: z.object({ inputTokens: z.int(), outputTokens: z.int(), cost }).nullable(),
    createdAt: timestamp,
  })
  .openapi("ChatMessage");

export const messagePage = pageOf(message).openapi("ChatMessagePage");

export const createTicket = z
  .strictObject({
    conversationId: z.string().max(100).optional().openapi({
      description: "Left out, the address may name one; without either, a new one begins.",
      example: "conv_01k0gq2v9eft6tmd4y6n3k9b2x",
    }),
  })
  .openapi("CreateChatTicket");

export const ticket = z
  .object({
    token: z.string(),
    url: z.string().openapi({ example: "wss://bourse.example.com/ws/chat?token=eyJ…" }),
    expiresIn: z.literal(60).openapi({ description: "Seconds. It opens one socket." }),
  })
  .openapi("ChatTicket");

const period = z
  .object({
    period: z.string().openapi({ example: "2026-11" }),
    tokensUsed: z.int(),
    tokensReserved: z.int().openapi({ description: "Held for answers that are under way." }),
    tokensAllowed: z.int(),
    nearLimit: z.boolean().openapi({ description: "Four fifths are used." }),
    cost,
    resetsAt: timestamp,
  })
  .openapi("AssistantPeriod");

export const usage = z.object({ month: period, day: period }).openapi("AssistantUsage");

export function presentConversation(row: Conversation): z.infer<typeof conversation> {
  const { id, title, messageCount, createdAt, updatedAt } = row;
  return { id, title, messageCount, createdAt: toTimestamp(createdAt), updatedAt: toTimestamp(updatedAt) };
}

export function presentMessage(row: ChatMessage): z.infer<typeof message> {
  const { id, role, content, source, finishReason, usage: used, createdAt } = row;
  return {
    id,
    role,
    content,
    source,
    finishReason,
    usage: used && {
      inputTokens: used.inputTokens,
      outputTokens: used.outputTokens,
      cost: presentCost(used.costMicros),
    },
    createdAt: toTimestamp(createdAt),
  };
}

export function presentUsage({ month, day }: UsageOverview): z.infer<typeof usage> {
  return { month: presentPeriod(month), day: presentPeriod(day) };
}

function presentPeriod(of: Period): z.infer<typeof period> {
  return {
    period: of.period,
    tokensUsed: of.used,
    tokensReserved: of.reserved,
    tokensAllowed: of.limit,
    nearLimit: of.nearLimit,
    cost: presentCost(of.costMicros),
    resetsAt: toTimestamp(of.resetsAt),
  };
}

function presentCost(micros: number): z.infer<typeof cost> {
  const digits = String(micros).padStart(7, "0");
  return { amount: `${digits.slice(0, -6)}.${digits.slice(-6)}`, asset: "USD" };
}
