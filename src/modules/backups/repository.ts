import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { backups, restores } from "./tables.ts";

export type BackupRow = Omit<typeof backups.$inferSelect, "id"> & { readonly id: Id<"backup"> };
export type RestoreRow = Omit<typeof restores.$inferSelect, "id"> & { readonly id: Id<"restore"> };

const BACKUP = `id, reason, status, started_at as startedAt, taken_at as takenAt, bookmark, row_count as rowCount, bytes, parts,
  sealed_key as sealedKey, progress, lease_until as leaseUntil, verification, verified_at as verifiedAt,
  verified_ms as verifiedMs, finding`;
const RESTORE = `id, backup_id as backupId, taken_at as takenAt, restored_at as restoredAt, mended_at as mendedAt, settled_at as settledAt,
  settled_by as settledBy`;

export function insertBackup(ctx: Ctx, row: Pick<BackupRow, "id" | "reason" | "startedAt" | "sealedKey">): Statement {
  return ctx.db.sql(
    `insert into backups_backups (id, reason, status, started_at, sealed_key) select ?, ?, 'writing', ?, ?
     where not exists (select 1 from backups_backups where status = 'writing')`,
    row.id,
    row.reason,
    row.startedAt,
    row.sealedKey,
  );
}

export async function findBackup(ctx: Ctx, id: string): Promise<BackupRow | null> {
  return await ctx.db.sql(`select ${BACKUP} from backups_backups where id = ?`, id).first<BackupRow>();
}

export async function findWriting(ctx: Ctx): Promise<BackupRow | null> {
  return await ctx.db.sql(`select ${BACKUP} from backups_backups where status = 'writing'`).first<BackupRow>();
}

export async function listBackups(ctx: Ctx, page: PageRequest): Promise<BackupRow[]> {
  const statement = ctx.db.sql(
    `select ${BACKUP} from backups_backups where (?1 is null or id < ?1) order by id desc limit ?2`,
    page.after,
    page.limit + 1,
  );
  return (await statement.all<BackupRow>()).results;
}

export async function listStoredRows(ctx: Ctx): Promise<BackupRow[]> {
  const statement = ctx.db.sql(`select ${BACKUP} from backups_backups where status = 'stored' order by id desc`);
  return (await statement.all<BackupRow>()).results;
}

/** Takes the backup for one run. Whether it was free. */
export async function takeLease(ctx: Ctx, id: string, until: number): Promise<boolean> {
  const row = await ctx.db
    .sql(
      "update backups_backups set lease_until = ? where id = ? and status = 'writing' and lease_until < ? returning id",
      until,
      id,
      ctx.now(),
    )
    .first();
  return row !== null;
}

type Change = Partial<Omit<BackupRow, "id" | "reason" | "startedAt" | "sealedKey">>;
const COLUMN_OF: Readonly<Record<keyof Change, string>> = {
  status: "status",
  takenAt: "taken_at",
  bookmark: "bookmark",
  rowCount: "row_count",
  bytes: "bytes",
  parts: "parts",
  progress: "progress",
  leaseUntil: "lease_until",
  verification: "verification",
  verifiedAt: "verified_at",
  verifiedMs: "verified_ms",
  finding: "finding",
};

export function updateBackup(ctx: Ctx, id: string, change: Change): Statement {
  const entries = Object.entries(change) as [keyof Change, string | number | null][];
  const set = entries.map(([name]) => `${COLUMN_OF[name]} = ?`).join(", ");
  return ctx.db.sql(`update backups_backups set ${set} where id = ?`, ...entries.map(([, value]) => value), id);
}

/** Puts down a backup that the files know and the database does not. */
export function adoptBackup(
  ctx: Ctx,
  row: Pick<BackupRow, "id" | "takenAt" | "bookmark" | "rowCount" | "parts" | "sealedKey">,
): Statement {
  return ctx.db.sql(
    `insert into backups_backups (id, reason, status, started_at, taken_at, bookmark, row_count, parts, sealed_key)
     values (?1, 'manual', 'stored', ?2, ?2, ?3, ?4, ?5, ?6)
     on conflict (id) do update set status = 'stored', taken_at = ?2, bookmark = ?3, row_count = ?4, parts = ?5,
       progress = null, lease_until = 0`,
    row.id,
    row.takenAt,
    row.bookmark,
    row.rowCount,
    row.parts,
    row.sealedKey,
  );
}

export function insertRestore(ctx: Ctx, row: Omit<RestoreRow, "mendedAt" | "settledAt" | "settledBy">): Statement {
  return ctx.db.sql(
    "insert into backups_restores (id, backup_id, taken_at, restored_at) values (?, ?, ?, ?)",
    row.id,
    row.backupId,
    row.takenAt,
    row.restoredAt,
  );
}

export async function listRestores(ctx: Ctx): Promise<RestoreRow[]> {
  const statement = ctx.db.sql(`select ${RESTORE} from backups_restores order by id desc limit 100`);
  return (await statement.all<RestoreRow>()).results;
}

export async function findRestore(ctx: Ctx, id: string): Promise<RestoreRow | null> {
  return await ctx.db.sql(`select ${RESTORE} from backups_restores where id = ?`, id).first<RestoreRow>();
}

export async function findUnmended(ctx: Ctx): Promise<RestoreRow | null> {
  return await ctx.db
    .sql(`select ${RESTORE} from backups_restores where mended_at is null limit 1`)
    .first<RestoreRow>();
}

export function markMended(ctx: Ctx, id: string): Statement {
  return ctx.db.sql("update backups_restores set mended_at = ? where id = ? and mended_at is null", ctx.now(), id);
}

export async function isUnsettled(ctx: Ctx): Promise<boolean> {
  const row = await ctx.db
    .sql("select exists (select 1 from backups_restores where settled_at is null) as open")
    .first<{ open: number }>();
  return row?.open === 1;
}

export function settle(ctx: Ctx, id: string, by: string): Statement[] {
  return [
    ctx.db.sql(
      "update backups_restores set settled_at = ?, settled_by = ? where id = ? and settled_at is null",
      ctx.now(),
      by,
      id,
    ),
    expectChange(ctx, "backups_restore_settled"),
  ];
}
