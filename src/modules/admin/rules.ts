/**
 * What must stay true: for one flag and one account the answer stays the same while the flag does, and raising the
 * percentage never takes the feature from an account that has it.
 */

export interface Flag {
  readonly name: string;
  readonly description: string;
  /** Share of accounts that have the feature, 0 to 100. */
  readonly percentage: number;
  /** Plans that have it whatever the percentage. */
  readonly plans: readonly string[];
  /** Accounts that have it whatever the percentage. */
  readonly users: readonly string[];
}

export interface FlagSubject {
  readonly userId: string | null;
  readonly plan: string | null;
}

/** Whether a flag is on. Somebody without an account has a feature only when everybody has it. */
export function isFlagOn(flag: Flag, subject: FlagSubject): boolean {
  if (flag.percentage === 100) return true;
  if (subject.userId === null) return false;
  if (flag.users.includes(subject.userId)) return true;
  if (subject.plan !== null && flag.plans.includes(subject.plan)) return true;
  return bucketOf(flag.name, subject.userId) < flag.percentage;
}

/** A place from 0 to 99 for an account, different from flag to flag. FNV-1a with a final mix, so that it spreads evenly. */
export function bucketOf(flagName: string, userId: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${flagName}:${userId}`) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % 100;
}
