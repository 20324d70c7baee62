import { draftEvent } from "#kernel/event";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { http } from "#platform/http/problems";
import { problems } from "./errors.ts";
import { sessionEnded } from "./events.ts";
import { PAGES, tell } from "./notices.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import type { OwnedSession } from "./repository.sessions.ts";
import * as repository from "./repository.sessions.ts";
import { decideRefresh, isUsable } from "./rules.session.ts";
import type { TokenPair } from "./service.sessions.ts";
import { writeTokens } from "./service.sessions.ts";
import { forgetSession } from "./session-memory.ts";
import type { RefreshToken } from "./tokens.ts";
import { hashRefreshToken, nextRefreshToken, readRefreshToken } from "./tokens.ts";

/** Trades the live refresh token for its successor. */
export async function refreshTokens(ctx: Ctx, text: string): Promise<TokenPair> {
  const token = await readRefreshToken(ctx.config, text);
  if (!token) throw problems.refreshTokenInvalid();
  return (await tryRefresh(ctx, token)) ?? (await tryRefresh(ctx, token)) ?? over();
}

function over(): never {
  throw problems.refreshTokenInvalid();
}

/** One go; null when another caller rotated the token between the look and the act. */
async function tryRefresh(ctx: Ctx, token: RefreshToken): Promise<TokenPair | null> {
  const owned = await repository.findSession(ctx, token.sessionId);
  if (!owned || owned.session.kind !== "bearer" || !isUsable(owned.session, owned.user, ctx.now())) return over();
  const child = await nextRefreshToken(ctx.config, token);
  if (!child) return over();
  const live = (await hashRefreshToken(token)) === owned.session.secretHash;
  const decision = decideRefresh({ generation: token.generation, live }, owned.session, ctx.now());
  if (decision === "rotate") return await rotate(ctx, owned, child);
  if (decision === "repeat") return await writeTokens(ctx, owned.session, child);
  if (decision === "revoke") await revoke(ctx, owned);
  return over();
}

async function rotate(ctx: Ctx, owned: OwnedSession, child: RefreshToken): Promise<TokenPair | null> {
  await refuseDuringMaintenance(ctx, owned.user.role);
  const next = { generation: child.generation, secretHash: await hashRefreshToken(child), rotatedAt: ctx.now() };
  try {
    await commit(ctx, repository.rotateSession(ctx, owned.session, next));
  } catch (error) {
    if (isRefusedBy(error, "identity_refresh_raced")) return null;
    throw error;
  }
  return await writeTokens(ctx, { ...owned.session, rotatedAt: next.rotatedAt }, child);
}

/** A retired token came again: whoever has it, the family ends for all, and that stands though the answer is an error. */
async function revoke(ctx: Ctx, { session, user }: OwnedSession): Promise<void> {
  const { id: sessionId, userId } = session;
  const what = "A session was ended, because a sign-in token of it was used twice";
  const data = { at: ctx.now(), what, place: ctx.source.country, path: PAGES.security };
  const told = await tell(ctx, user, { kind: "suspiciousActivity", data });
  const statements = [
    repository.endSession(ctx, sessionId, "refresh_reused"),
    recordSecurityEvent(ctx, { type: "session.refresh_reused", userId, sessionId }),
    ...told.statements,
  ];
  await commit(ctx, statements, {
    audit: { action: "session.revoked", target: sessionId, reason: "refresh_reused" },
    events: [draftEvent(sessionEnded, { userId, sessionId, except: null }), ...told.events],
  });
  forgetSession(ctx, sessionId);
}

/** During maintenance nobody but admins gets tokens, and nobody loses the one that he has. */
export async function refuseDuringMaintenance(ctx: Ctx, role: string): Promise<void> {
  const maintenance = role === "admin" ? null : await ctx.composition.maintenance(ctx);
  if (!maintenance) return;
  const seconds = maintenance.until === null ? 300 : (maintenance.until - ctx.now()) / 1_000;
  throw http.maintenance({ detail: maintenance.message, retryAfterSeconds: seconds });
}
