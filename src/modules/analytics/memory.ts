import { MINUTE, SECOND, toDate } from "#kernel/time";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { accountOf } from "#platform/http/access";
import { withoutClaim } from "#platform/ctx";
import type { Answered } from "#platform/module";
import * as repository from "./repository.ts";

/**
 * What an isolate has seen and not yet written. Seeing is an addition in memory; writing happens beside an answer, at most
 * every ten seconds, in one statement for each table. An isolate that dies takes along what it saw since.
 */

const WRITE_EVERY_MS = 10 * SECOND;
const MAX_ROWS = 2_000;
const SILENCE_MS = MINUTE;

interface Seen {
  activity: Map<string, repository.Activity>;
  keys: Map<string, repository.KeyUsage>;
  visits: Map<string, number>;
  writtenAt: number;
  silentUntil: number;
}

const memories = new WeakMap<Env, Seen>();

function fresh(): Pick<Seen, "activity" | "keys" | "visits"> {
  return { activity: new Map(), keys: new Map(), visits: new Map() };
}

function memoryOf(env: Env): Seen {
  const known = memories.get(env) ?? { ...fresh(), writtenAt: 0, silentUntil: 0 };
  memories.set(env, known);
  return known;
}

/** Remembers an answer; nobody waits. */
export function observe(ctx: Ctx, answered: Answered): void {
  const seen = memoryOf(ctx.env);
  const day = toDate(ctx.now());
  const userId = accountOf(ctx.actor);
  if (userId === null) countVisit(seen, day, answered);
  else countUse(seen, { day, userId, answered });
  if (ctx.actor.kind === "apiKey") countKey(seen, ctx.actor, { day, answered });
  writeBeside(ctx, seen);
}

function countVisit(seen: Seen, day: string, { route, status }: Answered): void {
  if (VISITED.has(route) && status === 200) seen.visits.set(day, (seen.visits.get(day) ?? 0) + 1);
}

function countUse(
  seen: Seen,
  { day, userId, answered }: { readonly day: string; readonly userId: string; readonly answered: Answered },
): void {
  const { feature } = answered;
  if (feature === null || seen.activity.size >= MAX_ROWS) return;
  entry(seen.activity, `${day} ${userId} ${feature}`, { day, userId, feature, calls: 0 }).calls += 1;
}

function countKey(
  seen: Seen,
  { keyId, userId }: { readonly keyId: string; readonly userId: string },
  { day, answered: { route, status } }: { readonly day: string; readonly answered: Answered },
): void {
  if (seen.keys.size >= MAX_ROWS) return;
  const row = entry(seen.keys, `${day} ${keyId} ${route}`, { day, keyId, userId, route, calls: 0, failures: 0 });
  row.calls += 1;
  row.failures += status >= 400 ? 1 : 0;
}

/** Pages by which somebody comes in. A call of one of them counts, whoever makes it: no cookie tells visitors apart. */
const VISITED: ReadonlySet<string> = new Set(["/", "/sign-up"]);

function entry<T>(rows: Map<string, T>, key: string, start: T): T {
  const known = rows.get(key) ?? start;
  rows.set(key, known);
  return known;
}

function writeBeside(ctx: Ctx, seen: Seen): void {
  if (Date.now() - seen.writtenAt < WRITE_EVERY_MS) return;
  if (seen.activity.size + seen.keys.size + seen.visits.size === 0) return;
  ctx.defer(writeSeen(ctx));
}

/** Writes what this isolate has seen. What could not be written is lost and logged: it may have been written. */
export async function writeSeen(ctx: Ctx): Promise<void> {
  const seen = memoryOf(ctx.env);
  const { activity, keys, visits } = seen;
  if (activity.size + keys.size + visits.size === 0) return;
  Object.assign(seen, fresh(), { writtenAt: Date.now() });
  const rows = [...visits].map(([day, amount]) => ({ day, amount }));
  try {
    await commit(withoutClaim(ctx), [
      repository.addActivity(ctx, [...activity.values()]),
      repository.addKeyUsage(ctx, [...keys.values()]),
      ...rows.map(({ day, amount }) => repository.addCount(ctx, { day, name: "visits", amount })),
    ]);
  } catch (error) {
    if (Date.now() >= seen.silentUntil) ctx.log.warn("What was used could not be written.", { error });
    seen.silentUntil = Date.now() + SILENCE_MS;
  }
}
