import { z } from "@hono/zod-openapi";
import { jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import type { Flag } from "./rules.ts";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

const read = { access: operators("support", "admin"), limit: "read" } as const;
const write = { access: operators("admin"), limit: "write" } as const;
const admin = { tags: ["Administration"] as [string] };

const maintenanceAnswer = {
  200: jsonAnswer("The maintenance mode.", schemas.maintenance),
};
const flagAnswer = { 200: jsonAnswer("The flag.", schemas.flag) };
const flagParams = z.object({ name: schemas.flagName });

function presentFlag({ name, description, percentage, plans, users }: Flag): z.infer<typeof schemas.flag> {
  return { name, description, percentage, plans: [...plans], users: [...users] };
}

const getMaintenance = defineRoute(
  { operation: "getMaintenance", ...read },
  {
    ...admin,
    method: "get",
    path: "/admin/maintenance",
    summary: "The maintenance mode",
    responses: maintenanceAnswer,
  },
  async (c) => c.json(schemas.presentMaintenance(await service.getMaintenance(c.get("ctx"))), 200),
);

const updateMaintenance = defineRoute(
  { operation: "updateMaintenance", ...write },
  {
    ...admin,
    method: "put",
    path: "/admin/maintenance",
    summary: "Switch the maintenance mode on or off",
    description:
      "While it is on, everything but health, sign-in and webhooks answers 503 to everybody but admins. It takes up to five seconds to reach everywhere.",
    request: { body: jsonBody(schemas.updateMaintenance) },
    responses: maintenanceAnswer,
  },
  async (c) => {
    const { enabled, message, until } = c.req.valid("json");
    const row = { enabled, message, until: until === null || until === undefined ? null : Date.parse(until) };
    return c.json(schemas.presentMaintenance(await service.updateMaintenance(c.get("ctx"), row)), 200);
  },
);

const listFlags = defineRoute(
  { operation: "listFlags", ...read },
  {
    ...admin,
    method: "get",
    path: "/admin/flags",
    summary: "All feature flags",
    responses: {
      200: jsonAnswer("All of them, by name.", pageOf(schemas.flag).openapi("FlagPage")),
    },
  },
  async (c) => c.json({ data: (await service.listFlags(c.get("ctx"))).map(presentFlag), nextCursor: null }, 200),
);

const getFlag = defineRoute(
  { operation: "getFlag", ...read },
  {
    ...admin,
    method: "get",
    path: "/admin/flags/{name}",
    summary: "One feature flag",
    request: { params: flagParams },
    responses: flagAnswer,
  },
  async (c) => c.json(presentFlag(await service.getFlag(c.get("ctx"), c.req.valid("param").name)), 200),
);

const updateFlag = defineRoute(
  { operation: "updateFlag", ...write },
  {
    ...admin,
    method: "put",
    path: "/admin/flags/{name}",
    summary: "Make or change a feature flag",
    request: {
      params: flagParams,
      body: jsonBody(schemas.updateFlag),
    },
    responses: flagAnswer,
  },
  async (c) =>
    c.json(
      presentFlag(await service.updateFlag(c.get("ctx"), { name: c.req.valid("param").name, ...c.req.valid("json") })),
      200,
    ),
);

const listJobs = defineRoute(
  { operation: "listJobs", ...read },
  {
    ...admin,
    method: "get",
    path: "/admin/jobs",
    summary: "Dead letters, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: jsonAnswer("A page of them.", pageOf(schemas.deadLetter).openapi("DeadLetterPage")),
    },
  },
  async (c) => {
    const page = await service.listJobs(
      c.get("ctx"),
      toPageRequest(c.req.valid("query"), (position) => position.startsWith("evt_")),
    );
    return c.json(presentPage(page, schemas.presentDeadLetter), 200);
  },
);

const retryJob = defineRoute(
  { operation: "retryJob", ...write },
  {
    ...admin,
    method: "post",
    path: "/admin/jobs/{id}/retry",
    summary: "Let a dead letter have another go",
    request: {
      params: z.object({
        id: z
          .string()
          .max(200)
          .openapi({ param: { name: "id", in: "path" } }),
      }),
    },
    responses: {
      202: jsonAnswer("It is on its way again.", schemas.deadLetter),
    },
  },
  async (c) => c.json(schemas.presentDeadLetter(await service.retryJob(c.get("ctx"), c.req.valid("param").id)), 202),
);

export const routes = [getMaintenance, updateMaintenance, listFlags, getFlag, updateFlag, listJobs, retryJob] as const;
