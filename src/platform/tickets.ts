import { decode, sign, verify } from "@tsndr/cloudflare-worker-jwt";
import { z } from "zod";
import { SECOND } from "#kernel/time";
import { randomToken } from "./crypto.ts";
import type { Ctx } from "./ctx.ts";
import { currentKeyId, keyFor } from "./keyed-hash.ts";

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
  /** Its id and the moment of its making; both together make the same ticket again. Fresh if left out. */
  readonly id?: string;
  readonly issuedAt?: number;
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
  const kid = currentKeyId(ctx.config);
  const key = await keyOf(ctx, draft, kid);
  if (!key) throw new TypeError("The configuration was read without a field key.");
  const iat = Math.floor((draft.issuedAt ?? ctx.now()) / SECOND);
  const payload = {
    iss: ctx.config.publicOrigin,
    aud: draft.audience,
    sub: draft.subject,
    jti: draft.id ?? randomToken(16),
    iat,
    exp: iat + draft.ttlSeconds,
    purpose: draft.purpose,
    claims: draft.claims ?? {},
  };
  return await sign(payload, key, { algorithm: "HS256", header: { typ: "ticket+jwt", kid } });
}

/** Reads a ticket for exactly this use; null when it is forged, over, or for something else. */
export async function verifyTicket(ctx: Ctx, token: string, use: TicketUse): Promise<Ticket | null> {
  const kid = readKeyId(token);
  const key = kid === null ? null : await keyOf(ctx, use, kid);
  if (!key) return null;
  const verified = await verify(token, key, { algorithm: "HS256" });
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

function keyOf(ctx: Ctx, use: TicketUse, id: string): Promise<CryptoKey> | null {
  return keyFor(ctx.config, `ticket ${use.audience} ${use.purpose}`, id);
}
