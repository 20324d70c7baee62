import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageQuery, timestamp } from "#platform/http/fields";
import type { CannedAnswer, Note } from "./repository.operators.ts";
import { presentRating, presentTicket, rating, ticket } from "./schemas.ts";
import type { DeskTicket } from "./service.operators.ts";

const operator = z.string().openapi({ example: "user_01k0gq2v9eft6tmd4y6n3k9b2x" });

export const queueQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(["open", "answered", "closed"]).optional(),
  assignedTo: z
    .string()
    .max(40)
    .optional()
    .openapi({ description: "An operator's id, `me`, or `nobody`.", example: "me" }),
});

export const deskTicket = ticket
  .extend({
    userId: operator,
    assignedTo: operator.nullable(),
    answeredAt: timestamp.nullable().openapi({ description: "When it was answered first." }),
    rating: rating.nullable(),
  })
  .openapi("DeskTicket");

export const note = z
  .object({ id: z.string(), authorId: operator, body: z.string(), at: timestamp })
  .openapi("TicketNote");

export const cannedAnswer = z
  .object({
    name: z.string().openapi({ example: "export-takes-a-minute" }),
    body: z.string(),
    updatedBy: operator,
    updatedAt: timestamp,
  })
  .openapi("CannedAnswer");

export const assignTicket = z.strictObject({ to: operator.max(40).optional() }).openapi("AssignTicket");

export const answerParams = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    .max(60)
    .openapi({ param: { name: "name", in: "path" }, example: "export-takes-a-minute" }),
});

export function presentDeskTicket(row: DeskTicket): z.infer<typeof deskTicket> {
  return {
    ...presentTicket(row),
    userId: row.userId,
    assignedTo: row.assignedTo,
    answeredAt: row.answeredAt === null ? null : toTimestamp(row.answeredAt),
    rating: row.rating && presentRating(row.rating),
  };
}

export function presentNote({ id, authorId, body, at }: Note): z.infer<typeof note> {
  return { id, authorId, body, at: toTimestamp(at) };
}

export function presentCannedAnswer({ name, body, updatedBy, updatedAt }: CannedAnswer): z.infer<typeof cannedAnswer> {
  return { name, body, updatedBy, updatedAt: toTimestamp(updatedAt) };
}
