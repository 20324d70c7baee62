import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as batches from "./service.batches.ts";
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

const rejectPayout = defineRoute(
  { operation: "rejectPayout", ...decide },
  {
    ...tag,
    method: "post",
    path: "/admin/payouts/{id}/reject",
    summary: "Turn a payout down before it is sent",
    request: { params, body: jsonBody(schemas.withReason) },
    responses,
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, command: "reject", reason: c.req.valid("json").reason } as const;
    return c.json(schemas.presentAdminPayout(await service.decidePayout(c.get("ctx"), input)), 200);
  },
);

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

const failPayout = defineRoute(
  { operation: "failPayout", ...decide },
  {
    ...tag,
    method: "post",
    path: "/admin/payouts/{id}/fail",
    summary: "Say that a payout did not arrive",
    request: { params, body: jsonBody(schemas.withReason) },
    responses,
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, command: "fail", reason: c.req.valid("json").reason } as const;
    return c.json(schemas.presentAdminPayout(await service.decidePayout(c.get("ctx"), input)), 200);
  },
);

const reversePayout = defineRoute(
  { operation: "reversePayout", ...decide },
  {
    ...tag,
    method: "post",
    path: "/admin/payouts/{id}/reverse",
    summary: "Say that a payout that had arrived came back",
    request: { params, body: jsonBody(schemas.withReason) },
    responses,
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, command: "reverse", reason: c.req.valid("json").reason } as const;
    return c.json(schemas.presentAdminPayout(await service.decidePayout(c.get("ctx"), input)), 200);
  },
);

const previewBatch = defineRoute(
  { operation: "previewPayoutBatch", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/payout-batches/preview",
    summary: "What the next batch of payouts would send",
    responses: { 200: jsonAnswer("Its size and totals.", schemas.batch) },
  },
  async (c) => c.json(schemas.presentBatch(null, await batches.previewBatch(c.get("ctx"))), 200),
);

const createBatch = defineRoute(
  { operation: "createPayoutBatch", ...decide, idempotency: "required" },
  {
    ...tag,
    method: "post",
    path: "/admin/payout-batches",
    summary: "Send the approved payouts in one file",
    responses: {
      201: jsonAnswer("The batch, whose file is fetched next.", schemas.batch),
      409: { description: "Nothing waits, or somebody else decided at the same time." },
    },
  },
  async (c) => {
    const { id, payouts } = await batches.createBatch(c.get("ctx"), undefined);
    return c.json(schemas.presentBatch(id, payouts), 201);
  },
);

const getBatchFile = defineRoute(
  { operation: "getPayoutBatchFile", access: operators("admin"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/admin/payout-batches/{id}/file",
    summary: "A batch as CSV for the bank, with whole account numbers",
    description: "Each look at it is audited.",
    request: { params: z.object({ id: idParam("job") }) },
    responses: { 200: { description: "The file.", content: { "text/csv": { schema: z.string() } } } },
  },
  async (c) => {
    const { id } = c.req.valid("param");
    const csv = await batches.readBatchFile(c.get("ctx"), id);
    const name = `attachment; filename="${id}.csv"`;
    return c.body(csv, 200, { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": name });
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
  previewBatch,
  createBatch,
  getBatchFile,
] as const;
