import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import {
  idParam,
  jsonAnswer,
  jsonBody,
  pageOf,
  pageQuery,
  presentPage,
  textField,
  toPageRequest,
} from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import { defineRoute, signedIn } from "#platform/http/route";
import { writeAmount } from "./currencies.ts";
import { assetCode, dateField, idField, money } from "./schemas.ts";
import type { ShownSeries } from "./service.recurring.ts";
import * as service from "./service.recurring.ts";

const tag = { tags: ["Transactions"] as [string] };
const read = { access: signedIn("budget:read"), limit: "read" } as const;
const write = { access: signedIn("budget:write"), limit: "write" } as const;

const series = z
  .object({
    id: z.string().openapi({ example: "rec_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    accountId: z.string(),
    rrule: z.string().openapi({ example: "FREQ=MONTHLY;BYMONTHDAY=1" }),
    startDate: z.string().openapi({ format: "date", example: "2026-11-01" }),
    nextDate: z
      .string()
      .nullable()
      .openapi({ description: "The first day that is not entered yet; null once it is over." }),
    amount: money("Signed: spending is below zero."),
    asset: assetCode,
    payee: z.string().nullable(),
    categoryId: z.string().nullable(),
    notes: z.string().nullable(),
  })
  .openapi("RecurringTransaction");

const createBody = z
  .strictObject({
    accountId: idField("acct").optional(),
    rrule: z
      .string()
      .min(1)
      .max(200)
      .openapi({ description: "Of RFC 5545, for whole days.", example: "FREQ=MONTHLY;BYMONTHDAY=1" }),
    startDate: dateField,
    amount: amountText.openapi({ example: "-900.00" }),
    payee: textField(200).nullable().optional().openapi({ example: "Landlord" }),
    categoryId: idField("cat").nullable().optional(),
    notes: textField(2_000).nullable().optional().openapi({ example: "Rent" }),
  })
  .openapi("CreateRecurringTransaction");

const updateBody = createBody.partial().openapi("UpdateRecurringTransaction");

function present({ userId: _userId, createdAt: _createdAt, ...row }: ShownSeries): z.infer<typeof series> {
  return { ...row, amount: writeAmount(row.amount, row.asset) };
}

const listRecurring = defineRoute(
  { operation: "listRecurring", ...read },
  {
    ...tag,
    method: "get",
    path: "/recurring",
    summary: "What comes again and again, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of series.", pageOf(series).openapi("RecurringTransactionPage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("rec", position));
    return c.json(presentPage(await service.listSeries(c.get("ctx"), request), present), 200);
  },
);

const createRecurring = defineRoute(
  { operation: "createRecurring", ...write },
  {
    ...tag,
    method: "post",
    path: "/recurring",
    summary: "Enter a transaction again and again",
    description:
      "On each of its days one transaction is entered, within the hour; days that have passed are entered as well.",
    request: { body: jsonBody(createBody) },
    responses: {
      201: jsonAnswer("The series.", series),
      404: { description: "There is no such account or category." },
    },
  },
  async (c) => c.json(present(await service.createSeries(c.get("ctx"), c.req.valid("json"))), 201),
);

const updateRecurring = defineRoute(
  { operation: "updateRecurring", ...write },
  {
    ...tag,
    method: "patch",
    path: "/recurring/{id}",
    summary: "Change what a series enters from now on",
    description: "What it entered stays. Another rule or start counts from tomorrow.",
    request: { params: z.object({ id: idParam("rec") }), body: jsonBody(updateBody) },
    responses: {
      200: jsonAnswer("The series.", series),
      409: { description: "A day of it was entered in the meantime." },
    },
  },
  async (c) => {
    const { id } = c.req.valid("param");
    return c.json(present(await service.updateSeries(c.get("ctx"), id, c.req.valid("json"))), 200);
  },
);

const deleteRecurring = defineRoute(
  { operation: "deleteRecurring", ...write },
  {
    ...tag,
    method: "delete",
    path: "/recurring/{id}",
    summary: "End a series",
    request: { params: z.object({ id: idParam("rec") }) },
    responses: { 204: { description: "It is gone. What it entered stays." } },
  },
  async (c) => {
    await service.deleteSeries(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const forecastRow = z.object({
  date: z.string(),
  recurringId: z.string(),
  amount: z.string(),
  asset: assetCode,
  payee: z.string().nullable(),
});

const forecastRecurring = defineRoute(
  { operation: "forecastRecurring", ...read },
  {
    ...tag,
    method: "get",
    path: "/recurring/forecast",
    summary: "What your series will bring, soonest first",
    request: {
      query: z.strictObject({
        days: z.coerce
          .number()
          .int()
          .min(1)
          .max(366)
          .default(30)
          .openapi({ description: "How far ahead.", example: 30 }),
      }),
    },
    responses: { 200: jsonAnswer("The days to come.", pageOf(forecastRow).openapi("RecurringForecast")) },
  },
  async (c) => {
    const rows = await service.forecast(c.get("ctx"), c.req.valid("query").days);
    const data = rows.map(({ date, series: each }) => {
      const { id, amount, asset, payee } = present(each);
      return { date, recurringId: id, amount, asset, payee };
    });
    return c.json({ data, nextCursor: null }, 200);
  },
);

export const recurringRoutes = [
  listRecurring,
  createRecurring,
  updateRecurring,
  deleteRecurring,
  forecastRecurring,
] as const;
