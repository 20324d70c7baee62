import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import {
  idParam,
  jsonAnswer,
  jsonBody,
  pageOf as pageSchema,
  pageQuery,
  presentPage,
  toPageRequest,
} from "#platform/http/fields";
import { defineRoute, operators, signedIn } from "#platform/http/route";
import { pageOf } from "./page.ts";
import { writePdf } from "./pdf.ts";
import { PAGE_POLICY, show } from "./routes.page.tsx";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";
import * as tax from "./service.tax.ts";

const tags: [string] = ["Billing"];
const listInvoices = defineRoute(
  { operation: "listInvoices", access: signedIn("billing:read"), limit: "read" },
  {
    method: "get",
    path: "/billing/invoices",
    tags,
    summary: "Your invoices and credit notes, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: {
      200: jsonAnswer("A page of them.", pageSchema(schemas.invoice).openapi("InvoicePage")),
    },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("inv", position));
    const page = await service.listInvoices(c.get("ctx"), request);
    return c.json(presentPage(page, schemas.presentInvoice), 200);
  },
);

const getInvoice = defineRoute(
  { operation: "getInvoice", access: signedIn("billing:read"), limit: "read" },
  {
    method: "get",
    path: "/billing/invoices/{id}",
    tags,
    summary: "One of your invoices or credit notes",
    description: "`Accept: application/pdf` answers a PDF, `Accept: text/html` a page.",
    request: { params: z.object({ id: idParam("inv") }) },
    responses: {
      200: {
        description: "The invoice.",
        content: {
          "application/json": { schema: schemas.invoice },
          "application/pdf": { schema: z.string() },
          "text/html": { schema: z.string() },
        },
      },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const row = await service.getInvoice(ctx, c.req.valid("param").id);
    const accept = c.req.header("Accept") ?? "";
    if (/\bapplication\/pdf\b/i.test(accept)) {
      const name = `inline; filename="${row.number}.pdf"`;
      const headers = { "Content-Type": "application/pdf", "Content-Disposition": name };
      return c.body(writePdf(pageOf(ctx, row)), 200, headers);
    }
    if (/\btext\/html\b/i.test(accept)) {
      c.header("Content-Security-Policy", PAGE_POLICY);
      return c.html(await show(pageOf(ctx, row)), 200);
    }
    return c.json(schemas.presentInvoice(row), 200);
  },
);

const listTaxRates = defineRoute(
  { operation: "listTaxRates", access: operators("support", "admin"), limit: "read" },
  {
    method: "get",
    path: "/admin/tax-rates",
    tags: ["Administration"],
    summary: "What is added to prices as tax, by the buyer's country",
    responses: {
      200: jsonAnswer("Every country that has a rate.", pageSchema(schemas.taxRates).openapi("TaxRatesPage")),
    },
  },
  async (c) => {
    const byCountry = Map.groupBy(await tax.listTaxRates(c.get("ctx")), ({ country }) => country);
    const data = [...byCountry].map(([country, rates]) => ({
      country,
      rates: rates.map(({ name, rateBps }) => ({ name, rateBps })),
    }));
    return c.json({ data, nextCursor: null }, 200);
  },
);

const setTaxRates = defineRoute(
  { operation: "setTaxRates", access: operators("admin"), limit: "write" },
  {
    method: "put",
    path: "/admin/tax-rates/{country}",
    tags: ["Administration"],
    summary: "Set the tax of a country, for what is sold from now on",
    request: {
      params: z.object({ country: schemas.country }),
      body: jsonBody(schemas.setTaxRates),
    },
    responses: {
      200: jsonAnswer("The rates.", schemas.taxRates),
    },
  },
  async (c) => {
    const { country } = c.req.valid("param");
    const rates = await tax.setTaxRates(c.get("ctx"), { country, ...c.req.valid("json") });
    return c.json({ country, rates: [...rates] }, 200);
  },
);

export const routes = [listInvoices, getInvoice, listTaxRates, setTaxRates] as const;
