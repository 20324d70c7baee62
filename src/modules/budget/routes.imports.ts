import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { toTimestamp } from "#kernel/time";
import { readBytes } from "#platform/http/body";
import { idParam, jsonAnswer, pageOf, pageQuery, presentPage, timestamp, toPageRequest } from "#platform/http/fields";
import { http } from "#platform/http/problems";
import { defineRoute, signedIn } from "#platform/http/route";
import { decodeFile, formatOf } from "./rules.statement.ts";
import { dateField, flag, idField } from "./schemas.ts";
import { exportTransactions } from "./service.exports.ts";
import * as service from "./service.imports.ts";

const tag = { tags: ["Transactions"] as [string] };
const IMPORT_LIMIT_BYTES = 8 * 1024 * 1024;
const FORMATS = ["csv", "ofx", "qif", "camt"] as const;
const column = (what: string) =>
  z
    .string()
    .min(1)
    .max(100)
    .optional()
    .openapi({ description: `Of a CSV: the name or, from 1, the number of the column with ${what}.`, example: "2" });
const count = z.coerce.number().int().min(0).max(1_000).default(0).openapi({ example: 0 });

const importQuery = z.strictObject({
  accountId: idField("acct").optional(),
  dryRun: flag.optional().openapi({ description: "Only shows what would be done." }),
  strictIds: flag
    .optional()
    .openapi({ description: "Rows with a bank's id match rows without one alone; true, if left out." }),
  reimportDeleted: flag.optional().openapi({ description: "Brings back what was removed; true, if left out." }),
  payeeFromMemo: flag.optional().openapi({ description: "Takes the memo where there is no payee." }),
  delimiter: z.enum([",", ";", "\t", "|"]).optional(),
  header: flag.optional().openapi({ description: "The first row names the columns; true, if left out." }),
  skipFirst: count,
  skipLast: count,
  dateOrder: z.enum(["ymd", "dmy", "mdy"]).optional(),
  decimal: z.enum([".", ","]).optional(),
  flip: flag.optional().openapi({ description: "Amounts have the sign of the bank's side." }),
  dateColumn: column("the day"),
  amountColumn: column("the amount"),
  outflowColumn: column("what went out"),
  inflowColumn: column("what came in"),
  payeeColumn: column("the payee"),
  notesColumn: column("notes"),
  categoryColumn: column("the category"),
  idColumn: column("the bank's id"),
});

const fault = z.object({
  line: z.int().openapi({ example: 3 }),
  code: z.enum(["amount_unreadable", "date_unreadable", "row_malformed", "currency_differs"]),
  message: z.string(),
});

const report = z
  .object({
    importId: z
      .string()
      .nullable()
      .openapi({ description: "Null of a dry run.", example: "imp_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    created: z.int(),
    duplicates: z.int().openapi({ description: "Rows that were there already; they are completed." }),
    errors: z.array(fault).openapi({ description: "Rows that were rejected." }),
    preview: z
      .array(
        z.object({
          line: z.int(),
          date: z.string(),
          amount: z.string(),
          payee: z.string().nullable(),
          categoryId: z.string().nullable(),
          transactionId: z.string().nullable().openapi({ description: "What it is taken for; null where it is new." }),
        }),
      )
      .openapi({ description: "The first hundred rows of a dry run." }),
  })
  .openapi("ImportReport");

const file = { schema: z.string() };

const importTransactions = defineRoute(
  { operation: "importTransactions", access: signedIn("budget:write"), limit: "write", idempotency: "none" },
  {
    ...tag,
    method: "post",
    path: "/transactions/import",
    summary: "Import a bank's statement",
    description:
      "The file as it is: CSV, OFX or QFX, QIF, or CAMT as `application/xml`, up to 8 MiB and 50,000 rows. What is there already is found by the bank's id, or by amount within seven days, and completed; so a file imported twice adds nothing. How a CSV's columns were read is remembered for its header.",
    request: {
      query: importQuery,
      body: {
        required: true,
        content: {
          "text/csv": { schema: z.string().openapi({ example: "date,amount,payee" }) },
          "application/x-ofx": file,
          "application/qif": file,
          "application/xml": file,
        },
      },
    },
    responses: {
      200: jsonAnswer("What was or would be done.", report),
      404: { description: "There is no such account." },
      409: { description: "The amounts add up to more than can be counted, or another import went first." },
    },
  },
  async (c) => {
    const query = c.req.valid("query");
    const type = c.req.header("Content-Type") ?? "";
    if (formatOf(type, "") === null) throw unknownType();
    const text = decodeFile(await readBytes(c.req.raw, IMPORT_LIMIT_BYTES));
    const format = formatOf(type, text);
    if (format === null) throw unknownType();
    const { dryRun = false, strictIds = true, reimportDeleted = true, payeeFromMemo = false, header = true } = query;
    const columns = {
      date: query.dateColumn,
      amount: query.amountColumn,
      outflow: query.outflowColumn,
      inflow: query.inflowColumn,
      payee: query.payeeColumn,
      notes: query.notesColumn,
      category: query.categoryColumn,
      externalId: query.idColumn,
    };
    const { accountId, delimiter, skipFirst, skipLast, dateOrder, decimal, flip } = query;
    const dialect = { delimiter, skipFirst, skipLast, dateOrder, decimal, flip, header };
    const switches = { dryRun, strictIds, reimportDeleted, payeeFromMemo };
    const done = await service.importTransactions(c.get("ctx"), {
      format,
      text,
      accountId,
      ...dialect,
      ...switches,
      columns,
    });
    return c.json({ ...done, errors: [...done.errors], preview: [...done.preview] }, 200);
  },
);

function unknownType(): Error {
  return http.unsupportedMediaType({
    detail: "Send the file as `text/csv`, `application/x-ofx`, `application/qif` or, for CAMT, `application/xml`.",
  });
}

const imported = z
  .object({
    id: z.string().openapi({ example: "imp_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    accountId: z.string(),
    format: z.enum(FORMATS),
    created: z.int(),
    duplicates: z.int(),
    rejected: z.int(),
    createdAt: timestamp,
  })
  .openapi("Import");

const listImports = defineRoute(
  { operation: "listImports", access: signedIn("budget:read"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/transactions/imports",
    summary: "Your imports, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of them.", pageOf(imported).openapi("ImportPage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("imp", position));
    const page = await service.listImports(c.get("ctx"), request);
    const present = ({ userId: _userId, createdAt, ...row }: (typeof page.data)[number]) => ({
      ...row,
      createdAt: toTimestamp(createdAt),
    });
    return c.json(presentPage(page, present), 200);
  },
);

const deleteImport = defineRoute(
  { operation: "deleteImport", access: signedIn("budget:write"), limit: "write" },
  {
    ...tag,
    method: "delete",
    path: "/transactions/imports/{id}",
    summary: "Take an import back",
    description: "What it added goes, and what it completed is as it was before.",
    request: { params: z.object({ id: idParam("imp") }) },
    responses: {
      204: { description: "It is undone." },
      409: { description: "`transaction_reconciled`: what it brought is settled with the bank." },
    },
  },
  async (c) => {
    await service.deleteImport(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const TYPES = { csv: "text/csv", ofx: "application/x-ofx", qif: "application/qif", camt: "application/xml" } as const;

const exportTransactionsRoute = defineRoute(
  { operation: "exportTransactions", access: signedIn("budget:read"), limit: "costly" },
  {
    ...tag,
    method: "get",
    path: "/transactions/export",
    summary: "Take your transactions along",
    description:
      "A CSV of no account in particular holds all of them; the other formats hold one: the default one, if none is named. Text in a CSV is safe for spreadsheets.",
    request: {
      query: z.strictObject({
        format: z.enum(FORMATS).default("csv"),
        accountId: idField("acct").optional(),
        from: dateField.optional(),
        to: dateField.optional(),
      }),
    },
    responses: {
      200: {
        description: "The file, oldest first.",
        content: { "text/csv": file, "application/x-ofx": file, "application/qif": file, "application/xml": file },
      },
    },
  },
  async (c) => {
    const query = c.req.valid("query");
    const text = await exportTransactions(c.get("ctx"), query);
    const extension = query.format === "camt" ? "xml" : query.format;
    return c.body(text, 200, {
      "Content-Type": `${TYPES[query.format]}; charset=utf-8`,
      "Content-Disposition": `attachment; filename="transactions.${extension}"`,
    });
  },
);

/** Before `/transactions/{id}`, which would take their names for ids. */
export const importRoutes = [importTransactions, listImports, deleteImport, exportTransactionsRoute] as const;
