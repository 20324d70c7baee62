import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, pageOf, pageQuery, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.withdrawals.ts";
import * as service from "./service.operators.ts";

const tag = { tags: ["Administration"] as [string] };
const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });
const params = z.object({ id: idParam("wdr") });
const read = { access: operators("support", "admin"), limit: "read" } as const;
const write = { access: operators("admin"), limit: "money" } as const;
const body = <T extends z.ZodType>(schema: T) => ({ required: true, content: json(schema) });
const answers = {
  200: { description: "The withdrawal.", content: json(schemas.adminWithdrawal) },
  409: { description: "It is past this, one's own, or agreed to already." },
};

const listQueue = defineRoute(
  { operation: "listWithdrawalQueue", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/withdrawals",
    summary: "Everybody's withdrawals, newest first",
    request: { query: schemas.adminQuery },
    responses: {
      200: {
        description: "A page of them.",
        content: json(pageOf(schemas.adminWithdrawal).openapi("AdminWithdrawalPage")),
      },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { status, ...paging } = c.req.valid("query");
    const request = toPageRequest(paging, (position) => isId("wdr", position));
    const page = await service.listQueue(ctx, status ?? null, request);
    return c.json({ ...page, data: page.data.map((row) => schemas.presentAdminWithdrawal(row)) }, 200);
  },
);

const approve = defineRoute(
  { operation: "approveWithdrawal", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/withdrawals/{id}/approve",
    summary: "Agree to a withdrawal",
    description: "Above a limit two operators must.",
    request: { params },
    responses: answers,
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentAdminWithdrawal(await service.approveWithdrawal(ctx, c.req.valid("param").id)), 200);
  },
);

const reject = defineRoute(
  { operation: "rejectWithdrawal", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/withdrawals/{id}/reject",
    summary: "Turn a withdrawal down",
    request: { params, body: body(schemas.decision) },
    responses: answers,
  },
  async (c) => {
    const ctx = c.get("ctx");
    const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentAdminWithdrawal(await service.rejectWithdrawal(ctx, input)), 200);
  },
);

const exportRoute = defineRoute(
  { operation: "exportWithdrawals", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/withdrawals/export",
    summary: "Give out what an external signer is to send",
    description: "Each withdrawal is given out once; from then on it cannot be cancelled.",
    request: { body: body(schemas.exportWithdrawals) },
    responses: {
      200: {
        description: "What is to be sent.",
        content: json(z.object({ data: z.array(schemas.adminWithdrawal) }).openapi("WithdrawalExport")),
      },
      409: { description: "Nothing waits to be sent." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const rows = await service.exportWithdrawals(ctx, c.req.valid("json").network);
    return c.json({ data: rows.map((row) => schemas.presentAdminWithdrawal(row)) }, 200);
  },
);

const sent = defineRoute(
  { operation: "markWithdrawalSent", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/withdrawals/{id}/sent",
    summary: "Say in which transaction an exported withdrawal was sent",
    request: { params, body: body(schemas.markSent) },
    responses: answers,
  },
  async (c) => {
    const ctx = c.get("ctx");
    const input = { id: c.req.valid("param").id, txid: c.req.valid("json").txid };
    return c.json(schemas.presentAdminWithdrawal(await service.markSent(ctx, input)), 200);
  },
);

const resolve = defineRoute(
  { operation: "resolveWithdrawal", ...write, limit: "write" },
  {
    ...tag,
    method: "post",
    path: "/admin/withdrawals/{id}/resolve",
    summary: "End a withdrawal whose outcome was unknown",
    description: "Only by what the chain shows: `unpaid` gives the amount back.",
    request: { params, body: body(schemas.resolution) },
    responses: answers,
  },
  async (c) => {
    const ctx = c.get("ctx");
    const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentAdminWithdrawal(await service.resolveWithdrawal(ctx, input)), 200);
  },
);

const listIncidents = defineRoute(
  { operation: "listWalletIncidents", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/wallet-incidents",
    summary: "What on the networks needs a person, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: { description: "A page of them.", content: json(pageOf(schemas.incident).openapi("WalletIncidentPage")) },
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("inc", position));
    const page = await service.listIncidents(c.get("ctx"), request);
    return c.json({ ...page, data: page.data.map(schemas.presentIncident) }, 200);
  },
);

const closeIncident = defineRoute(
  { operation: "closeWalletIncident", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/wallet-incidents/{id}/close",
    summary: "Close an incident",
    description: "Its network lets withdrawals out again.",
    request: { params: z.object({ id: idParam("inc") }), body: body(schemas.decision) },
    responses: {
      200: { description: "The incident.", content: json(schemas.incident) },
      409: { description: "It is closed already." },
    },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, note: c.req.valid("json").reason };
    return c.json(schemas.presentIncident(await service.closeIncident(c.get("ctx"), input)), 200);
  },
);

export const operatorRoutes = [
  listQueue,
  approve,
  reject,
  exportRoute,
  sent,
  resolve,
  listIncidents,
  closeIncident,
] as const;
