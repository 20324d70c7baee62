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
  readonly value: Promise<RememberedSession | null>;
  readonly until: number;
}

const MEMORY_MS = 30 * SECOND;
const MAX_ENTRIES = 10_000;

let memories = new WeakMap<Env, Map<string, Entry>>();

function memoryOf(ctx: Ctx): Map<string, Entry> {
  const known = memories.get(ctx.env) ?? new Map<string, Entry>();
  memories.set(ctx.env, known);
  return known;
}

/** A session with its owner; from storage when it must be fresh, else from memory where that has it. */
export async function recallSession(ctx: Ctx, id: Id<"sess">, fresh: boolean): Promise<RememberedSession | null> {
  const memory = memoryOf(ctx);
  const known = memory.get(id);
  const now = Date.now();
  if (!fresh && known && known.until > now) return await known.value;
  const value = load(ctx, id);
  if (memory.size >= MAX_ENTRIES) memory.clear();
  memory.set(id, { value, until: now + MEMORY_MS });
  value.catch(() => memory.delete(id));
  return await value;
}

async function load(ctx: Ctx, id: Id<"sess">): Promise<RememberedSession | null> {
  const owned = await repository.findSession(ctx, id);
  return owned && { ...owned, plan: (await ctx.composition.userFields(ctx, owned.user.id)).plan };
}

/** Makes the next look at a session go to storage, at least here. */
export function forgetSession(ctx: Ctx, id: Id<"sess">): void {
  memoryOf(ctx).delete(id);
}

/** Makes the next look at any session go to storage, at least here. */
export function forgetSessions(): void {
  memories = new WeakMap();
}
