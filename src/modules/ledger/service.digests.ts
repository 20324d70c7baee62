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
  const rows = await repository.listRows(ctx, firstSeq, lastSeq);
  const previous = before?.digest ?? GENESIS;
  const hashes = await chainHashes(previous, rows);
  const digest: Digest = {
    number: (before?.number ?? 0) + 1,
    day: toDate(rows.at(-1)?.[12] ?? 0),
    firstSeq,
    lastSeq,
    previous,
    digest: hashes.at(-1) ?? previous,
  };
  const lines = [JSON.stringify(digest), ...rows.map(([seq], index) => `${seq} ${hashes[index]}`)];
  await ctx.env.FILES.put(keyOf(digest.number), `${lines.join("\n")}\n`);
  await commit(ctx, [repository.insertDigest(ctx, digest)]);
  return digest;
}

async function chainHashes(previous: string, rows: readonly Row[]): Promise<string[]> {
  const hashes: string[] = [];
  let hash = previous;
  for (const row of rows) {
    hash = await sha256Hex(`${hash}\n${JSON.stringify(row)}`);
    hashes.push(hash);
  }
  return hashes;
}

export interface Flaw {
  readonly digest: number;
  readonly day: string;
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

const PAGE = 100;

/** Compares every sealed transfer with its seal, and names the first that was changed, removed or put elsewhere. */
export async function verifyDigests(ctx: Ctx): Promise<Verification> {
  let before: Digest | null = null;
  let checked = 0;
  for (;;) {
    const page = await repository.listDigests(ctx, checked, PAGE);
    for (const digest of page) {
      const flaw: Flaw | null = await verifyRun(ctx, before, digest);
      if (flaw) return { ok: false, checked, firstFlaw: flaw };
      before = digest;
      checked += 1;
    }
    if (page.length < PAGE) break;
  }
  const orphan = await ctx.env.FILES.head(keyOf(checked + 1));
  const cutOff: Flaw = { digest: checked + 1, day: before?.day ?? "", seq: null, reason: "digest_missing" };
  return orphan ? { ok: false, checked, firstFlaw: cutOff } : { ok: true, checked, firstFlaw: null };
}

async function verifyRun(ctx: Ctx, before: Digest | null, digest: Digest): Promise<Flaw | null> {
  const found = await verifySeal(ctx, before, digest);
  if (found === null) return null;
  const { reason, seq = null } = found;
  return { digest: digest.number, day: digest.day, seq, reason };
}

type Found = Pick<Flaw, "reason"> & { readonly seq?: number };

async function verifySeal(ctx: Ctx, before: Digest | null, digest: Digest): Promise<Found | null> {
  if (digest.number !== (before?.number ?? 0) + 1) return { reason: "digest_missing" };
  const file = await ctx.env.FILES.get(keyOf(digest.number));
  if (!file) return { reason: "file_missing" };
  const [header, ...sealed] = (await file.text()).trimEnd().split("\n");
  if (!follows(before, digest) || header !== JSON.stringify(digest)) return { reason: "digest_changed" };
  return await verifyRows(ctx, digest, sealed);
}

function follows(before: Digest | null, digest: Digest): boolean {
  const expected = before ?? { digest: GENESIS, lastSeq: 0 };
  return digest.previous === expected.digest && digest.firstSeq === expected.lastSeq + 1;
}

async function verifyRows(ctx: Ctx, digest: Digest, sealed: readonly string[]): Promise<Found | null> {
  const rows = await repository.listRows(ctx, digest.firstSeq, digest.lastSeq);
  const hashes = await chainHashes(digest.previous, rows);
  for (const [index, line] of sealed.entries()) {
    const seq = digest.firstSeq + index;
    if (rows[index]?.[0] !== seq) return { reason: "transfer_missing", seq };
    if (line !== `${seq} ${hashes[index]}`) return { reason: "transfer_changed", seq };
  }
  const whole = sealed.length === digest.lastSeq - digest.firstSeq + 1 && hashes.at(-1) === digest.digest;
  return whole ? null : { reason: "file_changed" };
}
