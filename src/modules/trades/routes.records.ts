import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { toTimestamp } from "#kernel/time";
import { readBytes } from "#platform/http/body";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as evidence from "./service.evidence.ts";
import { giveFeedback } from "./service.feedback.ts";
import { createTicket } from "./service.sockets.ts";
import { listOwnMessages } from "./service.views.ts";

/** What accompanies a trade: evidence, what was said, feedback, and the ticket for its socket. */

const tag = { tags: ["Trades"] as [string] };
const EVIDENCE_BYTES = 5 * 1024 * 1024;
const params = z.object({ id: idParam("trade") });
/** What the parties say to each other is read in a session, not by a key. */
const read = { access: signedIn(null), limit: "read" } as const;

const feedback = defineRoute(
  { operation: "giveTradeFeedback", access: signedIn(null), limit: "write" },
  {
    ...tag,
    method: "post",
    path: "/p2p/trades/{id}/feedback",
    summary: "Rate the other side",
    description: "Once, after the end.",
    request: { params, body: jsonBody(schemas.feedback) },
    responses: {
      200: jsonAnswer("You had said just this.", schemas.feedbackGiven),
      201: jsonAnswer("It is kept.", schemas.feedbackGiven),
      409: { description: "The trade is not over, or you have rated it otherwise." },
    },
  },
  async (c) => {
    const { rating, comment = null } = c.req.valid("json");
    const given = await giveFeedback(c.get("ctx"), { tradeId: c.req.valid("param").id, rating, comment });
    const answer = { tradeId: given.tradeId, rating, comment, createdAt: toTimestamp(given.at) };
    return given.repeated ? c.json(answer, 200) : c.json(answer, 201);
  },
);

const binary = { schema: z.string().openapi({ format: "binary" }) };
const files = {
  "image/png": binary,
  "image/jpeg": binary,
  "image/webp": binary,
  "application/pdf": binary,
  "video/mp4": binary,
};

const addEvidence = defineRoute(
  { operation: "addTradeEvidence", access: signedIn(null), limit: "costly" },
  {
    ...tag,
    method: "post",
    path: "/p2p/trades/{id}/evidence",
    summary: "Show a file as evidence",
    description:
      "The bytes as they are, PNG, JPEG, WebP, PDF or MP4 up to 5 MiB; what counts is what the bytes are. Kept encrypted; both sides and the arbitrator see it.",
    request: {
      params,
      query: z.strictObject({ name: z.string().min(1).max(200).default("evidence") }),
      body: { required: true, content: files },
    },
    responses: {
      201: jsonAnswer("It is kept.", schemas.evidence),
      409: { description: "The trade takes no files now, or no more of yours." },
    },
  },
  async (c) => {
    const bytes = await readBytes(c.req.raw, EVIDENCE_BYTES);
    const input = { tradeId: c.req.valid("param").id, name: c.req.valid("query").name, bytes };
    const kept = await evidence.addEvidence(c.get("ctx"), input);
    return c.json(schemas.presentEvidence(kept.evidence, kept.buyerId), 201);
  },
);

const listEvidence = defineRoute(
  { operation: "listTradeEvidence", ...read },
  {
    ...tag,
    method: "get",
    path: "/p2p/trades/{id}/evidence",
    summary: "The files of one of your trades, oldest first",
    request: { params },
    responses: { 200: jsonAnswer("All of them.", pageOf(schemas.evidence).openapi("EvidencePage")) },
  },
  async (c) => {
    const kept = await evidence.listOwnEvidence(c.get("ctx"), c.req.valid("param").id);
    return c.json(
      { data: kept.map((row) => schemas.presentEvidence(row.evidence, row.buyerId)), nextCursor: null },
      200,
    );
  },
);

const openEvidence = defineRoute(
  { operation: "getTradeEvidence", access: signedIn(null), limit: "costly" },
  {
    ...tag,
    method: "get",
    path: "/p2p/trades/{id}/evidence/{fileId}",
    summary: "Look at a file of one of your trades",
    request: { params: params.extend({ fileId: idParam("file", "fileId") }) },
    responses: { 200: { description: "The file.", content: files } },
  },
  async (c) => {
    const { id, fileId } = c.req.valid("param");
    const file = await evidence.openOwnEvidence(c.get("ctx"), { tradeId: id, fileId });
    return c.body(file.bytes, 200, schemas.fileHeaders(file.evidence));
  },
);

const listMessages = defineRoute(
  { operation: "listTradeMessages", ...read },
  {
    ...tag,
    method: "get",
    path: "/p2p/trades/{id}/messages",
    summary: "What was said in one of your trades, newest first",
    request: { params, query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of it.", pageOf(schemas.message).openapi("TradeMessagePage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("msg", position));
    const page = await listOwnMessages(c.get("ctx"), c.req.valid("param").id, request);
    return c.json(presentPage(page, schemas.presentMessage), 200);
  },
);

const ticket = defineRoute(
  { operation: "createTradeTicket", access: signedIn(null), limit: "write", idempotency: "none" },
  {
    ...tag,
    method: "post",
    path: "/p2p/trades/{id}/tickets",
    summary: "Get a ticket for a trade's socket",
    description:
      "`GET /ws/trades/{id}?token=…` opens it, once, within a minute. It says `state` at once and on each change, then `message`, `ack`, `error` and `pong`; it hears `message` with an id of your own, and `ping`. The arbitrator of a dispute joins by the same way.",
    request: { params },
    responses: { 201: jsonAnswer("A ticket for one socket.", schemas.ticket) },
  },
  async (c) => c.json(await createTicket(c.get("ctx"), c.req.valid("param").id), 201),
);

export const recordRoutes = [feedback, addEvidence, listEvidence, openEvidence, listMessages, ticket] as const;
