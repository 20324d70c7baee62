import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { textField, timestamp } from "#platform/http/fields";
import type { Document } from "./repository.ts";
import type { Verification } from "./service.ts";
import { DOCUMENT_KINDS } from "./tables.ts";

export const kind = z.enum(DOCUMENT_KINDS).openapi({ example: "passport" });

export const document = z
  .object({
    id: z.string().openapi({ example: "file_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    kind,
    contentType: z.string().openapi({ example: "image/jpeg" }),
    bytes: z.int(),
    kept: z.boolean().openapi({ description: "Whether the file is still there." }),
    createdAt: timestamp,
    deleteAt: timestamp.nullable().openapi({ description: "When the file is deleted; null before anybody decided." }),
  })
  .openapi("VerificationDocument");

export const waitingDocument = document
  .extend({ userId: z.string().openapi({ example: "user_01k0gq2v9eft6tmd4y6n3k9b2x" }) })
  .openapi("WaitingDocument");

export const verification = z
  .object({
    userId: z.string().openapi({ example: "user_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    tier: z.int().min(0).max(2).openapi({
      description: "0 nothing shown, 1 identity, 2 identity and address. Limits follow from it.",
      example: 1,
    }),
    documents: z.array(document),
  })
  .openapi("Verification");

export const setTier = z
  .strictObject({
    tier: z.union([z.literal(0), z.literal(1), z.literal(2)]).openapi({ example: 1 }),
    reason: textField(500).optional().openapi({ example: "Passport seen, name agrees." }),
  })
  .openapi("SetTier");

export function presentDocument(row: Document): z.infer<typeof document> {
  const { id, kind: what, contentType, bytes, sealedKey, createdAt, deleteAt } = row;
  return {
    id,
    kind: what,
    contentType,
    bytes,
    kept: sealedKey !== null,
    createdAt: toTimestamp(createdAt),
    deleteAt: deleteAt === null ? null : toTimestamp(deleteAt),
  };
}

export function presentWaiting(row: Document): z.infer<typeof waitingDocument> {
  return { ...presentDocument(row), userId: row.userId };
}

export function presentVerification({ userId, tier, documents }: Verification): z.infer<typeof verification> {
  return { userId, tier, documents: documents.map(presentDocument) };
}
