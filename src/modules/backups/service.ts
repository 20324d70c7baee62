import { defineEvent, draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, describeActor, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { verifyAudit } from "#modules/audit";
import { audit } from "#modules/ledger";
import { z } from "zod";
import { deleteArchive, makeKey } from "./archive.ts";
import { problems } from "./errors.ts";
import type { BackupRow, RestoreRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { listExpired } from "./rules.ts";

export const backupRequested = defineEvent("backup.requested", z.strictObject({ backupId: z.string() }));
export const verificationRequested = defineEvent(
  "backup.verificationRequested",
  z.strictObject({ backupId: z.string() }),
);

const ONE_WRITING = "backups_backups.status";

/** Begins a backup; the one that is being written, if there is one. */
async function begin(ctx: Ctx, reason: BackupRow["reason"]): Promise<BackupRow> {
  const writing = await repository.findWriting(ctx);
  if (writing) return writing;
  const id = ctx.newId("backup");
  const row = { id, reason, startedAt: ctx.now(), sealedKey: await makeKey(ctx, id) };
  const full: BackupRow = {
    ...row,
    status: "writing",
    takenAt: null,
    bookmark: null,
    rowCount: 0,
    bytes: 0,
    parts: 0,
    progress: null,
    leaseUntil: 0,
    verification: null,
    verifiedAt: null,
    verifiedMs: null,
    finding: null,
  };
  await commit(ctx, [repository.insertBackup(ctx, row)], {
    audit: { action: "backup.requested", target: id, after: { reason } },
    events: [draftEvent(backupRequested, { backupId: id })],
    result: full,
  });
  return full;
}

export const createBackup = once(async (ctx: Ctx): Promise<BackupRow> => await begin(ctx, "manual"));

/** The day's backup. */
export async function takeDaily(ctx: Ctx): Promise<void> {
  try {
    await begin(ctx, "daily");
  } catch (error) {
    if (!isRefusedBy(error, ONE_WRITING)) throw error;
  }
}

export async function listBackups(ctx: Ctx, page: PageRequest): Promise<Page<BackupRow>> {
  return toPage(await repository.listBackups(ctx, page), page, (row) => row.id);
}

/** Asks for a backup to be restored into the scratch database and looked at there. */
export const requestVerification = once(async (ctx: Ctx, id: Id<"backup">): Promise<BackupRow> => {
  const row = await repository.findBackup(ctx, id);
  if (!row) throw problems.backupNotFound();
  if (row.status !== "stored") throw problems.backupNotStored({ detail: `It is ${row.status}.` });
  await commit(ctx, [], {
    audit: { action: "backup.verificationRequested", target: id },
    events: [draftEvent(verificationRequested, { backupId: id })],
    result: row,
  });
  return row;
});

/** Takes away the backups whose time is over. */
export async function prune(ctx: Ctx): Promise<void> {
  const stored = await repository.listStoredRows(ctx);
  const dated = stored.flatMap(({ id, takenAt }) => (takenAt === null ? [] : [{ id, takenAt }]));
  for (const { id } of listExpired(dated)) {
    await deleteArchive(ctx, id);
    await commit(ctx, [repository.updateBackup(ctx, id, { status: "deleted" })], {
      audit: { action: "backup.deleted", target: id },
    });
  }
}

export interface Newest {
  readonly newest: BackupRow | null;
  readonly proven: BackupRow | null;
  readonly stored: readonly BackupRow[];
}

/** The newest stored backup, and the newest that has stood the proof. */
export async function findNewest(ctx: Ctx): Promise<Newest> {
  const stored = await repository.listStoredRows(ctx);
  const proven = stored
    .filter(({ verification }) => verification === "passed")
    .toSorted((a, b) => (b.verifiedAt ?? 0) - (a.verifiedAt ?? 0));
  return { newest: stored[0] ?? null, proven: proven[0] ?? null, stored };
}

export async function listRestores(ctx: Ctx): Promise<RestoreRow[]> {
  return await repository.listRestores(ctx);
}

export interface SettleRestore {
  readonly id: Id<"restore">;
  readonly reason: string;
}

/** Lets money leave again after a restore, once books and audit stand. The operator has compared them with the outside. */
export const settleRestore = once(async (ctx: Ctx, { id, reason }: SettleRestore): Promise<RestoreRow> => {
  const row = await repository.findRestore(ctx, id);
  if (!row) throw problems.restoreNotFound();
  if (row.settledAt !== null) return row;
  const [books, chain] = await Promise.all([audit(ctx), verifyAudit(ctx)]);
  if (!books.ok)
    throw problems.restoreUnproven({ detail: "GET /api/v1/admin/ledger/audit names what does not add up." });
  if (row.mendedAt === null) throw problems.restoreUnproven({ detail: "The next tick of cron mends it first." });
  if (!chain.ok) throw problems.restoreUnproven({ detail: `The audit is not whole from row ${chain.firstBad} on.` });
  const settled = { ...row, settledAt: ctx.now(), settledBy: describeActor(ctx).actor };
  await commit(ctx, repository.settle(ctx, id, settled.settledBy), {
    audit: { action: "restore.settled", target: id, reason },
    result: settled,
    refusals: { backups_restore_settled: problems.restoreNotFound },
  });
  return settled;
});
