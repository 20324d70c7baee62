import { fromBase64Url, randomBytes, toBase64Url } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";

/**
 * A backup among the files: numbered parts and a manifest, each compressed and encrypted under the backup's own key,
 * which lies in the manifest, itself encrypted under one of the field keys. A part is bound to its place.
 */

const ALGORITHM = "AES-GCM";
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const PREFIX = "backups/";
const encoder = new TextEncoder();
const encode = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(encoder.encode(text));

export interface TableShape {
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly string[];
  /** The columns that tell its rows apart: its primary key, or SQLite's own number of the row. */
  readonly key: readonly string[];
  /** Rows come with growing keys, so that what is beyond the last one read is new. */
  readonly growing: boolean;
  readonly refers: readonly string[];
}

export interface Part {
  readonly n: number;
  readonly table: string;
  /** 0 is what was read first; a row in a higher round replaces it. */
  readonly round: number;
  readonly rows: number;
}

export interface Manifest {
  readonly id: string;
  readonly takenAt: number;
  readonly bookmark: string | null;
  readonly version: string;
  readonly tables: readonly (TableShape & { readonly count: number })[];
  /** What else makes the schema: indexes and triggers. */
  readonly schema: readonly { readonly type: string; readonly sql: string }[];
  readonly sequences: readonly { readonly name: string; readonly seq: number }[];
  /** The highest row of the audit and of the ledger: nothing beyond them is in it. */
  readonly cursor: { readonly audit: number; readonly ledger: number };
  readonly parts: readonly Part[];
}

export type Cell = string | number | null;

export interface PartContent {
  readonly rows: readonly (readonly Cell[])[];
  /** Keys of rows that were there before and are not any more. */
  readonly gone: readonly (readonly Cell[])[];
}

const partName = (id: string, n: number): string => `${PREFIX}${id}/${String(n).padStart(6, "0")}`;
const manifestName = (id: string): string => `${PREFIX}${id}/manifest`;
const keyPlace = (id: string): string => `backups_backups.sealed_key:${id}`;

/** A key for one backup, encrypted. */
export async function makeKey(ctx: Ctx, id: string): Promise<string> {
  return await ctx.cipher.encrypt(toBase64Url(randomBytes(KEY_BYTES)), keyPlace(id));
}

/** The id of the field key that a backup's key is encrypted under. */
export const keyIdOf = (sealedKey: string): string => sealedKey.slice(0, sealedKey.indexOf("."));

async function openKey(ctx: Ctx, id: string, sealedKey: string): Promise<CryptoKey> {
  const raw = fromBase64Url(await ctx.cipher.decrypt(sealedKey, keyPlace(id)));
  return await crypto.subtle.importKey("raw", raw, ALGORITHM, false, ["encrypt", "decrypt"]);
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const readable = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

async function seal(key: CryptoKey, place: string, content: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const packed = await through(encode(JSON.stringify(content)), new CompressionStream("gzip"));
  const iv = randomBytes(NONCE_BYTES);
  const algorithm = { name: ALGORITHM, iv, additionalData: encoder.encode(place) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, packed));
  const whole = new Uint8Array(NONCE_BYTES + sealed.length);
  whole.set(iv);
  whole.set(sealed, NONCE_BYTES);
  return whole;
}

async function open<T>(key: CryptoKey, place: string, whole: Uint8Array<ArrayBuffer>): Promise<T> {
  const algorithm = { name: ALGORITHM, iv: whole.slice(0, NONCE_BYTES), additionalData: encoder.encode(place) };
  const packed = new Uint8Array(await crypto.subtle.decrypt(algorithm, key, whole.slice(NONCE_BYTES)));
  return JSON.parse(new TextDecoder().decode(await through(packed, new DecompressionStream("gzip")))) as T;
}

export interface Archive {
  /** @returns how many bytes it takes */
  putPart(n: number, content: PartContent): Promise<number>;
  getPart(n: number): Promise<PartContent>;
  putManifest(manifest: Manifest): Promise<void>;
}

/** A backup's files, for whoever holds its key. */
export async function openArchive(ctx: Ctx, id: string, sealedKey: string): Promise<Archive> {
  const key = await openKey(ctx, id, sealedKey);
  const bucket = ctx.env.BACKUPS;
  return {
    async putPart(n, content) {
      const bytes = await seal(key, partName(id, n), content);
      await bucket.put(partName(id, n), bytes);
      return bytes.byteLength;
    },
    async getPart(n) {
      const object = await bucket.get(partName(id, n));
      if (!object) throw new Error(`Part ${n} of the backup ${id} is missing.`);
      return await open<PartContent>(key, partName(id, n), new Uint8Array(await object.arrayBuffer()));
    },
    async putManifest(manifest) {
      const body = toBase64Url(await seal(key, manifestName(id), manifest));
      const { takenAt, bookmark } = manifest;
      await bucket.put(manifestName(id), JSON.stringify({ format: 1, id, takenAt, bookmark, sealedKey, body }));
    },
  };
}

export interface StoredBackup {
  readonly manifest: Manifest;
  readonly archive: Archive;
  readonly sealedKey: string;
}

interface Header {
  readonly format: number;
  readonly sealedKey: string;
  readonly body: string;
}

/** The manifest of a stored backup and its files; null where there is none. Throws when it was changed. */
export async function readManifest(ctx: Ctx, id: string): Promise<StoredBackup | null> {
  const object = await ctx.env.BACKUPS.get(manifestName(id));
  if (!object) return null;
  const header = await object.json<Header>();
  const key = await openKey(ctx, id, header.sealedKey);
  const manifest = await open<Manifest>(key, manifestName(id), fromBase64Url(header.body));
  return { manifest, archive: await openArchive(ctx, id, header.sealedKey), sealedKey: header.sealedKey };
}

/** The ids of all backups whose manifest is there, oldest first. */
export async function listStored(ctx: Ctx): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ctx.env.BACKUPS.list({
      prefix: PREFIX,
      delimiter: "/",
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...page.delimitedPrefixes.map((prefix) => prefix.slice(PREFIX.length, -1)));
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  const manifests = await Promise.all(ids.map(async (id) => await ctx.env.BACKUPS.head(manifestName(id))));
  return ids.filter((_, index) => manifests[index] !== null).toSorted();
}

/** Takes a backup's files away, the manifest first, so that half of one is never taken for a whole. */
export async function deleteArchive(ctx: Ctx, id: string): Promise<void> {
  await ctx.env.BACKUPS.delete(manifestName(id));
  for (;;) {
    const { objects } = await ctx.env.BACKUPS.list({ prefix: `${PREFIX}${id}/`, limit: 1_000 });
    if (objects.length === 0) return;
    await ctx.env.BACKUPS.delete(objects.map(({ key }) => key));
  }
}
