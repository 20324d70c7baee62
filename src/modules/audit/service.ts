import { given } from "#kernel/given";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { SECOND, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { AuditFilter, AuditRow, ChainHead } from "./repository.ts";
import * as repository from "./repository.ts";

/**
 * The audit chain: each row's seal is the hash of the seal before it and of the row's own content, in the order of the
 * rows. Its head is put down outside the database every day, so that not even the whole chain can be written anew.
 */

const GENESIS = "0".repeat(64);
const SEAL_BATCH = 500;
const SEAL_ROUNDS = 200;
const CHECK_BATCH = 2_000;
const HEADS = "audit/heads/";
const LOST = "audit/lost-heads/";

async function sealOf(previous: string, contentHash: string): Promise<string> {
  return await sha256Hex(`${previous}${contentHash}`);
}

/** Seals every row that has no seal yet. Two at once write the same, so that the chain cannot fork. */
export async function sealAudit(ctx: Ctx): Promise<void> {
  for (let round = 0; round < SEAL_ROUNDS; round += 1) {
    const unsealed = await repository.readUnsealed(ctx, SEAL_BATCH);
    let previous = unsealed.previous ?? GENESIS;
    const seals: ChainHead[] = [];
    for (const { seq, contentHash } of unsealed.rows) {
      previous = await sealOf(previous, contentHash);
      seals.push({ seq, seal: previous });
    }
    if (seals.length > 0) await repository.writeSeals(ctx, seals);
    if (seals.length < SEAL_BATCH) return;
  }
}

const SEALING_MS = 30 * SECOND;
const sealingSince = new WeakMap<Env, number>();
/** Where somebody has committed while another run was sealing. */
const missed = new WeakSet<Env>();

/** Seals right after a commit; one run at a time, for all who commit meanwhile. What it misses the cron of the next minute seals. */
export async function sealSoon(ctx: Ctx): Promise<void> {
  const now = Date.now();
  if ((sealingSince.get(ctx.env) ?? 0) > now - SEALING_MS) {
    missed.add(ctx.env);
    return;
  }
  sealingSince.set(ctx.env, now);
  try {
    do {
      missed.delete(ctx.env);
      await sealAudit(ctx);
    } while (missed.has(ctx.env) && Date.now() < now + SEALING_MS);
  } catch (error) {
    ctx.log.warn("The audit was not sealed right away.", { error });
  } finally {
    sealingSince.delete(ctx.env);
  }
}

/** Puts the head of the chain down among the files, once a day, where it is not written over. */
export async function publishHead(ctx: Ctx): Promise<void> {
  await sealAudit(ctx);
  const head = await repository.findHead(ctx, Number.MAX_SAFE_INTEGER);
  if (!head) return;
  const body = JSON.stringify({ ...head, at: ctx.now() });
  await ctx.env.FILES.put(`${HEADS}${toDate(ctx.now())}.json`, body, { onlyIf: { etagDoesNotMatch: "*" } });
}

export interface AuditVerdict {
  readonly ok: boolean;
  readonly checked: number;
  /** The first row that is not as it was written, or is missing. */
  readonly firstBad: number | null;
}

/**
 * Computes the whole chain anew and holds it against the rows, their numbers and the heads that were put down. Rows that
 * are written meanwhile, and may have no seal yet, are left to the next look.
 *
 * @param upTo heads beyond this row do not count: a backup is verified against those from before it
 */
export async function verifyAudit(ctx: Ctx, upTo = Number.MAX_SAFE_INTEGER): Promise<AuditVerdict> {
  const published = await publishedHeads(ctx);
  const newest = await repository.findLastNumber(ctx);
  await sealAudit(ctx);
  const heads = new Map([...published].filter(([seq]) => seq <= upTo));
  let previous: ChainHead = { seq: 0, seal: GENESIS };
  let checked = 0;
  for (;;) {
    const rows = await repository.readRows(ctx, previous.seq, CHECK_BATCH);
    for (const row of rows.filter(({ seq }) => seq <= newest)) {
      if (!(await isSound(row, previous, heads))) return { ok: false, checked, firstBad: previous.seq + 1 };
      previous = { seq: row.seq, seal: row.seal ?? "" };
      checked += 1;
    }
    if (rows.length < CHECK_BATCH || previous.seq >= newest) break;
  }
  const last = Math.max(newest, ...heads.keys());
  const whole = last <= previous.seq;
  return { ok: whole, checked, firstBad: whole ? null : previous.seq + 1 };
}

async function isSound(row: AuditRow, previous: ChainHead, heads: ReadonlyMap<number, string>): Promise<boolean> {
  const { seq, contentHash, seal, ...rest } = row;
  if (seq !== previous.seq + 1) return false;
  const { at, actor, role, action, target, reason, before, after, ip, userAgent, requestId } = rest;
  const content = [at, actor, role, action, target, reason, before, after, ip, userAgent, requestId];
  if ((await sha256Hex(JSON.stringify(content))) !== contentHash) return false;
  const published = heads.get(seq);
  return seal === (await sealOf(previous.seal, contentHash)) && (published === undefined || published === seal);
}

async function publishedHeads(ctx: Ctx): Promise<ReadonlyMap<number, string>> {
  const heads = new Map<number, string>();
  let cursor: string | undefined;
  do {
    const page = await ctx.env.FILES.list({ prefix: HEADS, ...given({ cursor }) });
    for (const { key } of page.objects) {
      const head = await (await ctx.env.FILES.get(key))?.json<ChainHead>();
      if (head) heads.set(head.seq, head.seal);
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return heads;
}

/**
 * After a restore the chain goes on from an earlier row. The heads of what is lost are set aside, where they still prove
 * what there was.
 */
export async function afterRestore(ctx: Ctx): Promise<void> {
  const { objects } = await ctx.env.FILES.list({ prefix: HEADS });
  for (const { key } of objects) {
    const text = await (await ctx.env.FILES.get(key))?.text();
    const { seq, seal } = JSON.parse(text ?? "{}") as Partial<ChainHead>;
    const row = seq === undefined ? null : await repository.findHead(ctx, seq + 1);
    if (text === undefined || (row?.seq === seq && row?.seal === seal)) continue;
    await ctx.env.FILES.put(`${LOST}${ctx.now()}/${key.slice(HEADS.length)}`, text);
    await ctx.env.FILES.delete(key);
  }
}

export async function listAudit(ctx: Ctx, filter: AuditFilter, page: PageRequest): Promise<Page<AuditRow>> {
  return toPage(await repository.listRows(ctx, filter, page), page, (row) => String(row.seq));
}

const EXPORT_ROWS = 10_000;

/** Up to ten thousand rows for a spreadsheet, newest first. That they were taken is written down. */
export async function exportAudit(ctx: Ctx, filter: AuditFilter): Promise<readonly AuditRow[]> {
  const rows = await repository.listRows(ctx, filter, { limit: EXPORT_ROWS - 1, after: null });
  await commit(ctx, [], { audit: { action: "audit.exported", target: "audit", after: { rows: rows.length } } });
  return rows;
}
