import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as deliveries from "./service.deliveries.ts";
import * as service from "./service.ts";

const read = { access: signedIn("webhooks:read"), limit: "read" } as const;
const write = { access: signedIn("webhooks:write"), limit: "write" } as const;
const tag = { tags: ["Webhooks"] as [string] };
const params = z.object({ id: idParam("webhook") });
const query = z.strictObject(pageQuery);
const disabled = { description: "The webhook is switched off." };

const listWebhooks = defineRoute(
  { operation: "listWebhooks", ...read },
  {
    ...tag,
    method: "get",
    path: "/webhooks",
    summary: "Your webhooks, newest first",
    request: { query },
    responses: { 200: jsonAnswer("A page of them, without their secrets.", schemas.webhookPage) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (at) => isId("webhook", at));
    const page = await service.listEndpoints(c.get("ctx"), request);
    return c.json(presentPage(page, schemas.presentWebhook), 200);
  },
);

const createWebhook = defineRoute(
  { operation: "createWebhook", ...write },
  {
    ...tag,
    method: "post",
    path: "/webhooks",
    summary: "Have things told to an endpoint of yours",
    description:
      "Calls carry `webhook-id`, `webhook-timestamp` and `webhook-signature` as Standard Webhooks describes; verify them with any of its libraries. A call that is not answered by a 2xx within ten seconds is repeated seven times over 28 hours, under the same id.",
    request: { body: jsonBody(schemas.createWebhook) },
    responses: {
      201: jsonAnswer("The webhook, with its secret, which is not shown again.", schemas.newWebhook),
      402: { description: "The plan has no more of them." },
    },
  },
  async (c) => c.json(schemas.presentNew(await service.createEndpoint(c.get("ctx"), c.req.valid("json"))), 201),
);

const getWebhook = defineRoute(
  { operation: "getWebhook", ...read },
  {
    ...tag,
    method: "get",
    path: "/webhooks/{id}",
    summary: "One of your webhooks",
    request: { params },
    responses: { 200: jsonAnswer("The webhook, without its secret.", schemas.webhook) },
  },
  async (c) => c.json(schemas.presentWebhook(await service.getEndpoint(c.get("ctx"), c.req.valid("param").id)), 200),
);

const updateWebhook = defineRoute(
  { operation: "updateWebhook", ...write },
  {
    ...tag,
    method: "patch",
    path: "/webhooks/{id}",
    summary: "Change a webhook, switch it off or on again",
    request: { params, body: jsonBody(schemas.updateWebhook) },
    responses: { 200: jsonAnswer("The webhook.", schemas.webhook) },
  },
  async (c) => {
    const change = { ...c.req.valid("json"), id: c.req.valid("param").id };
    return c.json(schemas.presentWebhook(await service.updateEndpoint(c.get("ctx"), change)), 200);
  },
);

const deleteWebhook = defineRoute(
  { operation: "deleteWebhook", ...write },
  {
    ...tag,
    method: "delete",
    path: "/webhooks/{id}",
    summary: "Delete a webhook with its deliveries",
    request: { params },
    responses: { 204: { description: "It is gone; what was on its way to it is dropped." } },
  },
  async (c) => {
    await service.deleteEndpoint(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const rotateWebhookSecret = defineRoute(
  { operation: "rotateWebhookSecret", ...write },
  {
    ...tag,
    method: "post",
    path: "/webhooks/{id}/rotate",
    summary: "Make a new secret",
    description: "For a day calls are signed with both, the new one first.",
    request: { params },
    responses: { 200: jsonAnswer("The webhook, with its new secret, which is not shown again.", schemas.newWebhook) },
  },
  async (c) => c.json(schemas.presentNew(await service.rotateSecret(c.get("ctx"), c.req.valid("param").id)), 200),
);

const testWebhook = defineRoute(
  { operation: "testWebhook", ...write },
  {
    ...tag,
    method: "post",
    path: "/webhooks/{id}/test",
    summary: "Send a webhook something to try it with",
    request: { params },
    responses: { 202: jsonAnswer("The delivery, on its way.", schemas.delivery), 409: disabled },
  },
  async (c) =>
    c.json(schemas.presentDelivery(await deliveries.testEndpoint(c.get("ctx"), c.req.valid("param").id)), 202),
);

const listDeliveries = defineRoute(
  { operation: "listWebhookDeliveries", ...read },
  {
    ...tag,
    method: "get",
    path: "/webhooks/{id}/deliveries",
    summary: "What was sent to a webhook in the last 30 days, newest first",
    request: { params, query },
    responses: { 200: jsonAnswer("A page of them, each with all its tries.", schemas.deliveryPage) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (at) => isId("delivery", at));
    const page = await deliveries.listDeliveries(c.get("ctx"), c.req.valid("param").id, request);
    return c.json(presentPage(page, schemas.presentDelivery), 200);
  },
);

const redeliver = defineRoute(
  { operation: "redeliverWebhook", ...write },
  {
    ...tag,
    method: "post",
    path: "/webhooks/{id}/deliveries/{deliveryId}/redeliver",
    summary: "Send a delivery again, under the same id",
    request: { params: params.extend({ deliveryId: idParam("delivery", "deliveryId") }) },
    responses: { 202: jsonAnswer("The delivery, on its way again.", schemas.delivery), 409: disabled },
  },
  async (c) => c.json(schemas.presentDelivery(await deliveries.redeliver(c.get("ctx"), c.req.valid("param"))), 202),
);

export const routes = [
  listWebhooks,
  createWebhook,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  testWebhook,
  listDeliveries,
  redeliver,
] as const;
