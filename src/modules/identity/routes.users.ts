import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { idParam, jsonAnswer, jsonBody, optionalBody, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import type { UserRow } from "./repository.users.ts";
import * as schemas from "./schemas.users.ts";
import * as service from "./service.users.ts";

const read = { access: operators("support", "admin"), limit: "read" } as const;
const write = { access: operators("admin"), limit: "write" } as const;
const tag = { tags: ["Administration"] as [string] };
const params = z.object({ id: idParam("user") });
const userAnswer = {
  200: jsonAnswer("The account.", schemas.adminUser),
  409: { description: "Not to one's own account, not to the last administrator, or changed meanwhile." },
};
const isUser = (position: string): boolean => isId("user", position);

async function presentAll(ctx: Ctx, users: readonly UserRow[]): Promise<z.infer<typeof schemas.adminUser>[]> {
  const fieldsOf = await ctx.composition.userFieldsOf(
    ctx,
    users.map(({ id }) => id),
  );
  return users.map((user) => schemas.presentAdminUser(user, fieldsOf(user.id)));
}

async function present(ctx: Ctx, user: UserRow): Promise<z.infer<typeof schemas.adminUser>> {
  return schemas.presentAdminUser(user, await ctx.composition.userFields(ctx, user.id));
}

const listUsers = defineRoute(
  { operation: "listUsers", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/users",
    summary: "Everybody's accounts, newest first",
    request: { query: schemas.userQuery },
    responses: { 200: jsonAnswer("A page of accounts.", schemas.adminUserPage) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { query, status, plan, ...paging } = c.req.valid("query");
    const filter = { query: query ?? null, status: status ?? null };
    const page = await service.listUsers(ctx, filter, toPageRequest(paging, isUser));
    const users = await presentAll(ctx, page.data);
    return c.json({ ...page, data: users.filter((user) => plan === undefined || user.plan === plan) }, 200);
  },
);

const viewUser = defineRoute(
  { operation: "viewUser", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/users/{id}",
    summary: "One account",
    description: "Looking at it is written to the audit.",
    request: { params },
    responses: { 200: jsonAnswer("The account.", schemas.adminUser) },
  },
  async (c) => c.json(await present(c.get("ctx"), await service.viewUser(c.get("ctx"), c.req.valid("param").id)), 200),
);

const suspendUser = defineRoute(
  { operation: "suspendUser", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/users/{id}/suspend",
    summary: "Shut an account",
    request: { params, body: jsonBody(schemas.decision) },
    responses: userAnswer,
  },
  async (c) => {
    const input = { userId: c.req.valid("param").id, reason: c.req.valid("json").reason };
    return c.json(await present(c.get("ctx"), await service.suspendUser(c.get("ctx"), input)), 200);
  },
);

const activateUser = defineRoute(
  { operation: "activateUser", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/users/{id}/activate",
    summary: "Open an account again",
    request: { params, body: jsonBody(schemas.decision) },
    responses: userAnswer,
  },
  async (c) => {
    const input = { userId: c.req.valid("param").id, reason: c.req.valid("json").reason };
    return c.json(await present(c.get("ctx"), await service.activateUser(c.get("ctx"), input)), 200);
  },
);

const setUserRole = defineRoute(
  { operation: "setUserRole", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/users/{id}/role",
    summary: "Give an account a role",
    description: "Its sessions end.",
    request: { params, body: jsonBody(schemas.setRole) },
    responses: userAnswer,
  },
  async (c) => {
    const input = { userId: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(await present(c.get("ctx"), await service.setUserRole(c.get("ctx"), input)), 200);
  },
);

const unlockUser = defineRoute(
  { operation: "unlockUser", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/users/{id}/unlock",
    summary: "Lift the locks that failures have put on an account",
    request: { params, body: optionalBody(schemas.note) },
    responses: userAnswer,
  },
  async (c) => {
    const input = { userId: c.req.valid("param").id, reason: c.req.valid("json").reason ?? null };
    return c.json(await present(c.get("ctx"), await service.unlockUser(c.get("ctx"), input)), 200);
  },
);

const forceLogout = defineRoute(
  { operation: "forceLogout", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/users/{id}/force-logout",
    summary: "End all sessions of an account",
    request: { params, body: optionalBody(schemas.note) },
    responses: userAnswer,
  },
  async (c) => {
    const input = { userId: c.req.valid("param").id, reason: c.req.valid("json").reason ?? null };
    return c.json(await present(c.get("ctx"), await service.forceLogout(c.get("ctx"), input)), 200);
  },
);

export const userRoutes = [
  listUsers,
  viewUser,
  suspendUser,
  activateUser,
  setUserRole,
  unlockUser,
  forceLogout,
] as const;
