import { fromBase64Url, toBase64Url } from "./crypto.ts";
import type { Config } from "./env.ts";

/**
 * HMACs under keys that follow from `FIELD_KEYS` by HKDF, one for each purpose, so that a hash for one purpose says
 * nothing for another and a dump of the database says nothing at all.
 */

const encoder = new TextEncoder();
const derived = new WeakMap<Config, Map<string, Promise<CryptoKey>>>();

/** The HMAC key of one purpose under one of the field keys; null when that one is no longer configured. */
export function keyFor(config: Config, purpose: string, id: string): Promise<CryptoKey> | null {
  const material = config.fieldKeys.find((candidate) => candidate.id === id);
  if (!material) return null;
  const keys = derived.get(config) ?? new Map<string, Promise<CryptoKey>>();
  derived.set(config, keys);
  const known = keys.get(`${purpose} ${id}`);
  if (known) return known;
  const key = derive(material.key, purpose);
  keys.set(`${purpose} ${id}`, key);
  return key;
}

async function derive(material: string, purpose: string): Promise<CryptoKey> {
  const root = await crypto.subtle.importKey("raw", fromBase64Url(material), "HKDF", false, ["deriveKey"]);
  const info = encoder.encode(`bourse ${purpose}`);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  const target = { name: "HMAC", hash: "SHA-256", length: 256 };
  return await crypto.subtle.deriveKey(algorithm, root, target, false, ["sign", "verify"]);
}

/** The id of the key that new hashes are made with. */
export function currentKeyId(config: Config): string {
  const [first] = config.fieldKeys;
  if (!first) throw new TypeError("The configuration was read without a field key.");
  return first.id;
}

/** The HMAC of a text in base64url under one key; null when that key is no longer configured. */
export async function keyedHashUnder(
  config: Config,
  key: { readonly purpose: string; readonly id: string },
  text: string,
): Promise<string | null> {
  const hmac = await keyFor(config, key.purpose, key.id);
  if (!hmac) return null;
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, encoder.encode(text))));
}

/** The keyed hash of a text: the key's id, a dot and the HMAC. */
export async function keyedHash(config: Config, purpose: string, text: string): Promise<string> {
  const id = currentKeyId(config);
  return `${id}.${await keyedHashUnder(config, { purpose, id }, text)}`;
}

/** Whether a text has that keyed hash, compared in constant time. A key that is gone matches nothing. */
export async function matchesKeyedHash(
  config: Config,
  purpose: string,
  match: { readonly text: string; readonly hash: string },
): Promise<boolean> {
  const [id = "", mac = ""] = match.hash.split(".");
  const hmac = await keyFor(config, purpose, id);
  if (!hmac || !/^[A-Za-z0-9_-]{43}$/.test(mac)) return false;
  return await crypto.subtle.verify("HMAC", hmac, fromBase64Url(mac), encoder.encode(match.text));
}
