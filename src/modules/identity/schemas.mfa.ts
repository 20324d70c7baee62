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

/** Lets a body pass that has exactly one of some fields, and names all of them otherwise. */
function exactlyOneOf(...names: readonly (keyof Given)[]): (given: Given, check: z.RefinementCtx) => void {
  return (given, check) => {
    if (names.filter((name) => given[name] !== undefined).length === 1) return;
    const message = `Send exactly one of ${names.map((name) => `\`${name}\``).join(", ")}.`;
    for (const name of names) check.addIssue({ code: "custom", path: [name], params: { code: "one_of" }, message });
  };
}

export const loginMfa = z
  .strictObject({ mfaToken: z.string().min(1).max(512), ...either })
  .superRefine(exactlyOneOf("code", "recoveryCode"))
  .openapi("LoginMfa");

export const stepUp = z
  .strictObject({ password: shared.anyPassword.optional(), ...either })
  .superRefine(exactlyOneOf("password", "code", "recoveryCode"))
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

/** The one proof of a body that its schema has let through. */
export function toFactorProof({ code, recoveryCode }: Given): FactorProof {
  return code === undefined ? { recoveryCode: recoveryCode ?? "" } : { code };
}

export function toStepUp(given: Given): StepUp {
  return given.password === undefined ? toFactorProof(given) : { password: given.password };
}
