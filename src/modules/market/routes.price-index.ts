import { z } from "@hono/zod-openapi";
import { formatAmount } from "#kernel/money";
import { toTimestamp } from "#kernel/time";
import { jsonAnswer, timestamp } from "#platform/http/fields";
import { anyone, defineRoute } from "#platform/http/route";
import { PRICE_SCALE } from "./rules.price-index.ts";
import { getIndexPrice } from "./service.price-index.ts";

const code = z.string().regex(/^[A-Z]{3,6}$/);

const indexPrice = z
  .object({
    base: z.string().openapi({ example: "BTC" }),
    quote: z.string().openapi({ example: "USD" }),
    price: z.string().openapi({ description: "Of one unit of the base.", example: "65000.00000000" }),
    asOf: timestamp,
    sources: z
      .array(z.string())
      .openapi({ description: "Whose median it is; `embedded` is made up.", example: ["embedded"] }),
  })
  .openapi("IndexPrice");

const get = defineRoute(
  { operation: "getIndexPrice", access: anyone, limit: "public", catalogueSeconds: 5 },
  {
    tags: ["Market"],
    method: "get",
    path: "/market/price-index",
    summary: "The index price that floating ads and swaps follow",
    request: { query: z.strictObject({ base: code, quote: code }) },
    responses: { 200: jsonAnswer("The price.", indexPrice), 503: { description: "Nobody knows it lately." } },
  },
  async (c) => {
    const { base, quote } = c.req.valid("query");
    const { price, asOf, sources } = await getIndexPrice(c.get("ctx"), base, quote);
    return c.json(
      { base, quote, price: formatAmount(price, PRICE_SCALE), asOf: toTimestamp(asOf), sources: [...sources] },
      200,
    );
  },
);

export const indexRoutes = [get] as const;
