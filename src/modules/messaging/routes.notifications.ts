import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.notifications.ts";

const read = { access: signedIn("notifications:read"), limit: "read" } as const;
const write = { access: signedIn("notifications:write"), limit: "write" } as const;
const tags = { tags: ["Notifications"] as [string] };
const preferencesAnswer = {
  200: jsonAnswer("All kinds.", schemas.preferences),
};

const listNotifications = defineRoute(
  { operation: "listNotifications", ...read },
  {
    ...tags,
    method: "get",
    path: "/notifications",
    summary: "Your notifications, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: jsonAnswer("A page of them, with how many are unread on all pages.", schemas.notificationPage),
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("notif", position));
    const page = await service.listNotifications(c.get("ctx"), request);
    return c.json({ ...presentPage(page, schemas.presentNotification), unreadCount: page.unreadCount }, 200);
  },
);

const readNotification = defineRoute(
  { operation: "readNotification", ...write },
  {
    ...tags,
    method: "post",
    path: "/notifications/{id}/read",
    summary: "Mark one as read",
    request: { params: z.object({ id: idParam("notif") }) },
    responses: {
      200: jsonAnswer("It is read.", schemas.notification),
    },
  },
  async (c) =>
    c.json(schemas.presentNotification(await service.readNotification(c.get("ctx"), c.req.valid("param").id)), 200),
);

const readAllNotifications = defineRoute(
  { operation: "readAllNotifications", ...write },
  {
    ...tags,
    method: "post",
    path: "/notifications/read-all",
    summary: "Mark all as read",
    responses: { 200: jsonAnswer("None is unread.", schemas.unread) },
  },
  async (c) => c.json(await service.readAllNotifications(c.get("ctx"), undefined), 200),
);

const getPreferences = defineRoute(
  { operation: "getNotificationPreferences", ...read },
  {
    ...tags,
    method: "get",
    path: "/notifications/preferences",
    summary: "What you are told of, and by which channels",
    responses: preferencesAnswer,
  },
  async (c) => c.json(schemas.presentPreferences(await service.listPreferences(c.get("ctx"))), 200),
);

const updatePreferences = defineRoute(
  { operation: "updateNotificationPreferences", ...write },
  {
    ...tags,
    method: "patch",
    path: "/notifications/preferences",
    summary: "Switch kinds on or off, by channel",
    request: { body: jsonBody(schemas.updatePreferences) },
    responses: preferencesAnswer,
  },
  async (c) => {
    const { preferences } = c.req.valid("json");
    return c.json(schemas.presentPreferences(await service.updatePreferences(c.get("ctx"), preferences)), 200);
  },
);

export const notificationRoutes = [
  listNotifications,
  readNotification,
  readAllNotifications,
  getPreferences,
  updatePreferences,
] as const;
