import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { http } from "#platform/http/problems";
import { openSealed, putSealed } from "#platform/sealed-files";
import { cleanFileName, inspectUpload } from "#platform/uploads";
import { problems } from "./errors.ts";
import type { Evidence } from "./repository.evidence.ts";
import * as repository from "./repository.evidence.ts";
import { takesEvidence } from "./rules.ts";
import { getOwnTrade } from "./service.views.ts";

/** Files with which a side of a trade shows what has happened: kept sealed, seen by both sides and administrators. */

const TYPES = ["image/png", "image/jpeg", "image/webp", "application/pdf", "video/mp4"] as const;
/** From each side of one trade. */
const FILES_MAX = 20;
const KEPT_MS = 180 * DAY;

export interface Upload {
  readonly tradeId: Id<"trade">;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Kept {
  readonly evidence: Evidence;
  readonly buyerId: string;
}

export const addEvidence = once(async (ctx: Ctx, { tradeId, name, bytes }: Upload): Promise<Kept> => {
  const { trade } = await getOwnTrade(ctx, tradeId);
  const { state, version } = trade;
  const late = () =>
    problems.illegalTransition({
      detail: "Files are taken once payment is claimed, until the trade is over.",
      extra: { state, version },
    });
  if (!takesEvidence(state)) throw late();
  const inspected = inspectUpload(bytes, TYPES);
  if (!inspected.ok) {
    const message = "Send a PNG, JPEG, WebP, PDF or MP4; what counts is what the bytes are.";
    throw http.validationFailed({
      detail: message,
      code: inspected.error,
      errors: [{ path: "", code: inspected.error, message }],
    });
  }
  const id = ctx.newId("file");
  const fileKey = `trades/${tradeId}/${id}`;
  const evidence: Evidence = {
    id,
    tradeId,
    userId: customerOf(ctx),
    name: cleanFileName(name, inspected.type),
    contentType: inspected.type,
    bytes: bytes.length,
    fileKey,
    sealedKey: await putSealed(ctx, fileKey, new Uint8Array(bytes)),
    createdAt: ctx.now(),
  };
  const kept = { evidence, buyerId: trade.buyerId };
  await commit(ctx, repository.insertEvidence(ctx, evidence, FILES_MAX), {
    audit: { action: "evidence.added", target: tradeId, after: { file: id, bytes: bytes.length } },
    result: kept,
    refusals: { trades_evidence_full: problems.evidenceFull, trades_evidence_late: late },
  });
  return kept;
});

export async function listOwnEvidence(ctx: Ctx, tradeId: Id<"trade">): Promise<Kept[]> {
  const { trade } = await getOwnTrade(ctx, tradeId);
  return (await repository.listEvidence(ctx, tradeId)).map((evidence) => ({ evidence, buyerId: trade.buyerId }));
}

export interface File {
  readonly evidence: Evidence;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A file of a trade of the caller's. */
export async function openOwnEvidence(ctx: Ctx, of: { tradeId: Id<"trade">; fileId: Id<"file"> }): Promise<File> {
  await getOwnTrade(ctx, of.tradeId);
  return await openEvidence(ctx, of);
}

export async function openEvidence(ctx: Ctx, of: { tradeId: Id<"trade">; fileId: Id<"file"> }): Promise<File> {
  const evidence = await repository.findEvidence(ctx, of.fileId);
  const mine = evidence?.tradeId === of.tradeId ? evidence : null;
  const bytes = mine?.sealedKey ? await openSealed(ctx, mine.fileKey, mine.sealedKey) : null;
  if (!mine || !bytes) throw problems.evidenceNotFound();
  return { evidence: mine, bytes };
}

/** Deletes files half a year after their trade was over: the key first, so that what is left of a file is noise. */
export async function deleteOldEvidence(ctx: Ctx): Promise<void> {
  for (const { id, fileKey } of await repository.listOld(ctx, ctx.now() - KEPT_MS)) {
    await commit(ctx, [repository.forgetFile(ctx, id)], { audit: { action: "evidence.deleted", target: id } });
    await ctx.env.FILES.delete(fileKey);
  }
}
