/** Hashes, randomness, comparison in constant time, and encryption of single fields at rest. All by Web Crypto. */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

const POOL_BYTES = 4_096;
const ID_BYTES = 10;
const pool = new Uint8Array(POOL_BYTES);
let poolLeft = 0;

/** Ten random bytes for the id of a request, each given out once: a call for every id would cost more than the id. */
export function idEntropy(): Uint8Array {
  if (poolLeft < ID_BYTES) {
    crypto.getRandomValues(pool);
    poolLeft = POOL_BYTES;
  }
  poolLeft -= ID_BYTES;
  return pool.slice(poolLeft, poolLeft + ID_BYTES);
}

/** A random secret of at least 128 bits in base64url, for tokens that must not be guessed. */
export function randomToken(bytes = 32): string {
  return toBase64Url(randomBytes(bytes));
}

export async function sha256(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

export async function sha256Hex(text: string): Promise<string> {
  return toHex(await sha256(text));
}

/** Compares without telling by its time where two texts differ, whatever their lengths. */
export async function equalInConstantTime(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([sha256(a), sha256(b)]);
  return crypto.subtle.timingSafeEqual(left, right);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

export interface KeyMaterial {
  readonly id: string;
  readonly key: string;
}

/**
 * Encrypts single values for storage with AES-256-GCM. The ciphertext names its key, so that keys can be rotated
 * while old rows stay readable, and is bound to where it stands, so that it cannot be copied to another row.
 */
export interface FieldCipher {
  /** @param place table, column and row id, such as `identity_factors.secret:user_…` */
  encrypt(plaintext: string, place: string): Promise<string>;
  /** Throws `FieldCipherError` when the key is unknown, the text was changed or it belongs elsewhere. */
  decrypt(ciphertext: string, place: string): Promise<string>;
  /** Whether a row should be encrypted again, because its key is no longer the first. */
  isStale(ciphertext: string): boolean;
}

export class FieldCipherError extends Error {
  override readonly name = "FieldCipherError";
}

const NONCE_BYTES = 12;

/** @param keys the first one encrypts, all of them decrypt; each is 32 bytes in base64url */
export function createFieldCipher(keys: readonly KeyMaterial[]): FieldCipher {
  const first = keys[0];
  if (!first) throw new FieldCipherError("At least one key is needed.");
  const imported = new Map<string, Promise<CryptoKey>>();
  const load = (id: string): Promise<CryptoKey> => {
    const material = keys.find((candidate) => candidate.id === id);
    if (!material) throw new FieldCipherError("The key of this field is not configured.");
    const known = imported.get(id);
    if (known) return known;
    const key = crypto.subtle.importKey("raw", fromBase64Url(material.key), "AES-GCM", false, ["encrypt", "decrypt"]);
    imported.set(id, key);
    return key;
  };
  return {
    async encrypt(plaintext, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const algorithm = { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(place) };
      const sealed = await crypto.subtle.encrypt(algorithm, await load(first.id), encoder.encode(plaintext));
      return `${first.id}.${toBase64Url(nonce)}.${toBase64Url(new Uint8Array(sealed))}`;
    },
    async decrypt(ciphertext, place) {
      const [id, nonce, sealed, ...rest] = ciphertext.split(".");
      if (id === undefined || nonce === undefined || sealed === undefined || rest.length > 0)
        throw new FieldCipherError("This is not an encrypted field.");
      const key = await load(id);
      try {
        const algorithm = { name: "AES-GCM", iv: fromBase64Url(nonce), additionalData: encoder.encode(place) };
        return decoder.decode(await crypto.subtle.decrypt(algorithm, key, fromBase64Url(sealed)));
      } catch (cause) {
        throw new FieldCipherError("This field was changed or belongs elsewhere.", { cause });
      }
    },
    isStale: (ciphertext) => !ciphertext.startsWith(`${first.id}.`),
  };
}
