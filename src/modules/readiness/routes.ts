import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "#platform/http/fields";
import { defineRoute, operators } from "#platform/http/route";
import { READINESS_GROUPS } from "#platform/module";
import { listReadiness as readItems } from "./service.ts";

const readinessItem = z
  .object({
    id: z.string().openapi({ example: "ledger.balanced" }),
    group: z.enum(READINESS_GROUPS),
    title: z.string(),
    status: z.enum(["pass", "warn", "fail"]),
    evidence: z.string().openapi({ description: "What was seen." }),
    fix: z.string().openapi({ description: "What puts it right." }),
  })
  .openapi("ReadinessItem");
const readinessList = z.object({ data: z.array(readinessItem) }).openapi("Readiness");

const listReadiness = defineRoute(
  { operation: "listReadiness", access: operators("support", "admin"), limit: "costly", duringMaintenance: true },
  {
    method: "get",
    path: "/admin/readiness",
    tags: ["Administration"],
    summary: "The launch checklist that checks itself",
    description: "Every item is looked at now. `npm run readiness` shows the same as a table.",
    responses: { 200: jsonAnswer("Every item, with what was seen and what puts it right.", readinessList) },
  },
  async (c) => c.json({ data: await readItems(c.get("ctx")) }, 200),
);

export const routes = [listReadiness] as const;
