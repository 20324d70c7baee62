import { z } from "zod";
import { MINUTE, SECOND } from "#kernel/time";

/**
 * What Resend tells of mails that it took: signed with HMAC-SHA256 over id, time and body, as Svix does. During a
 * rotation it signs with both secrets.
 */

const TOLERANCE_MS = 5 * MINUTE;

const eventSchema = z.object({
  type: z.string(),
  data: z.object({
    to: z.union([z.string().transform((to) => [to]), z.array(z.string()).max(50)]),
    bounce: z.object({ type: z.string() }).optional(),
  }),
});

export interface SignedCall {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: string;
  readonly signatures: string;
  readonly body: string;
}

/** Addresses to write off, and why. */
export interface Complaint {
  readonly reason: "bounced" | "complained";
  readonly recipients: readonly string[];
}

/** Whether a call was signed with the secret, lately. */
export async function isFromResend(secret: string, call: SignedCall, now: number): Promise<boolean> {
  const age = Math.abs(now - Number(call.timestamp) * SECOND);
  if (!/^[0-9]{1,12}$/.test(call.timestamp) || age > TOLERANCE_MS) return false;
  const bytes = Uint8Array.from(atob(secret.slice("whsec_".length)), (char) => char.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const text = new TextEncoder().encode(`${call.id}.${call.timestamp}.${call.body}`);
  const signatures = call.signatures.split(" ").slice(0, 5);
  const verified = await Promise.all(
    signatures.map(async (signature) => {
      const match = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature);
      if (match?.[1] === undefined) return false;
      const mac = Uint8Array.from(atob(match[1]), (char) => char.charCodeAt(0));
      return await crypto.subtle.verify("HMAC", key, mac, text);
    }),
  );
  return verified.includes(true);
}

/** Reads a bounce for good or a complaint out of a body; null for anything else. */
export function readComplaint(body: string): Complaint | null {
  const event = parseEvent(body);
  if (event?.type === "email.complained") return { reason: "complained", recipients: event.data.to };
  if (event?.type !== "email.bounced") return null;
  const passing = event.data.bounce !== undefined && event.data.bounce.type !== "Permanent";
  return passing ? null : { reason: "bounced", recipients: event.data.to };
}

function parseEvent(body: string): z.output<typeof eventSchema> | null {
  try {
    return eventSchema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}
