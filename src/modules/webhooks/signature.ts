import { randomBytes } from "#platform/crypto";

/**
 * Signatures as Standard Webhooks 1.0 writes them: HMAC-SHA256 over id, time and body, in base64 behind `v1,`. During
 * a rotation there is one for each secret, a space between them.
 */

const PREFIX = "whsec_";
const SECRET_BYTES = 32;

/** A fresh secret, `whsec_…`. */
export function makeSecret(): string {
  return PREFIX + toBase64(randomBytes(SECRET_BYTES));
}

export interface SignedMessage {
  /** The delivery's id, the same on every try. */
  readonly id: string;
  /** Seconds since 1970, of this try. */
  readonly timestamp: number;
  readonly body: string;
}

/** The value of `webhook-signature` for all secrets that are good now. */
export async function sign(secrets: readonly string[], { id, timestamp, body }: SignedMessage): Promise<string> {
  const text = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = secrets.map(async (secret) => {
    const bytes = Uint8Array.from(atob(secret.slice(PREFIX.length)), (char) => char.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, text)))}`;
  });
  return (await Promise.all(signatures)).join(" ");
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
