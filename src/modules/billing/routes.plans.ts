import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import { customerOf } from "#platform/http/access";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { anyone, defineRoute, operators, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.plans.ts";
import * as service from "./service.plans.ts";
import { getUsage as readUsage } from "./service.usage.ts";

const planParams = z.object({ id: idParam("plan") });
const planAnswer = {
  200: jsonAnswer("The plan.", schemas.adminPlan),
};

const listPlans = defineRoute(
  { operation: "listPlans", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    method: "get",
    path: "/plans",
    tags: ["Billing"],
    summary: "The plans, the smallest first",
    responses: {
      200: jsonAnswer("All of them.", pageOf(schemas.plan).openapi("PlanPage")),
    },
  },
  async (c) =>
    c.json({ data: (await service.listPlans(c.get("ctx"))).map(schemas.presentPlan), nextCursor: null }, 200),
);

const getUsage = defineRoute(
  { operation: "getUsage", access: signedIn("billing:read"), limit: "read" },
  {
    method: "get",
    path: "/billing/usage",
    tags: ["Billing"],
    summary: "What your plan allows, and what of it is used",
    responses: {
      200: jsonAnswer("Each limit.", schemas.usage),
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentUsage(await readUsage(ctx, customerOf(ctx))), 200);
  },
);

const getPlan = defineRoute(
  { operation: "getPlan", access: operators("support", "admin"), limit: "read" },
  {
    method: "get",
    path: "/admin/plans/{id}",
    tags: ["Administration"],
    summary: "One plan, with its version",
    request: { params: planParams },
    responses: planAnswer,
  },
  async (c) => c.json(schemas.presentAdminPlan(await service.getPlan(c.get("ctx"), c.req.valid("param").id)), 200),
);

const updatePlan = defineRoute(
  { operation: "updatePlan", access: operators("admin"), limit: "write" },
  {
    method: "patch",
    path: "/admin/plans/{id}",
    tags: ["Administration"],
    summary: "Change a plan's limits, support, name or prices",
    description:
      "Limits and support change for everybody on the plan, within half a minute; prices for whoever subscribes from now on.",
    request: {
      params: planParams,
      body: jsonBody(schemas.updatePlan),
    },
    responses: { ...planAnswer, 409: { description: "Somebody else changed it at the same time." } },
  },
  async (c) => {
    const { limits, ...words } = c.req.valid("json");
    const changes = given({ ...words, limits: limits && given(limits) });
    const plan = await service.updatePlan(c.get("ctx"), { id: c.req.valid("param").id, ...changes });
    return c.json(schemas.presentAdminPlan(plan), 200);
  },
);

const listPlanVersions = defineRoute(
  { operation: "listPlanVersions", access: operators("support", "admin"), limit: "read" },
  {
    method: "get",
    path: "/admin/plans/{id}/versions",
    tags: ["Administration"],
    summary: "Every version that a plan has had, newest first",
    request: { params: planParams, query: z.strictObject(pageQuery) },
    responses: {
      200: jsonAnswer("A page of them.", pageOf(schemas.planVersion).openapi("PlanVersionPage")),
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => /^[1-9][0-9]{0,8}$/.test(position));
    const page = await service.listVersions(c.get("ctx"), c.req.valid("param").id, request);
    return c.json(presentPage(page, schemas.presentVersion), 200);
  },
);

export const planRoutes = [listPlans, getUsage, getPlan, updatePlan, listPlanVersions] as const;
