import { toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { Balance } from "./repository.balances.ts";
import type { Row } from "./repository.proofs.ts";
import * as repository from "./repository.proofs.ts";

/**
 * Closed months in R2: every transfer of the month, and the balances that it ends with, which are those that the next
 * month opens with. Opening balances plus transfers must give the closing balances, and these must be the database's.
 */

interface Part {
  readonly key: string;
  readonly rows: number;
  readonly hash: string;
}

interface Manifest {
  readonly month: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of the manifest of the month before; null for the first. */
  readonly previous: string | null;
  readonly parts: readonly Part[];
  readonly closing: readonly Balance[];
}

const PART_ROWS = 10_000;

const manifestKey = (month: string): string => `ledger/archives/${month}/manifest.json`;

function monthAfter(month: string): number {
  const first = new Date(`${month}-01T00:00:00.000Z`);
  return first.setUTCMonth(first.getUTCMonth() + 1);
}

/**
 * Exports the month that follows the last one archived, if it is over. Gives back its name; null when there is nothing
 * to do. The database keeps its rows: removing them is a step of its own, to be taken once the archive is verified.
 */
export async function archiveNextMonth(ctx: Ctx, partRows = PART_ROWS): Promise<string | null> {
  const archives = await repository.listArchives(ctx);
  const before = archives.at(-1);
  const firstSeq = (before?.lastSeq ?? 0) + 1;
  const [first] = await repository.listRows(ctx, firstSeq, firstSeq);
  if (!first) return null;
  const month = toDate(Math.max(first[12], before ? monthAfter(before.month) : 0)).slice(0, 7);
  if (monthAfter(month) > ctx.now()) return null;
  const lastSeq = await repository.findLastBefore(ctx, monthAfter(month));
  const manifest: Manifest = {
    month,
    firstSeq,
    lastSeq,
    previous: before?.manifestHash ?? null,
    parts: await exportParts(ctx, { month, firstSeq, lastSeq }, partRows),
    closing: await close(ctx, before, { firstSeq, lastSeq }),
  };
  const text = JSON.stringify(manifest);
  await ctx.env.FILES.put(manifestKey(month), text);
  const archive = { month, firstSeq, lastSeq, manifestHash: await sha256Hex(text) };
  await commit(ctx, [repository.insertArchive(ctx, archive)]);
  return month;
}

/** The balances that the month ends with: those of the month before, but for the accounts that it has moved. */
async function close(
  ctx: Ctx,
  before: repository.Archive | undefined,
  run: Pick<Manifest, "firstSeq" | "lastSeq">,
): Promise<Balance[]> {
  const opening = before ? await readClosing(ctx, before) : [];
  const closing = new Map(opening.map((balance) => [balance.accountId, balance]));
  for (const balance of await repository.listBalancesAfter(ctx, run)) closing.set(balance.accountId, balance);
  return [...closing.values()].toSorted((one, two) => (one.accountId < two.accountId ? -1 : 1));
}

async function readClosing(ctx: Ctx, archive: repository.Archive): Promise<readonly Balance[]> {
  const manifest = await readManifest(ctx, archive);
  if (typeof manifest !== "string") return manifest.closing;
  throw new Error(`The archive of ${archive.month} is not whole: ${manifest}.`);
}

/** A month's manifest as it was archived, or what is wrong with it. */
async function readManifest(ctx: Ctx, archive: repository.Archive): Promise<Manifest | string> {
  const text = await read(ctx, manifestKey(archive.month));
  if (text === null) return "manifest_missing";
  if ((await sha256Hex(text)) !== archive.manifestHash) return "manifest_changed";
  return JSON.parse(text) as Manifest;
}

async function exportParts(
  ctx: Ctx,
  run: Pick<Manifest, "month" | "firstSeq" | "lastSeq">,
  size: number,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (let start = run.firstSeq; start <= run.lastSeq; start += size) {
    const rows = await repository.listRows(ctx, start, Math.min(run.lastSeq, start + size - 1));
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const key = `ledger/archives/${run.month}/${String(parts.length + 1).padStart(5, "0")}.jsonl`;
    await ctx.env.FILES.put(key, text);
    parts.push({ key, rows: rows.length, hash: await sha256Hex(text) });
  }
  return parts;
}

export interface ArchiveVerification {
  readonly ok: boolean;
  /** How many months were found whole. */
  readonly checked: number;
  /** The first month that is not, and what is wrong with it. */
  readonly firstFlaw: { readonly month: string; readonly reason: string } | null;
}

/** Reads every archived month back, and proves that opening balances and transfers give the balances of the database. */
export async function verifyArchives(ctx: Ctx): Promise<ArchiveVerification> {
  let state: State = { balances: new Map(), moved: new Set(), nextSeq: 1, previous: null };
  let checked = 0;
  for (const archive of await repository.listArchives(ctx)) {
    const next: State | string = await verifyMonth(ctx, state, archive);
    if (typeof next === "string") return { ok: false, checked, firstFlaw: { month: archive.month, reason: next } };
    state = next;
    checked += 1;
  }
  return { ok: true, checked, firstFlaw: null };
}

/** What the months so far add up to. */
interface State {
  readonly balances: ReadonlyMap<string, Balance>;
  /** The accounts that the last month has moved. */
  readonly moved: ReadonlySet<string>;
  readonly nextSeq: number;
  /** Hash of the last month's manifest. */
  readonly previous: string | null;
}

/** What the month leads to, or what is wrong with it. */
async function verifyMonth(ctx: Ctx, opening: State, archive: repository.Archive): Promise<State | string> {
  const manifest = await readManifest(ctx, archive);
  if (typeof manifest === "string") return manifest;
  if (manifest.previous !== opening.previous || manifest.firstSeq !== opening.nextSeq) return "manifest_unlinked";
  const state = await foldParts(ctx, { ...opening, moved: new Set() }, manifest);
  if (typeof state === "string") return state;
  if (state.nextSeq !== manifest.lastSeq + 1) return "transfers_missing";
  if (!sameBalances(manifest.closing, state.balances)) return "closing_differs_from_transfers";
  const stored = await repository.listBalancesAfter(ctx, manifest);
  const moved = new Map([...state.balances].filter(([accountId]) => state.moved.has(accountId)));
  if (!sameBalances(stored, moved)) return "closing_differs_from_database";
  return { ...state, previous: archive.manifestHash };
}

/** Adds the month's transfers to what it opened with, part by part. */
async function foldParts(ctx: Ctx, opening: State, manifest: Manifest): Promise<State | string> {
  let state = opening;
  for (const part of manifest.parts) {
    const text = await read(ctx, part.key);
    if (text === null) return "part_missing";
    if ((await sha256Hex(text)) !== part.hash) return "part_changed";
    const lines = text.trimEnd().split("\n");
    const rows = lines.map((line) => JSON.parse(line) as Row);
    const from = state.nextSeq;
    if (rows.some(([seq], index) => seq !== from + index)) return "transfers_missing";
    const moved = new Set([...state.moved, ...rows.flatMap(([, , , debit, credit]) => [debit, credit])]);
    state = { ...state, moved, balances: fold(state.balances, rows), nextSeq: from + rows.length };
  }
  return state;
}

async function read(ctx: Ctx, key: string): Promise<string | null> {
  return (await (await ctx.env.FILES.get(key))?.text()) ?? null;
}

function fold(opening: ReadonlyMap<string, Balance>, rows: readonly Row[]): Map<string, Balance> {
  const balances = new Map(opening);
  for (const [, , kind, debit, credit, amount, heldDelta, asset] of rows) {
    const posted = kind === "posted" || kind === "post" ? amount : 0;
    const from = balances.get(debit) ?? empty(debit, asset);
    balances.set(debit, {
      ...from,
      debitsPending: from.debitsPending + heldDelta,
      debitsPosted: from.debitsPosted + posted,
    });
    const to = balances.get(credit) ?? empty(credit, asset);
    balances.set(credit, {
      ...to,
      creditsPending: to.creditsPending + heldDelta,
      creditsPosted: to.creditsPosted + posted,
    });
  }
  return balances;
}

function empty(accountId: string, asset: string): Balance {
  return { accountId, asset, debitsPending: 0, debitsPosted: 0, creditsPending: 0, creditsPosted: 0 };
}

function sameBalances(list: readonly Balance[], balances: ReadonlyMap<string, Balance>): boolean {
  return (
    list.length === balances.size &&
    list.every((balance) => {
      const other = balances.get(balance.accountId);
      return (
        other?.asset === balance.asset &&
        other.debitsPending === balance.debitsPending &&
        other.debitsPosted === balance.debitsPosted &&
        other.creditsPending === balance.creditsPending &&
        other.creditsPosted === balance.creditsPosted
      );
    })
  );
}
