import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import type { UserFields } from "#platform/module";
import { textField, timestamp } from "#platform/http/fields";
import { canonicalEmail } from "./rules.email.ts";
import type { UserRow } from "./repository.users.ts";

/** Fields and shapes that several topics share. */

export const emailField = z
  .string()
  .max(320)
  .refine((text) => canonicalEmail(text) !== null, {
    params: { code: "email_invalid" },
    error: "This is not an e-mail address.",
  })
  .openapi({ format: "email", example: "ada@example.com" });

/** The canonical form of what `emailField` has let through. */
export function toEmail(text: string): string {
  return canonicalEmail(text) ?? text;
}

/** An address that is only looked up: whatever is none is simply nobody's. */
export const anyEmail = z.string().min(1).max(320).openapi({ format: "email", example: "ada@example.com" });

export const anyPassword = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed(), { params: { code: "text_invalid" }, error: "This cannot be stored." })
  .openapi({ format: "password", example: "a phrase that nobody guesses" });

export const newPassword = anyPassword.openapi({
  format: "password",
  description: "12 to 128 characters of any kind; not a common one, nor one that leans on your name or address.",
  example: "a phrase that nobody guesses",
});

/** Six ASCII digits, as text. */
export const codeField = z
  .string()
  .regex(/^[0-9]{6}$/, "Six digits.")
  .openapi({ example: "492039" });

export const recoveryCodeField = z.string().min(24).max(40).openapi({ example: "4k7m-q2xt-9hwd-c3pb-8rvn-5jzy" });

export const tokenField = z.string().min(1).max(512).openapi({ description: "The token from the link in the mail." });

export const nameField = textField(100).openapi({ example: "Ada Lovelace" });

export const user = z
  .object({
    id: z.string().openapi({ example: "user_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    email: z.string().nullable().openapi({ example: "ada@example.com" }),
    emailVerified: z.boolean(),
    phone: z.string().nullable().openapi({ example: "+919876543210" }),
    phoneVerified: z.boolean(),
    name: z.string().nullable().openapi({ example: "Ada Lovelace" }),
    role: z.enum(["user", "support", "admin"]),
    plan: z.string().openapi({ example: "free" }),
    locale: z.string().openapi({ example: "en" }),
    timeZone: z.string().openapi({ example: "Asia/Kolkata" }),
    country: z.string().nullable().openapi({ example: "IN" }),
    displayCurrency: z.string().openapi({ example: "INR" }),
    mfaEnabled: z.boolean(),
    status: z.enum(["active", "suspended", "deleting", "deleted"]),
    createdAt: timestamp,
  })
  .openapi("User");

/** A user on the wire. An address that stands in the row is proven. */
export function presentUser(row: UserRow, { plan }: UserFields): z.infer<typeof user> {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.email !== null,
    phone: row.phone,
    phoneVerified: row.phone !== null,
    name: row.name,
    role: row.role,
    plan,
    locale: row.locale,
    timeZone: row.timeZone,
    country: row.country,
    displayCurrency: row.displayCurrency,
    mfaEnabled: row.mfaEnabled,
    status: row.status,
    createdAt: toTimestamp(row.createdAt),
  };
}
