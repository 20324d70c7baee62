/** The peer: Hono on Node with rate-limiter-flexible over Redis, which counts every call there. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";

const [redisPort, limited] = process.argv.slice(2);
const POINTS = 300_000;
const redis = new Redis({ host: "127.0.0.1", port: Number(redisPort), enableAutoPipelining: true });
const limiter = new RateLimiterRedis({ storeClient: redis, points: POINTS, duration: 60 });

const app = new Hono();
if (limited === "limited") {
  app.use(async (c, next) => {
    const state = await limiter.consume(c.req.header("CF-Connecting-IP") ?? "unknown").catch((refusal) => refusal);
    if (state instanceof Error) throw state;
    const seconds = Math.ceil(state.msBeforeNext / 1_000);
    c.header("RateLimit-Policy", `"public";q=${POINTS};w=60`);
    c.header("RateLimit", `"public";r=${state.remainingPoints};t=${seconds}`);
    if (state.consumedPoints > POINTS) return c.json({ code: "rate_limited" }, 429, { "Retry-After": String(seconds) });
    return await next();
  });
}
app.get("/*", (c) => c.json({ data: [] }));

const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
process.on("SIGTERM", () => {
  redis.disconnect();
  server.close();
  process.exit();
});
