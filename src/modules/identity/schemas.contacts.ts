import { z } from "@hono/zod-openapi";
import { textField } from "#platform/http/fields";
import { canonicalPhone } from "./rules.phone.ts";
import * as shared from "./schemas.ts";

export const phoneField = z
  .string()
  .max(64)
  .refine((text) => canonicalPhone(text) !== null, {
    params: { code: "phone_invalid" },
    error: "This is not a phone number in international form, such as +919876543210.",
  })
  .openapi({ example: "+919876543210" });

/** The canonical form of what `phoneField` has let through. */
export function toPhone(text: string): string {
  return canonicalPhone(text) ?? text;
}

export const requestOtp = z.strictObject({ phone: phoneField }).openapi("RequestOtp");

export const verifyOtp = z
  .strictObject({
    phone: phoneField,
    code: shared.codeField,
    referralCode: textField(64).optional(),
    acceptTerms: z.literal(true).optional().openapi({ description: "A new account needs it." }),
  })
  .openapi("VerifyOtp");

export const changeEmail = z.strictObject({ email: shared.emailField }).openapi("ChangeEmail");
export const confirmEmail = z.strictObject({ token: shared.tokenField }).openapi("ConfirmEmail");
export const changePhone = z.strictObject({ phone: phoneField }).openapi("ChangePhone");
export const confirmPhone = z.strictObject({ code: shared.codeField }).openapi("ConfirmPhone");
