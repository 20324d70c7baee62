import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { createCtx, withoutClaim } from "#platform/ctx";
import { verifyAudit } from "#modules/audit";
import { audit } from "#modules/ledger";
import type { Cell, Manifest, StoredBackup, TableShape } from "./archive.ts";
import { listStored, readManifest } from "./archive.ts";
import { problems } from "./errors.ts";
import * as loading from "./repository.loading.ts";
import * as repository from "./repository.ts";

/** Bringing a backup back: into the scratch database to prove it, or into an empty one to go on with. */

export interface Verdict {
  readonly ok: boolean;
  readonly tables: number;
  readonly rows: number;
  /** What is not as it was, each in a sentence. */
  readonly findings: readonly string[];
  readonly elapsedMs: number;
}

async function manifestOf(ctx: Ctx, id: string): Promise<StoredBackup> {
  const found = await readManifest(ctx, id);
  if (!found) throw problems.backupNotStored();
  return found;
}

/** Writes a backup into a database that holds nothing else afterwards. */
async function load(target: D1Database, { manifest, archive }: StoredBackup): Promise<void> {
  await loading.empty(target);
  await loading.createTables(target, manifest);
  for (const table of manifest.tables) {
    const parts = manifest.parts.filter((part) => part.table === table.name).toSorted((a, b) => b.n - a.n);
    const seen = new Set<string>();
    for (const { n, round } of parts) {
      const { rows, gone } = await archive.getPart(n);
      const fresh = unseen(table, rows, seen);
      const told = round > 0 ? [...gone, ...rows.map((row) => keyCells(table, row))] : [];
      for (const key of told) seen.add(JSON.stringify(key));
      await loading.insertRows(target, table, fresh);
    }
  }
  await loading.finishSchema(target, manifest);
}

function keyCells({ columns, key }: TableShape, row: readonly Cell[]): Cell[] {
  return key.map((name) => row[columns.indexOf(name)] ?? null);
}

/** Rows that no newer part has told of. */
function unseen(table: TableShape, rows: readonly (readonly Cell[])[], seen: ReadonlySet<string>): (readonly Cell[])[] {
  return seen.size === 0 ? [...rows] : rows.filter((row) => !seen.has(JSON.stringify(keyCells(table, row))));
}

/** The same context over another database. */
function over(ctx: Ctx, database: D1Database): Ctx {
  return createCtx({
    env: { ...ctx.env, DB: database },
    actor: ctx.actor,
    requestId: ctx.requestId,
    composition: ctx.composition,
    log: ctx.log,
    now: ctx.now,
    defer: (work) => ctx.defer(work),
  });
}

/** What speaks against a restored database: rows that lack, books that do not add up, an audit that was changed. */
async function inspect(ctx: Ctx, database: D1Database, { tables, cursor }: Manifest): Promise<string[]> {
  const counts = await loading.countIn(
    database,
    tables.map(({ name }) => name),
  );
  const restored = over(ctx, database);
  const [books, chain] = [await audit(restored), await verifyAudit(restored, cursor.audit)];
  return [
    ...tables.flatMap(({ name, count }, index) =>
      counts[index] === count ? [] : [`${name} has ${counts[index]} rows and should have ${count}.`],
    ),
    ...books.failures.map(({ check, subject }) => `The books do not add up: ${check} of ${subject}.`),
    ...(chain.ok ? [] : [`The audit is not whole from row ${chain.firstBad} on.`]),
  ];
}

async function prove(ctx: Ctx, database: D1Database, id: string): Promise<Verdict & { readonly manifest: Manifest }> {
  const startedAt = Date.now();
  const found = await manifestOf(ctx, id);
  await load(database, found);
  const findings = await inspect(ctx, database, found.manifest);
  return {
    ok: findings.length === 0,
    tables: found.manifest.tables.length,
    rows: found.manifest.tables.reduce((sum, { count }) => sum + count, 0),
    findings,
    elapsedMs: Date.now() - startedAt,
    manifest: found.manifest,
  };
}

/** Restores a backup into the scratch database, looks at it there, and remembers the verdict. */
export async function verifyBackup(base: Ctx, id: string): Promise<Verdict> {
  const ctx = withoutClaim(base);
  const { manifest: _, ...verdict } = await prove(ctx, ctx.env.SCRATCH, id).catch((error: unknown) => {
    ctx.log.error("A backup cannot be read.", { module: "backups", target: id, error });
    return {
      ok: false,
      tables: 0,
      rows: 0,
      findings: ["It cannot be read; the log says why."],
      elapsedMs: 0,
      manifest: null,
    };
  });
  await loading.empty(ctx.env.SCRATCH);
  const change = {
    verification: verdict.ok ? "passed" : "failed",
    verifiedAt: ctx.now(),
    verifiedMs: verdict.elapsedMs,
    finding: verdict.findings[0] ?? null,
  } as const;
  if (!verdict.ok)
    ctx.log.error("A backup does not stand the proof.", { module: "backups", target: id, code: "backup_unproven" });
  await commit(ctx, [repository.updateBackup(ctx, id, change)], {
    audit: { action: "backup.verified", target: id, after: { ok: verdict.ok, rows: verdict.rows } },
  });
  return verdict;
}

/**
 * Restores a backup in the place of whatever this database holds. Nothing that had left the house before leaves it again:
 * messages that waited are dropped, sessions end, and money stays until an operator has compared the books with the
 * outside. What needs the environment's own files, such as erasures, the first tick does that the restored database sees.
 */
export async function restoreHere(ctx: Ctx, id: string): Promise<Verdict> {
  const { manifest, ...verdict } = await prove(ctx, ctx.env.DB, id);
  const restore = { id: ctx.newId("restore"), backupId: id, takenAt: manifest.takenAt, restoredAt: ctx.now() };
  await commit(ctx, [repository.insertRestore(ctx, restore)], {
    audit: { action: "database.restored", target: id, after: { takenAt: manifest.takenAt } },
  });
  await adoptStored(ctx);
  await ctx.composition.afterRestore(ctx);
  return verdict;
}

/** Lets every module put right what a restore leaves behind; once for each restore, where the product really runs. */
export async function mend(ctx: Ctx): Promise<void> {
  const restore = await repository.findUnmended(ctx);
  if (!restore) return;
  await adoptStored(ctx);
  await ctx.composition.afterRestore(ctx);
  await commit(ctx, [repository.markMended(ctx, restore.id)], {
    audit: { action: "database.mended", target: restore.id },
  });
}

/** Puts the backups that lie among the files into the list again: the one that was restored knows none newer than itself. */
async function adoptStored(ctx: Ctx): Promise<void> {
  const known = new Set((await repository.listStoredRows(ctx)).map((row) => String(row.id)));
  for (const id of await listStored(ctx)) {
    const found = known.has(id) ? null : await readManifest(ctx, id);
    if (!found) continue;
    const { takenAt, bookmark, parts, tables } = found.manifest;
    const rowCount = tables.reduce((sum, { count }) => sum + count, 0);
    const row = { id: id as repository.BackupRow["id"], takenAt, bookmark, rowCount, parts: parts.length };
    await commit(ctx, [repository.adoptBackup(ctx, { ...row, sealedKey: found.sealedKey })]);
  }
}
