import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { anyone, defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import { rateTicket as rate } from "./service.operators.ts";
import * as service from "./service.ts";

const ticketPage = pageOf(schemas.ticket).openapi("TicketPage");
const ticketQuery = z.strictObject(pageQuery);
const ticketParams = z.object({ id: idParam("tkt") });
const isTicket = (position: string): boolean => isId("tkt", position);
const ticketAnswer = (description: string) => jsonAnswer(description, schemas.ticket);
const messageBody = jsonBody(schemas.addMessage);

const listHelpArticles = defineRoute(
  { operation: "listHelpArticles", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    method: "get",
    path: "/help/articles",
    tags: ["Help"],
    summary: "Help articles, in reading order",
    responses: {
      200: jsonAnswer("All of them, without their bodies.", pageOf(schemas.articleSummary).openapi("ArticlePage")),
    },
  },
  async (c) =>
    c.json({ data: (await service.listArticles(c.get("ctx"))).map(schemas.presentSummary), nextCursor: null }, 200),
);

const getHelpArticle = defineRoute(
  { operation: "getHelpArticle", access: anyone, limit: "public", catalogueSeconds: 60 },
  {
    method: "get",
    path: "/help/articles/{slug}",
    tags: ["Help"],
    summary: "One help article",
    request: { params: z.object({ slug: schemas.articleSlug }) },
    responses: { 200: jsonAnswer("The article.", schemas.article) },
  },
  async (c) => c.json(schemas.presentArticle(await service.getArticle(c.get("ctx"), c.req.valid("param").slug)), 200),
);

const createTicket = defineRoute(
  { operation: "createTicket", access: signedIn("support:write"), limit: "write" },
  {
    method: "post",
    path: "/support/tickets",
    tags: ["Support"],
    summary: "Open a ticket",
    request: { body: jsonBody(schemas.createTicket) },
    responses: { 201: ticketAnswer("The ticket. Its priority and `respondBy` follow from the plan.") },
  },
  async (c) => c.json(schemas.presentTicket(await service.createTicket(c.get("ctx"), c.req.valid("json"))), 201),
);

const listTickets = defineRoute(
  { operation: "listTickets", access: signedIn("support:read"), limit: "read" },
  {
    method: "get",
    path: "/support/tickets",
    tags: ["Support"],
    summary: "Your tickets, newest first",
    request: { query: ticketQuery },
    responses: { 200: jsonAnswer("A page of them.", ticketPage) },
  },
  async (c) => {
    const page = await service.listTickets(c.get("ctx"), toPageRequest(c.req.valid("query"), isTicket));
    return c.json(presentPage(page, schemas.presentTicket), 200);
  },
);

const getTicket = defineRoute(
  { operation: "getTicket", access: signedIn("support:read"), limit: "read" },
  {
    method: "get",
    path: "/support/tickets/{id}",
    tags: ["Support"],
    summary: "One of your tickets",
    request: { params: ticketParams },
    responses: { 200: ticketAnswer("The ticket with its messages.") },
  },
  async (c) => c.json(schemas.presentTicket(await service.getTicket(c.get("ctx"), c.req.valid("param").id)), 200),
);

const addMessage = defineRoute(
  { operation: "addTicketMessage", access: signedIn("support:write"), limit: "write" },
  {
    method: "post",
    path: "/support/tickets/{id}/messages",
    tags: ["Support"],
    summary: "Add to one of your tickets",
    request: { params: ticketParams, body: messageBody },
    responses: {
      201: ticketAnswer("The ticket, waiting for an answer again."),
      409: { description: "The ticket is closed." },
    },
  },
  async (c) => {
    const input = { ticketId: c.req.valid("param").id, body: c.req.valid("json").body };
    return c.json(schemas.presentTicket(await service.addMessage(c.get("ctx"), input)), 201);
  },
);

const rateTicket = defineRoute(
  { operation: "rateTicket", access: signedIn("support:write"), limit: "write" },
  {
    method: "post",
    path: "/support/tickets/{id}/rating",
    tags: ["Support"],
    summary: "Say how a ticket went",
    description: "Once there is an answer. A later rating takes the place of the one before.",
    request: { params: ticketParams, body: jsonBody(schemas.rateTicket) },
    responses: {
      200: jsonAnswer("The rating.", schemas.rating),
      409: { description: "The ticket has no answer yet." },
    },
  },
  async (c) => {
    const input = { ticketId: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentRating(await rate(c.get("ctx"), input)), 200);
  },
);

export const routes = [
  listHelpArticles,
  getHelpArticle,
  createTicket,
  listTickets,
  getTicket,
  addMessage,
  rateTicket,
] as const;
