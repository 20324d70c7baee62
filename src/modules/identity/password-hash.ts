import simd from "argon2id/dist/simd.wasm";
import plain from "argon2id/dist/no-simd.wasm";
import type { computeHash } from "argon2id/lib/setup.js";
import setupWasm from "argon2id/lib/setup.js";
import { compare as compareBcrypt, truncates } from "bcryptjs";
import { fromBase64Url, randomBytes, toBase64Url } from "#platform/crypto";
import { normalisePassword } from "./rules.password.ts";

/**
 * Hashes of passwords: Argon2id with 19 MiB, two passes and one lane, as OWASP asks. One isolate computes one hash at a
 * time, in one memory that is used again, so that any number of sign-ins at once needs no more memory than one.
 */

interface Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

export const COST: Cost = { memory: 19_456, passes: 2, lanes: 1 };
const TAG_BYTES = 32;
const SALT_BYTES = 16;

/** What a stored or imported hash may cost at most: a crafted one must not take an isolate's memory or its day. */
const LIMITS = { memory: 65_536, passes: 8, lanes: 4, work: 262_144, bcryptRounds: 13 };

const ARGON2ID =
  /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const BCRYPT = /^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}$/;

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

interface ParsedHash extends Cost {
  readonly salt: Uint8Array;
  readonly tag: Uint8Array<ArrayBuffer>;
}

/** Reads a hash in PHC form; null when it is not Argon2id or would cost more than is allowed. */
function parseArgon2(hash: string): ParsedHash | null {
  const [, memory, passes, lanes, salt = "", tag = ""] = ARGON2ID.exec(hash) ?? [];
  if (tag === "") return null;
  const cost = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return isAffordable(cost) ? { ...cost, salt: fromPhc(salt), tag: fromPhc(tag) } : null;
}

function isAffordable({ memory, passes, lanes }: Cost): boolean {
  if (lanes < 1 || lanes > LIMITS.lanes || passes < 1 || passes > LIMITS.passes) return false;
  return memory >= 8 * lanes && memory <= LIMITS.memory && memory * passes <= LIMITS.work;
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

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await argon2(password, salt, { ...COST, tagBytes: TAG_BYTES });
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.lanes}$${toPhc(salt)}$${toPhc(tag)}`;
}

/** A hash that no password has, at today's cost: what is compared where there is no account. */
const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.lanes}$${"A".repeat(22)}$${"A".repeat(43)}`;

/**
 * Whether a password is the one of a hash. Without a hash it does the same work and says no. A hash that is malformed
 * or would cost too much matches nothing.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  if (hash !== null && BCRYPT.test(hash)) return await verifyBcrypt(password, hash);
  const parsed = parseArgon2(hash ?? NOBODY) ?? parseArgon2(NOBODY);
  if (!parsed) throw new TypeError("The hash of nobody must parse.");
  const tag = await argon2(password, parsed.salt, { ...parsed, tagBytes: parsed.tag.length });
  const same = crypto.subtle.timingSafeEqual(tag, parsed.tag);
  return same && hash !== null && parseArgon2(hash) !== null;
}

/** bcrypt reads 72 bytes and stops; a longer password would match by its beginning alone, so it matches nothing. */
async function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  if (!isUsableHash(hash) || truncates(password) || password.includes("\u0000")) return false;
  return (await compareBcrypt(password, hash)) || (await compareBcrypt(normalisePassword(password), hash));
}

/** Whether sign-in can verify a hash at a bounded cost: what an import takes. */
export function isUsableHash(hash: string): boolean {
  const rounds = Number(BCRYPT.exec(hash)?.[1] ?? Number.NaN);
  if (!Number.isNaN(rounds)) return rounds >= 4 && rounds <= LIMITS.bcryptRounds;
  return parseArgon2(hash) !== null;
}

/** Whether a hash should be made anew at the next sign-in, because it was made otherwise than today's. */
export function isOutdatedHash(hash: string): boolean {
  const parsed = parseArgon2(hash);
  if (!parsed) return true;
  const { memory, passes, lanes, tag } = parsed;
  return memory !== COST.memory || passes !== COST.passes || lanes !== COST.lanes || tag.length !== TAG_BYTES;
}
