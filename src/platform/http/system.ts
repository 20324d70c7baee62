import { z } from "@hono/zod-openapi";
import { SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import { anyone, defineRoute } from "./route.ts";

const healthSchema = z
  .object({ status: z.literal("ok"), version: z.string().openapi({ example: "3f2a9c1" }) })
  .openapi("Health");

const dependencySchema = z.object({
  name: z.string().openapi({ example: "database" }),
  ok: z.boolean(),
  latencyMs: z.int(),
});

const readySchema = z
  .object({ status: z.enum(["ok", "unavailable"]), version: z.string(), dependencies: z.array(dependencySchema) })
  .openapi("Readiness");

const health = defineRoute(
  { operation: "getHealth", access: anyone, limit: "exempt", duringMaintenance: true },
  {
    method: "get",
    path: "/health",
    tags: ["System"],
    summary: "Whether the Worker answers",
    description: "Touches no dependency.",
    responses: { 200: { description: "It answers.", content: { "application/json": { schema: healthSchema } } } },
  },
  (c) => c.json({ status: "ok" as const, version: c.get("ctx").config.version }, 200),
);

const ready = defineRoute(
  { operation: "getReadiness", access: anyone, limit: "exempt", duringMaintenance: true },
  {
    method: "get",
    path: "/health/ready",
    tags: ["System"],
    summary: "Whether every dependency answers, and how fast",
    responses: {
      200: { description: "All of them answer.", content: { "application/json": { schema: readySchema } } },
      503: { description: "One is down.", content: { "application/json": { schema: readySchema } } },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const dependencies = await checkDependencies(ctx);
    const ok = dependencies.every((dependency) => dependency.ok);
    const body = { version: ctx.config.version, dependencies };
    if (ok) return c.json({ status: "ok" as const, ...body }, 200);
    c.header("Retry-After", "10");
    return c.json({ status: "unavailable" as const, ...body }, 503);
  },
);

const CHECK_TIMEOUT_MS = 2 * SECOND;

/** Asks each dependency for something small, all at once, each within two seconds. */
async function checkDependencies(ctx: Ctx): Promise<z.infer<typeof dependencySchema>[]> {
  const checks: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["database", async () => ctx.db.sql("select 1").all()],
    ["limiter", async () => ctx.env.RATE_LIMITER.getByName("health").ping()],
    ["files", async () => ctx.env.FILES.head("health")],
  ];
  return await Promise.all(
    checks.map(async ([name, check]) => {
      const startedAt = Date.now();
      const ok = await Promise.race([
        check().then(
          () => true,
          () => false,
        ),
        new Promise<boolean>((resolve) => setTimeout(resolve, CHECK_TIMEOUT_MS, false)),
      ]);
      return { name, ok, latencyMs: Date.now() - startedAt };
    }),
  );
}

/** What the reference says about these routes. */
export const SYSTEM_TAGS = { System: "Whether the product is up." } as const;

export const systemRoutes = [health, ready] as const;
