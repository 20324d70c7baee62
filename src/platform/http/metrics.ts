import { HUB } from "#objects/metrics-hub";
import { equalInConstantTime } from "#platform/crypto";
import { gauges } from "#platform/gauges";
import { flushMetrics } from "#platform/metrics";
import { METRICS_TYPE, writeMetrics } from "#platform/metrics-text";
import type { HttpContext } from "./env.ts";
import { http } from "./problems.ts";
import type { RootRoute } from "./root-route.ts";

/** `GET /metrics`, for Prometheus. Without a token in the configuration nobody gets in. */
export const metricsRoute: RootRoute = {
  method: "GET",
  path: "/metrics",
  limit: "exempt",
  duringMaintenance: true,
  handler: async (c: HttpContext) => {
    const ctx = c.get("ctx");
    const given = /^Bearer (.+)$/i.exec(c.req.header("Authorization") ?? "")?.[1] ?? "";
    const { metricsToken } = ctx.config;
    const allowed = await equalInConstantTime(given, metricsToken ?? "");
    if (metricsToken === null || !allowed) throw http.unauthenticated({ detail: "This address takes METRICS_TOKEN." });
    await flushMetrics(ctx);
    const [counted, measured] = await Promise.all([c.env.METRICS_HUB.getByName(HUB).read(), gauges.get(ctx)]);
    return c.body(writeMetrics(counted, measured), 200, { "Content-Type": METRICS_TYPE });
  },
};
