import { writeCsv } from "#platform/csv";
import { jsonAnswer, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as service from "./service.ts";

const read = { access: operators("admin"), limit: "read" } as const;
const tag = { tags: ["Administration"] as [string] };
const isSeq = (position: string): boolean => /^[1-9][0-9]{0,15}$/.test(position);

const toMillis = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text));

const listAudit = defineRoute(
  { operation: "listAudit", ...read },
  {
    ...tag,
    method: "get",
    path: "/admin/audit",
    summary: "Who has done what, newest first",
    description:
      "With `Accept: text/csv` up to ten thousand rows come as CSV, and that is written to the audit itself.",
    request: { query: schemas.auditQuery },
    responses: { 200: jsonAnswer("A page of entries.", schemas.auditPage) },
  },
  async (c) => {
    const { actor, action, target, from, to, ...paging } = c.req.valid("query");
    const filter = {
      actor: actor ?? null,
      action: action ?? null,
      target: target ?? null,
      from: toMillis(from),
      to: toMillis(to),
    };
    if (c.req.header("Accept")?.startsWith("text/csv") === true) {
      const rows = await service.exportAudit(c.get("ctx"), filter);
      const headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="audit.csv"',
      };
      // The handler's type knows the JSON answer alone; this one is described in words.
      return c.newResponse(writeCsv(schemas.AUDIT_COLUMNS, rows.map(schemas.toCsvRow)), 200, headers) as never;
    }
    const page = await service.listAudit(c.get("ctx"), filter, toPageRequest(paging, isSeq));
    return c.json(presentPage(page, schemas.presentAudit), 200);
  },
);

const verifyAudit = defineRoute(
  { operation: "verifyAudit", access: operators("admin"), limit: "costly" },
  {
    ...tag,
    method: "get",
    path: "/admin/audit/verify",
    summary: "Whether the audit is as it was written",
    description: "Computes the chain of hashes anew, and holds it against the heads that were put down outside.",
    responses: { 200: jsonAnswer("The verdict, computed at the call.", schemas.auditVerdict) },
  },
  async (c) => c.json(await service.verifyAudit(c.get("ctx")), 200),
);

export const routes = [listAudit, verifyAudit] as const;
