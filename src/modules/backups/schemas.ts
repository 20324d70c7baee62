import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { idParam, pageOf, textField, timestamp } from "#platform/http/fields";
import { keyIdOf } from "./archive.ts";
import type { BackupRow, RestoreRow } from "./repository.ts";

export const backup = z
  .object({
    id: z.string().openapi({ example: "backup_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    reason: z.enum(["daily", "manual"]),
    status: z.enum(["writing", "stored", "failed", "deleted"]),
    startedAt: timestamp,
    takenAt: timestamp
      .nullable()
      .openapi({ description: "The moment that it shows; all that was acknowledged before is in it." }),
    bookmark: z.string().nullable().openapi({ description: "D1's place at that moment, for its own time travel." }),
    rows: z.int(),
    parts: z.int(),
    bytes: z.int(),
    keyId: z.string().openapi({ description: "The field key without which it cannot be read.", example: "k1" }),
    verification: z
      .object({ status: z.enum(["passed", "failed"]), at: timestamp, elapsedMs: z.int() })
      .nullable()
      .openapi({ description: "What came of restoring it into a database of its own." }),
    finding: z.string().nullable(),
  })
  .openapi("Backup");
export const backupPage = pageOf(backup).openapi("BackupPage");
export const backupParams = z.object({ id: idParam("backup") });

export const restore = z
  .object({
    id: z.string().openapi({ example: "restore_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    backupId: z.string(),
    takenAt: timestamp.openapi({ description: "The moment that the database went back to." }),
    restoredAt: timestamp,
    mendedAt: timestamp.nullable(),
    settledAt: timestamp.nullable().openapi({ description: "Until then no money leaves." }),
  })
  .openapi("Restore");
export const restorePage = pageOf(restore).openapi("RestorePage");
export const restoreParams = z.object({ id: idParam("restore") });
export const settleRestore = z
  .strictObject({
    reason: textField(500).openapi({ example: "Compared with Stripe, the bank and the hot wallet." }),
  })
  .openapi("SettleRestore");

const orNull = (time: number | null): string | null => (time === null ? null : toTimestamp(time));

export function presentBackup(row: BackupRow): z.infer<typeof backup> {
  const { id, reason, status, bookmark, parts, bytes, finding, verification, verifiedAt, verifiedMs } = row;
  return {
    id,
    reason,
    status,
    startedAt: toTimestamp(row.startedAt),
    takenAt: orNull(row.takenAt),
    bookmark,
    rows: row.rowCount,
    parts,
    bytes,
    keyId: keyIdOf(row.sealedKey),
    verification:
      verification === null
        ? null
        : { status: verification, at: toTimestamp(verifiedAt ?? 0), elapsedMs: verifiedMs ?? 0 },
    finding,
  };
}

export function presentRestore(row: RestoreRow): z.infer<typeof restore> {
  return {
    id: row.id,
    backupId: row.backupId,
    takenAt: toTimestamp(row.takenAt),
    restoredAt: toTimestamp(row.restoredAt),
    mendedAt: orNull(row.mendedAt),
    settledAt: orNull(row.settledAt),
  };
}
