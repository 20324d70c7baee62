import { createGuardrails, generateSecret, generateURI, verify } from "otplib";
import type { Id } from "#kernel/ids";
import { Problem } from "#kernel/problem";
import { SECOND } from "#kernel/time";
import { commit } from "#platform/commit";
import { randomBytes, sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { accountLocked, problems } from "./errors.ts";
import { PAGES, tell } from "./notices.ts";
import type { Parts } from "./notices.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import * as repository from "./repository.factors.ts";
import type { UserRow } from "./repository.users.ts";

/** What shows that somebody holds the second factor. */
export type FactorProof = { readonly code: string } | { readonly recoveryCode: string };

const PERIOD_SECONDS = 30;
/** Ours have 20 bytes; the published secret of the demo administrator, which authenticators use in examples, has 10. */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 });

/**
 * Checks a second factor. The try is spent first; what comes back must be committed with whatever the proof is for, and
 * makes that commit the only one that this code, and every code before it, is good for.
 */
export async function proveFactor(ctx: Ctx, user: UserRow, proof: FactorProof): Promise<Parts> {
  const [spent] = await commit(ctx, [repository.spendFactorTry(ctx, user.id)], { partial: true });
  if (spent?.results.length === 0) throw await whyNot(ctx, user.id);
  const proving = "code" in proof ? proveCode(ctx, user, proof.code) : proveRecovery(ctx, user, proof.recoveryCode);
  const parts = await sparingFactorTry(ctx, user.id, proving);
  if (parts) return parts;
  await commit(ctx, [recordSecurityEvent(ctx, { type: "mfa.failed", userId: user.id })], { partial: true });
  throw problems.codeInvalid({ detail: "Codes work once, and only around the time that they are shown." });
}

async function whyNot(ctx: Ctx, userId: Id<"user">): Promise<Problem> {
  const factor = await repository.findFactor(ctx, userId);
  if (!factor?.secret) return problems.mfaNotEnabled();
  return accountLocked(ctx.now(), factor.lockedUntil);
}

async function proveCode(ctx: Ctx, user: UserRow, code: string): Promise<Parts | null> {
  const factor = await repository.findFactor(ctx, user.id);
  if (!factor?.secret) throw problems.mfaNotEnabled();
  const secret = await ctx.cipher.decrypt(factor.secret, repository.factorPlace(user.id));
  const step = await stepOf(ctx, secret, code);
  if (step === null || step <= factor.lastStep) return null;
  return { statements: repository.consumeStep(ctx, user.id, step), events: [] };
}

/**
 * Gives a try back when what a proof is for fails through no fault of whoever gave it. Does what it can: a database
 * that has failed may fail again, and then the try stays spent.
 */
export async function sparingTry<T>(ctx: Ctx, statement: Statement, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Problem)) await commit(ctx, [statement], { partial: true });
    throw error;
  }
}

/** The same for the try of a second factor: whatever commits with such a proof goes through here. */
export async function sparingFactorTry<T>(ctx: Ctx, userId: Id<"user">, work: Promise<T>): Promise<T> {
  return await sparingTry(ctx, repository.returnFactorTry(ctx, userId), work);
}

/** The step of the clock that a code belongs to, at most one off; null when it belongs to none. */
export async function stepOf(ctx: Ctx, secret: string, code: string): Promise<number | null> {
  const epoch = Math.floor(ctx.now() / SECOND);
  const result = await verify({ secret, token: code, epoch, epochTolerance: PERIOD_SECONDS, guardrails });
  return result.valid ? Math.floor(epoch / PERIOD_SECONDS) + result.delta : null;
}

async function proveRecovery(ctx: Ctx, user: UserRow, code: string): Promise<Parts | null> {
  const codeHash = await hashRecoveryCode(code);
  if (!(await repository.hasRecoveryCode(ctx, user.id, codeHash))) return null;
  const data = { change: "recoveryCodeUsed", at: ctx.now(), path: PAGES.security } as const;
  const told = await tell(ctx, user, { kind: "twoFactorChanged", data });
  const statements: Statement[] = [
    ...repository.consumeRecoveryCode(ctx, user.id, codeHash),
    recordSecurityEvent(ctx, { type: "mfa.recovery_code_used", userId: user.id }),
    ...told.statements,
  ];
  return { statements, events: told.events };
}

export interface Enrolment {
  readonly secret: string;
  readonly otpauthUrl: string;
}

const ISSUER = "Bourse";

/** A new secret of 160 bits, and the address from which an authenticator reads it. */
export function newEnrolment(user: UserRow): Enrolment {
  const secret = generateSecret();
  const label = user.email ?? user.phone ?? user.id;
  return { secret, otpauthUrl: generateURI({ issuer: ISSUER, label, secret }) };
}

const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 15;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ten codes of 120 random bits, so much that a plain hash keeps them. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const bits = Array.from(randomBytes(RECOVERY_BYTES), (byte) => byte.toString(2).padStart(8, "0")).join("");
    const letters = bits.match(/.{5}/g)?.map((five) => ALPHABET.charAt(Number.parseInt(five, 2))) ?? [];
    return letters.join("").match(/.{4}/g)?.join("-") ?? "";
  });
}

/** Case, blanks and dashes do not matter. */
export async function hashRecoveryCode(code: string): Promise<string> {
  return await sha256Hex(`recovery ${code.toLowerCase().replaceAll(/[^0-9a-z]/g, "")}`);
}
