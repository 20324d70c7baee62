import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY, MINUTE, toDate } from "#kernel/time";
import { commit, once } from "#platform/commit";
import { randomBytes, sha256Hex } from "#platform/crypto";
import type { Actor, Ctx } from "#platform/ctx";
import { signedInUser } from "./actor.ts";
import { sourceKey } from "#platform/http/source";
import { keyedHash } from "#platform/keyed-hash";
import { problems } from "./errors.ts";
import { PAGES, tell } from "./notices.ts";
import type { ApiKeyRow } from "./repository.api-keys.ts";
import * as repository from "./repository.api-keys.ts";
import { countUse, isCounting } from "./repository.counters.ts";
import type { SecurityEventType } from "./repository.events.ts";
import { recordNewSource, recordSecurityEvent } from "./repository.events.ts";
import type { UserRow } from "./repository.users.ts";
import { isApiKey, prefixOf, writeApiKey } from "./rules.api-key.ts";
import { ownSession, recentSession } from "./service.step-up.ts";

/** How long the old key works on beside the one that takes its place. */
const GRACE_MS = DAY;

export interface CreateApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number | null;
}

/** A key with its own text, which is shown this once. */
export type NewApiKey = ApiKeyRow & { readonly key: string };

export const createApiKey = once(async (ctx: Ctx, input: CreateApiKey): Promise<NewApiKey> => {
  const { user } = await recentSession(ctx);
  const created = await newKey(ctx, user, input);
  await keep(ctx, { user, created, statements: [], type: "api_key.created" });
  return created;
});

/** Makes a key that takes another's place; the old one works on for a day. */
export const rotateApiKey = once(async (ctx: Ctx, id: Id<"key">): Promise<NewApiKey> => {
  const old = await ownKey(ctx, signedInUser(ctx).userId, id);
  if (old.expiresAt !== null && old.expiresAt <= ctx.now()) throw problems.apiKeyExpired({ detail: "Make a new one." });
  const { user } = await recentSession(ctx);
  const created = await newKey(ctx, user, old);
  const statements = repository.revokeKey(ctx, id, ctx.now() + GRACE_MS);
  await keep(ctx, { user, created, statements, type: "api_key.rotated" });
  return created;
});

async function newKey(ctx: Ctx, user: UserRow, { name, scopes, expiresAt }: CreateApiKey): Promise<NewApiKey> {
  const key = writeApiKey(randomBytes(32));
  return {
    id: ctx.newId("key"),
    userId: user.id,
    name,
    prefix: prefixOf(key),
    keyHash: await sha256Hex(key),
    scopes: [...new Set(scopes)].toSorted(),
    createdAt: ctx.now(),
    expiresAt,
    revokedAt: null,
    lastUsedAt: null,
    lastIp: null,
    key,
  };
}

interface Keep {
  readonly user: UserRow;
  readonly created: NewApiKey;
  readonly statements: readonly D1PreparedStatement[];
  readonly type: "api_key.created" | "api_key.rotated";
}

async function keep(ctx: Ctx, { user, created, statements, type }: Keep): Promise<void> {
  const change = type === "api_key.created" ? "created" : "rotated";
  const told = await telling(ctx, user, { type, change, name: created.name });
  await commit(ctx, [...statements, ...repository.insertKey(ctx, created), ...told.statements], {
    audit: { action: `apiKey.${change}`, target: created.id, after: { name: created.name, scopes: created.scopes } },
    events: told.events,
    result: created,
    refusals: { identity_api_key_limit: problems.apiKeyLimit, identity_api_key_gone: problems.apiKeyNotFound },
  });
}

interface Telling {
  readonly type: SecurityEventType;
  readonly change: "created" | "rotated" | "deleted";
  readonly name: string;
}

async function telling(ctx: Ctx, user: UserRow, { type, change, name }: Telling): ReturnType<typeof tell> {
  const told = await tell(ctx, user, {
    kind: "apiKeyChanged",
    data: { name, change, at: ctx.now(), path: PAGES.security },
  });
  const event = recordSecurityEvent(ctx, { type, userId: user.id, detail: { name } });
  return { statements: [...told.statements, event], events: told.events };
}

export async function listApiKeys(ctx: Ctx, page: PageRequest): Promise<Page<ApiKeyRow>> {
  return toPage(await repository.listKeys(ctx, signedInUser(ctx).userId, page), page, (key) => key.id);
}

export async function deleteApiKey(ctx: Ctx, id: Id<"key">): Promise<void> {
  const key = await ownKey(ctx, signedInUser(ctx).userId, id);
  const { user } = await ownSession(ctx);
  const told = await telling(ctx, user, { type: "api_key.deleted", change: "deleted", name: key.name });
  await commit(ctx, [...repository.revokeKey(ctx, id, ctx.now()), ...told.statements], {
    audit: { action: "apiKey.deleted", target: id },
    events: told.events,
    refusals: { identity_api_key_gone: problems.apiKeyNotFound },
  });
}

async function ownKey(ctx: Ctx, userId: Id<"user">, id: Id<"key">): Promise<ApiKeyRow> {
  const key = await repository.findKey(ctx, id);
  if (key?.userId !== userId) throw problems.apiKeyNotFound();
  return key;
}

const NOTED_EVERY_MS = MINUTE;
const MAX_NOTED = 5_000;

/** When the use of a key from a source was last noted by this isolate: a cache, so that it is not noted at every call. */
const noted = new WeakMap<Env, Map<string, number>>();

function isNoted(ctx: Ctx, use: string): boolean {
  const memory = noted.get(ctx.env) ?? new Map<string, number>();
  noted.set(ctx.env, memory);
  if ((memory.get(use) ?? 0) > ctx.now() - NOTED_EVERY_MS) return true;
  if (memory.size >= MAX_NOTED) memory.clear();
  memory.set(use, ctx.now());
  return false;
}

/**
 * Notes where a key is used. A source that it was not used from for a week, but for the very first, leaves an event,
 * and the owner is told, once a day.
 */
async function noteUse(ctx: Ctx, { key, user }: repository.OwnedKey, source: string): Promise<void> {
  const counter = await keyedHash(ctx.config, "api key source", `${key.id} ${source}`);
  const use = [countUse(ctx, counter, DAY), repository.noteKeyUse(ctx, key.id)];
  if (key.lastUsedAt === null || (await isCounting(ctx, counter))) return void (await commit(ctx, use));
  const told = await tell(ctx, user, {
    kind: "apiKeyChanged",
    data: { name: key.name, change: "usedElsewhere", at: ctx.now(), path: PAGES.security },
    dedupeKey: `${key.id} used elsewhere ${toDate(ctx.now())}`,
  });
  const event = recordNewSource(ctx, { userId: key.userId, keyId: key.id }, counter);
  await commit(ctx, [event, ...told.statements, ...use], { events: told.events });
}

/** Who calls with a key; null when it is none that is in force. Its use is noted once a minute, beside the request. */
export async function authenticateKey(ctx: Ctx, text: string): Promise<Actor | null> {
  const found = isApiKey(text) ? await repository.findLiveKey(ctx, await sha256Hex(text)) : null;
  if (!found) return null;
  const { key, user } = found;
  const source = sourceKey(ctx.source.ip);
  if (!isNoted(ctx, `${key.id} ${source}`)) ctx.defer(noteUse(ctx, found, source));
  const { plan } = await ctx.composition.userFields(ctx, user.id);
  return { kind: "apiKey", userId: user.id, keyId: key.id, plan, scopes: key.scopes };
}
