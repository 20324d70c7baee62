import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageOf, textField, timestamp } from "#platform/http/fields";
import type { SessionRow } from "./repository.sessions.ts";
import * as shared from "./schemas.ts";

export const register = z
  .strictObject({
    email: shared.emailField,
    password: shared.newPassword,
    name: shared.nameField.optional(),
    referralCode: textField(64).optional().openapi({ example: "ADA2026" }),
    acceptTerms: z.literal(true).openapi({ description: "The terms at /legal/terms are accepted." }),
  })
  .openapi("Register");

export const sent = z.object({ status: z.literal("verification_sent") }).openapi("VerificationSent");
export const verifyEmail = z.strictObject({ token: shared.tokenField }).openapi("VerifyEmail");
export const verified = z.object({ user: shared.user }).openapi("VerifiedEmail");
export const emailOnly = z.strictObject({ email: shared.anyEmail }).openapi("EmailOnly");
export const accepted = z.object({ status: z.literal("accepted") }).openapi("Accepted");

export const login = z.strictObject({ email: shared.anyEmail, password: shared.anyPassword }).openapi("Login");

export const tokens = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string(),
    tokenType: z.literal("Bearer"),
    expiresIn: z.int().openapi({ description: "Seconds that the access token lives.", example: 600 }),
  })
  .openapi("Tokens");

export const signedIn = tokens
  .extend({ user: shared.user, isNewUser: z.boolean().optional().openapi({ description: "At sign-in by phone." }) })
  .openapi("SignedIn");

export const mfaRequired = z
  .object({
    mfaRequired: z.literal(true),
    mfaToken: z.string().openapi({ description: "For POST /auth/login/mfa alone; five tries, five minutes." }),
  })
  .openapi("MfaRequired");

export const signInAnswer = z.union([signedIn, mfaRequired]).openapi("SignInAnswer");

export const resetPassword = z
  .strictObject({ token: shared.tokenField, password: shared.newPassword })
  .openapi("ResetPassword");

export const changePassword = z
  .strictObject({
    currentPassword: shared.anyPassword
      .optional()
      .openapi({ description: "Left out only where the account has no password yet." }),
    newPassword: shared.newPassword,
  })
  .openapi("ChangePassword");

export const refresh = z.strictObject({ refreshToken: z.string().min(1).max(1_024) }).openapi("Refresh");

export const session = z
  .object({
    id: z.string().openapi({ example: "sess_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    current: z.boolean().openapi({ description: "Whether it is the one that asks." }),
    device: z.string().nullable().openapi({ example: "Firefox on Linux" }),
    ip: z.string().nullable(),
    country: z.string().nullable().openapi({ example: "IN" }),
    createdAt: timestamp,
    lastSeenAt: timestamp,
    expiresAt: timestamp,
  })
  .openapi("Session");

export const sessionPage = pageOf(session).openapi("SessionPage");

export function presentSession(row: SessionRow, currentId: string): z.infer<typeof session> {
  return {
    id: row.id,
    current: row.id === currentId,
    device: row.device,
    ip: row.ip,
    country: row.country,
    createdAt: toTimestamp(row.createdAt),
    lastSeenAt: toTimestamp(Math.max(row.lastSeenAt, row.rotatedAt)),
    expiresAt: toTimestamp(row.expiresAt),
  };
}
