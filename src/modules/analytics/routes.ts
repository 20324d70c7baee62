import { jsonAnswer } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import { getAnalytics } from "./service.ts";

const getAnalyticsRoute = defineRoute(
  { operation: "getAnalytics", access: operators("support", "admin"), limit: "read" },
  {
    method: "get",
    path: "/admin/analytics",
    tags: ["Administration"],
    summary: "Sign-ups, active accounts, the funnel, cohorts, use of features and of the API, day by day",
    request: { query: schemas.range },
    responses: { 200: jsonAnswer("Out of daily rollups; today's is at most an hour old.", schemas.analytics) },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { from, to } = schemas.toRange(c.req.valid("query"), ctx.now());
    return c.json(schemas.presentAnalytics(await getAnalytics(ctx, from, to)), 200);
  },
);

export const routes = [getAnalyticsRoute] as const;
