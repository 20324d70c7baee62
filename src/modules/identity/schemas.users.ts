import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageOf, pageQuery, textField, timestamp } from "#platform/http/fields";
import type { UserFields } from "#platform/module";
import type { UserRow } from "./repository.users.ts";
import * as shared from "./schemas.ts";

export const adminUser = shared.user
  .extend({ statusReason: z.string().nullable(), deletionDueAt: timestamp.nullable(), updatedAt: timestamp })
  .openapi("AdminUser");
export const adminUserPage = pageOf(adminUser).openapi("AdminUserPage");

export function presentAdminUser(row: UserRow, fields: UserFields): z.infer<typeof adminUser> {
  return {
    ...shared.presentUser(row, fields),
    statusReason: row.statusReason,
    deletionDueAt: row.deletionDueAt === null ? null : toTimestamp(row.deletionDueAt),
    updatedAt: toTimestamp(row.updatedAt),
  };
}

export const userQuery = z.strictObject({
  ...pageQuery,
  query: z
    .string()
    .min(1)
    .max(50)
    .optional()
    .openapi({ description: "Part of an address or name, or a whole id or phone number.", example: "ada@" }),
  status: z.enum(["active", "suspended", "deleting", "deleted"]).optional(),
  plan: z.string().max(32).optional().openapi({ description: "Pages may be shorter with it.", example: "pro" }),
});

export const decision = z
  .strictObject({ reason: textField(500).openapi({ example: "Asked for by the owner." }) })
  .openapi("AccountDecision");

export const note = z
  .strictObject({ reason: textField(500).optional().openapi({ example: "Asked for by the owner." }) })
  .openapi("AccountNote");

export const setRole = z
  .strictObject({
    role: z.enum(["user", "support", "admin"]),
    reason: textField(500).openapi({ example: "Joins the support team." }),
  })
  .openapi("SetRole");
