import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { customerOf } from "#platform/http/access";
import { readBytes } from "#platform/http/body";
import { idParam, jsonAnswer, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators, signedIn } from "#platform/http/route";
import { UPLOAD_TYPES } from "#platform/uploads";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

const LIMIT_BYTES = 8 * 1024 * 1024;
const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });
const userParams = z.object({ id: idParam("user") });
const binary = { schema: z.string().openapi({ format: "binary" }) };
const files = { "image/png": binary, "image/jpeg": binary, "application/pdf": binary };
const standing = (description: string) => ({ 200: { description, content: json(schemas.verification) } });
const admin = { tags: ["Administration"] as [string] };

const getVerification = defineRoute(
  { operation: "getVerification", access: signedIn("account:read"), limit: "read" },
  {
    tags: ["Verification"],
    method: "get",
    path: "/me/verification",
    summary: "Your tier and the documents that you have shown",
    responses: standing("Where you stand."),
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentVerification(await service.readVerification(ctx, customerOf(ctx))), 200);
  },
);

const createDocument = defineRoute(
  { operation: "createVerificationDocument", access: signedIn(null), limit: "costly" },
  {
    tags: ["Verification"],
    method: "post",
    path: "/me/verification/documents",
    summary: "Show a document",
    description:
      "PNG, JPEG or PDF up to 8 MiB; what counts is what the bytes are. It is kept encrypted, seen by operators alone, and deleted some time after they have decided.",
    request: {
      query: z.strictObject({ kind: schemas.kind }),
      body: { required: true, content: files },
    },
    responses: {
      201: { description: "It is kept.", content: json(schemas.document) },
      409: { description: "There are as many documents as an account may have." },
    },
  },
  async (c) => {
    const bytes = await readBytes(c.req.raw, LIMIT_BYTES);
    const document = await service.createDocument(c.get("ctx"), { kind: c.req.valid("query").kind, bytes });
    return c.json(schemas.presentDocument(document), 201);
  },
);

const viewVerification = defineRoute(
  { operation: "viewVerification", access: operators("support", "admin"), limit: "read" },
  {
    ...admin,
    method: "get",
    path: "/admin/users/{id}/verification",
    summary: "Somebody's tier and documents",
    request: { params: userParams },
    responses: standing("Where they stand."),
  },
  async (c) => {
    const { id } = c.req.valid("param");
    return c.json(schemas.presentVerification(await service.viewVerification(c.get("ctx"), id)), 200);
  },
);

const setUserTier = defineRoute(
  { operation: "setUserTier", access: operators("admin"), limit: "write" },
  {
    ...admin,
    method: "post",
    path: "/admin/users/{id}/tier",
    summary: "Set somebody's verification tier",
    description: "From then on the retention time of the documents runs.",
    request: { params: userParams, body: { required: true, content: json(schemas.setTier) } },
    responses: {
      ...standing("The tier is set."),
      409: { description: "Operators cannot set their own tier." },
    },
  },
  async (c) => {
    const { tier, reason } = c.req.valid("json");
    const input = { userId: c.req.valid("param").id, tier, reason: reason ?? "" };
    return c.json(schemas.presentVerification(await service.setTier(c.get("ctx"), input)), 200);
  },
);

const listWaiting = defineRoute(
  { operation: "listWaitingDocuments", access: operators("support", "admin"), limit: "read" },
  {
    ...admin,
    method: "get",
    path: "/admin/verification-documents",
    summary: "Documents that wait for a decision, the oldest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.waitingDocument).openapi("WaitingDocumentPage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("file", position));
    return c.json(presentPage(await service.listWaiting(c.get("ctx"), request), schemas.presentWaiting), 200);
  },
);

const viewDocument = defineRoute(
  { operation: "viewVerificationDocument", access: operators("admin"), limit: "costly" },
  {
    ...admin,
    method: "get",
    path: "/admin/verification-documents/{id}",
    summary: "Look at a document",
    description: "Looking at it is written to the audit.",
    request: { params: z.object({ id: idParam("file") }) },
    responses: { 200: { description: "The document.", content: files } },
  },
  async (c) => {
    const { document, bytes } = await service.openDocument(c.get("ctx"), c.req.valid("param").id);
    const ending = UPLOAD_TYPES[document.contentType as keyof typeof UPLOAD_TYPES];
    return c.body(bytes, 200, {
      "Content-Type": document.contentType,
      "Content-Disposition": `attachment; filename="${document.id}.${ending}"`,
    });
  },
);

export const routes = [
  getVerification,
  createDocument,
  viewVerification,
  setUserTier,
  listWaiting,
  viewDocument,
] as const;
