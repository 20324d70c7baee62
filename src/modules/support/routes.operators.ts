import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { customerOf } from "#platform/http/access";
import { idParam, jsonAnswer, jsonBody, optionalBody, pageOf, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import { problems } from "./errors.ts";
import * as schemas from "./schemas.operators.ts";
import { addMessage, presentTicket, ticket } from "./schemas.ts";
import * as desk from "./service.operators.ts";
import * as service from "./service.ts";

const ticketParams = z.object({ id: idParam("tkt") });
const isTicket = (position: string): boolean => isId("tkt", position);
const read = { access: operators("support", "admin"), limit: "read" } as const;
const write = { access: operators("support", "admin"), limit: "write" } as const;
const tag = { tags: ["Administration"] as [string] };
const ticketAnswer = (description: string) => jsonAnswer(description, ticket);
const closed = { 409: { description: "The ticket is closed." } };

const listTicketQueue = defineRoute(
  { operation: "listTicketQueue", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/tickets",
    summary: "Everybody's tickets, newest first",
    request: { query: schemas.queueQuery },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.deskTicket).openapi("DeskTicketPage")) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { status, assignedTo, ...paging } = c.req.valid("query");
    const filter = { status: status ?? null, assignedTo: assignedTo === "me" ? customerOf(ctx) : (assignedTo ?? null) };
    const page = await desk.listTicketQueue(ctx, filter, toPageRequest(paging, isTicket));
    return c.json(presentPage(page, schemas.presentDeskTicket), 200);
  },
);

const answerTicket = defineRoute(
  { operation: "answerTicket", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/tickets/{id}/messages",
    summary: "Answer a ticket",
    request: { params: ticketParams, body: jsonBody(addMessage) },
    responses: { 201: ticketAnswer("The ticket, answered."), ...closed },
  },
  async (c) => {
    const input = { ticketId: c.req.valid("param").id, body: c.req.valid("json").body };
    return c.json(presentTicket(await service.answerTicket(c.get("ctx"), input)), 201);
  },
);

const closeTicket = defineRoute(
  { operation: "closeTicket", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/tickets/{id}/close",
    summary: "Close a ticket",
    request: { params: ticketParams },
    responses: { 200: ticketAnswer("The ticket, closed. A repeat changes nothing.") },
  },
  async (c) => c.json(presentTicket(await service.closeTicket(c.get("ctx"), c.req.valid("param").id)), 200),
);

const assignTicket = defineRoute(
  { operation: "assignTicket", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/tickets/{id}/assign",
    summary: "Give a ticket to yourself or to another operator",
    request: { params: ticketParams, body: optionalBody(schemas.assignTicket) },
    responses: { 200: ticketAnswer("The ticket."), ...closed },
  },
  async (c) => {
    const { to } = c.req.valid("json");
    if (to !== undefined && !isId("user", to)) throw problems.assigneeUnfit();
    const input = { ticketId: c.req.valid("param").id, to: to ?? null };
    return c.json(presentTicket(await desk.assignTicket(c.get("ctx"), input)), 200);
  },
);

const addNote = defineRoute(
  { operation: "addTicketNote", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/tickets/{id}/notes",
    summary: "Write something down that the customer does not see",
    request: { params: ticketParams, body: jsonBody(addMessage) },
    responses: { 201: jsonAnswer("The note.", schemas.note) },
  },
  async (c) => {
    const input = { ticketId: c.req.valid("param").id, body: c.req.valid("json").body };
    return c.json(schemas.presentNote(await desk.noteTicket(c.get("ctx"), input)), 201);
  },
);

const listNotes = defineRoute(
  { operation: "listTicketNotes", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/tickets/{id}/notes",
    summary: "What operators have written down of a ticket",
    request: { params: ticketParams },
    responses: { 200: jsonAnswer("All of them, oldest first.", pageOf(schemas.note).openapi("TicketNotePage")) },
  },
  async (c) => {
    const found = await desk.listNotes(c.get("ctx"), c.req.valid("param").id);
    return c.json({ data: found.map(schemas.presentNote), nextCursor: null }, 200);
  },
);

const listCannedAnswers = defineRoute(
  { operation: "listCannedAnswers", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/canned-answers",
    summary: "Answers that are ready to be sent",
    responses: { 200: jsonAnswer("All of them, by name.", pageOf(schemas.cannedAnswer).openapi("CannedAnswerPage")) },
  },
  async (c) => {
    const found = await desk.listCannedAnswers(c.get("ctx"));
    return c.json({ data: found.map(schemas.presentCannedAnswer), nextCursor: null }, 200);
  },
);

const putCannedAnswer = defineRoute(
  { operation: "putCannedAnswer", ...write },
  {
    ...tag,
    method: "put",
    path: "/admin/canned-answers/{name}",
    summary: "Put a canned answer down, or change it",
    request: { params: schemas.answerParams, body: jsonBody(addMessage) },
    responses: { 200: jsonAnswer("The answer.", schemas.cannedAnswer) },
  },
  async (c) => {
    const input = { name: c.req.valid("param").name, body: c.req.valid("json").body };
    return c.json(schemas.presentCannedAnswer(await desk.putCannedAnswer(c.get("ctx"), input)), 200);
  },
);

const deleteCannedAnswer = defineRoute(
  { operation: "deleteCannedAnswer", ...write },
  {
    ...tag,
    method: "delete",
    path: "/admin/canned-answers/{name}",
    summary: "Take a canned answer away",
    request: { params: schemas.answerParams },
    responses: { 204: { description: "It is gone." } },
  },
  async (c) => {
    await desk.deleteCannedAnswer(c.get("ctx"), c.req.valid("param").name);
    return c.body(null, 204);
  },
);

export const operatorRoutes = [
  listTicketQueue,
  answerTicket,
  closeTicket,
  assignTicket,
  addNote,
  listNotes,
  listCannedAnswers,
  putCannedAnswer,
  deleteCannedAnswer,
] as const;
