import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { textField, timestamp } from "#platform/http/fields";
import type { Rating } from "./repository.operators.ts";
import type { Article, Ticket } from "./repository.ts";

export const articleSummary = z
  .object({
    slug: z.string().openapi({ example: "keep-your-account-safe" }),
    title: z.string().openapi({ example: "Keep your account safe" }),
    summary: z.string(),
    topic: z.string().openapi({ example: "Account" }),
    updatedAt: timestamp,
  })
  .openapi("ArticleSummary");

export const article = articleSummary
  .extend({ body: z.string().openapi({ description: "Markdown." }) })
  .openapi("Article");

export const message = z
  .object({
    author: z.enum(["customer", "support", "bourse"]).openapi({ description: "`bourse` is an automatic message." }),
    body: z.string(),
    at: timestamp,
  })
  .openapi("TicketMessage");

export const ticket = z
  .object({
    id: z.string().openapi({ example: "tkt_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    subject: z.string().openapi({ example: "My export does not arrive" }),
    status: z.enum(["open", "answered", "closed"]),
    priority: z
      .enum(["low", "normal", "high", "urgent"])
      .openapi({ description: "Follows from the plan's support level." }),
    respondBy: timestamp,
    messages: z.array(message),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Ticket");

export const createTicket = z
  .strictObject({
    subject: textField(200).openapi({ example: "My export does not arrive" }),
    body: textField(10_000).openapi({ example: "I asked for it yesterday." }),
  })
  .openapi("CreateTicket");

export const addMessage = z
  .strictObject({ body: textField(10_000).openapi({ example: "It has arrived, thank you." }) })
  .openapi("AddMessage");

export const rating = z
  .object({
    stars: z.int().openapi({ example: 5 }),
    comment: z.string().nullable(),
    at: timestamp,
  })
  .openapi("TicketRating");

export const rateTicket = z
  .strictObject({
    stars: z.int().min(1).max(5).openapi({ example: 5 }),
    comment: textField(2_000).nullable().default(null),
  })
  .openapi("RateTicket");

export const articleSlug = z
  .string()
  .max(100)
  .openapi({ param: { name: "slug", in: "path" }, example: "keep-your-account-safe" });

export function presentSummary({ slug, title, summary, topic, updatedAt }: Article): z.infer<typeof articleSummary> {
  return { slug, title, summary, topic, updatedAt: toTimestamp(updatedAt) };
}

export function presentArticle(row: Article): z.infer<typeof article> {
  return { ...presentSummary(row), body: row.body };
}

export function presentTicket(row: Ticket): z.infer<typeof ticket> {
  return {
    id: row.id,
    subject: row.subject,
    status: row.status,
    priority: row.priority,
    respondBy: toTimestamp(row.respondBy),
    messages: row.messages.map(({ author, body, at }) => ({ author, body, at: toTimestamp(at) })),
    createdAt: toTimestamp(row.createdAt),
    updatedAt: toTimestamp(row.updatedAt),
  };
}

export function presentRating({ stars, comment, at }: Omit<Rating, "ticketId">): z.infer<typeof rating> {
  return { stars, comment, at: toTimestamp(at) };
}
