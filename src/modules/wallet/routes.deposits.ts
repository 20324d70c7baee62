import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.deposits.ts";

const tag = { tags: ["Wallets"] as [string] };
const read = { access: signedIn("wallet:read"), limit: "read" } as const;
const isDeposit = (position: string): boolean => isId("dep", position);

const listDeposits = defineRoute(
  { operation: "listDeposits", ...read },
  {
    ...tag,
    method: "get",
    path: "/deposits",
    summary: "Your deposits, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: jsonAnswer("A page of them.", pageOf(schemas.deposit).openapi("DepositPage")),
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const page = await service.listDeposits(ctx, toPageRequest(c.req.valid("query"), isDeposit));
    return c.json(presentPage(page, schemas.presentDeposit), 200);
  },
);

const getDeposit = defineRoute(
  { operation: "getDeposit", ...read },
  {
    ...tag,
    method: "get",
    path: "/deposits/{id}",
    summary: "One of your deposits",
    request: { params: z.object({ id: idParam("dep") }) },
    responses: { 200: jsonAnswer("The deposit.", schemas.deposit) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentDeposit(await service.getDeposit(ctx, c.req.valid("param").id)), 200);
  },
);

export const depositRoutes = [listDeposits, getDeposit] as const;
