import { DAY, HOUR, MINUTE, SECOND, type Millis } from "#kernel/time";
import type { Role } from "#platform/ctx";

/**
 * What must stay true: a session ends after a time without use, and at its absolute end whatever its use; an operator's
 * sooner. Of a family of refresh tokens one is live, and only its parent may still be answered for a moment.
 */

interface Lifetime {
  readonly idleMs: Millis;
  readonly absoluteMs: Millis;
}

const CUSTOMER: Lifetime = { idleMs: 30 * DAY, absoluteMs: 90 * DAY };
const OPERATOR: Lifetime = { idleMs: 2 * HOUR, absoluteMs: 12 * HOUR };

export function lifetimeOf(role: Role): Lifetime {
  return role === "user" ? CUSTOMER : OPERATOR;
}

/** How long a session stays raised after a step-up, and how long a sign-in counts as recent. */
export const RAISED_MS = 5 * MINUTE;
/** How long the token that was just retired is still answered, for an answer that was lost. */
export const TOLERANCE_MS = 10 * SECOND;

export interface SessionState {
  readonly endedAt: Millis | null;
  readonly expiresAt: Millis;
  readonly rotatedAt: Millis;
  readonly lastSeenAt: Millis;
  readonly mfa: boolean;
}

export interface OwnerState {
  readonly status: string;
  readonly role: Role;
  readonly mfaEnabled: boolean;
}

/** Whether a session may still be used: alive, its owner active, and at the level that the owner asks for. */
export function isUsable(session: SessionState, owner: OwnerState, now: Millis): boolean {
  const lastUsed = Math.max(session.rotatedAt, session.lastSeenAt);
  const alive = session.endedAt === null && session.expiresAt > now && lastUsed > now - lifetimeOf(owner.role).idleMs;
  return alive && owner.status === "active" && (session.mfa || !owner.mfaEnabled);
}

export interface Presented {
  readonly generation: number;
  /** Whether its hash is the one that is stored. */
  readonly live: boolean;
}

/**
 * What to do with a refresh token of ours: `rotate` the live one, `repeat` the answer for its parent, `revoke` the
 * family for any other that was retired, `refuse` one that storage has never reached.
 */
export function decideRefresh(
  presented: Presented,
  session: { readonly generation: number; readonly rotatedAt: Millis },
  now: Millis,
): "rotate" | "repeat" | "revoke" | "refuse" {
  if (presented.generation > session.generation) return "refuse";
  if (presented.generation === session.generation) return presented.live ? "rotate" : "refuse";
  const parent = presented.generation === session.generation - 1;
  return parent && now - session.rotatedAt <= TOLERANCE_MS ? "repeat" : "revoke";
}
