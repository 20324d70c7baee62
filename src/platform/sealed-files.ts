import { fromBase64Url, randomBytes, toBase64Url } from "./crypto.ts";
import type { Ctx } from "./ctx.ts";

/**
 * Files that nobody reads who has only the bucket: each is encrypted under a key of its own, which is kept, encrypted
 * itself, beside what the file belongs to. Without that row the file is noise.
 */

const NONCE_BYTES = 12;
const ALGORITHM = "AES-GCM";

function placeOf(key: string): string {
  return `sealed_files:${key}`;
}

/**
 * Keeps bytes under `key`.
 *
 * @returns the file's own key, encrypted and bound to its place: store it with the row
 */
export async function putSealed(ctx: Ctx, key: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const secret = randomBytes(32);
  const iv = randomBytes(NONCE_BYTES);
  const imported = await crypto.subtle.importKey("raw", secret, ALGORITHM, false, ["encrypt"]);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: ALGORITHM, iv }, imported, bytes));
  const whole = new Uint8Array(NONCE_BYTES + sealed.length);
  whole.set(iv);
  whole.set(sealed, NONCE_BYTES);
  await ctx.env.FILES.put(key, whole, { httpMetadata: { contentType: "application/octet-stream" } });
  return await ctx.cipher.encrypt(toBase64Url(secret), placeOf(key));
}

/** Reads a sealed file; null when it is gone. Throws when it was changed. */
export async function openSealed(ctx: Ctx, key: string, sealedKey: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const object = await ctx.env.FILES.get(key);
  if (!object) return null;
  const whole = new Uint8Array(await object.arrayBuffer());
  const secret = fromBase64Url(await ctx.cipher.decrypt(sealedKey, placeOf(key)));
  const imported = await crypto.subtle.importKey("raw", secret, ALGORITHM, false, ["decrypt"]);
  const iv = whole.slice(0, NONCE_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: ALGORITHM, iv }, imported, whole.slice(NONCE_BYTES)));
}
