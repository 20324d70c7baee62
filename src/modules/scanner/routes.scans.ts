import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import { isId } from "#kernel/ids";
import { fromDayNumber } from "#kernel/time";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { symbolParam } from "./routes.ts";
import * as present from "./schemas.present.ts";
import * as schemas from "./schemas.ts";
import * as runs from "./service.runs.ts";
import * as service from "./service.scans.ts";

const tag = { tags: ["Scanner"] as [string] };
const read = { access: signedIn("scanner:read"), limit: "read" } as const;
const write = { access: signedIn("scanner:write"), limit: "write" } as const;
const params = z.object({ id: idParam("scan") });
const query = z.strictObject(pageQuery);
const scanAnswer = (description: string) => jsonAnswer(description, schemas.scan);

const listScans = defineRoute(
  { operation: "listScans", ...read },
  {
    ...tag,
    method: "get",
    path: "/scanner/scans",
    summary: "Your saved scans, newest first",
    request: { query },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.scan).openapi("ScanPage")) },
  },
  async (c) => {
    const page = await service.listScans(
      c.get("ctx"),
      toPageRequest(c.req.valid("query"), (at) => isId("scan", at)),
    );
    return c.json(presentPage(page, present.presentScan), 200);
  },
);

const createScan = defineRoute(
  { operation: "createScan", ...write },
  {
    ...tag,
    method: "post",
    path: "/scanner/scans",
    summary: "Save a scan",
    request: { body: jsonBody(schemas.createScan) },
    responses: {
      201: scanAnswer("The scan."),
      402: { description: "The plan keeps no more scans, or none that run so often." },
    },
  },
  async (c) => c.json(present.presentScan(await service.createScan(c.get("ctx"), c.req.valid("json"))), 201),
);

const getScan = defineRoute(
  { operation: "getScan", ...read },
  {
    ...tag,
    method: "get",
    path: "/scanner/scans/{id}",
    summary: "One of your scans",
    request: { params },
    responses: { 200: scanAnswer("The scan.") },
  },
  async (c) => c.json(present.presentScan(await service.getScan(c.get("ctx"), c.req.valid("param").id)), 200),
);

const updateScan = defineRoute(
  { operation: "updateScan", ...write },
  {
    ...tag,
    method: "patch",
    path: "/scanner/scans/{id}",
    summary: "Change a scan",
    description: "Another expression or universe makes another version; the old ones are kept.",
    request: { params, body: jsonBody(schemas.updateScan) },
    responses: { 200: scanAnswer("The scan."), 409: { description: "It was changed meanwhile." } },
  },
  async (c) => {
    const changes = given(c.req.valid("json"));
    const scan = await service.updateScan(c.get("ctx"), { id: c.req.valid("param").id, ...changes });
    return c.json(present.presentScan(scan), 200);
  },
);

const deleteScan = defineRoute(
  { operation: "deleteScan", ...write },
  {
    ...tag,
    method: "delete",
    path: "/scanner/scans/{id}",
    summary: "Delete a scan with its runs",
    request: { params },
    responses: { 204: { description: "It is gone." } },
  },
  async (c) => {
    await service.deleteScan(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const listVersions = defineRoute(
  { operation: "listScanVersions", ...read },
  {
    ...tag,
    method: "get",
    path: "/scanner/scans/{id}/versions",
    summary: "What a scan was before, newest first",
    request: { params },
    responses: {
      200: jsonAnswer("All versions.", pageOf(schemas.version).openapi("ScanVersionPage")),
    },
  },
  async (c) => {
    const versions = await service.listVersions(c.get("ctx"), c.req.valid("param").id);
    return c.json({ data: versions.map(present.presentVersion), nextCursor: null }, 200);
  },
);

const createRun = defineRoute(
  { operation: "createScanRun", ...write },
  {
    ...tag,
    method: "post",
    path: "/scanner/scans/{id}/run",
    summary: "Run a saved scan and remember what it matched",
    request: { params },
    responses: { 202: jsonAnswer("The run, queued.", schemas.run) },
  },
  async (c) => c.json(present.presentRun(await runs.createRun(c.get("ctx"), c.req.valid("param").id)), 202),
);

const listRuns = defineRoute(
  { operation: "listScanRuns", ...read },
  {
    ...tag,
    method: "get",
    path: "/scanner/scans/{id}/runs",
    summary: "Runs of a scan, newest first",
    request: { params, query },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.run).openapi("ScanRunPage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (at) => isId("run", at));
    const page = await runs.listRuns(c.get("ctx"), c.req.valid("param").id, request);
    return c.json(presentPage(page, present.presentRun), 200);
  },
);

const getRun = defineRoute(
  { operation: "getScanRun", ...read },
  {
    ...tag,
    method: "get",
    path: "/scanner/runs/{id}",
    summary: "One run: its matches, and what entered and left",
    request: { params: z.object({ id: idParam("run") }) },
    responses: { 200: jsonAnswer("The run.", schemas.runWithMatches) },
  },
  async (c) => c.json(present.presentRunWithMatches(await runs.getRun(c.get("ctx"), c.req.valid("param").id)), 200),
);

const listSymbolMatches = defineRoute(
  { operation: "listSymbolMatches", ...read },
  {
    tags: ["Market"],
    method: "get",
    path: "/market/symbols/{symbol}/matches",
    summary: "Which of your scans a symbol matched, and when",
    request: {
      params: z.object({ symbol: symbolParam() }),
      query: z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(30).openapi({ example: 30 }) }),
    },
    responses: {
      200: jsonAnswer("Newest first.", pageOf(schemas.symbolMatch).openapi("SymbolMatchPage")),
    },
  },
  async (c) => {
    const input = { symbol: c.req.valid("param").symbol, days: c.req.valid("query").days };
    const found = await runs.listSymbolMatches(c.get("ctx"), input);
    const data = found.map(({ scanId, name, runId, state, asOf }) => ({
      scanId,
      name,
      runId,
      state: state as "entered" | "stayed" | "left",
      asOf: fromDayNumber(asOf),
    }));
    return c.json({ data, nextCursor: null }, 200);
  },
);

export const scanRoutes = [
  listScans,
  createScan,
  getScan,
  updateScan,
  deleteScan,
  listVersions,
  createRun,
  listRuns,
  getRun,
  listSymbolMatches,
] as const;
