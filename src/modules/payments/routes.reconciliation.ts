import { z } from "@hono/zod-openapi";
import { idParam } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.reconciliation.ts";
import * as service from "./service.reconciliation.ts";

const tags: [string] = ["Administration"];

const getReconciliation = defineRoute(
  { operation: "getReconciliation", access: operators("support", "admin"), limit: "costly", duringMaintenance: true },
  {
    method: "get",
    path: "/admin/reconciliation",
    tags,
    summary: "How the books and the payment gateways stand to each other",
    responses: {
      200: {
        description: "The audit of the books, when each gateway was compared, and what does not agree.",
        content: { "application/json": { schema: schemas.reconciliation } },
      },
    },
  },
  async (c) => c.json(schemas.presentReconciliation(await service.getReconciliation(c.get("ctx"))), 200),
);

const requestReconciliation = defineRoute(
  { operation: "requestReconciliation", access: operators("admin"), limit: "costly" },
  {
    method: "post",
    path: "/admin/reconciliation",
    tags,
    summary: "Compare the payment gateways now",
    responses: { 202: { description: "It is done as soon as the queue comes to it." } },
  },
  async (c) => {
    await service.requestReconciliation(c.get("ctx"), undefined);
    return c.body(null, 202);
  },
);

const resolveDifference = defineRoute(
  { operation: "resolveDifference", access: operators("admin"), limit: "write" },
  {
    method: "post",
    path: "/admin/reconciliation/differences/{id}/resolve",
    tags,
    summary: "Say that a difference was dealt with",
    request: {
      params: z.object({ id: idParam("diff") }),
      body: { required: true, content: { "application/json": { schema: schemas.resolveDifference } } },
    },
    responses: {
      200: {
        description: "The difference, settled. Should it be met again, it stands there again.",
        content: { "application/json": { schema: schemas.difference } },
      },
      409: { description: "It is settled already." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const input = { id: c.req.valid("param").id, reason: c.req.valid("json").reason };
    return c.json(schemas.presentDifference(await service.resolveDifference(ctx, input), ctx.now()), 200);
  },
);

export const reconciliationRoutes = [getReconciliation, requestReconciliation, resolveDifference] as const;
