import { jsonAnswer } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import { audit, payoutsFrozen } from "./service.audit.ts";

const auditLedger = defineRoute(
  { operation: "auditLedger", access: operators("support", "admin"), limit: "costly", duringMaintenance: true },
  {
    method: "get",
    path: "/admin/ledger/audit",
    tags: ["Administration"],
    summary: "Whether the books add up, proved at the call",
    responses: {
      200: jsonAnswer("Every invariant over every row, and the rows that break one.", schemas.audit),
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    return c.json(schemas.presentAudit(await audit(ctx), await payoutsFrozen(ctx)), 200);
  },
);

export const routes = [auditLedger] as const;
