import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, pageOf, pageQuery, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.broadcasts.ts";

const read = { access: operators("support", "admin"), limit: "read" } as const;
const write = { access: operators("admin"), limit: "write" } as const;
const tags = { tags: ["Administration"] as [string] };
const params = z.object({ id: idParam("bcast") });
const answer = (description: string) => ({
  description,
  content: { "application/json": { schema: schemas.broadcast } },
});

const listBroadcasts = defineRoute(
  { operation: "listBroadcasts", ...read },
  {
    ...tags,
    method: "get",
    path: "/admin/broadcasts",
    summary: "Broadcasts with their progress, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: {
        description: "A page of them.",
        content: { "application/json": { schema: pageOf(schemas.broadcast).openapi("BroadcastPage") } },
      },
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("bcast", position));
    const page = await service.listBroadcasts(c.get("ctx"), request);
    return c.json({ ...page, data: page.data.map(schemas.presentBroadcast) }, 200);
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
    request: { body: { required: true, content: { "application/json": { schema: schemas.createBroadcast } } } },
    responses: { 201: answer("The broadcast, on its way.") },
  },
  async (c) => c.json(schemas.presentBroadcast(await service.createBroadcast(c.get("ctx"), c.req.valid("json"))), 201),
);

const getBroadcast = defineRoute(
  { operation: "getBroadcast", ...read },
  {
    ...tags,
    method: "get",
    path: "/admin/broadcasts/{id}",
    summary: "One broadcast with its progress",
    request: { params },
    responses: { 200: answer("The broadcast.") },
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
      200: answer("The broadcast, stopped. What had left stays sent; a repeat changes nothing."),
      409: { description: "Everybody has been written to." },
    },
  },
  async (c) =>
    c.json(schemas.presentBroadcast(await service.stopBroadcast(c.get("ctx"), c.req.valid("param").id)), 200),
);

export const broadcastRoutes = [listBroadcasts, createBroadcast, getBroadcast, stopBroadcast] as const;
