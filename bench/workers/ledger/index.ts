import * as ledger from "../../../src/modules/ledger/index.ts";
import { submitDirectly } from "../../../src/modules/ledger/service.ts";
import worker from "../../../src/index.ts";
import { createHttpApp } from "../../../src/platform/http/app.ts";
import type { RootRoute } from "../../../src/platform/http/root-route.ts";
import { compose } from "../../../src/platform/module.ts";

export * from "../../../src/index.ts";

/**
 * The product's ledger behind routes that only the benchmark has: no product lets transfers be posted freely. The chain
 * of middleware is the product's own.
 */
const post: RootRoute = {
  method: "POST",
  path: "/bench/transfers/:road",
  limit: "exempt",
  handler: async (c) => {
    const ctx = c.get("ctx");
    const transfers = await c.req.json<ledger.Transfer[]>();
    const road = c.req.param("road");
    if (road === "nothing") return c.json([], 201);
    const write = road === "direct" ? submitDirectly : ledger.submit;
    const refused = (await write(ctx, transfers)).filter(({ code }) => code !== "created");
    return c.json(refused, refused.length === 0 ? 201 : 409);
  },
};

const open: RootRoute = {
  method: "POST",
  path: "/bench/accounts",
  limit: "exempt",
  handler: async (c) => {
    const ctx = c.get("ctx");
    const ids = await c.req.json<string[]>();
    const statements = ids.map((id) =>
      ledger.insertAccount(ctx, { id, asset: "USD", code: "equity", owner: null, limit: null }),
    );
    await ctx.db.batch(statements);
    return c.json({ opened: ids.length }, 201);
  },
};

const audit: RootRoute = {
  method: "GET",
  path: "/bench/audit",
  limit: "exempt",
  handler: async (c) => c.json(await ledger.audit(c.get("ctx")), 200),
};

const app = createHttpApp(compose([ledger.ledger]), [], [post, open, audit]);

export default { ...worker, fetch: app.fetch };
