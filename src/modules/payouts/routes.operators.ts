import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as reconciliation from "./service.reconciliation.ts";
import * as service from "./service.ts";

const read = { access: operators("support", "admin"), limit: "read" } as const;
const decide = { access: operators("admin"), limit: "money" } as const;
const tag = { tags: ["Administration"] as [string] };
const params = z.object({ id: idParam("payout") });
const responses = {
  200: jsonAnswer("The payout; a repeat changes nothing.", schemas.adminPayout),
  409: { description: "Its state does not allow this, or somebody else decided at the same time." },
};

const listAllPayouts = defineRoute(
  { operation: "listAllPayouts", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/payouts",
    summary: "Everybody's payouts, newest first",
    request: { query: z.strictObject({ ...pageQuery, status: schemas.state.optional() }) },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.adminPayout).openapi("AdminPayoutPage")) },
  },
  async (c) => {
    const { status, ...query } = c.req.valid("query");
    const request = toPageRequest(query, (position) => isId("payout", position));
    const page = await service.listAllPayouts(c.get("ctx"), status, request);
    return c.json(presentPage(page, schemas.presentAdminPayout), 200);
  },
);

const getPayout = defineRoute(
  { operation: "getPayout", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/payouts/{id}",
    summary: "One payout with its history",
    request: { params },
    responses: { 200: jsonAnswer("The payout.", schemas.adminPayout) },
  },
  async (c) => c.json(schemas.presentAdminPayout(await service.getPayout(c.get("ctx"), c.req.valid("param").id)), 200),
);

const approvePayout = defineRoute(
  { operation: "approvePayout", ...decide },
  {
    ...tag,
    method: "post",
    path: "/admin/payouts/{id}/approve",
    summary: "Approve a payout",
    description: "Above a limit a second operator has to; nobody approves his own.",
    request: { params },
    responses,
  },
  async (c) =>
    c.json(schemas.presentAdminPayout(await service.approvePayout(c.get("ctx"), c.req.valid("param").id)), 200),
);

interface Decision {
  readonly operation: string;
  readonly command: service.Decide["command"];
  readonly summary: string;
}

/** An operator says what becomes of a payout, and why. */
function deciding<const P extends string>(path: P, { operation, command, summary }: Decision) {
  return defineRoute(
    { operation, ...decide },
    {
      ...tag,
      method: "post",
      path: `/admin/payouts/{id}/${path}` as const,
      summary,
      request: { params, body: jsonBody(schemas.withReason) },
      responses,
    },
    async (c) => {
      const input = { id: c.req.valid("param").id, command, reason: c.req.valid("json").reason };
      return c.json(schemas.presentAdminPayout(await service.decidePayout(c.get("ctx"), input)), 200);
    },
  );
}

const rejectPayout = deciding("reject", {
  operation: "rejectPayout",
  command: "reject",
  summary: "Turn a payout down before it is sent",
});
const failPayout = deciding("fail", {
  operation: "failPayout",
  command: "fail",
  summary: "Say that a payout did not arrive",
});
const reversePayout = deciding("reverse", {
  operation: "reversePayout",
  command: "reverse",
  summary: "Say that a payout that had arrived came back",
});

const completePayout = defineRoute(
  { operation: "completePayout", ...decide },
  {
    ...tag,
    method: "post",
    path: "/admin/payouts/{id}/complete",
    summary: "Say that a payout has arrived",
    request: { params, body: jsonBody(schemas.withReference) },
    responses,
  },
  async (c) => {
    const { reference } = c.req.valid("json");
    const input = { id: c.req.valid("param").id, command: "complete", reference } as const;
    return c.json(schemas.presentAdminPayout(await service.decidePayout(c.get("ctx"), input)), 200);
  },
);

const listDifferences = defineRoute(
  { operation: "listPayoutDifferences", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/payout-differences",
    summary: "Where payouts, vendors and the books do not agree",
    description: "While a blocking one is open, nothing is approved or sent.",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: jsonAnswer("Those that are open, newest first.", pageOf(schemas.difference).openapi("PayoutDifferencePage")),
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("diff", position));
    const page = await reconciliation.listDifferences(c.get("ctx"), request);
    return c.json(presentPage(page, schemas.presentDifference), 200);
  },
);

const resolveDifference = defineRoute(
  { operation: "resolvePayoutDifference", ...decide },
  {
    ...tag,
    method: "post",
    path: "/admin/payout-differences/{id}/resolve",
    summary: "Say that a difference has been looked into",
    request: { params: z.object({ id: idParam("diff") }), body: jsonBody(schemas.withReason) },
    responses: {
      200: jsonAnswer("The difference, which is over.", schemas.difference),
      409: { description: "It was over already." },
    },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, reason: c.req.valid("json").reason };
    return c.json(schemas.presentDifference(await reconciliation.resolveDifference(c.get("ctx"), input)), 200);
  },
);

export const operatorRoutes = [
  listAllPayouts,
  getPayout,
  approvePayout,
  rejectPayout,
  completePayout,
  failPayout,
  reversePayout,
  listDifferences,
  resolveDifference,
] as const;
