import { MINUTE, SECOND } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Archive, Cell, Manifest, Part, TableShape } from "./archive.ts";
import { openArchive } from "./archive.ts";
import * as repository from "./repository.ts";
import type { BackupRow } from "./repository.ts";
import * as reading from "./repository.reading.ts";

/**
 * Writing a backup while the product goes on. Triggers note which rows change; all tables are read page by page; what has
 * changed meanwhile is read again, until little is left; the last of it is read in one transaction, which is the moment
 * that the backup shows. A run does some of it and leaves its place for the next.
 */

const LEASE_MS = 3 * MINUTE;
const RUN_MS = 40 * SECOND;
const RUN_PAGES = 250;
const PAGE_CHARS = 1_500_000;
const PAGE_ROWS = { first: 200, most: 5_000, least: 20 } as const;
/** The last transaction reads at most so many notes, so that nobody waits for it. */
const LAST_CHANGES = 2_000;
const MAX_ROUNDS = 12;

interface Progress {
  readonly tables: readonly TableShape[];
  readonly parts: Part[];
  /** The table that is being read, by its place in the list; beyond it, all have been read once. */
  table: number;
  after: Cell[] | null;
  limit: number;
  round: number;
  bytes: number;
  /** The last key that was read of each table. */
  readonly ends: Record<string, Cell[]>;
}

/** Goes on with the backup that is being written, if there is one and nobody else is at it. */
export async function advance(ctx: Ctx, pages = RUN_PAGES): Promise<void> {
  const row = await repository.findWriting(ctx);
  if (!row || !(await repository.takeLease(ctx, row.id, ctx.now() + LEASE_MS))) return;
  try {
    await work(ctx, row, pages);
  } catch (error) {
    ctx.log.error("A backup failed.", { module: "backups", target: row.id, error });
    await reading.ignoreChanges(ctx);
    const finding = error instanceof RangeError ? error.message : "It could not be written; the log says why.";
    await commit(ctx, [repository.updateBackup(ctx, row.id, { status: "failed", progress: null, finding })]);
  }
}

async function work(ctx: Ctx, row: BackupRow, pages: number): Promise<void> {
  const progress = row.progress === null ? await begin(ctx) : (JSON.parse(row.progress) as Progress);
  const run = { ctx, progress, archive: await openArchive(ctx, row.id, row.sealedKey) };
  const until = ctx.now() + RUN_MS;
  for (let page = 0; page < pages && ctx.now() < until; page += 1) {
    if (progress.table < progress.tables.length) await readPage(run);
    else if (!(await readChanges(run))) return await finish(run, row);
  }
  await commit(ctx, [repository.updateBackup(ctx, row.id, { progress: JSON.stringify(progress), leaseUntil: 0 })]);
}

async function begin(ctx: Ctx): Promise<Progress> {
  const tables = await reading.readShapes(ctx);
  await reading.watchChanges(ctx, tables);
  return { tables, parts: [], table: 0, after: null, limit: PAGE_ROWS.first, round: 0, bytes: 0, ends: {} };
}

interface Run {
  readonly ctx: Ctx;
  readonly progress: Progress;
  readonly archive: Archive;
}

async function readPage({ ctx, progress, archive }: Run): Promise<void> {
  const table = progress.tables[progress.table];
  if (!table) return;
  const asked = progress.limit;
  const { results } = await reading.selectPage(ctx, table, { after: progress.after, limit: asked }).all<reading.Row>();
  const last = results.at(-1);
  if (last) {
    progress.after = reading.keyOf(table, last);
    progress.ends[table.name] = progress.after;
    const cells = reading.cellsOf(table, results);
    await put({ progress, archive }, table, { rows: cells, gone: [] });
    const chars = JSON.stringify(cells).length / cells.length;
    progress.limit = Math.round(Math.min(PAGE_ROWS.most, Math.max(PAGE_ROWS.least, PAGE_CHARS / chars)));
  }
  if (results.length === asked) return;
  progress.table += 1;
  progress.after = null;
  progress.limit = PAGE_ROWS.first;
}

async function put(
  { progress, archive }: Pick<Run, "progress" | "archive">,
  table: TableShape,
  content: { readonly rows: readonly Cell[][]; readonly gone: readonly Cell[][] },
): Promise<void> {
  const n = progress.parts.length + 1;
  progress.bytes += await archive.putPart(n, content);
  progress.parts.push({ n, table: table.name, round: progress.round, rows: content.rows.length });
}

/** Reads once more what has changed; false when so little is left that the last transaction can take it. */
async function readChanges(run: Run): Promise<boolean> {
  const { ctx, progress } = run;
  const upTo = await reading.findLastChange(ctx);
  const changes = await reading.selectChanges(ctx, upTo).all<Change>();
  if (changes.results.length <= LAST_CHANGES) return false;
  progress.round += 1;
  if (progress.round > MAX_ROUNDS) throw new RangeError("Rows change faster than they can be read.");
  const names = new Set(changes.results.map(({ tbl }) => tbl));
  const tables = progress.tables.filter(({ name }) => names.has(name));
  const found = await ctx.db.batch(tables.map((table) => reading.selectChanged(ctx, table, { upTo, after: null })));
  await putChanged(run, { tables, found, changes: changes.results });
  await ctx.db.batch([reading.deleteChanges(ctx, upTo)]);
  return true;
}

interface Change {
  readonly tbl: string;
  readonly key: string;
}

interface Changed {
  readonly tables: readonly TableShape[];
  readonly found: readonly D1Result[];
  readonly changes: readonly Change[];
}

/** Keeps the rows that have changed, and the keys of those that are gone. */
async function putChanged(run: Run, { tables, found, changes }: Changed): Promise<void> {
  const byTable = Map.groupBy(changes, ({ tbl }) => tbl);
  for (const [index, table] of tables.entries()) {
    const rows = (found[index]?.results ?? []) as reading.Row[];
    const there = new Set(rows.map((row) => JSON.stringify(reading.keyOf(table, row))));
    const changed = (byTable.get(table.name) ?? []).map(({ key }) => JSON.parse(key) as Cell[]);
    const gone = changed.filter((key) => !there.has(JSON.stringify(key)));
    if (rows.length + gone.length > 0) await put(run, table, { rows: reading.cellsOf(table, rows), gone });
  }
}

/** Reads the rest in one transaction, and puts the manifest down. */
async function finish(run: Run, row: BackupRow): Promise<void> {
  const { ctx, progress, archive } = run;
  const { tables } = progress;
  const all = Number.MAX_SAFE_INTEGER;
  const results = await ctx.db.batch([
    ...tables.map((table) => reading.selectChanged(ctx, table, { upTo: all, after: progress.ends[table.name] ?? [0] })),
    ...tables.map((table) => reading.countRows(ctx, table)),
    reading.selectChanges(ctx, all),
    reading.selectSchema(ctx),
    reading.selectSequences(ctx),
    reading.selectCursor(ctx),
  ]);
  const [takenAt, bookmark] = [ctx.now(), ctx.bookmark()];
  if (JSON.stringify(await reading.readShapes(ctx)) !== JSON.stringify(tables))
    throw new RangeError("The tables have changed while they were read.");
  await reading.ignoreChanges(ctx);
  const [changes, schema, sequences, cursor] = results.slice(2 * tables.length).map((result) => result.results);
  progress.round += 1;
  await putChanged(run, { tables, found: results, changes: (changes ?? []) as Change[] });
  const counts = results.slice(tables.length, 2 * tables.length) as D1Result<{ n: number }>[];
  const manifest: Manifest = {
    id: row.id,
    takenAt,
    bookmark,
    version: ctx.config.version,
    tables: tables.map((table, index) => ({ ...table, count: counts[index]?.results[0]?.n ?? -1 })),
    schema: schema as unknown as Manifest["schema"],
    sequences: sequences as unknown as Manifest["sequences"],
    cursor: (cursor as unknown as Manifest["cursor"][])[0] ?? { audit: 0, ledger: 0 },
    parts: progress.parts,
  };
  await archive.putManifest(manifest);
  const rowCount = manifest.tables.reduce((sum, { count }) => sum + count, 0);
  const change = {
    status: "stored",
    takenAt,
    bookmark,
    rowCount,
    bytes: progress.bytes,
    parts: progress.parts.length,
  } as const;
  await commit(ctx, [repository.updateBackup(ctx, row.id, { ...change, progress: null, leaseUntil: 0 })], {
    audit: { action: "backup.stored", target: row.id, after: { rows: rowCount, parts: progress.parts.length } },
  });
}
