import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { MINUTE } from "#kernel/time";
import { commit } from "#platform/commit";
import { sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { signAccessToken } from "./access-token.ts";
import { signedInUser } from "./actor.ts";
import { problems } from "./errors.ts";
import { sessionEnded } from "./events.ts";
import type { Parts } from "./notices.ts";
import { PAGES, tell, together } from "./notices.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import type { SessionRow } from "./repository.sessions.ts";
import * as repository from "./repository.sessions.ts";
import type { UserRow } from "./repository.users.ts";
import { describeAgent } from "./rules.device.ts";
import type { Risk } from "./rules.risk.ts";
import { assessRisk, FAILURES_WITHIN_MS, SUSPECT_FROM } from "./rules.risk.ts";
import { lifetimeOf } from "./rules.session.ts";
import { forgetSession, forgetSessions } from "./session-memory.ts";
import type { RefreshToken } from "./tokens.ts";
import { firstRefreshToken, hashRefreshToken, writeRefreshToken } from "./tokens.ts";

export type SessionKind = SessionRow["kind"];

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A session that is about to begin: commit its parts, then hand out its tokens. */
export interface Opening {
  readonly session: SessionRow;
  readonly token: RefreshToken;
  readonly parts: Parts;
}

export interface Level {
  readonly kind: SessionKind;
  readonly mfa: boolean;
  /** What the sign-in was held against, where that was read before. */
  readonly known?: { readonly question: repository.HistoryQuestion; readonly history: repository.History };
}

/** Prepares a session. Where the circumstances are unlike the owner, the owner is told and money waits. */
export async function openSession(ctx: Ctx, user: UserRow, level: Level): Promise<Opening> {
  const now = ctx.now();
  const token = firstRefreshToken(ctx.config, ctx.newId("sess"));
  const question = level.known?.question ?? (await historyQuestion(ctx));
  const { deviceHash, label } = question;
  const history = level.known?.history ?? (await repository.findHistory(ctx, user.id, question));
  const risk = assessRisk({ now, place: ctx.source.place, history });
  const session: SessionRow = {
    id: token.sessionId,
    userId: user.id,
    kind: level.kind,
    secretHash: await hashRefreshToken(token),
    generation: token.generation,
    rotatedAt: now,
    mfa: level.mfa,
    suspect: risk.score >= SUSPECT_FROM,
    raisedUntil: 0,
    device: label,
    deviceHash,
    ip: ctx.source.ip,
    country: ctx.source.country,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now + lifetimeOf(user.role).absoluteMs,
    endedAt: null,
    endReason: null,
  };
  const device = { userId: user.id, deviceHash, label, country: session.country };
  const begin = [
    repository.insertSession(ctx, session),
    ...(history.seenLately ? [] : [repository.rememberDevice(ctx, device)]),
    recordSecurityEvent(ctx, {
      type: "sign_in.succeeded",
      userId: user.id,
      sessionId: session.id,
      detail: { mfa: level.mfa, ...coarsePlace(ctx) },
    }),
  ];
  return {
    session,
    token,
    parts: together({ statements: begin, events: [] }, await tellOfRisk(ctx, user, { session, risk })),
  };
}

/**
 * What this sign-in is held against. A device without an id of its own is known by what it claims to be, which excepts
 * it from nothing.
 */
export async function historyQuestion(ctx: Ctx): Promise<repository.HistoryQuestion> {
  const { deviceId, userAgent } = ctx.source;
  const label = describeAgent(userAgent);
  const device = deviceId === null ? `agent ${label ?? "unknown"}` : `device ${deviceId}`;
  return { deviceHash: await sha256Hex(device), label, since: ctx.now() - FAILURES_WITHIN_MS };
}

/** To a tenth of a degree: enough to see impossible travel, too little to find a house. */
function coarsePlace(ctx: Ctx): Record<string, number> {
  const { place } = ctx.source;
  if (!place) return {};
  return { latitude: Math.round(place.latitude * 10) / 10, longitude: Math.round(place.longitude * 10) / 10 };
}

const SIGN_WORDS = {
  new_device: "a new device",
  new_country: "a new country",
  impossible_travel: "a place too far from the last one",
  many_failures: "many failures before",
} as const;

async function tellOfRisk(
  ctx: Ctx,
  user: UserRow,
  { session, risk }: { readonly session: SessionRow; readonly risk: Risk },
): Promise<Parts> {
  const event = { userId: user.id, sessionId: session.id, detail: { signs: risk.signs.join(" "), score: risk.score } };
  const at = ctx.now();
  const place = session.country;
  if (session.suspect) {
    const what = `A sign-in with ${risk.signs.map((sign) => SIGN_WORDS[sign]).join(", ")}`;
    const told = await tell(ctx, user, { kind: "suspiciousActivity", data: { at, what, place, path: PAGES.security } });
    return together(told, {
      statements: [recordSecurityEvent(ctx, { type: "sign_in.suspicious", ...event })],
      events: [],
    });
  }
  if (!risk.signs.includes("new_device")) return { statements: [], events: [] };
  const device = session.device ?? "An unknown device";
  const told = await tell(ctx, user, { kind: "newDevice", data: { at, device, place, path: PAGES.security } });
  return together(told, {
    statements: [recordSecurityEvent(ctx, { type: "sign_in.new_device", ...event })],
    events: [],
  });
}

/** The tokens of a session's generation, the same whenever they are asked for. */
export async function writeTokens(ctx: Ctx, session: SessionRow, token: RefreshToken): Promise<TokenPair> {
  const { id: sessionId, userId, rotatedAt: issuedAt } = session;
  const [accessToken, refreshToken] = await Promise.all([
    signAccessToken(ctx, { sessionId, userId, generation: token.generation, issuedAt }),
    writeRefreshToken(ctx.config, token),
  ]);
  return { accessToken, refreshToken };
}

/** What ends all sessions of a user but one, for other verbs' commits. */
export function endingSessions(
  ctx: Ctx,
  userId: Id<"user">,
  options: { readonly reason: string; readonly except?: Id<"sess"> },
): Parts {
  const ended = draftEvent(sessionEnded, { userId, sessionId: null, except: options.except ?? null });
  return { statements: [repository.endSessions(ctx, userId, options)], events: [ended] };
}

export async function logoutUser(ctx: Ctx): Promise<void> {
  const { userId, sessionId } = signedInUser(ctx);
  await end(ctx, { userId, sessionId, reason: "logout" });
}

export async function logoutAll(ctx: Ctx): Promise<void> {
  const { userId } = signedInUser(ctx);
  const { statements, events } = endingSessions(ctx, userId, { reason: "logout_all" });
  const event = recordSecurityEvent(ctx, { type: "session.ended", userId, detail: { all: true } });
  await commit(ctx, [...statements, event], {
    audit: { action: "sessions.ended", target: userId },
    events,
    result: null,
  });
  forgetSessions(ctx, userId);
}

export async function listSessions(ctx: Ctx, page: PageRequest): Promise<Page<SessionRow>> {
  const rows = await repository.listSessions(ctx, signedInUser(ctx).userId, page);
  return toPage(rows, page, (session) => session.id);
}

/** Ends one of the caller's own sessions. */
export async function deleteSession(ctx: Ctx, sessionId: Id<"sess">): Promise<void> {
  const { userId } = signedInUser(ctx);
  const owned = await repository.findSession(ctx, sessionId);
  if (owned?.session.userId !== userId || owned.session.endedAt !== null) throw problems.sessionNotFound();
  await end(ctx, { userId, sessionId, reason: "ended_by_owner" });
}

interface Ending {
  readonly userId: Id<"user">;
  readonly sessionId: Id<"sess">;
  readonly reason: string;
}

async function end(ctx: Ctx, { userId, sessionId, reason }: Ending): Promise<void> {
  const event = recordSecurityEvent(ctx, { type: "session.ended", userId, sessionId, detail: { reason } });
  await commit(ctx, [repository.endSession(ctx, sessionId, reason), event], {
    audit: { action: "session.ended", target: sessionId, reason },
    events: [draftEvent(sessionEnded, { userId, sessionId, except: null })],
    result: null,
  });
  forgetSession(ctx, sessionId);
}

const SEEN_EVERY_MS = 5 * MINUTE;

/** Notes that a session is in use, seldom and beside the request. */
export function noteUse(ctx: Ctx, session: SessionRow): void {
  const notAfter = ctx.now() - SEEN_EVERY_MS;
  if (session.lastSeenAt >= notAfter) return;
  ctx.defer(commit(ctx, [repository.touchSession(ctx, session.id, notAfter)]));
}
