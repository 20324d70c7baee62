import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.broadcasts.ts";

const read = { access: operators("support", "admin"), limit: "read" } as const;
const write = { access: operators("admin"), limit: "write" } as const;
const tags = { tags: ["Administration"] as [string] };
const params = z.object({ id: idParam("bcast") });

const listBroadcasts = defineRoute(
  { operation: "listBroadcasts", ...read },
  {
    ...tags,
    method: "get",
    path: "/admin/broadcasts",
    summary: "Broadcasts with their progress, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: jsonAnswer("A page of them.", pageOf(schemas.broadcast).openapi("BroadcastPage")),
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("bcast", position));
    const page = await service.listBroadcasts(c.get("ctx"), request);
    return c.json(presentPage(page, schemas.presentBroadcast), 200);
  },
);

const createBroadcast = defineRoute(
  { operation: "createBroadcast", ...write },
  {
    ...tags,
    method: "post",
    path: "/admin/broadcasts",
    summary: "Write to everybody",
    description: "Reaches everybody who has not switched broadcasts off, page by page. It can be stopped on the way.",
    request: { body: jsonBody(schemas.createBroadcast) },
    responses: { 201: jsonAnswer("The broadcast, on its way.", schemas.broadcast) },
  },
  async (c) => c.json(schemas.presentBroadcast(await service.createBroadcast(c.get("ctx"), c.req.valid("json"))), 201),
);

const previewBroadcast = defineRoute(
  { operation: "previewBroadcast", ...write, idempotency: "none" },
  {
    ...tags,
    method: "post",
    path: "/admin/broadcasts/preview",
    summary: "How a broadcast would look, and how many it would reach",
    request: { body: jsonBody(schemas.createBroadcast) },
    responses: { 200: jsonAnswer("Nothing is sent or kept.", schemas.broadcastPreview) },
  },
  async (c) => c.json(await service.previewBroadcast(c.get("ctx"), c.req.valid("json")), 200),
);

const getBroadcast = defineRoute(
  { operation: "getBroadcast", ...read },
  {
    ...tags,
    method: "get",
    path: "/admin/broadcasts/{id}",
    summary: "One broadcast with its progress",
    request: { params },
    responses: { 200: jsonAnswer("The broadcast.", schemas.broadcast) },
  },
  async (c) => c.json(schemas.presentBroadcast(await service.getBroadcast(c.get("ctx"), c.req.valid("param").id)), 200),
);

const stopBroadcast = defineRoute(
  { operation: "stopBroadcast", ...write },
  {
    ...tags,
    method: "post",
    path: "/admin/broadcasts/{id}/stop",
    summary: "Stop a broadcast",
    request: { params },
    responses: {
      200: jsonAnswer("The broadcast, stopped. What had left stays sent; a repeat changes nothing.", schemas.broadcast),
      409: { description: "Everybody has been written to." },
    },
  },
  async (c) =>
    c.json(schemas.presentBroadcast(await service.stopBroadcast(c.get("ctx"), c.req.valid("param").id)), 200),
);

export const broadcastRoutes = [
  listBroadcasts,
  createBroadcast,
  previewBroadcast,
  getBroadcast,
  stopBroadcast,
] as const;
