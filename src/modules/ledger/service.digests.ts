import { DAY, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { Digest, Row } from "./repository.proofs.ts";
import * as repository from "./repository.proofs.ts";

/**
 * Tamper evidence. Each transfer's hash covers its content and the hash of the one before, so that the last hash of a
 * day stands for everything up to it. The hashes lie in R2, apart from the database that they vouch for.
 */

/** What the chain begins with. */
export const GENESIS = "0".repeat(64);

const RUN_MAX = 20_000;

const keyOf = (number: number): string => `ledger/digests/${String(number).padStart(8, "0")}.jsonl`;

/** Seals every transfer of the days that are over, in runs of bounded length. Gives back how many runs it sealed. */
export async function sealDays(ctx: Ctx, runMax = RUN_MAX): Promise<number> {
  const lastSeq = await repository.findLastBefore(ctx, Math.floor(ctx.now() / DAY) * DAY);
  let latest = await repository.findLatestDigest(ctx);
  let sealed = 0;
  while ((latest?.lastSeq ?? 0) < lastSeq) {
    const firstSeq = (latest?.lastSeq ?? 0) + 1;
    latest = await seal(ctx, latest, [firstSeq, Math.min(lastSeq, firstSeq + runMax - 1)]);
    sealed += 1;
  }
  return sealed;
}

/** The file goes first: a digest without its file could not be verified, a file without its digest is written again. */
async function seal(ctx: Ctx, before: Digest | null, [firstSeq, lastSeq]: readonly [number, number]): Promise<Digest> {
  const { previous, number } = following(before);
  const { lines, head, day } = await link(previous, await repository.listRows(ctx, firstSeq, lastSeq));
  const digest: Digest = { number, day, firstSeq, lastSeq, previous, digest: head };
  await ctx.env.FILES.put(keyOf(number), `${[JSON.stringify(digest), ...lines].join("\n")}\n`);
  await commit(ctx, [repository.insertDigest(ctx, digest)]);
  return digest;
}

/** What the digest after this one must say of itself. */
function following(before: Digest | null): Pick<Digest, "number" | "previous" | "firstSeq"> {
  if (before === null) return { number: 1, previous: GENESIS, firstSeq: 1 };
  return { number: before.number + 1, previous: before.digest, firstSeq: before.lastSeq + 1 };
}

interface Links {
  /** `<seq> <hash>` for each transfer. */
  readonly lines: readonly string[];
  readonly head: string;
  /** The UTC day of the last transfer. */
  readonly day: string;
}

async function link(previous: string, rows: readonly Row[]): Promise<Links> {
  const lines: string[] = [];
  let head = previous;
  let day = "";
  for (const row of rows) {
    head = await sha256Hex(`${head}\n${JSON.stringify(row)}`);
    day = toDate(row[12]);
    lines.push(`${row[0]} ${head}`);
  }
  return { lines, head, day };
}

export interface Flaw {
  readonly digest: number;
  /** Null when the digest is gone. */
  readonly day: string | null;
  /** The first transfer that is not what was sealed; null when the seal itself is. */
  readonly seq: number | null;
  readonly reason:
    | "digest_changed"
    | "digest_missing"
    | "file_missing"
    | "file_changed"
    | "transfer_changed"
    | "transfer_missing";
}

export interface Verification {
  readonly ok: boolean;
  /** How many runs were found whole. */
  readonly checked: number;
  readonly firstFlaw: Flaw | null;
}

/** Compares every sealed transfer with its seal, and names the first that was changed, removed or put elsewhere. */
export async function verifyDigests(ctx: Ctx): Promise<Verification> {
  let before: Digest | null = null;
  let checked = 0;
  for (const digest of await repository.listDigests(ctx)) {
    const flaw: Flaw | null = await verifyRun(ctx, before, digest);
    if (flaw) return { ok: false, checked, firstFlaw: flaw };
    before = digest;
    checked += 1;
  }
  if ((await ctx.env.FILES.head(keyOf(checked + 1))) === null) return { ok: true, checked, firstFlaw: null };
  const cutOff: Flaw = { digest: checked + 1, day: null, seq: null, reason: "digest_missing" };
  return { ok: false, checked, firstFlaw: cutOff };
}

async function verifyRun(ctx: Ctx, before: Digest | null, digest: Digest): Promise<Flaw | null> {
  const found = await verifySeal(ctx, before, digest);
  return found && { digest: digest.number, day: digest.day, seq: null, ...found };
}

type Found = Pick<Flaw, "reason"> & { readonly seq?: number };

async function verifySeal(ctx: Ctx, before: Digest | null, digest: Digest): Promise<Found | null> {
  const expected = following(before);
  if (digest.number !== expected.number) return { reason: "digest_missing" };
  const file = await ctx.env.FILES.get(keyOf(digest.number));
  if (!file) return { reason: "file_missing" };
  const [header, ...sealed] = (await file.text()).trimEnd().split("\n");
  const linked = digest.previous === expected.previous && digest.firstSeq === expected.firstSeq;
  if (!linked || header !== JSON.stringify(digest)) return { reason: "digest_changed" };
  return await verifyRows(ctx, digest, sealed);
}

async function verifyRows(ctx: Ctx, digest: Digest, sealed: readonly string[]): Promise<Found | null> {
  const rows = await repository.listRows(ctx, digest.firstSeq, digest.lastSeq);
  const { lines, head } = await link(digest.previous, rows);
  for (const [index, line] of sealed.entries()) {
    const seq = digest.firstSeq + index;
    if (rows[index]?.[0] !== seq) return { reason: "transfer_missing", seq };
    if (line !== lines[index]) return { reason: "transfer_changed", seq };
  }
  return sealed.length === lines.length && head === digest.digest ? null : { reason: "file_changed" };
}
