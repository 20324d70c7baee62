import { z } from "@hono/zod-openapi";
import type { Id } from "#kernel/ids";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, optionalBody, pageOf, presentPage, toPageRequest } from "#platform/http/fields";
import { customerOf } from "#platform/http/access";
import { defineRoute, operators } from "#platform/http/route";
import { problems } from "./errors.ts";
import * as schemas from "./schemas.disputes.ts";
import { fileHeaders } from "./schemas.ts";
import * as service from "./service.disputes.ts";

const tag = { tags: ["Administration"] as [string] };
const params = z.object({ id: idParam("disp") });
const read = { access: operators("support", "admin"), limit: "read" } as const;
const decide = { access: operators("admin"), limit: "money" } as const;
const answers = {
  200: jsonAnswer("The dispute.", schemas.dispute),
  409: { description: "It is over, one's own, or somebody else's." },
};

const list = defineRoute(
  { operation: "listDisputes", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/disputes",
    summary: "Disputes, newest first",
    request: { query: schemas.disputeQuery },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.dispute).openapi("DisputePage")) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { state, assignedTo, ...paging } = c.req.valid("query");
    const filter = {
      states: state === undefined ? [] : [state],
      assignedTo: assignedTo === "me" ? customerOf(ctx) : (assignedTo ?? null),
    };
    const page = await service.listDisputes(
      ctx,
      filter,
      toPageRequest(paging, (position) => isId("disp", position)),
    );
    return c.json(
      presentPage(page, (row) => schemas.presentDispute(row, ctx.now())),
      200,
    );
  },
);

const queue = defineRoute(
  { operation: "listDisputeQueue", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/disputes/queue",
    summary: "Disputes that wait, the most pressing first",
    responses: { 200: jsonAnswer("The first hundred.", pageOf(schemas.dispute).openapi("DisputeQueue")) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const rows = await service.listQueue(ctx);
    return c.json({ data: rows.map((row) => schemas.presentDispute(row, ctx.now())), nextCursor: null }, 200);
  },
);

const get = defineRoute(
  { operation: "getDispute", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/disputes/{id}",
    summary: "A dispute with its trade, notes and evidence",
    description: "What the parties have said to each other is shown to the one whom it is assigned to.",
    request: { params },
    responses: { 200: jsonAnswer("The dispute.", schemas.disputeFile) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const file = await service.viewDispute(ctx, c.req.valid("param").id);
    return c.json(schemas.presentDisputeFile(file, ctx.now()), 200);
  },
);

const assign = defineRoute(
  { operation: "assignDispute", ...decide, limit: "write" },
  {
    ...tag,
    method: "post",
    path: "/admin/disputes/{id}/assign",
    summary: "Give a dispute to yourself or to another administrator",
    description: "Not to a party of the trade. What was proposed before is dropped.",
    request: { params, body: optionalBody(schemas.assign) },
    responses: answers,
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { to } = c.req.valid("json");
    if (to !== undefined && !isId("user", to)) throw problems.assigneeUnfit();
    const listed = await service.assignDispute(ctx, { id: c.req.valid("param").id, to: (to as Id<"user">) ?? null });
    return c.json(schemas.presentDispute(listed, ctx.now()), 200);
  },
);

const resolve = defineRoute(
  { operation: "resolveDispute", ...decide },
  {
    ...tag,
    method: "post",
    path: "/admin/disputes/{id}/resolve",
    summary: "Decide a dispute that is assigned to you",
    description:
      "The shares add up to the trade's `assetAmount`; the held fee goes pro rata with the buyer's. Above the limit of the asset the dispute is then `proposed`, and a second administrator confirms.",
    request: { params, body: jsonBody(schemas.resolve) },
    responses: answers,
  },
  async (c) => {
    const ctx = c.get("ctx");
    const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentDispute(await service.resolveDispute(ctx, input), ctx.now()), 200);
  },
);

const confirm = defineRoute(
  { operation: "confirmDispute", ...decide },
  {
    ...tag,
    method: "post",
    path: "/admin/disputes/{id}/confirm",
    summary: "Agree to what the arbitrator proposes",
    description: "Somebody else than the arbitrator, and no party.",
    request: { params },
    responses: answers,
  },
  async (c) => {
    const ctx = c.get("ctx");
    const listed = await service.confirmResolution(ctx, c.req.valid("param").id);
    return c.json(schemas.presentDispute(listed, ctx.now()), 200);
  },
);

const addNote = defineRoute(
  { operation: "addDisputeNote", access: operators("support", "admin"), limit: "write" },
  {
    ...tag,
    method: "post",
    path: "/admin/disputes/{id}/notes",
    summary: "Write something down that the parties do not see",
    request: { params, body: jsonBody(schemas.addNote) },
    responses: { 201: jsonAnswer("The note.", schemas.note) },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, body: c.req.valid("json").body };
    return c.json(schemas.presentNote(await service.addNote(c.get("ctx"), input)), 201);
  },
);

const binary = { schema: z.string().openapi({ format: "binary" }) };

const openEvidence = defineRoute(
  { operation: "getDisputeEvidence", access: operators("admin"), limit: "costly" },
  {
    ...tag,
    method: "get",
    path: "/admin/disputes/{id}/evidence/{fileId}",
    summary: "Look at a file of a dispute that is assigned to you",
    description: "Looking at it is written to the audit.",
    request: { params: params.extend({ fileId: idParam("file", "fileId") }) },
    responses: {
      200: { description: "The file.", content: { "application/octet-stream": binary } },
      409: { description: "It is assigned to somebody else." },
    },
  },
  async (c) => {
    const file = await service.openDisputeEvidence(c.get("ctx"), c.req.valid("param"));
    return c.body(file.bytes, 200, fileHeaders(file.evidence));
  },
);

export const disputeRoutes = [list, queue, get, assign, resolve, confirm, addNote, openEvidence] as const;
