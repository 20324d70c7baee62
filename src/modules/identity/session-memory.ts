import type { Id } from "#kernel/ids";
import { SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { OwnedSession } from "./repository.sessions.ts";
import * as repository from "./repository.sessions.ts";

/**
 * What an isolate remembers of sessions: the longest that an end or a suspension takes to reach everywhere. A cache;
 * losing it costs one read. What moves money and what operators do does not go by it.
 */

export interface RememberedSession extends OwnedSession {
  readonly plan: string;
}

interface Entry {
  readonly value: RememberedSession | null;
  readonly until: number;
}

const MEMORY_MS = 30 * SECOND;
const MAX_ENTRIES = 10_000;

let memories = new WeakMap<Env, Map<string, Entry>>();
/** Counts what was forgotten, so that a read that was under way by then leaves nothing behind. */
let forgotten = 0;

function memoryOf(ctx: Ctx): Map<string, Entry> {
  const known = memories.get(ctx.env) ?? new Map<string, Entry>();
  memories.set(ctx.env, known);
  return known;
}

/**
 * A session with its owner; from storage when it must be fresh, else from memory where that has it. Only finished reads
 * are shared: a read ends with the request that it belongs to, and nobody else's may wait for it.
 */
export async function recallSession(ctx: Ctx, id: Id<"sess">, fresh: boolean): Promise<RememberedSession | null> {
  const memory = memoryOf(ctx);
  const known = memory.get(id);
  const now = Date.now();
  if (!fresh && known && known.until > now) return known.value;
  const before = forgotten;
  const value = await load(ctx, id, known?.value ?? null);
  if (forgotten !== before) return value;
  if (memory.size >= MAX_ENTRIES) memory.clear();
  memory.set(id, { value, until: now + MEMORY_MS });
  return value;
}

/** Whose a session is never changes, so that somebody known is asked about beside it. */
async function load(ctx: Ctx, id: Id<"sess">, known: RememberedSession | null): Promise<RememberedSession | null> {
  const { composition } = ctx;
  const [owned, fields] = await Promise.all([
    repository.findSession(ctx, id),
    known && composition.userFields(ctx, known.user.id),
  ]);
  return owned && { ...owned, plan: (fields ?? (await composition.userFields(ctx, owned.user.id))).plan };
}

/** Makes the next look at a session go to storage, at least here. */
export function forgetSession(ctx: Ctx, id: Id<"sess">): void {
  forgotten += 1;
  memoryOf(ctx).delete(id);
}

/** Makes the next look at any session of a user go to storage, at least here. */
export function forgetSessions(ctx: Ctx, userId: Id<"user">): void {
  forgotten += 1;
  const memory = memoryOf(ctx);
  for (const [id, { value }] of memory) if (value?.user.id === userId) memory.delete(id);
}

/** Makes the next look at any session go to storage. */
export function forgetEverySession(): void {
  forgotten += 1;
  memories = new WeakMap();
}
