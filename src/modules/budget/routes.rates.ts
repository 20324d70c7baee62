import { z } from "@hono/zod-openapi";
import { isDate } from "#kernel/time";
import { jsonAnswer, jsonBody, pageOf, pageQuery, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { isRate } from "./rules.rates.ts";
import { assetField, dateField } from "./schemas.ts";
import { listRates, putRate } from "./service.rates.ts";

const tag = { tags: ["Transactions"] as [string] };
const isPlace = (position: string): boolean => isDate(position.slice(0, 10)) && /^.{10} [A-Z]{3}$/.test(position);

const rate = z
  .object({
    asset: z.string().openapi({ example: "EUR" }),
    date: z.string().openapi({ format: "date", example: "2026-11-20" }),
    rate: z.string().openapi({ description: "One unit in units of the budget's currency.", example: "1.0841" }),
  })
  .openapi("CurrencyRate");
const putBody = z
  .strictObject({
    asset: assetField,
    date: dateField,
    rate: z
      .string()
      .max(25)
      .refine(isRate, { params: { code: "rate_invalid" }, error: "A decimal above zero, such as 1.0841." })
      .openapi({ example: "1.0841" }),
  })
  .openapi("PutCurrencyRate");

const list = defineRoute(
  { operation: "listRates", access: signedIn("budget:read"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/rates",
    summary: "What other currencies were worth to you, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of rates.", pageOf(rate).openapi("CurrencyRatePage")) },
  },
  async (c) => {
    const page = await listRates(c.get("ctx"), toPageRequest(c.req.valid("query"), isPlace));
    return c.json({ data: [...page.data], nextCursor: page.nextCursor }, 200);
  },
);

const put = defineRoute(
  { operation: "putRate", access: signedIn("budget:write"), limit: "write" },
  {
    ...tag,
    method: "put",
    path: "/rates",
    summary: "Say what a currency is worth from a day on",
    description: "A transaction is counted by the newest rate that is not younger; a new rate counts its days anew.",
    request: { body: jsonBody(putBody) },
    responses: { 200: jsonAnswer("The rate.", rate) },
  },
  async (c) => c.json(await putRate(c.get("ctx"), c.req.valid("json")), 200),
);

export const rateRoutes = [list, put] as const;
