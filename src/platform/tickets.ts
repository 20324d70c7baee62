import { decode, sign, verify } from "@tsndr/cloudflare-worker-jwt";
import { z } from "zod";
import { SECOND } from "#kernel/time";
import type { KeyMaterial } from "./crypto.ts";
import { fromBase64Url, randomToken } from "./crypto.ts";
import type { Ctx } from "./ctx.ts";

/**
 * Short-lived signed tickets for one purpose: opening a socket, ending bulk mail, the state of a mail's link.
 *
 * What must stay true: a ticket of one purpose or audience opens nothing else, because each has a key of its own and
 * both are checked; a ticket without an end is refused. That one is used once is for the caller to see to, by its `id`.
 */

export interface TicketUse {
  /** What it is for: `unsubscribe`, `chat`. */
  readonly purpose: string;
  /** Who takes it: `messaging`, `assistant`. */
  readonly audience: string;
}

export interface TicketDraft extends TicketUse {
  /** Whom or what it stands for, usually an id. Anybody who holds the ticket can read it. */
  readonly subject: string;
  readonly ttlSeconds: number;
  readonly claims?: Readonly<Record<string, string>>;
}

export interface Ticket {
  readonly id: string;
  readonly subject: string;
  readonly expiresAt: number;
  readonly claims: Readonly<Record<string, string>>;
}

const SHAPE = /^[\w-]{1,200}\.[\w-]{1,1500}\.[\w-]{43}$/;
const SKEW_SECONDS = 60;

const payloadSchema = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: z.string().min(1),
  jti: z.string().min(16),
  iat: z.int(),
  exp: z.int(),
  purpose: z.string(),
  claims: z.record(z.string(), z.string()),
});
const headerSchema = z.strictObject({ typ: z.literal("ticket+jwt"), alg: z.literal("HS256"), kid: z.string() });

/** Signs a ticket. Its key follows from the first of the field keys, so that there is no further secret to keep. */
export async function signTicket(ctx: Ctx, draft: TicketDraft): Promise<string> {
  const [first] = ctx.config.fieldKeys;
  if (!first) throw new TypeError("At least one field key is needed.");
  const iat = Math.floor(ctx.now() / SECOND);
  const payload = {
    iss: ctx.config.publicOrigin,
    aud: draft.audience,
    sub: draft.subject,
    jti: randomToken(16),
    iat,
    exp: iat + draft.ttlSeconds,
    purpose: draft.purpose,
    claims: draft.claims ?? {},
  };
  const header = { typ: "ticket+jwt", kid: first.id };
  return await sign(payload, await deriveKey(first, draft), { algorithm: "HS256", header });
}

/** Reads a ticket for exactly this use; null when it is forged, over, or for something else. */
export async function verifyTicket(ctx: Ctx, token: string, use: TicketUse): Promise<Ticket | null> {
  const kid = readKeyId(token);
  const material = ctx.config.fieldKeys.find((candidate) => candidate.id === kid);
  if (!material) return null;
  const verified = await verify(token, await deriveKey(material, use), { algorithm: "HS256" });
  const payload = payloadSchema.safeParse(verified?.payload);
  if (!payload.success) return null;
  const { iss, aud, sub, jti, iat, exp, purpose, claims } = payload.data;
  const now = Math.floor(ctx.now() / SECOND);
  const mine = iss === ctx.config.publicOrigin && aud === use.audience && purpose === use.purpose;
  if (!mine || exp <= now || iat > now + SKEW_SECONDS) return null;
  return { id: jti, subject: sub, expiresAt: exp * SECOND, claims };
}

/** Only chooses among our own keys; nothing in a ticket leads to a key from elsewhere. */
function readKeyId(token: string): string | null {
  if (!SHAPE.test(token)) return null;
  try {
    return headerSchema.safeParse(decode(token).header).data?.kid ?? null;
  } catch {
    return null;
  }
}

async function deriveKey(material: KeyMaterial, use: TicketUse): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey("raw", fromBase64Url(material.key), "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode(JSON.stringify(["ticket", use.audience, use.purpose]));
  return await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info },
    secret,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
}
