import { z } from "@hono/zod-openapi";
import { idParam, jsonAnswer } from "#platform/http/fields";
import { readBytes } from "#platform/http/body";
import { http } from "#platform/http/problems";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.batches.ts";
import * as batches from "./service.batches.ts";
import { importResults as readResults } from "./service.results.ts";

const tag = { tags: ["Administration"] as [string] };
const params = z.object({ id: idParam("job") });
const RESULT_BYTES = 1024 * 1024;

const previewBatch = defineRoute(
  { operation: "previewPayoutBatch", access: operators("support", "admin"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/admin/payout-batches/preview",
    summary: "What the next batch of payouts would send",
    responses: { 200: jsonAnswer("Its size, totals and roads.", schemas.batch) },
  },
  async (c) => c.json(schemas.presentBatch(null, await batches.previewBatch(c.get("ctx"))), 200),
);

const createBatch = defineRoute(
  { operation: "createPayoutBatch", access: operators("admin"), limit: "money", idempotency: "required" },
  {
    ...tag,
    method: "post",
    path: "/admin/payout-batches",
    summary: "Send the approved payouts",
    description: "Those with a rail leave by it; the others stand in a file, which is fetched next.",
    responses: {
      201: jsonAnswer("The batch.", schemas.batch),
      409: { description: "Nothing waits, or somebody else decided at the same time." },
    },
  },
  async (c) => {
    const { id, leaving } = await batches.createBatch(c.get("ctx"), undefined);
    return c.json(schemas.presentBatch(id, leaving), 201);
  },
);

const getBatchFile = defineRoute(
  { operation: "getPayoutBatchFile", access: operators("admin"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/admin/payout-batches/{id}/file",
    summary: "A batch as CSV for the bank, with whole account numbers",
    description: "Each look at it is audited. `Repr-Digest` lets whoever uploads it see that nobody has touched it.",
    request: { params, query: z.strictObject({ format: schemas.format }) },
    responses: { 200: { description: "The file.", content: { "text/csv": { schema: z.string() } } } },
  },
  async (c) => {
    const { id } = c.req.valid("param");
    const { csv, digest } = await batches.readBatchFile(c.get("ctx"), id, c.req.valid("query").format);
    return c.body(csv, 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${id}.csv"`,
      "Repr-Digest": `sha-256=:${digest}:`,
    });
  },
);

const importResults = defineRoute(
  {
    operation: "importPayoutResults",
    access: operators("admin"),
    limit: "costly",
    idempotency: "none",
    bodyLimitBytes: RESULT_BYTES,
  },
  {
    ...tag,
    method: "post",
    path: "/admin/payout-batches/{id}/results",
    summary: "Read what the bank says became of a batch",
    description:
      "The first line names the columns `payoutId`, `amount`, `status` (`processed`, `failed`, `reversed`), `reference` and `reason`; the columns of RazorpayX's reports are known too. Each line stands for itself, and a file that comes twice changes nothing the second time.",
    request: {
      params,
      body: {
        required: true,
        content: { "text/csv": { schema: z.string().openapi({ example: "payoutId,amount,status,reference,reason" }) } },
      },
    },
    responses: { 200: jsonAnswer("What has changed, and what is wrong by line.", schemas.results) },
  },
  async (c) => {
    const { raw } = c.req;
    if (!/^text\/csv\b/i.test(raw.headers.get("Content-Type") ?? ""))
      throw http.unsupportedMediaType({ detail: "Send the file as `Content-Type: text/csv`." });
    const text = new TextDecoder().decode(await readBytes(raw, RESULT_BYTES));
    const report = await readResults(c.get("ctx"), c.req.valid("param").id, text);
    return c.json({ ...report, errors: [...report.errors] }, 200);
  },
);

export const batchRoutes = [previewBatch, createBatch, getBatchFile, importResults] as const;
