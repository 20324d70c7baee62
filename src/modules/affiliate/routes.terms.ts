import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { findAsset } from "#modules/ledger";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { readAmount } from "#platform/http/money";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.terms.ts";
import * as service from "./service.terms.ts";

const read = { access: operators("support", "admin"), limit: "read" } as const;
const write = { access: operators("admin"), limit: "write" } as const;
const tag = { tags: ["Administration"] as [string] };
const query = z.strictObject(pageQuery);

const listRates = defineRoute(
  { operation: "listAffiliateRates", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/affiliate/rates",
    summary: "Rates of commission by package and period, those that are over too",
    description: "Where none holds, the package's own rates do.",
    request: { query },
    responses: { 200: jsonAnswer("A page of them, newest first.", pageOf(schemas.rate).openapi("AffiliateRatePage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("rate", position));
    return c.json(presentPage(await service.listRates(c.get("ctx"), request), schemas.presentRate), 200);
  },
);

const createRate = defineRoute(
  { operation: "createAffiliateRate", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/affiliate/rates",
    summary: "Add a rate",
    description: "It holds for sales within its period; the newest wins, a package's own before one for all.",
    request: { body: jsonBody(schemas.createRate) },
    responses: { 201: jsonAnswer("The rate.", schemas.rate) },
  },
  async (c) => {
    const { package: slug = null, level1Bps, level2Bps, startsAt, endsAt } = c.req.valid("json");
    const row = await service.createRate(c.get("ctx"), {
      slug,
      level1Bps,
      level2Bps,
      startsAt: startsAt === undefined ? null : Date.parse(startsAt),
      endsAt: endsAt === undefined ? null : Date.parse(endsAt),
    });
    return c.json(schemas.presentRate(row), 201);
  },
);

const endRate = defineRoute(
  { operation: "endAffiliateRate", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/affiliate/rates/{id}/end",
    summary: "End a rate now",
    request: { params: z.object({ id: idParam("rate") }) },
    responses: { 200: jsonAnswer("The rate.", schemas.rate), 409: { description: "It was over already." } },
  },
  async (c) => c.json(schemas.presentRate(await service.endRate(c.get("ctx"), c.req.valid("param").id)), 200),
);

const listCaps = defineRoute(
  { operation: "listAffiliateCaps", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/affiliate/caps",
    summary: "What one member earns at most in a month, with all bounds of before",
    request: { query },
    responses: { 200: jsonAnswer("A page of them, newest first.", pageOf(schemas.cap).openapi("AffiliateCapPage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("cap", position));
    return c.json(presentPage(await service.listCaps(c.get("ctx"), request), schemas.presentCap), 200);
  },
);

const createCap = defineRoute(
  { operation: "createAffiliateCap", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/affiliate/caps",
    summary: "Bound what one member earns in a month",
    description: "Takes the place of the bound before, for sales from now on. What was granted stays.",
    request: { body: jsonBody(schemas.createCap) },
    responses: { 201: jsonAnswer("The bound.", schemas.cap) },
  },
  async (c) => {
    const { asset, month } = c.req.valid("json");
    const known = findAsset(asset);
    const monthMinor = month === null || !known ? null : readAmount(month, known);
    return c.json(schemas.presentCap(await service.createCap(c.get("ctx"), { asset, monthMinor })), 201);
  },
);

export const termsRoutes = [listRates, createRate, endRate, listCaps, createCap] as const;
