import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, pageOf, pageQuery, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import { getWebhook, listWebhooks, replayWebhook } from "./service.webhooks.ts";

const tags: [string] = ["Administration"];
const params = z.object({ id: idParam("hook") });
const query = z.strictObject({
  ...pageQuery,
  state: schemas.webhookState.optional(),
  provider: schemas.provider.optional(),
});

const listGatewayEvents = defineRoute(
  { operation: "listGatewayEvents", access: operators("support", "admin"), limit: "read" },
  {
    method: "get",
    path: "/admin/gateway-events",
    tags,
    summary: "What payment gateways have told us, newest first",
    request: { query },
    responses: {
      200: jsonAnswer(
        "A page of them, those that nobody handles included.",
        pageOf(schemas.gatewayEvent).openapi("GatewayEventPage"),
      ),
    },
  },
  async (c) => {
    const { state, provider, ...rest } = c.req.valid("query");
    const filter = { state: state ?? null, provider: provider ?? null };
    const page = toPageRequest(rest, (position) => isId("hook", position));
    const found = await listWebhooks(c.get("ctx"), filter, page);
    return c.json({ ...found, data: found.data.map(schemas.presentEvent) }, 200);
  },
);

const getGatewayEvent = defineRoute(
  { operation: "getGatewayEvent", access: operators("admin"), limit: "read" },
  {
    method: "get",
    path: "/admin/gateway-events/{id}",
    tags,
    summary: "One event of a gateway with its body",
    request: { params },
    responses: {
      200: jsonAnswer("The event.", schemas.openedEvent),
    },
  },
  async (c) => c.json(schemas.presentOpened(await getWebhook(c.get("ctx"), c.req.valid("param").id)), 200),
);

const replayGatewayEvent = defineRoute(
  { operation: "replayGatewayEvent", access: operators("admin"), limit: "write" },
  {
    method: "post",
    path: "/admin/gateway-events/{id}/replay",
    tags,
    summary: "Handle an event of a gateway once more",
    request: { params },
    responses: {
      202: jsonAnswer(
        "The event, waiting to be handled. What it had brought about does not count twice.",
        schemas.gatewayEvent,
      ),
    },
  },
  async (c) => c.json(schemas.presentEvent(await replayWebhook(c.get("ctx"), c.req.valid("param").id)), 202),
);

export const routes = [listGatewayEvents, getGatewayEvent, replayGatewayEvent] as const;
