import type { Id, IdPrefix } from "#kernel/ids";
import { makeId } from "#kernel/ids";
import type { FieldCipher } from "./crypto.ts";
import { createFieldCipher, randomBytes } from "./crypto.ts";
import type { Database } from "./db.ts";
import { openDatabase } from "./db.ts";
import type { Config } from "./env.ts";
import { readConfig } from "./env.ts";
import type { Logger } from "./log.ts";
import { createLogger } from "./log.ts";
import { meterOf } from "./metrics.ts";
import type { Composition } from "./module.ts";
import { watchDatabase } from "./watched-database.ts";

export type Role = "user" | "support" | "admin";

/** Who is acting. `anonymous` is anybody without credentials. */
export type Actor =
  | { readonly kind: "anonymous" }
  | {
      readonly kind: "user";
      readonly userId: Id<"user">;
      readonly sessionId: Id<"sess">;
      readonly role: Role;
      readonly plan: string;
      /** Whether this session has passed a second factor. */
      readonly mfa: boolean;
      /** Until when the session is raised for what hurts; 0 when it is not. */
      readonly raisedUntil: number;
    }
  | {
      readonly kind: "apiKey";
      readonly userId: Id<"user">;
      readonly keyId: Id<"key">;
      readonly plan: string;
      readonly scopes: readonly string[];
    }
  | { readonly kind: "system"; readonly job: string }
  | { readonly kind: "webhook"; readonly vendor: string }
  | { readonly kind: "operator"; readonly name: string };

export const ANONYMOUS: Actor = { kind: "anonymous" };

/** Where a request came from, as the platform saw it. Null outside a request or where the platform says nothing. */
export interface Source {
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Two letters. */
  readonly country: string | null;
  /** Where the address is, in degrees, as far as the platform knows. */
  readonly place: { readonly latitude: number; readonly longitude: number } | null;
  /** What the client's device calls itself: its cookie or its `X-Device-Id`. Anybody can send anything here. */
  readonly deviceId: string | null;
  /** The code of the link that brought somebody here, as a cookie remembers it. Anybody can send anything here. */
  readonly referralCode: string | null;
}

/** How far a run has come under its claim. `commit` and `once` keep it; a run that dies takes it along. */
export interface Progress {
  /** The verb that answers for the claim has begun. */
  entered: boolean;
  /** Something was committed, maybe only on the way. */
  committed: boolean;
  /** The last commit has gone through. */
  closed: boolean;
}

export function noProgress(): Progress {
  return { entered: false, committed: false, closed: false };
}

/** The hold on an idempotency key or on a delivery; `commit` lets its work count only once. */
export type Claim =
  | {
      readonly kind: "idempotency";
      readonly progress: Progress;
      readonly owner: string;
      readonly route: string;
      readonly key: string;
      readonly attempt: number;
      readonly firstClaimedAt: number;
      /** What an earlier run under this key returned, once its commit had gone through; undefined before. */
      readonly result: { readonly value: unknown } | undefined;
      /** Seed from which this run's ids follow, the same for every run under the key. */
      readonly seed: Uint8Array;
    }
  | {
      readonly kind: "delivery";
      readonly progress: Progress;
      readonly eventId: string;
      readonly handler: string;
      /** Which try this is, from 1; an operator's replay begins at 1 again. */
      readonly attempts: number;
    };

export interface Ctx {
  readonly actor: Actor;
  readonly source: Source;
  readonly requestId: string;
  readonly env: Env;
  readonly config: Config;
  readonly db: Database;
  /** How far the caller's session of the database has come; null before any query. */
  readonly bookmark: () => string | null;
  readonly log: Logger;
  readonly cipher: FieldCipher;
  readonly claim: Claim | null;
  readonly now: () => number;
  readonly newId: <P extends IdPrefix>(prefix: P) => Id<P>;
  /** Goes on with work after the answer has left. */
  readonly defer: (work: Promise<unknown>) => void;
  /** What the modules that are switched on add up to. */
  readonly composition: Composition;
}

/** What a context is made of. Parts that cost something may be getters: they are read when they are first used. */
export interface CtxParts {
  readonly env: Env;
  readonly actor: Actor;
  readonly requestId: string;
  readonly source?: Source;
  readonly bookmark?: string | null;
  /** Start at the primary: whatever writes does. */
  readonly fresh?: boolean;
  /** A session to go on with instead of a new one. */
  readonly db?: Database | undefined;
  readonly log?: Logger;
  readonly now?: () => number;
  readonly defer: (work: Promise<unknown>) => void;
  readonly composition: Composition;
}

const NO_SOURCE: Source = { ip: null, userAgent: null, country: null, place: null, deviceId: null, referralCode: null };
const ciphers = new WeakMap<Config, FieldCipher>();

/** Builds a context. Nothing in it opens a connection or computes before it is used. */
export function createCtx(parts: CtxParts): Ctx {
  const config = readConfig(parts.env);
  const now = parts.now ?? Date.now;
  let log: Logger | undefined;
  let source: Source | undefined;
  let db: Database | undefined;
  const open = (ctx: Ctx): Database => {
    const watched = watchDatabase(parts.env.DB, { meter: meterOf(parts.env), log: () => ctx.log });
    return openDatabase(watched, parts.bookmark ?? null, parts.fresh ?? true);
  };
  return {
    actor: parts.actor,
    get source() {
      return (source ??= parts.source ?? NO_SOURCE);
    },
    requestId: parts.requestId,
    env: parts.env,
    config,
    get log() {
      return (log ??= parts.log ?? createLogger({ requestId: parts.requestId }));
    },
    claim: null,
    get db() {
      return (db ??= parts.db ?? open(this));
    },
    get cipher() {
      const cipher = ciphers.get(config) ?? createFieldCipher(config.fieldKeys);
      ciphers.set(config, cipher);
      return cipher;
    },
    now,
    newId: (prefix) => makeId(prefix, now(), randomBytes(10)),
    bookmark: () => db?.bookmark() ?? null,
    defer(work) {
      parts.defer(work.catch((error: unknown) => this.log.error("Deferred work failed.", { error })));
    },
    composition: parts.composition,
  };
}

/** The same context for somebody else. */
export function withActor(ctx: Ctx, actor: Actor): Ctx {
  return Object.create(ctx, { actor: { value: actor, enumerable: true } }) as Ctx;
}

/** The same context under a claim. Under an idempotency key ids repeat from run to run. */
export function withClaim(ctx: Ctx, claim: Claim): Ctx {
  const claimed = { claim: { value: claim, enumerable: true } };
  if (claim.kind === "delivery") return Object.create(ctx, claimed) as Ctx;
  const counters = new Map<IdPrefix, number>();
  const newId = (prefix: IdPrefix): Id => {
    const count = counters.get(prefix) ?? 0;
    counters.set(prefix, count + 1);
    return makeId(prefix, claim.firstClaimedAt, deriveEntropy(claim.seed, count));
  };
  return Object.create(ctx, { ...claimed, newId: { value: newId } }) as Ctx;
}

/** The same context free of its claim, for work of many commits each of which bears a repeat. */
export function withoutClaim(ctx: Ctx): Ctx {
  return Object.create(ctx, { claim: { value: null, enumerable: true } }) as Ctx;
}

/** The same context, whose reads that are asked side by side are one call to the database. */
export function withGatheredReads(ctx: Ctx): Ctx {
  return Object.create(ctx, { db: { value: ctx.db.gathered(), enumerable: true } }) as Ctx;
}

/** The n-th ten bytes that follow from a seed: the seed with the number folded in. */
function deriveEntropy(seed: Uint8Array, count: number): Uint8Array {
  const bytes = seed.slice(0, 10);
  const view = new DataView(bytes.buffer);
  view.setUint32(6, view.getUint32(6) ^ count);
  return bytes;
}

/** What is kept under an idempotency key is encrypted and bound to its place: answers may hold secrets shown once. */
export function placeOf(
  key: { readonly owner: string; readonly route: string; readonly key: string },
  column: "result" | "body",
): string {
  return `platform_idempotency_keys.${column}:${key.owner}:${key.route}:${key.key}`;
}
