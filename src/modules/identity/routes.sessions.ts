import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { signedInUser } from "./actor.ts";
import * as schemas from "./schemas.sign-in.ts";
import * as service from "./service.sessions.ts";

const mine = { access: signedIn(null), limit: "write" } as const;
const tag = { tags: ["Sessions"] as [string] };
const isSession = (position: string): boolean => isId("sess", position);

const logoutUser = defineRoute(
  { operation: "logoutUser", ...mine, duringMaintenance: true },
  {
    ...tag,
    method: "post",
    path: "/auth/logout",
    summary: "End this session",
    responses: { 204: { description: "It has ended." } },
  },
  async (c) => {
    await service.logoutUser(c.get("ctx"));
    return c.body(null, 204);
  },
);

const logoutAll = defineRoute(
  { operation: "logoutAll", ...mine, duringMaintenance: true },
  {
    ...tag,
    method: "post",
    path: "/auth/logout-all",
    summary: "End all of your sessions, this one too",
    responses: { 204: { description: "They have ended." } },
  },
  async (c) => {
    await service.logoutAll(c.get("ctx"));
    return c.body(null, 204);
  },
);

const listSessions = defineRoute(
  { operation: "listSessions", access: signedIn(null), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/auth/sessions",
    summary: "Where you are signed in, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of sessions.", schemas.sessionPage) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { sessionId } = signedInUser(ctx);
    const page = await service.listSessions(ctx, toPageRequest(c.req.valid("query"), isSession));
    return c.json(
      presentPage(page, (row) => schemas.presentSession(row, sessionId)),
      200,
    );
  },
);

const deleteSession = defineRoute(
  { operation: "deleteSession", ...mine },
  {
    ...tag,
    method: "delete",
    path: "/auth/sessions/{id}",
    summary: "End one of your sessions",
    request: { params: z.object({ id: idParam("sess") }) },
    responses: { 204: { description: "It has ended." } },
  },
  async (c) => {
    await service.deleteSession(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

export const sessionRoutes = [logoutUser, logoutAll, listSessions, deleteSession] as const;
