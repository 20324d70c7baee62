/**
 * How password hashes are written, and which of them are taken.
 *
 * What must stay true: a stored or imported hash never costs more than these limits, however it was crafted, because it
 * is refused before anything of it is computed.
 */

export interface Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

/** Argon2id as OWASP asks. */
export const COST: Cost = { memory: 19_456, passes: 2, lanes: 1 };
export const TAG_BYTES = 32;
export const SALT_BYTES = 16;

const LIMITS = { memory: 65_536, passes: 8, lanes: 4, work: 262_144, bcryptRounds: 13 };
const ARGON2ID =
  /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const BCRYPT = /^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}$/;

export interface ParsedHash extends Cost {
  /** In base64 without padding, as the hash has it. */
  readonly salt: string;
  readonly tag: string;
}

/** Reads a hash in PHC form; null when it is not Argon2id or would cost more than is allowed. */
export function parseArgon2(hash: string): ParsedHash | null {
  const [, memory, passes, lanes, salt = "", tag = ""] = ARGON2ID.exec(hash) ?? [];
  if (tag === "") return null;
  const cost = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return isAffordable(cost) ? { ...cost, salt, tag } : null;
}

function isAffordable({ memory, passes, lanes }: Cost): boolean {
  if (lanes < 1 || lanes > LIMITS.lanes || passes < 1 || passes > LIMITS.passes) return false;
  return memory >= 8 * lanes && memory <= LIMITS.memory && memory * passes <= LIMITS.work;
}

/** The rounds of a bcrypt hash; null when it is none. */
export function bcryptRounds(hash: string): number | null {
  const rounds = BCRYPT.exec(hash)?.[1];
  return rounds === undefined ? null : Number(rounds);
}

/** Whether sign-in can verify a hash at a bounded cost: what an import takes. */
export function isUsableHash(hash: string): boolean {
  const rounds = bcryptRounds(hash);
  if (rounds !== null) return rounds >= 4 && rounds <= LIMITS.bcryptRounds;
  return parseArgon2(hash) !== null;
}

/** Whether a hash should be made anew at the next sign-in, because it was made otherwise than today's. */
export function isOutdatedHash(hash: string): boolean {
  const parsed = parseArgon2(hash);
  if (!parsed) return true;
  const { memory, passes, lanes, tag } = parsed;
  const tagLength = Math.ceil((TAG_BYTES * 4) / 3);
  return memory !== COST.memory || passes !== COST.passes || lanes !== COST.lanes || tag.length !== tagLength;
}
