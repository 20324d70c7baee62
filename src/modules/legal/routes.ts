import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { customerOf } from "#platform/http/access";
import { jsonAnswer, jsonBody, timestamp } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { DOCUMENT_NAMES } from "./rules.ts";
import type { Consents } from "./service.ts";
import * as service from "./service.ts";

const document = z.enum(DOCUMENT_NAMES);
const consents = z
  .object({
    accepted: z.array(
      z.object({ document, version: z.string().openapi({ example: "2026-11-21" }), acceptedAt: timestamp }),
    ),
    outstanding: z.array(document).openapi({ description: "Documents whose present version is not accepted yet." }),
  })
  .openapi("Consents");
const acceptDocumentBody = z
  .strictObject({
    document,
    version: z.string().max(20).openapi({ description: "The version that was read.", example: "2026-11-21" }),
  })
  .openapi("AcceptDocument");

function present({ accepted, outstanding }: Consents): z.infer<typeof consents> {
  return {
    accepted: accepted.map((row) => ({ ...row, acceptedAt: toTimestamp(row.acceptedAt) })),
    outstanding: [...outstanding],
  };
}

const getConsents = defineRoute(
  { operation: "getConsents", access: signedIn(null), limit: "read" },
  {
    method: "get",
    path: "/me/consents",
    tags: ["Privacy"],
    summary: "What I have accepted, and what I am asked for",
    responses: { 200: jsonAnswer("Documents and versions.", consents) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(present(await service.getConsents(ctx, customerOf(ctx))), 200);
  },
);

const acceptDocument = defineRoute(
  { operation: "acceptDocument", access: signedIn(null), limit: "write" },
  {
    method: "post",
    path: "/me/consents",
    tags: ["Privacy"],
    summary: "Accept the present version of a document",
    request: { body: jsonBody(acceptDocumentBody) },
    responses: { 200: jsonAnswer("Documents and versions.", consents) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const input = { userId: customerOf(ctx), ...c.req.valid("json") };
    return c.json(present(await service.acceptDocument(ctx, input)), 200);
  },
);

export const routes = [getConsents, acceptDocument] as const;
