import type { Id } from "#kernel/ids";
import type { Actor, Ctx } from "#platform/ctx";
import { equalInConstantTime } from "#platform/crypto";
import type { Database } from "#platform/db";
import { http } from "#platform/http/problems";
import { readCookie } from "#platform/http/source";
import type { AuthenticateOptions } from "#platform/module";
import { verifyAccessToken } from "./access-token.ts";
import { authenticateKey } from "./service.api-keys.ts";
import { isUsable } from "./rules.session.ts";
import { refuseForeign, refuseForgery, SESSION_COOKIE } from "./service.cookies.ts";
import { noteUse } from "./service.sessions.ts";
import type { RememberedSession } from "./session-memory.ts";
import { recallSession } from "./session-memory.ts";
import { hashRefreshToken, readRefreshToken } from "./tokens.ts";

const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,2048})$/i;

/** Who calls. Bad credentials are refused; where there are none, the caller is nobody. */
export async function authenticate(request: Request, ctx: Ctx, options: AuthenticateOptions): Promise<Actor | null> {
  const header = request.headers.get("Authorization");
  if (header !== null) return await fromHeader(ctx, header, options);
  const cookie = readCookie(request, SESSION_COOKIE);
  return cookie === null ? null : await fromCookie(ctx, cookie, { request, ...options });
}

async function fromHeader(ctx: Ctx, header: string, options: AuthenticateOptions): Promise<Actor> {
  const credential = BEARER.exec(header)?.[1] ?? "";
  if (credential.startsWith("bourse_")) return (await authenticateKey(ctx, credential)) ?? refuse();
  const claims = await verifyAccessToken(ctx, credential);
  const remembered = claims && (await recallSession(ctx, claims.sessionId, options.fresh));
  if (!remembered || remembered.user.id !== claims?.userId || remembered.session.kind !== "bearer") return refuse();
  return toActor(ctx, remembered, options);
}

interface CookieRequest extends AuthenticateOptions {
  readonly request: Request;
}

type Look = Promise<Actor | null>;

/** Looks at cookies that are under way, by the database of the request that asks. */
const underWay = new WeakMap<Database, Map<string, Look>>();

/**
 * A cookie comes along by itself, so what changes something must show that a page of ours has sent it. What a page reads
 * in place side by side goes by one look.
 */
async function fromCookie(ctx: Ctx, cookie: string, options: CookieRequest): Look {
  if (options.request.method !== "GET") return await lookAtCookie(ctx, cookie, options);
  const looks = underWay.get(ctx.db) ?? new Map<string, Look>();
  underWay.set(ctx.db, looks);
  const key = `${options.fresh} ${options.money} ${cookie}`;
  const look = looks.get(key) ?? lookAtCookie(ctx, cookie, options);
  looks.set(key, look);
  try {
    return await look;
  } finally {
    looks.delete(key);
  }
}

async function lookAtCookie(ctx: Ctx, cookie: string, options: CookieRequest): Look {
  const token = await readRefreshToken(ctx.config, cookie);
  const remembered = token && (await recallSession(ctx, token.sessionId, options.fresh));
  if (!remembered || remembered.session.kind !== "cookie") return null;
  if (!(await equalInConstantTime(await hashRefreshToken(token), remembered.session.secretHash))) return null;
  if (!isUsable(remembered.session, remembered.user, ctx.now())) return null;
  if (options.form === true) refuseForeign(ctx, options.request);
  else await refuseForgery(ctx, options.request, remembered.session.id);
  return toActor(ctx, remembered, options);
}

/** Who a session belongs to, if it is still good: for what was opened with it and goes on, such as a socket. */
export async function findSessionActor(ctx: Ctx, id: Id<"sess">): Promise<Extract<Actor, { kind: "user" }> | null> {
  const known = await recallSession(ctx, id, true);
  if (!known || !isUsable(known.session, known.user, ctx.now())) return null;
  const { session, user, plan } = known;
  const { mfa, raisedUntil } = session;
  return { kind: "user", userId: user.id, sessionId: session.id, role: user.role, plan, mfa, raisedUntil };
}

function refuse(): never {
  throw http.unauthenticated({ detail: "The access token or key is not good, or no longer. Sign in, or refresh it." });
}

function toActor(ctx: Ctx, { session, user, plan }: RememberedSession, options: AuthenticateOptions): Actor {
  if (!isUsable(session, user, ctx.now())) return refuse();
  if (options.money && session.suspect && session.raisedUntil <= ctx.now()) {
    throw http.stepUpRequired({
      detail: "This session began under unusual circumstances. Call POST /api/v1/auth/step-up, then repeat this call.",
    });
  }
  noteUse(ctx, session);
  const { id: userId, role } = user;
  const { id: sessionId, mfa, raisedUntil } = session;
  return { kind: "user", userId, sessionId, role, plan, mfa, raisedUntil };
}
