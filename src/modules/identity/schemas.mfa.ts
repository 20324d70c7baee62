import { z } from "@hono/zod-openapi";
import type { FactorProof } from "./service.factors.ts";
import type { StepUp } from "./service.step-up.ts";
import * as shared from "./schemas.ts";

const either = { code: shared.codeField.optional(), recoveryCode: shared.recoveryCodeField.optional() };

interface Given {
  readonly code?: string | undefined;
  readonly recoveryCode?: string | undefined;
  readonly password?: string | undefined;
}

function exactlyOne(given: Given): boolean {
  return [given.code, given.recoveryCode, given.password].filter((value) => value !== undefined).length === 1;
}

export const loginMfa = z
  .strictObject({ mfaToken: z.string().min(1).max(512), ...either })
  .refine(exactlyOne, { params: { code: "one_of" }, error: "Send either `code` or `recoveryCode`." })
  .openapi("LoginMfa");

export const stepUp = z
  .strictObject({ password: shared.anyPassword.optional(), ...either })
  .refine(exactlyOne, { params: { code: "one_of" }, error: "Send one of `password`, `code` and `recoveryCode`." })
  .openapi("StepUp", { example: { code: "492039" } });

export const codeOnly = z.strictObject({ code: shared.codeField }).openapi("FactorCode");

export const enrolment = z
  .object({
    secret: z.string().openapi({ description: "Base32. Shown this once.", example: "JBSWY3DPEHPK3PXP" }),
    otpauthUrl: z.string().openapi({ description: "What an authenticator reads from a QR code." }),
  })
  .openapi("Enrolment");

export const recoveryCodes = z
  .object({
    recoveryCodes: z.array(z.string()).openapi({ description: "Ten codes, each good once. Shown this once." }),
  })
  .openapi("RecoveryCodes");

/** The one proof of a body that `exactlyOne` has let through. */
export function toFactorProof({ code, recoveryCode }: Given): FactorProof {
  return code === undefined ? { recoveryCode: recoveryCode ?? "" } : { code };
}

export function toStepUp(given: Given): StepUp {
  return given.password === undefined ? toFactorProof(given) : { password: given.password };
}
