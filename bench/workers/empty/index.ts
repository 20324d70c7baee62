import { Hono } from "hono";

/** The floor: what the framework and the runtime cost before anything of ours. */
const app = new Hono();
app.get("/*", (c) => c.json({ data: [] }));

export default app;
