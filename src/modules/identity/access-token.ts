import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Id } from "#kernel/ids";
import { isId } from "#kernel/ids";
import { SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import { keyAt, keyById } from "./signing-keys.ts";

/**
 * Access tokens: JWTs signed with Ed25519 that live for ten minutes. The same session, generation and moment give the
 * very same token, so that a refresh whose answer was lost can be answered again.
 */

export const ACCESS_TTL_SECONDS = 600;
const TYPE = "at+jwt";
const PURPOSE = "access";
const LEEWAY_SECONDS = 5;
const SHAPE = /^[A-Za-z0-9_-]{1,400}\.[A-Za-z0-9_-]{1,1200}\.[A-Za-z0-9_-]{86}$/;

const claimsSchema = z.object({
  sub: z.string(),
  sid: z.string(),
  jti: z.string().min(1),
  iat: z.int(),
  exp: z.int(),
  purpose: z.literal(PURPOSE),
});

export interface AccessClaims {
  readonly userId: Id<"user">;
  readonly sessionId: Id<"sess">;
}

export interface AccessSubject extends AccessClaims {
  readonly generation: number;
  /** When the token was made, in milliseconds. */
  readonly issuedAt: number;
}

function audience(ctx: Ctx): string {
  return `${ctx.config.publicOrigin}/api`;
}

export async function signAccessToken(ctx: Ctx, subject: AccessSubject): Promise<string> {
  const key = await keyAt(ctx, subject.issuedAt);
  const iat = Math.floor(subject.issuedAt / SECOND);
  return await new SignJWT({ sid: subject.sessionId, purpose: PURPOSE })
    .setProtectedHeader({ alg: "EdDSA", typ: TYPE, kid: key.id })
    .setIssuer(ctx.config.publicOrigin)
    .setAudience(audience(ctx))
    .setSubject(subject.userId)
    .setJti(`${subject.sessionId}.${subject.generation}`)
    .setIssuedAt(iat)
    .setExpirationTime(iat + ACCESS_TTL_SECONDS)
    .sign(key.sign);
}

const MEMORY_MS = 30 * SECOND;
const MAX_ENTRIES = 5_000;

/**
 * Tokens that were found good a moment ago, by their exact text: another spelling of one is verified for itself. A
 * cache; whether the session still lives is asked elsewhere.
 */
const verified = new WeakMap<Env, Map<string, { readonly claims: AccessClaims; readonly until: number }>>();

/** Reads an access token; null when it is forged, over, for something else or malformed. */
export async function verifyAccessToken(ctx: Ctx, token: string): Promise<AccessClaims | null> {
  const memory = verified.get(ctx.env) ?? new Map<string, { claims: AccessClaims; until: number }>();
  verified.set(ctx.env, memory);
  const known = memory.get(token);
  const now = ctx.now();
  if (known && known.until > now && known.until <= now + MEMORY_MS) return known.claims;
  const read = await readAccessToken(ctx, token);
  if (!read) return null;
  if (memory.size >= MAX_ENTRIES) memory.clear();
  memory.set(token, { claims: read.claims, until: Math.min(read.expiresAt, now + MEMORY_MS) });
  return read.claims;
}

interface ReadToken {
  readonly claims: AccessClaims;
  readonly expiresAt: number;
}

async function readAccessToken(ctx: Ctx, token: string): Promise<ReadToken | null> {
  if (!SHAPE.test(token)) return null;
  const kid = keyIdOf(token);
  const key = kid === null ? null : await keyById(ctx, kid);
  if (!key) return null;
  try {
    const { payload } = await jwtVerify(token, key.verify, {
      algorithms: ["EdDSA"],
      typ: TYPE,
      issuer: ctx.config.publicOrigin,
      audience: audience(ctx),
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(ctx.now()),
      requiredClaims: ["exp", "iat", "sub", "jti", "sid", "purpose"],
    });
    return toClaims(ctx, payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

function toClaims(ctx: Ctx, payload: unknown): ReadToken | null {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) return null;
  const { sub, sid, iat, exp } = claims.data;
  if (!isId("user", sub) || !isId("sess", sid)) return null;
  if (exp - iat > ACCESS_TTL_SECONDS || iat > ctx.now() / SECOND + LEEWAY_SECONDS) return null;
  return { claims: { userId: sub, sessionId: sid }, expiresAt: exp * SECOND };
}

/** Only chooses among our own keys: nothing in a token leads to a key from elsewhere. */
function keyIdOf(token: string): string | null {
  try {
    const { kid, alg } = decodeProtectedHeader(token);
    return alg === "EdDSA" && typeof kid === "string" && kid.length <= 64 ? kid : null;
  } catch {
    return null;
  }
}
