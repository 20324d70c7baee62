import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { pageOf, textField, timestamp } from "#platform/http/fields";
import type { ApiKeyRow } from "./repository.api-keys.ts";
import type { SecurityEvent } from "./repository.events.ts";
import { API_SCOPES } from "./rules.api-key.ts";
import { isCurrency, isLocale, isTimeZone } from "./rules.profile.ts";
import * as shared from "./schemas.ts";

export const updateUser = z
  .strictObject({
    name: shared.nameField.nullable().optional(),
    locale: z
      .string()
      .max(35)
      .refine(isLocale, { params: { code: "locale_unknown" }, error: "A language tag, such as en or en-IN." })
      .optional()
      .openapi({ example: "en-IN" }),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, { params: { code: "time_zone_unknown" }, error: "A zone, such as Asia/Kolkata." })
      .optional()
      .openapi({ example: "Asia/Kolkata" }),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, "Two capital letters.")
      .nullable()
      .optional()
      .openapi({ example: "IN" }),
    displayCurrency: z
      .string()
      .max(3)
      .refine(isCurrency, { params: { code: "currency_unknown" }, error: "A currency's code, such as INR." })
      .optional()
      .openapi({ example: "INR" }),
  })
  .openapi("UpdateUser");

const preferenceFields = {
  theme: z.enum(["system", "light", "dark"]),
  density: z.enum(["comfortable", "compact"]),
  weekStartsOn: z.enum(["monday", "sunday", "saturday"]),
  numberFormat: z.enum(["locale", "plain"]),
  startPage: z.enum(["overview", "scanner", "wallet", "p2p", "budget", "academy"]),
  reduceMotion: z.boolean(),
  usageAnalytics: z.boolean().openapi({ description: "Whether use of features may be counted for this account." }),
};

export const preferences = z.object(preferenceFields).openapi("Preferences");
export const updatePreferences = z.strictObject(preferenceFields).partial().openapi("UpdatePreferences");

const money = z
  .strictObject({
    amount: z.string().regex(/^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,8})?$/, "A decimal number."),
    asset: z.string().regex(/^[A-Z0-9]{2,10}$/),
  })
  .openapi("IncomeAmount", { example: { amount: "85000.00", asset: "INR" } });

const onboardingFields = {
  monthlyIncome: money.nullable(),
  goals: z.array(z.enum(["save", "invest", "trade", "learn", "earn", "payOffDebt", "budget"])).max(7),
  riskTolerance: z.enum(["low", "medium", "high"]).nullable(),
  householdSize: z.int().min(1).max(20).nullable(),
  experience: z.enum(["none", "some", "experienced"]).nullable(),
};

export const putOnboarding = z.strictObject(onboardingFields).partial().openapi("PutOnboarding");
export const onboarding = z.object({ ...onboardingFields, completedAt: timestamp.nullable() }).openapi("Onboarding");

export const securityEvent = z
  .object({
    id: z.string(),
    type: z.string().openapi({ example: "sign_in.succeeded" }),
    at: timestamp,
    ip: z.string().nullable(),
    country: z.string().nullable(),
    device: z.string().nullable(),
  })
  .openapi("SecurityEvent");
export const securityEventPage = pageOf(securityEvent).openapi("SecurityEventPage");

export function presentSecurityEvent(row: SecurityEvent): z.infer<typeof securityEvent> {
  const { id, type, at, ip, country, device } = row;
  return { id, type, at: toTimestamp(at), ip, country, device };
}

export const apiKey = z
  .object({
    id: z.string().openapi({ example: "key_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    name: z.string().openapi({ example: "Spreadsheet" }),
    prefix: z.string().openapi({ example: "bourse_live_4k7mq2" }),
    scopes: z.array(z.string()),
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable(),
  })
  .openapi("ApiKey");
export const apiKeyPage = pageOf(apiKey).openapi("ApiKeyPage");
export const newApiKey = apiKey
  .extend({ key: z.string().openapi({ description: "Shown this once." }) })
  .openapi("NewApiKey");

const FIVE_YEARS = 5 * 366 * 86_400_000;

export const createApiKey = z
  .strictObject({
    name: textField(100).openapi({ example: "Spreadsheet" }),
    scopes: z
      .array(z.enum(API_SCOPES as readonly [string, ...string[]]))
      .min(1)
      .max(API_SCOPES.length)
      .openapi({ example: ["scanner:read"] }),
    expiresAt: z.iso
      .datetime()
      .refine((text) => Date.parse(text) > Date.now() && Date.parse(text) < Date.now() + FIVE_YEARS, {
        params: { code: "expiry_out_of_range" },
        error: "In the future, at most five years ahead.",
      })
      .optional()
      .openapi({ description: "Left out for a key without an end.", example: "2027-11-20T00:00:00.000Z" }),
  })
  .openapi("CreateApiKey");

export function presentApiKey(row: ApiKeyRow): z.infer<typeof apiKey> {
  const { id, name, prefix, scopes, createdAt, expiresAt, revokedAt, lastUsedAt } = row;
  const end = Math.min(expiresAt ?? Infinity, revokedAt ?? Infinity);
  return {
    id,
    name,
    prefix,
    scopes: [...scopes],
    createdAt: toTimestamp(createdAt),
    expiresAt: Number.isFinite(end) ? toTimestamp(end) : null,
    lastUsedAt: lastUsedAt === null ? null : toTimestamp(lastUsedAt),
  };
}
