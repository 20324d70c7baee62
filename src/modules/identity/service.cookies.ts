import type { Id } from "#kernel/ids";
import { randomToken } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { http } from "#platform/http/problems";
import { DEVICE_COOKIE } from "#platform/http/source";
import { keyedHash, matchesKeyedHash } from "#platform/keyed-hash";
import type { UserRow } from "./repository.users.ts";
import type { Opening } from "./service.sessions.ts";
import { logoutUser } from "./service.sessions.ts";
import { recallSession } from "./session-memory.ts";
import { writeRefreshToken } from "./tokens.ts";

/**
 * Sessions of the pages that the Worker serves: an HttpOnly cookie that no page can read, and for whatever changes
 * something a token that no other site knows, sent from an origin that is ours.
 */

export const SESSION_COOKIE = "__Host-session";
export const CSRF_HEADER = "X-CSRF-Token";
const CSRF = "csrf";
const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";
const DEVICE_SECONDS = 400 * 86_400;

/** The cookies of a session that has just begun; the device gets a name of its own, if it has none. */
export async function sessionCookies(ctx: Ctx, { session, token }: Opening): Promise<string[]> {
  const seconds = Math.floor((session.expiresAt - ctx.now()) / 1_000);
  const value = await writeRefreshToken(ctx.config, token);
  const cookies = [`${SESSION_COOKIE}=${value}; ${ATTRIBUTES}; Max-Age=${seconds}`];
  if (ctx.source.deviceId === null) {
    cookies.push(`${DEVICE_COOKIE}=${randomToken(24)}; ${ATTRIBUTES}; Max-Age=${DEVICE_SECONDS}`);
  }
  return cookies;
}

export interface PageSession {
  readonly user: UserRow;
  readonly plan: string;
  readonly csrfToken: string | null;
}

export const ENDED_COOKIE = `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** What a page sends along with whatever changes something. */
export async function csrfToken(ctx: Ctx, sessionId: Id<"sess">): Promise<string> {
  return await keyedHash(ctx.config, CSRF, sessionId);
}

/** Whose session a caller has, as far as this isolate knows; the token is there where the session is a page's. */
export async function findPageSession(ctx: Ctx): Promise<PageSession | null> {
  if (ctx.actor.kind !== "user") return null;
  const { sessionId, plan } = ctx.actor;
  const remembered = await recallSession(ctx, sessionId, false);
  if (!remembered) return null;
  const token = remembered.session.kind === "cookie" ? await csrfToken(ctx, sessionId) : null;
  return { user: remembered.user, plan, csrfToken: token };
}

const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Refuses what a cookie came along with by itself: from another site, or without the page's own token. */
export async function refuseForgery(ctx: Ctx, request: Request, sessionId: Id<"sess">): Promise<void> {
  if (READS.has(request.method)) return;
  refuseForeign(ctx, request);
  const hash = request.headers.get(CSRF_HEADER) ?? "";
  if (await matchesKeyedHash(ctx.config, CSRF, { text: sessionId, hash })) return;
  throw http.originForbidden({ detail: `Send the page's token as \`${CSRF_HEADER}\`.` });
}

/** Refuses requests that a page of another site has sent. */
export function refuseForeign(ctx: Ctx, request: Request): void {
  const origin = request.headers.get("Origin");
  const site = request.headers.get("Sec-Fetch-Site");
  // Our policy gives no referrer away, for which browsers write the origin of a form as "null"; no page can write the other.
  const unsaid = origin === null || origin === "null";
  const own = unsaid ? site === "same-origin" : origin === ctx.config.publicOrigin;
  if (!own) throw http.originForbidden({ detail: `Only pages of ${ctx.config.publicOrigin} may send this.` });
}

/** Ends a page's session, if there still is one. */
export async function endCookieSession(ctx: Ctx): Promise<void> {
  const page = await findPageSession(ctx);
  if (page !== null && page.csrfToken !== null) await logoutUser(ctx);
}
