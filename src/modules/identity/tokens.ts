import type { Id } from "#kernel/ids";
import { isId } from "#kernel/ids";
import { equalInConstantTime, randomToken, sha256Hex } from "#platform/crypto";
import type { Config } from "#platform/env";
import { currentKeyId, keyedHashUnder } from "#platform/keyed-hash";

/**
 * Refresh tokens: `<session>.<generation>.<secret>.<key>.<proof>`. The secret of each generation follows from the one
 * before by HMAC, so that a lost answer can be repeated though only hashes are stored. The proof shows that we made the
 * token, so that an old one is known for a reuse, and an invented one ends nobody's session.
 */

export interface RefreshToken {
  readonly sessionId: Id<"sess">;
  readonly generation: number;
  readonly secret: string;
  readonly keyId: string;
}

const SHAPE = /^(sess_[0-9a-z]{26})\.(0|[1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})\.([a-z0-9]{1,16})\.([A-Za-z0-9_-]{43})$/;
const CHAIN = "refresh chain";
const PROOF = "refresh proof";

/** The first token of a session. */
export function firstRefreshToken(config: Config, sessionId: Id<"sess">): RefreshToken {
  return { sessionId, generation: 0, secret: randomToken(), keyId: currentKeyId(config) };
}

/** The token that follows, the same whenever it is asked for; null when the key of the chain is gone. */
export async function nextRefreshToken(config: Config, parent: RefreshToken): Promise<RefreshToken | null> {
  const secret = await keyedHashUnder(config, { purpose: CHAIN, id: parent.keyId }, body(parent));
  return secret === null ? null : { ...parent, generation: parent.generation + 1, secret };
}

export async function writeRefreshToken(config: Config, token: RefreshToken): Promise<string> {
  const proof = await keyedHashUnder(config, { purpose: PROOF, id: token.keyId }, body(token));
  if (proof === null) throw new TypeError("A token is written under a key that is configured.");
  return `${body(token)}.${token.keyId}.${proof}`;
}

/** Reads a token that we have made; null for anything else. Says nothing about whether it is still live. */
export async function readRefreshToken(config: Config, text: string): Promise<RefreshToken | null> {
  const [, sessionId = "", generation = "", secret = "", keyId = "", proof = ""] = SHAPE.exec(text) ?? [];
  if (!isId("sess", sessionId)) return null;
  const token = { sessionId, generation: Number(generation), secret, keyId };
  const expected = await keyedHashUnder(config, { purpose: PROOF, id: keyId }, body(token));
  return expected !== null && (await equalInConstantTime(expected, proof)) ? token : null;
}

/** What is stored of a token. */
export async function hashRefreshToken(token: RefreshToken): Promise<string> {
  return await sha256Hex(body(token));
}

function body({ sessionId, generation, secret }: RefreshToken): string {
  return `${sessionId}.${generation}.${secret}`;
}
