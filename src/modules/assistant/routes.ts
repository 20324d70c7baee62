import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { problems } from "./errors.ts";
import * as schemas from "./schemas.ts";
import { getUsage } from "./service.allowance.ts";
import { createTicket } from "./service.sockets.ts";
import * as service from "./service.ts";

const tag = { tags: ["Assistant"] as [string] };
const read = signedIn("assistant:read");
const write = signedIn("assistant:write");
const query = z.strictObject(pageQuery);
const params = z.object({ id: idParam("conv") });
const isConversation = (position: string): boolean => isId("conv", position);
const isPosition = (position: string): boolean => /^[1-9][0-9]{0,14}$/.test(position);

const listConversations = defineRoute(
  { operation: "listConversations", access: read, limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/assistant/conversations",
    summary: "Your conversations, newest first",
    request: { query },
    responses: { 200: jsonAnswer("A page of them.", schemas.conversationPage) },
  },
  async (c) => {
    const page = await service.listConversations(c.get("ctx"), toPageRequest(c.req.valid("query"), isConversation));
    return c.json(presentPage(page, schemas.presentConversation), 200);
  },
);

const createConversation = defineRoute(
  { operation: "createConversation", access: write, limit: "write" },
  {
    ...tag,
    method: "post",
    path: "/assistant/conversations",
    summary: "Begin a conversation",
    request: { body: jsonBody(schemas.createConversation) },
    responses: {
      201: jsonAnswer("It is empty.", schemas.conversation),
      409: { description: "You have 1,000 of them." },
    },
  },
  async (c) => {
    const conversation = await service.createConversation(c.get("ctx"), c.req.valid("json"));
    return c.json(schemas.presentConversation(conversation), 201);
  },
);

const getConversation = defineRoute(
  { operation: "getConversation", access: read, limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/assistant/conversations/{id}",
    summary: "One of your conversations",
    request: { params },
    responses: { 200: jsonAnswer("The conversation.", schemas.conversation) },
  },
  async (c) => {
    const conversation = await service.getConversation(c.get("ctx"), c.req.valid("param").id);
    return c.json(schemas.presentConversation(conversation), 200);
  },
);

const updateConversation = defineRoute(
  { operation: "updateConversation", access: write, limit: "write" },
  {
    ...tag,
    method: "patch",
    path: "/assistant/conversations/{id}",
    summary: "Name a conversation",
    request: {
      params,
      body: jsonBody(schemas.updateConversation),
    },
    responses: { 200: jsonAnswer("The conversation.", schemas.conversation) },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, title: c.req.valid("json").title };
    return c.json(schemas.presentConversation(await service.updateConversation(c.get("ctx"), input)), 200);
  },
);

const deleteConversation = defineRoute(
  { operation: "deleteConversation", access: write, limit: "write" },
  {
    ...tag,
    method: "delete",
    path: "/assistant/conversations/{id}",
    summary: "Delete a conversation with all that was said in it",
    request: { params },
    responses: { 204: { description: "It is gone, and its socket with it." } },
  },
  async (c) => {
    await service.deleteConversation(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const listMessages = defineRoute(
  { operation: "listMessages", access: read, limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/assistant/conversations/{id}/messages",
    summary: "What was said, newest first",
    request: { params, query },
    responses: { 200: jsonAnswer("A page of messages.", schemas.messagePage) },
  },
  async (c) => {
    const page = await service.listMessages(c.get("ctx"), {
      conversationId: c.req.valid("param").id,
      page: toPageRequest(c.req.valid("query"), isPosition),
    });
    return c.json(presentPage(page, schemas.presentMessage), 200);
  },
);

const SOCKET = `Opens \`GET /ws/chat?token=…\` (WebSocket, JSON text frames of at most 16 KiB) once.

Client: \`{ type: "message", id, content }\`, \`{ type: "stop" }\`, \`{ type: "regenerate" }\`, \`{ type: "resume", after: seq }\`, \`{ type: "confirm", proposalId, accept }\`, \`{ type: "ping" }\`.

Server: \`{ type: "ready", conversationId, seq, answering }\`, \`{ type: "ack", id }\`, \`{ type: "response", id, seq, content, done }\` per piece, the last one with \`done: true\`, \`finishReason\`, \`usage\`, \`source\`, \`messageId\` and \`nearLimit\`; \`{ type: "tool", seq, name, status }\`; \`{ type: "proposal", id, state, kind, month, categoryId, category, amount, asset }\`, of which nothing happens before \`confirm\`; \`{ type: "error", code, message, retryAfter? }\`; \`{ type: "pong" }\`.

\`id\` of a response is that of the message it answers. \`seq\` counts response and tool frames from 1. Where \`ready\` says \`answering\`, nothing is sent before \`resume\`, which replays what came after a frame, without a gap or a repeat.

Questions count together over all conversations, 100 a minute on the free plan; beyond that an error says \`rate_limited\` and when to come back.

Close codes: 4401 bad or used ticket, or its session has ended; 4403 not yours; 4408 idle; 4409 replaced by a newer socket; 4413 frame too large; 4429 flooding; 1012 restart.`;

const createChatTicket = defineRoute(
  { operation: "createChatTicket", access: signedIn(null), limit: "write", idempotency: "none" },
  {
    ...tag,
    method: "post",
    path: "/assistant/tickets",
    summary: "Get a ticket for a chat's socket",
    description: SOCKET,
    request: { body: jsonBody(schemas.createTicket) },
    responses: {
      201: jsonAnswer("A ticket for one socket, good for a minute.", schemas.ticket),
      404: { description: "There is no such conversation." },
    },
  },
  async (c) => {
    const { conversationId } = c.req.valid("json");
    if (conversationId !== undefined && !isId("conv", conversationId)) throw problems.conversationNotFound();
    const ticket = await createTicket(c.get("ctx"), conversationId ?? null);
    return c.json({ ...ticket, expiresIn: 60 as const }, 201);
  },
);

const getAssistantUsage = defineRoute(
  { operation: "getAssistantUsage", access: read, limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/assistant/usage",
    summary: "What the assistant has used of your allowance",
    responses: { 200: jsonAnswer("This month and today, in UTC.", schemas.usage) },
  },
  async (c) => c.json(schemas.presentUsage(await getUsage(c.get("ctx"))), 200),
);

export const routes = [
  listConversations,
  createConversation,
  getConversation,
  updateConversation,
  deleteConversation,
  listMessages,
  createChatTicket,
  getAssistantUsage,
] as const;
