import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import { PAGE_POLICY, printReport, showReport } from "./routes.report-page.tsx";
import * as schemas from "./schemas.reports.ts";
import { listPlaces } from "./service.money.ts";
import * as service from "./service.reports.ts";

const read = { access: operators("support", "admin"), limit: "read" } as const;
const admin = { tags: ["Administration"] as [string] };

const getStatistics = defineRoute(
  { operation: "getStatistics", ...read },
  {
    ...admin,
    method: "get",
    path: "/admin/stats",
    summary: "How much there is of what operators look after",
    responses: { 200: jsonAnswer("Counts by module, as of now.", schemas.statistics) },
  },
  async (c) => c.json(schemas.presentStatistics(await service.getStatistics(c.get("ctx"))), 200),
);

const listMoneyPlaces = defineRoute(
  { operation: "listMoneyPlaces", ...read },
  {
    ...admin,
    method: "get",
    path: "/admin/money",
    summary: "Where money lies outside: what came in, what went out, what is left",
    description: "By the books, since they were opened: gateways, the bank and the networks, by asset.",
    responses: { 200: jsonAnswer("Every place.", schemas.places) },
  },
  async (c) => c.json({ data: await listPlaces(c.get("ctx")) }, 200),
);

const getHealthScore = defineRoute(
  { operation: "getHealthScore", access: operators("support", "admin"), limit: "costly" },
  {
    ...admin,
    method: "get",
    path: "/admin/health-score",
    summary: "One figure for how the installation does, with its formula and its parts",
    responses: { 200: jsonAnswer("0 to 100.", schemas.health) },
  },
  async (c) => {
    const { parts, ...rest } = await service.getHealthScore(c.get("ctx"));
    return c.json({ ...rest, parts: [...parts] }, 200);
  },
);

const getReport = defineRoute(
  { operation: "getReport", ...read },
  {
    ...admin,
    method: "get",
    path: "/admin/reports/{month}",
    summary: "A month in figures",
    description:
      "`Accept: application/pdf` answers a PDF, `Accept: text/html` a page. It is mailed to administrators on the first of the month after.",
    request: { params: z.object({ month: schemas.month }) },
    responses: {
      200: {
        description: "The report.",
        content: {
          "application/json": { schema: schemas.report },
          "application/pdf": { schema: z.string() },
          "text/html": { schema: z.string() },
        },
      },
    },
  },
  async (c) => {
    const report = await service.getReport(c.get("ctx"), c.req.valid("param").month);
    const accept = c.req.header("Accept") ?? "";
    if (/\bapplication\/pdf\b/i.test(accept)) {
      const name = `inline; filename="report-${report.month}.pdf"`;
      return c.body(printReport(report), 200, { "Content-Type": "application/pdf", "Content-Disposition": name });
    }
    if (/\btext\/html\b/i.test(accept)) {
      c.header("Content-Security-Policy", PAGE_POLICY);
      return c.html(await showReport(report), 200);
    }
    return c.json(schemas.presentReport(report), 200);
  },
);

export const reportRoutes = [listMoneyPlaces, getStatistics, getHealthScore, getReport] as const;
