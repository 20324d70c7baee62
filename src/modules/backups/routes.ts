import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { jsonAnswer, jsonBody, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

const read = { access: operators("admin"), limit: "read", duringMaintenance: true } as const;
const write = { access: operators("admin"), limit: "write", duringMaintenance: true } as const;
const tag = { tags: ["Administration"] as [string] };

const listBackups = defineRoute(
  { operation: "listBackups", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/backups",
    summary: "All backups, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of them.", schemas.backupPage) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("backup", position));
    return c.json(presentPage(await service.listBackups(c.get("ctx"), request), schemas.presentBackup), 200);
  },
);

const createBackup = defineRoute(
  { operation: "createBackup", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/backups",
    summary: "Write a backup now",
    description: "One is written at a time; while one is, this answers with it.",
    responses: { 202: jsonAnswer("It is being written.", schemas.backup) },
  },
  async (c) => c.json(schemas.presentBackup(await service.createBackup(c.get("ctx"), undefined)), 202),
);

const verifyBackup = defineRoute(
  { operation: "verifyBackup", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/backups/{id}/verify",
    summary: "Restore a backup into the scratch database and look at it there",
    description: "Counts every table, proves the ledger, and computes the audit's chain anew.",
    request: { params: schemas.backupParams },
    responses: { 202: jsonAnswer("It is under way; `verification` tells of it afterwards.", schemas.backup) },
  },
  async (c) =>
    c.json(schemas.presentBackup(await service.requestVerification(c.get("ctx"), c.req.valid("param").id)), 202),
);

const listRestores = defineRoute(
  { operation: "listRestores", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/restores",
    summary: "When the database went back to a backup, newest first",
    responses: { 200: jsonAnswer("The newest hundred.", schemas.restorePage) },
  },
  async (c) => {
    const rows = await service.listRestores(c.get("ctx"));
    return c.json({ data: rows.map(schemas.presentRestore), nextCursor: null }, 200);
  },
);

const settleRestore = defineRoute(
  { operation: "settleRestore", ...write },
  {
    ...tag,
    method: "post",
    path: "/admin/restores/{id}/settle",
    summary: "Let money leave again after a restore",
    description: "Once it was compared with gateways, bank and chains. Refused while ledger or audit do not stand.",
    request: { params: schemas.restoreParams, body: jsonBody(schemas.settleRestore) },
    responses: { 200: jsonAnswer("The restore.", schemas.restore) },
  },
  async (c) => {
    const input = { id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(schemas.presentRestore(await service.settleRestore(c.get("ctx"), input)), 200);
  },
);

export const routes = [listBackups, createBackup, verifyBackup, listRestores, settleRestore] as const;
