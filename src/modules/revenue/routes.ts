import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { toDate } from "#kernel/time";
import { jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

const tags: [string] = ["Administration"];
const read = { access: operators("support", "admin"), limit: "read" } as const;

const getRevenue = defineRoute(
  { operation: "getRevenue", ...read },
  {
    method: "get",
    path: "/admin/revenue",
    tags,
    summary: "Recurring revenue of a month: MRR and what moved it, churn, LTV, CAC, by plan",
    request: { query: schemas.revenueQuery },
    responses: { 200: jsonAnswer("The figures of each asset, with their definition.", schemas.revenue) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const month = c.req.valid("query").month ?? toDate(ctx.now()).slice(0, 7);
    return c.json(schemas.presentRevenue(await service.getRevenue(ctx, month)), 200);
  },
);

const listCosts = defineRoute(
  { operation: "listCosts", ...read },
  {
    method: "get",
    path: "/admin/costs",
    tags,
    summary: "What was spent, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of it.", pageOf(schemas.cost).openapi("CostPage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("cost", position));
    return c.json(presentPage(await service.listCosts(c.get("ctx"), request), schemas.presentCost), 200);
  },
);

const createCost = defineRoute(
  { operation: "createCost", access: operators("admin"), limit: "write" },
  {
    method: "post",
    path: "/admin/costs",
    tags,
    summary: "Record what was spent, for the cost of winning a customer",
    request: { body: jsonBody(schemas.createCost) },
    responses: { 201: jsonAnswer("The entry. It is corrected by another one below zero.", schemas.cost) },
  },
  async (c) => c.json(schemas.presentCost(await service.createCost(c.get("ctx"), c.req.valid("json"))), 201),
);

export const routes = [getRevenue, listCosts, createCost] as const;
