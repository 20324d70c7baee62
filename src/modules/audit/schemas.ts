import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageOf, pageQuery, timestamp } from "#platform/http/fields";
import type { AuditRow } from "./repository.ts";

export const auditQuery = z.strictObject({
  ...pageQuery,
  actor: z.string().max(64).optional(),
  action: z.string().max(64).optional().openapi({ example: "user.suspended" }),
  target: z.string().max(128).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});

export const auditEntry = z
  .object({
    seq: z.int(),
    at: timestamp,
    actor: z.string(),
    role: z.string(),
    action: z.string().openapi({ example: "user.suspended" }),
    target: z.string(),
    reason: z.string().nullable(),
    before: z.unknown(),
    after: z.unknown(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string(),
    hash: z.string().openapi({ description: "SHA-256 over the row's content." }),
    seal: z
      .string()
      .nullable()
      .openapi({ description: "SHA-256 over the seal before and this hash; null for seconds." }),
  })
  .openapi("AuditEntry");
export const auditPage = pageOf(auditEntry).openapi("AuditPage");

export const auditVerdict = z
  .object({
    ok: z.boolean(),
    checked: z.int(),
    firstBad: z.int().nullable().openapi({ description: "The first row that was changed or is missing." }),
  })
  .openapi("AuditVerdict");

export function presentAudit(row: AuditRow): z.infer<typeof auditEntry> {
  const { seq, at, actor, role, action, target, reason, ip, userAgent, requestId, contentHash, seal } = row;
  return {
    seq,
    at: toTimestamp(at),
    actor,
    role,
    action,
    target,
    reason,
    before: row.before === null ? null : (JSON.parse(row.before) as unknown),
    after: row.after === null ? null : (JSON.parse(row.after) as unknown),
    ip,
    userAgent,
    requestId,
    hash: contentHash,
    seal,
  };
}

export const AUDIT_COLUMNS = [
  "seq",
  "at",
  "actor",
  "role",
  "action",
  "target",
  "reason",
  "before",
  "after",
  "ip",
  "userAgent",
  "requestId",
  "hash",
  "seal",
] as const;

/** A row of the export, in the order of `AUDIT_COLUMNS`. */
export function toCsvRow(row: AuditRow): (string | number | null)[] {
  const { seq, at, actor, role, action, target, reason, before, after, ip, userAgent, requestId, contentHash, seal } =
    row;
  return [
    seq,
    toTimestamp(at),
    actor,
    role,
    action,
    target,
    reason,
    before,
    after,
    ip,
    userAgent,
    requestId,
    contentHash,
    seal,
  ];
}
