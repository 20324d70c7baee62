import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { anyone, defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";
import { askToSubscribe } from "./service.subscribers.ts";

const operator = { tags: ["Administration"] as [string] };
const write = { access: operators("admin"), limit: "write" } as const;
const isIncident = (position: string): boolean => isId("inc", position);

const getStatus = defineRoute(
  { operation: "getStatus", access: anyone, limit: "public", duringMaintenance: true },
  {
    method: "get",
    path: "/status",
    tags: ["Status"],
    summary: "Whether everything works, from checks made every minute, and open incidents",
    responses: { 200: jsonAnswer("How things are.", schemas.status) },
  },
  async (c) => c.json(schemas.presentStatus(await service.getStatusAnyway(c.get("ctx"))), 200),
);

const subscribeToStatus = defineRoute(
  { operation: "subscribeToStatus", access: anyone, limit: "auth", duringMaintenance: true },
  {
    method: "post",
    path: "/status/subscribers",
    tags: ["Status"],
    summary: "Ask for mails about incidents",
    description: "Sends a link to the address, which subscribes it; each mail ends the subscription with one click.",
    request: { body: jsonBody(schemas.subscribe) },
    responses: { 202: jsonAnswer("The same for every address.", schemas.accepted) },
  },
  async (c) => {
    await askToSubscribe(c.get("ctx"), c.req.valid("json").email);
    return c.json({ status: "confirmation_sent" as const }, 202);
  },
);

const listIncidents = defineRoute(
  { operation: "listIncidents", access: operators("support", "admin"), limit: "read" },
  {
    ...operator,
    method: "get",
    path: "/admin/incidents",
    summary: "Incidents, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of them.", schemas.incidentPage) },
  },
  async (c) => {
    const page = await service.listIncidents(c.get("ctx"), toPageRequest(c.req.valid("query"), isIncident));
    return c.json(presentPage(page, schemas.presentIncident), 200);
  },
);

const createIncident = defineRoute(
  { operation: "createIncident", ...write },
  {
    ...operator,
    method: "post",
    path: "/admin/incidents",
    summary: "Tell of an incident",
    description: "It is on the status page at once, and subscribers get a mail.",
    request: { body: jsonBody(schemas.createIncident) },
    responses: { 201: jsonAnswer("The incident.", schemas.incident) },
  },
  async (c) => c.json(schemas.presentIncident(await service.createIncident(c.get("ctx"), c.req.valid("json"))), 201),
);

const updateIncident = defineRoute(
  { operation: "updateIncident", ...write },
  {
    ...operator,
    method: "post",
    path: "/admin/incidents/{id}/updates",
    summary: "Say how an incident goes on, or that it is over",
    request: { params: z.object({ id: idParam("inc") }), body: jsonBody(schemas.updateIncident) },
    responses: { 201: jsonAnswer("The incident.", schemas.incident), 409: { description: "It is over." } },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentIncident(await service.updateIncident(c.get("ctx"), input)), 201);
  },
);

export const routes = [getStatus, subscribeToStatus, listIncidents, createIncident, updateIncident] as const;
