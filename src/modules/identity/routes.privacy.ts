import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { idParam, jsonAnswer, jsonBody, timestamp } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { stepUp, toStepUp } from "./schemas.mfa.ts";
import * as service from "./service.privacy.ts";

const tag = { tags: ["Privacy"] as [string] };

const exportJob = z
  .object({
    id: z.string().openapi({ example: "file_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    status: z.enum(["pending", "ready", "failed"]),
  })
  .openapi("ExportJob");
const exportState = exportJob
  .extend({ downloadUrl: z.string().nullable().openapi({ description: "Good for ten minutes." }) })
  .openapi("ExportState");
const deletion = z.object({ status: z.literal("deleting"), deletionDueAt: timestamp }).openapi("AccountDeletion");

const createExport = defineRoute(
  { operation: "createExport", access: signedIn(null), limit: "costly" },
  {
    ...tag,
    method: "post",
    path: "/me/export",
    summary: "Ask for everything that is kept of you",
    description: "Needs a session that was begun or raised within five minutes. A mail says when the file is ready.",
    responses: { 202: jsonAnswer("The file is being written.", exportJob) },
  },
  async (c) => {
    const { id, status } = await service.createExport(c.get("ctx"), undefined);
    return c.json({ id, status }, 202);
  },
);

const getExport = defineRoute(
  { operation: "getExport", access: signedIn(null), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/me/exports/{id}",
    summary: "Whether a file is ready, and where it is",
    request: { params: z.object({ id: idParam("file") }) },
    responses: { 200: jsonAnswer("The file's state.", exportState) },
  },
  async (c) => c.json(await service.getExport(c.get("ctx"), c.req.valid("param").id), 200),
);

const deleteAccount = defineRoute(
  { operation: "deleteAccount", access: signedIn(null), limit: "auth" },
  {
    ...tag,
    method: "delete",
    path: "/me",
    summary: "Delete your account",
    description:
      "All sessions and keys end at once; everything of you is erased after 14 days, unless you sign in before. What the law makes us keep is kept without you.",
    request: { body: jsonBody(stepUp) },
    responses: {
      202: jsonAnswer("The deletion is scheduled.", deletion),
      409: { description: "Money is still at stake; the code says where." },
    },
  },
  async (c) => {
    const dueAt = await service.deleteAccount(c.get("ctx"), toStepUp(c.req.valid("json")));
    return c.json({ status: "deleting" as const, deletionDueAt: toTimestamp(dueAt) }, 202);
  },
);

export const privacyRoutes = [createExport, getExport, deleteAccount] as const;
