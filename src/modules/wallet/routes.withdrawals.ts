import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, pageOf, pageQuery, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.withdrawals.ts";
import * as service from "./service.withdrawals.ts";

const tag = { tags: ["Wallets"] as [string] };
const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });
const params = z.object({ id: idParam("wdr") });
const isWithdrawal = (position: string): boolean => isId("wdr", position);
const answer = (description: string) => ({ description, content: json(schemas.withdrawal) });

const createWithdrawal = defineRoute(
  {
    operation: "createWithdrawal",
    access: signedIn(null, { stepUp: true }),
    limit: "money",
    idempotency: "required",
  },
  {
    ...tag,
    method: "post",
    path: "/withdrawals",
    summary: "Withdraw to an address of your book",
    description:
      "Needs a session raised by a second factor. Amount and fee are held at once; they come back if it is rejected, fails or is cancelled.",
    request: { body: { required: true, content: json(schemas.createWithdrawal) } },
    responses: {
      201: answer("The withdrawal."),
      409: { description: "`insufficient_funds`, `address_cooling`, `limit_reached` or `deposit_not_ripe`." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentWithdrawal(await service.createWithdrawal(ctx, c.req.valid("json"))), 201);
  },
);

const listWithdrawals = defineRoute(
  { operation: "listWithdrawals", access: signedIn("wallet:read"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/withdrawals",
    summary: "Your withdrawals, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: { description: "A page of them.", content: json(pageOf(schemas.withdrawal).openapi("WithdrawalPage")) },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const page = await service.listWithdrawals(ctx, toPageRequest(c.req.valid("query"), isWithdrawal));
    return c.json({ ...page, data: page.data.map((row) => schemas.presentWithdrawal(row)) }, 200);
  },
);

const getWithdrawal = defineRoute(
  { operation: "getWithdrawal", access: signedIn("wallet:read"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/withdrawals/{id}",
    summary: "One of your withdrawals",
    request: { params },
    responses: { 200: answer("The withdrawal.") },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentWithdrawal(await service.getWithdrawal(ctx, c.req.valid("param").id)), 200);
  },
);

const cancelWithdrawal = defineRoute(
  { operation: "cancelWithdrawal", access: signedIn("wallet:write"), limit: "money" },
  {
    ...tag,
    method: "post",
    path: "/withdrawals/{id}/cancel",
    summary: "Take a withdrawal back",
    description: "Until it is broadcast. A repeat changes nothing.",
    request: { params },
    responses: { 200: answer("It is cancelled."), 409: { description: "It is past this." } },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentWithdrawal(await service.cancelWithdrawal(ctx, c.req.valid("param").id)), 200);
  },
);

export const withdrawalRoutes = [createWithdrawal, listWithdrawals, getWithdrawal, cancelWithdrawal] as const;
