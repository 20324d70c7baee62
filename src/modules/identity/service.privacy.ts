import { draftEvent } from "#kernel/event";
import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import { DAY, MINUTE, SECOND } from "#kernel/time";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { signTicket, verifyTicket } from "#platform/tickets";
import { signedInUser } from "./actor.ts";
import { problems } from "./errors.ts";
import { exportRequested, userErased } from "./events.ts";
import { PAGES, tell, together } from "./notices.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import type { ExportRow } from "./repository.privacy.ts";
import * as repository from "./repository.privacy.ts";
import { findUser } from "./repository.users.ts";
import { endingSessions } from "./service.sessions.ts";
import { sparingFactorTry } from "./service.factors.ts";
import type { StepUp } from "./service.step-up.ts";
import { ownSession, proveOwner, recentSession } from "./service.step-up.ts";
import { forgetEverySession, forgetSessions } from "./session-memory.ts";

const EXPORT_KEPT_MS = 7 * DAY;
const LINK_MS = 10 * MINUTE;
const GRACE_MS = 14 * DAY;
const LINK = { purpose: "export", audience: "identity" } as const;
/** One marker for each erasure, outside the database: a restored one is brought up to date by them. */
const ERASURES = "erasures/";

/** Asks for a file of everything that is kept of the caller. */
export const createExport = once(async (ctx: Ctx): Promise<ExportRow> => {
  const { user } = await recentSession(ctx);
  const now = ctx.now();
  const id = ctx.newId("file");
  const row = {
    id,
    userId: user.id,
    status: "pending",
    fileKey: null,
    createdAt: now,
    expiresAt: now + EXPORT_KEPT_MS,
  } as const;
  const event = recordSecurityEvent(ctx, { type: "account.exported", userId: user.id });
  await commit(ctx, [repository.insertExport(ctx, row), event], {
    audit: { action: "export.requested", target: user.id },
    events: [draftEvent(exportRequested, { exportId: id })],
    result: row,
  });
  return row;
});

/** Writes the file, and tells its owner. */
export async function buildExport(ctx: Ctx, id: Id<"file">): Promise<void> {
  const row = await repository.findExport(ctx, id);
  const user = row && (await findUser(ctx, row.userId));
  if (!user || row.status !== "pending") return;
  const kept = await ctx.composition.exportUser(ctx, user.id);
  const fileKey = `exports/${user.id}/${id}.json`;
  const body = JSON.stringify({ userId: user.id, writtenAt: new Date(ctx.now()).toISOString(), ...kept }, null, 2);
  await ctx.env.FILES.put(fileKey, body, { httpMetadata: { contentType: "application/json" } });
  const told = await tell(ctx, user, {
    kind: "exportReady",
    data: { path: PAGES.export(id), expiresAt: row.expiresAt },
  });
  await commit(ctx, [repository.completeExport(ctx, id, fileKey), ...told.statements], { events: told.events });
}

export type ExportState = Pick<ExportRow, "id" | "status"> & { readonly downloadUrl: string | null };

/** One of the caller's exports, with a link that is good for ten minutes. */
export async function getExport(ctx: Ctx, id: Id<"file">): Promise<ExportState> {
  const { userId } = signedInUser(ctx);
  const row = await repository.findExport(ctx, id);
  if (row?.userId !== userId || row.expiresAt <= ctx.now()) throw problems.exportNotFound();
  if (row.status !== "ready") return { id, status: row.status, downloadUrl: null };
  const ticket = await signTicket(ctx, { ...LINK, subject: id, ttlSeconds: LINK_MS / SECOND });
  return { id, status: row.status, downloadUrl: `${ctx.config.publicOrigin}/exports/${id}?ticket=${ticket}` };
}

/** The file that a link leads to; null for a link that is over or somebody else's. */
export async function openExport(ctx: Ctx, id: string, ticket: string): Promise<R2ObjectBody | null> {
  const verified = await verifyTicket(ctx, ticket, LINK);
  if (verified?.subject !== id) return null;
  const row = await repository.findExport(ctx, id as Id<"file">);
  return row?.fileKey ? await ctx.env.FILES.get(row.fileKey) : null;
}

/** Schedules the end of the caller's account. Everything of it is shut at once; signing in again undoes it. */
export async function deleteAccount(ctx: Ctx, proof: StepUp): Promise<number> {
  const { user } = await ownSession(ctx);
  const proven = await proveOwner(ctx, user, proof);
  await refuseWithBlockers(ctx, user.id);
  const dueAt = ctx.now() + GRACE_MS;
  const event = recordSecurityEvent(ctx, { type: "account.deletion_scheduled", userId: user.id });
  const { statements, events } = together(
    proven,
    { statements: [...repository.scheduleDeletion(ctx, user.id, dueAt), event], events: [] },
    endingSessions(ctx, user.id, { reason: "deletion" }),
    await tell(ctx, user, { kind: "deletionScheduled", data: { on: dueAt, path: PAGES.signIn } }),
  );
  const committing = commit(ctx, statements, {
    audit: { action: "user.deletionScheduled", target: user.id },
    events,
    result: dueAt,
    refusals: { identity_code_used: problems.codeInvalid, identity_user_changed: problems.stateChanged },
  });
  await sparingFactorTry(ctx, user.id, committing);
  forgetSessions(ctx, user.id);
  return dueAt;
}

async function refuseWithBlockers(ctx: Ctx, userId: Id<"user">): Promise<void> {
  const [code] = await ctx.composition.eraseBlockers(ctx, userId);
  if (code !== undefined)
    throw problems.accountNotEmpty({ code, detail: "Withdraw what is there and end what is open first." });
}

/** Erases the accounts whose time has come. One with money at stake waits until there is none. */
export async function eraseDue(ctx: Ctx): Promise<void> {
  for (const id of await repository.listDueDeletions(ctx)) {
    const blockers = await ctx.composition.eraseBlockers(ctx, id);
    if (blockers.length > 0) {
      ctx.log.warn("An account cannot be erased yet.", { target: id, code: blockers[0] ?? "unknown" });
    } else if (await close(ctx, id)) {
      await erasePerson(ctx, id);
    }
  }
}

/** Whether the account is shut for good; not when its owner has come back at this very moment. */
async function close(ctx: Ctx, id: Id<"user">): Promise<boolean> {
  try {
    await commit(ctx, repository.closeAccount(ctx, id));
    return true;
  } catch (error) {
    if (isRefusedBy(error, "identity_deletion_undone")) return false;
    throw error;
  }
}

/** Files first: they are erased again without harm, and nothing would lead to them once the rows are gone. */
async function erasePerson(ctx: Ctx, id: Id<"user">): Promise<void> {
  await ctx.env.FILES.put(`${ERASURES}${id}`, String(ctx.now()));
  for (const prefix of [`avatars/${id}/`, `exports/${id}/`]) await deleteFiles(ctx, prefix);
  await commit(ctx, await ctx.composition.eraseUser(ctx, id), {
    audit: { action: "user.erased", target: id },
    events: [draftEvent(userErased, { userId: id })],
  });
  forgetSessions(ctx, id);
}

async function deleteFiles(ctx: Ctx, prefix: string): Promise<void> {
  const { objects } = await ctx.env.FILES.list({ prefix });
  if (objects.length > 0) await ctx.env.FILES.delete(objects.map(({ key }) => key));
}

/** Erases again whoever a restored database has brought back. */
export async function reapplyErasures(ctx: Ctx): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await ctx.env.FILES.list({ prefix: ERASURES, ...given({ cursor }) });
    const ids = page.objects.map(({ key }) => key.slice(ERASURES.length));
    for (const id of await repository.listNotErased(ctx, ids)) await erasePerson(ctx, id);
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

/** What came after the copy holds still: whoever was signed out stays so, and whoever was erased is erased again. */
export async function afterRestore(ctx: Ctx): Promise<void> {
  await commit(ctx, repository.endEverySession(ctx));
  forgetEverySession();
  await reapplyErasures(ctx);
}

/** Removes exports whose time is over, files first. */
export async function pruneExports(ctx: Ctx): Promise<void> {
  const rows = await repository.listExpiredExports(ctx);
  if (rows.length === 0) return;
  await ctx.env.FILES.delete(rows.flatMap(({ fileKey }) => fileKey ?? []));
  const ids = rows.map(({ id }) => id);
  await commit(ctx, [repository.deleteExports(ctx, ids)]);
}
