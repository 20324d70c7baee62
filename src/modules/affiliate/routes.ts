import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import { isId } from "#kernel/ids";
import { findAsset } from "#modules/ledger";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.members.ts";
import { getStatement as getMonth, writeStatementCsv } from "./service.statements.ts";
import { writeStatementPdf } from "./statement-pdf.ts";

const read = { access: signedIn("affiliate:read"), limit: "read" } as const;
const tag = { tags: ["Affiliate"] as [string] };
const administration = { tags: ["Administration"] as [string] };
const query = z.strictObject(pageQuery);
const assetQuery = z.strictObject({
  asset: z
    .string()
    .refine((code) => findAsset(code) !== null, { error: "The ledger does not know this asset." })
    .default("INR")
    .openapi({ example: "INR" }),
});
const isUser = (position: string): boolean => isId("user", position);

const getAffiliate = defineRoute(
  { operation: "getAffiliate", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate",
    summary: "Your link, and what it has brought",
    responses: { 200: jsonAnswer("All of it.", schemas.dashboard) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentDashboard(await service.getDashboard(ctx), ctx.config.publicOrigin), 200);
  },
);

const updateAffiliate = defineRoute(
  { operation: "updateAffiliate", access: signedIn("affiliate:write"), limit: "write" },
  {
    ...tag,
    method: "patch",
    path: "/affiliate",
    summary: "Choose a code of your own, or show yourself on the leaderboard",
    description: "Links with the code before lead nowhere from then on; whom they brought in stays yours.",
    request: { body: jsonBody(schemas.updateMembership) },
    responses: { 200: jsonAnswer("All of it.", schemas.dashboard), 409: { description: "`code_taken`." } },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const change = given(c.req.valid("json"));
    const row =
      Object.keys(change).length === 0 ? await service.getDashboard(ctx) : await service.updateMembership(ctx, change);
    return c.json(schemas.presentDashboard(row, ctx.config.publicOrigin), 200);
  },
);

const listReferrals = defineRoute(
  { operation: "listReferrals", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate/referrals",
    summary: "Whom you have brought in, directly or through one other",
    request: { query },
    responses: { 200: jsonAnswer("A page of them, newest first.", pageOf(schemas.referral).openapi("ReferralPage")) },
  },
  async (c) => {
    const page = await service.listReferrals(c.get("ctx"), toPageRequest(c.req.valid("query"), isUser));
    return c.json(presentPage(page, schemas.presentReferral), 200);
  },
);

const listCommissions = defineRoute(
  { operation: "listCommissions", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate/commissions",
    summary: "Your commissions, and the corrections of them",
    request: { query },
    responses: {
      200: jsonAnswer("A page of them, newest first.", pageOf(schemas.commission).openapi("CommissionPage")),
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("comm", position));
    return c.json(presentPage(await service.listCommissions(c.get("ctx"), request), schemas.presentCommission), 200);
  },
);

const listDays = defineRoute(
  { operation: "listAffiliateDays", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate/days",
    summary: "Clicks, sign-ups, buyers and earnings by day",
    request: { query: z.strictObject({ from: z.iso.date().default("1970-01-01").openapi({ example: "2026-11-01" }) }) },
    responses: {
      200: jsonAnswer("At most 400 days, the oldest first.", pageOf(schemas.day).openapi("AffiliateDayPage")),
    },
  },
  async (c) => {
    const rows = await service.listDays(c.get("ctx"), c.req.valid("query").from);
    return c.json({ data: rows.map(schemas.presentDay), nextCursor: null }, 200);
  },
);

const listLeaders = defineRoute(
  { operation: "listLeaders", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate/leaderboard",
    summary: "Those who have earned most, of those who want to be seen",
    request: { query: assetQuery },
    responses: { 200: jsonAnswer("At most twenty.", pageOf(schemas.leader).openapi("LeaderPage")) },
  },
  async (c) => {
    const { asset } = c.req.valid("query");
    const rows = await service.listLeaders(c.get("ctx"), asset);
    return c.json({ data: rows.map((row) => schemas.presentLeader(row, asset)), nextCursor: null }, 200);
  },
);

const getStatement = defineRoute(
  { operation: "getStatement", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate/statements/{month}",
    summary: "The commissions and payouts of a month, as CSV or PDF",
    description: "Gross, tax withheld and net of each line. `Accept: application/pdf` answers sheets with totals.",
    request: {
      params: z.object({
        month: z
          .string()
          .regex(/^[0-9]{4}-(0[1-9]|1[0-2])$/)
          .openapi({ param: { name: "month", in: "path" }, example: "2026-11" }),
      }),
    },
    responses: {
      200: {
        description: "The statement.",
        content: { "text/csv": { schema: z.string() }, "application/pdf": { schema: z.string() } },
      },
    },
  },
  async (c) => {
    const { month } = c.req.valid("param");
    const statement = await getMonth(c.get("ctx"), month);
    const isPdf = (c.req.header("Accept") ?? "").includes("application/pdf");
    const [body, type, ending] = isPdf
      ? ([writeStatementPdf(statement), "application/pdf", "pdf"] as const)
      : ([writeStatementCsv(statement), "text/csv; charset=utf-8", "csv"] as const);
    const name = `attachment; filename="commissions-${month}.${ending}"`;
    return c.body(body, 200, { "Content-Type": type, "Content-Disposition": name });
  },
);

const listReviews = defineRoute(
  { operation: "listAffiliateReviews", access: operators("support", "admin"), limit: "read" },
  {
    ...administration,
    method: "get",
    path: "/admin/affiliate/reviews",
    summary: "Members whose purchases earn nothing until somebody has looked",
    request: { query },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.review).openapi("AffiliateReviewPage")) },
  },
  async (c) => {
    const page = await service.listReviews(c.get("ctx"), toPageRequest(c.req.valid("query"), isUser));
    return c.json(presentPage(page, schemas.presentReview), 200);
  },
);

const decideReview = defineRoute(
  { operation: "decideAffiliateReview", access: operators("admin"), limit: "write" },
  {
    ...administration,
    method: "post",
    path: "/admin/affiliate/reviews/{id}",
    summary: "Clear a member, or refuse commissions on its purchases",
    request: { params: z.object({ id: idParam("user") }), body: jsonBody(schemas.decideReview) },
    responses: { 200: jsonAnswer("The member.", schemas.review), 409: { description: "It was decided already." } },
  },
  async (c) => {
    const input = { userId: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentReview(await service.decideReview(c.get("ctx"), input)), 200);
  },
);

export const routes = [
  getAffiliate,
  updateAffiliate,
  listReferrals,
  listCommissions,
  listDays,
  listLeaders,
  getStatement,
  listReviews,
  decideReview,
] as const;
