import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.profile.ts";
import * as service from "./service.api-keys.ts";

const mine = { access: signedIn(null), limit: "write" } as const;
const tag = { tags: ["API keys"] as [string] };
const params = z.object({ id: idParam("key") });
const isKey = (position: string): boolean => isId("key", position);
const refusals = { 409: { description: "There are as many keys as an account may have." } };

const listApiKeys = defineRoute(
  { operation: "listApiKeys", access: signedIn(null), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/api-keys",
    summary: "Your keys, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of keys, without their text.", schemas.apiKeyPage) },
  },
  async (c) => {
    const page = await service.listApiKeys(c.get("ctx"), toPageRequest(c.req.valid("query"), isKey));
    return c.json(presentPage(page, schemas.presentApiKey), 200);
  },
);

const createApiKey = defineRoute(
  { operation: "createApiKey", ...mine },
  {
    ...tag,
    method: "post",
    path: "/api-keys",
    summary: "Make a key",
    description: "Needs a session that was begun or raised within five minutes. The key is shown this once.",
    request: { body: jsonBody(schemas.createApiKey) },
    responses: { 201: jsonAnswer("The key.", schemas.newApiKey), ...refusals },
  },
  async (c) => {
    const { name, scopes, expiresAt } = c.req.valid("json");
    const input = { name, scopes, expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt) };
    const created = await service.createApiKey(c.get("ctx"), input);
    return c.json({ ...schemas.presentApiKey(created), key: created.key }, 201);
  },
);

const rotateApiKey = defineRoute(
  { operation: "rotateApiKey", ...mine },
  {
    ...tag,
    method: "post",
    path: "/api-keys/{id}/rotate",
    summary: "Make a key in another's place",
    description: "The old key works on for a day. Needs a session that was begun or raised within five minutes.",
    request: { params },
    responses: {
      201: jsonAnswer("The new key.", schemas.newApiKey),
      409: { description: "The key is over, or there are as many as an account may have." },
    },
  },
  async (c) => {
    const created = await service.rotateApiKey(c.get("ctx"), c.req.valid("param").id);
    return c.json({ ...schemas.presentApiKey(created), key: created.key }, 201);
  },
);

const deleteApiKey = defineRoute(
  { operation: "deleteApiKey", ...mine },
  {
    ...tag,
    method: "delete",
    path: "/api-keys/{id}",
    summary: "End a key at once",
    request: { params },
    responses: { 204: { description: "It is refused from now on." } },
  },
  async (c) => {
    await service.deleteApiKey(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

export const apiKeyRoutes = [listApiKeys, createApiKey, rotateApiKey, deleteApiKey] as const;
