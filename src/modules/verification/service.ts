import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY } from "#kernel/time";
import { findAccount } from "#modules/identity";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { http } from "#platform/http/problems";
import { openSealed, putSealed } from "#platform/sealed-files";
import { inspectUpload } from "#platform/uploads";
import { problems } from "./errors.ts";
import type { Document } from "./repository.ts";
import * as repository from "./repository.ts";

export type Tier = 0 | 1 | 2;

const TYPES = ["image/png", "image/jpeg", "application/pdf"] as const;
const DOCUMENTS_MAX = 20;

/** How far somebody's identity has been shown: 0 not at all, 1 identity, 2 identity and address. */
export async function tierOf(ctx: Ctx, userId: Id<"user">): Promise<Tier> {
  return ((await repository.findTier(ctx, userId))?.tier ?? 0) as Tier;
}

export interface Verification {
  readonly userId: Id<"user">;
  readonly tier: Tier;
  readonly documents: readonly Document[];
}

/** Where somebody stands, for an operator, whose look is written down. */
export async function viewVerification(ctx: Ctx, userId: Id<"user">): Promise<Verification> {
  if (!(await findAccount(ctx, userId))) throw problems.userNotFound();
  await commit(ctx, [], { audit: { action: "verification.viewed", target: userId } });
  return await readVerification(ctx, userId);
}

export async function readVerification(ctx: Ctx, userId: Id<"user">): Promise<Verification> {
  const [tier, documents] = await Promise.all([tierOf(ctx, userId), repository.listDocuments(ctx, userId)]);
  return { userId, tier, documents };
}

/** Documents that wait for a decision, the oldest first. */
export async function listWaiting(ctx: Ctx, page: PageRequest): Promise<Page<Document>> {
  return toPage(await repository.listWaiting(ctx, page), page, ({ id }) => id);
}

export interface Upload {
  readonly kind: Document["kind"];
  readonly bytes: Uint8Array;
}

/** Keeps a document, sealed, for operators to look at. What it is, its bytes say. */
export const createDocument = once(async (ctx: Ctx, { kind, bytes }: Upload): Promise<Document> => {
  const userId = customerOf(ctx);
  const inspected = inspectUpload(bytes, TYPES);
  if (!inspected.ok) {
    const message = "Send a PNG, a JPEG or a PDF; what counts is what the bytes are.";
    throw http.validationFailed({
      detail: message,
      code: inspected.error,
      errors: [{ path: "", code: inspected.error, message }],
    });
  }
  const id = ctx.newId("file");
  const fileKey = `verification/${userId}/${id}`;
  const sealedKey = await putSealed(ctx, fileKey, new Uint8Array(bytes));
  const document: Document = {
    id,
    userId,
    kind,
    contentType: inspected.type,
    bytes: bytes.length,
    fileKey,
    sealedKey,
    createdAt: ctx.now(),
    deleteAt: null,
  };
  await commit(ctx, repository.insertDocument(ctx, document, DOCUMENTS_MAX), {
    audit: { action: "document.created", target: id, after: { kind, bytes: bytes.length } },
    result: document,
    refusals: { verification_documents_full: problems.documentsFull },
  });
  return document;
});

export interface OpenDocument {
  readonly document: Document;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A document's bytes, for an operator. That somebody has looked is written down. */
export async function openDocument(ctx: Ctx, id: Id<"file">): Promise<OpenDocument> {
  const document = await repository.findDocument(ctx, id);
  if (!document?.sealedKey) throw problems.documentNotFound();
  const bytes = await openSealed(ctx, document.fileKey, document.sealedKey);
  if (!bytes) throw problems.documentNotFound();
  await commit(ctx, [], { audit: { action: "document.viewed", target: id } });
  return { document, bytes };
}

export interface SetTier {
  readonly userId: Id<"user">;
  readonly tier: Tier;
  readonly reason: string;
}

/** Sets somebody's tier. From now on the time of the documents runs. */
export const setTier = once(async (ctx: Ctx, { userId, tier, reason }: SetTier): Promise<Verification> => {
  const operator = customerOf(ctx);
  if (operator === userId) throw problems.ownTier({ detail: "Another administrator must do this." });
  if (!(await findAccount(ctx, userId))) throw problems.userNotFound();
  const before = await tierOf(ctx, userId);
  const deleteAt = ctx.now() + ctx.config.chains.verificationRetentionDays * DAY;
  const statements = [
    repository.putTier(ctx, { userId, tier, setBy: operator, reason, updatedAt: ctx.now() }),
    repository.scheduleDeletion(ctx, userId, deleteAt),
  ];
  const documents = (await repository.listDocuments(ctx, userId)).map((document) => ({ ...document, deleteAt }));
  const result = { userId, tier, documents };
  await commit(ctx, statements, {
    audit: { action: "user.tierChanged", target: userId, reason, before: { tier: before }, after: { tier } },
    result,
  });
  return result;
});

/** Deletes documents whose time is over: the key first, so that what is left of a file is noise. */
export async function deleteDue(ctx: Ctx): Promise<void> {
  for (const { id, fileKey } of await repository.listDue(ctx)) {
    await commit(ctx, [repository.forgetFile(ctx, id)], { audit: { action: "document.deleted", target: id } });
    await ctx.env.FILES.delete(fileKey);
  }
}
