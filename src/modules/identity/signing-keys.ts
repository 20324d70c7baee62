import type { CryptoKey as JoseKey } from "jose";
import { importJWK } from "jose";
import { DAY, HOUR, MINUTE, SECOND } from "#kernel/time";
import { randomToken } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { remember } from "#platform/memory";
import * as repository from "./repository.keys.ts";

/**
 * The keys that sign access tokens. A new one is published a while before it signs, so that every reader has it by
 * then, and an old one stays until the last token that it signed has died.
 */

export interface SigningKey {
  readonly id: string;
  readonly activeFrom: number;
  readonly publicJwk: PublicJwk;
  readonly verify: JoseKey;
  readonly sign: JoseKey;
}

export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
}

const MEMORY_MS = MINUTE;
const RELOAD_MS = 5 * SECOND;
/** Longer than readers keep the key set. */
const PUBLISHED_BEFORE_MS = 15 * MINUTE;
const SIGNS_FOR_MS = 30 * DAY;
/** Longer than a token lives. */
const KEPT_AFTER_MS = HOUR;

const place = (id: string): string => `identity_signing_keys.private_key:${id}`;

const remembered = remember(MEMORY_MS, async (ctx): Promise<readonly SigningKey[]> => {
  const rows = await repository.listKeys(ctx);
  if (rows.length > 0) return await Promise.all(rows.map(async (row) => await open(ctx, row)));
  const first = await repository.insertFirstKey(ctx, await makeKey(ctx, ctx.now()));
  return await Promise.all(first.map(async (row) => await open(ctx, row)));
});

let reloadedAt = 0;

/** All keys that verify, newest first. */
export async function signingKeys(ctx: Ctx): Promise<readonly SigningKey[]> {
  return await remembered.get(ctx);
}

/** Makes the next look at the keys go to storage. */
export function forgetKeys(): void {
  remembered.forget();
}

/** The key of a token; one that is not known may be new, so it is looked for again, though not often. */
export async function keyById(ctx: Ctx, id: string): Promise<SigningKey | null> {
  const find = (keys: readonly SigningKey[]): SigningKey | null => keys.find((key) => key.id === id) ?? null;
  const known = find(await remembered.get(ctx));
  if (known || Date.now() - reloadedAt < RELOAD_MS) return known;
  reloadedAt = Date.now();
  forgetKeys();
  return find(await remembered.get(ctx));
}

/** The key that signs at a moment. */
export async function keyAt(ctx: Ctx, time: number): Promise<SigningKey> {
  const keys = await remembered.get(ctx);
  const key = keys.find(({ activeFrom }) => activeFrom <= time) ?? keys.at(-1);
  if (!key) throw new TypeError("There is always a key.");
  return key;
}

/** Makes the next key when the present one has signed for long enough, and removes what nothing needs any more. */
export async function rotateKeys(ctx: Ctx): Promise<void> {
  const [newest, ...older] = await repository.listKeys(ctx);
  const now = ctx.now();
  if (!newest || newest.activeFrom <= now - SIGNS_FOR_MS) {
    await repository.insertNextKey(
      ctx,
      newest?.id ?? null,
      await makeKey(ctx, now + (newest ? PUBLISHED_BEFORE_MS : 0)),
    );
  } else if (newest.activeFrom <= now - KEPT_AFTER_MS && older.length > 0) {
    await repository.deleteKeysBefore(ctx, newest.activeFrom);
  }
  forgetKeys();
}

async function makeKey(ctx: Ctx, activeFrom: number): Promise<repository.KeyRow> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const id = randomToken(12);
  const [publicJwk, privateJwk] = await Promise.all([exportJwk(pair.publicKey), exportJwk(pair.privateKey)]);
  const shown: PublicJwk = { kty: "OKP", crv: "Ed25519", x: publicJwk.x ?? "", kid: id, alg: "EdDSA", use: "sig" };
  return {
    id,
    publicKey: JSON.stringify(shown),
    privateKey: await ctx.cipher.encrypt(JSON.stringify(privateJwk), place(id)),
    createdAt: ctx.now(),
    activeFrom,
  };
}

async function exportJwk(key: CryptoKey): Promise<JsonWebKey> {
  return (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
}

async function open(ctx: Ctx, row: repository.KeyRow): Promise<SigningKey> {
  const publicJwk = JSON.parse(row.publicKey) as PublicJwk;
  const { kty, crv, x, d } = JSON.parse(await ctx.cipher.decrypt(row.privateKey, place(row.id))) as JsonWebKey;
  const [verify, sign] = await Promise.all([
    importJWK({ ...publicJwk }, "EdDSA"),
    importJWK({ kty: kty, crv: crv ?? "", x: x ?? "", d: d ?? "" }, "EdDSA"),
  ]);
  return { id: row.id, activeFrom: row.activeFrom, publicJwk, verify: verify as JoseKey, sign: sign as JoseKey };
}
