import plain from "argon2id/dist/no-simd.wasm";
import simd from "argon2id/dist/simd.wasm";
import type { computeHash } from "argon2id/lib/setup.js";
import setupWasm from "argon2id/lib/setup.js";
import { compare as compareBcrypt, truncates } from "bcryptjs";
import { fromBase64Url, randomBytes, toBase64Url } from "#platform/crypto";
import type { Cost } from "./rules.hash.ts";
import { bcryptRounds, COST, isUsableHash, parseArgon2, SALT_BYTES, TAG_BYTES } from "./rules.hash.ts";
import { normalisePassword } from "./rules.password.ts";

/**
 * Hashes of passwords. One isolate computes one hash at a time, in one memory that is used again, so that any number of
 * sign-ins at once needs no more memory than one.
 */

interface Source {
  readonly instance: WebAssembly.Instance;
  readonly module: WebAssembly.Module;
}

function instantiate(module: WebAssembly.Module): (imports: WebAssembly.Imports) => Promise<Source> {
  return async (imports) => ({ instance: await WebAssembly.instantiate(module, imports), module });
}

let loading: Promise<computeHash> | undefined;

function load(): Promise<computeHash> {
  return (loading ??= setupWasm(instantiate(simd), instantiate(plain)));
}

function fromPhc(text: string): Uint8Array<ArrayBuffer> {
  return fromBase64Url(text.replaceAll("+", "-").replaceAll("/", "_"));
}

function toPhc(bytes: Uint8Array): string {
  return toBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");
}

async function argon2(password: string, salt: Uint8Array, options: Cost & { tagBytes: number }): Promise<Uint8Array> {
  const compute = await load();
  return compute({
    password: new TextEncoder().encode(normalisePassword(password)),
    salt,
    parallelism: options.lanes,
    passes: options.passes,
    memorySize: options.memory,
    tagLength: options.tagBytes,
  });
}

const HEAD = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.lanes}`;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await argon2(password, salt, { ...COST, tagBytes: TAG_BYTES });
  return `${HEAD}$${toPhc(salt)}$${toPhc(tag)}`;
}

/** A hash that no password has, at today's cost: what is compared where there is no account. */
const NOBODY = `${HEAD}$${"A".repeat(22)}$${"A".repeat(43)}`;

/**
 * Whether a password is the one of a hash. Without a hash it does the same work and says no. A hash that is malformed
 * or would cost too much matches nothing.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  if (hash !== null && bcryptRounds(hash) !== null) return await verifyBcrypt(password, hash);
  const known = hash === null ? null : parseArgon2(hash);
  const parsed = known ?? parseArgon2(NOBODY);
  if (!parsed) throw new TypeError("The hash of nobody must parse.");
  const expected = fromPhc(parsed.tag);
  const tag = await argon2(password, fromPhc(parsed.salt), { ...parsed, tagBytes: expected.length });
  return crypto.subtle.timingSafeEqual(tag, expected) && known !== null;
}

/** bcrypt reads 72 bytes and stops; a longer password would match by its beginning alone, so it matches nothing. */
async function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  if (!isUsableHash(hash) || truncates(password) || password.includes("\u0000")) return false;
  return (await compareBcrypt(password, hash)) || (await compareBcrypt(normalisePassword(password), hash));
}
