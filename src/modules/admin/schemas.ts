import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { textField, timestamp } from "#platform/http/fields";
import type { DeadLetter } from "#platform/dead-letters";
import type { MaintenanceRow } from "./repository.ts";

export const maintenance = z
  .object({
    enabled: z.boolean(),
    message: z.string().openapi({ description: "What customers read.", example: "We are back at 06:00 UTC." }),
    until: timestamp.nullable().openapi({ description: "When it ends by itself; null for when it is switched off." }),
  })
  .openapi("Maintenance");

export const updateMaintenance = z
  .strictObject({
    enabled: z.boolean(),
    message: textField(500).openapi({ example: "We are back at 06:00 UTC." }),
    until: z.iso.datetime().nullable().optional().openapi({ example: "2026-11-20T06:00:00Z" }),
  })
  .openapi("UpdateMaintenance");

const percentage = z
  .int()
  .min(0)
  .max(100)
  .openapi({ description: "Share of accounts that have the feature.", example: 25 });

export const flagName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,63}$/)
  .openapi({ param: { name: "name", in: "path" }, example: "new-checkout" });

export const updateFlag = z
  .strictObject({
    description: textField(500).openapi({ example: "The checkout with saved cards." }),
    percentage,
    plans: z
      .array(textField(50))
      .max(20)
      .default([])
      .openapi({ description: "Plans that have it whatever the percentage.", example: ["pro"] }),
    users: z
      .array(textField(64))
      .max(1_000)
      .default([])
      .openapi({ description: "Accounts that have it whatever the percentage.", example: [] }),
  })
  .openapi("UpdateFlag");

export const flag = z
  .object({
    name: z.string(),
    description: z.string(),
    percentage,
    plans: z.array(z.string()),
    users: z.array(z.string()),
  })
  .openapi("Flag");

export const deadLetter = z
  .object({
    id: z.string().openapi({ example: "evt_01k0gq2v9eft6tmd4y6n3k9b2x.support.acknowledgeTicket" }),
    eventType: z.string().nullable().openapi({ example: "ticket.opened" }),
    handler: z.string().openapi({ example: "support.acknowledgeTicket" }),
    attempts: z.int(),
    lastError: z
      .string()
      .nullable()
      .openapi({ description: "A problem's code, a constraint or an error's class.", example: "unavailable" }),
    createdAt: timestamp,
  })
  .openapi("DeadLetter");

export function presentMaintenance(row: MaintenanceRow): z.infer<typeof maintenance> {
  return { enabled: row.enabled, message: row.message, until: row.until === null ? null : toTimestamp(row.until) };
}

export function presentDeadLetter({
  id,
  eventType,
  handler,
  attempts,
  lastError,
  createdAt,
}: DeadLetter): z.infer<typeof deadLetter> {
  return { id, eventType, handler, attempts, lastError, createdAt: toTimestamp(createdAt) };
}
