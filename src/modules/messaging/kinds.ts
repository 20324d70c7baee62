import { z } from "zod";

/**
 * What people are told of, and by which ways.
 *
 * What must stay true:
 * - Security kinds cannot be switched off.
 * - A link is a path below the product's own origin, so that no caller's input leads anywhere else.
 * - Text from users stands on one line and holds no control characters, wherever it ends up.
 */

export const CHANNELS = ["email", "sms", "inApp"] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * `security`: always sent. `service`: can be switched off. `bulk`: also ends with one click from the mail itself.
 * `operations`: always sent, and to operators alone, so that nobody else hears that there is such a thing.
 */
export type Category = "security" | "service" | "bulk" | "operations";

export interface KindDefinition<S extends z.ZodType = z.ZodType> {
  readonly category: Category;
  readonly channels: readonly Channel[];
  readonly data: S;
}

function kind<S extends z.ZodType>(category: Category, channels: readonly Channel[], data: S): KindDefinition<S> {
  return { category, channels, data };
}

/** One line of somebody's text; line breaks, controls and marks that reorder text become blanks. */
const line = z.string().max(500).transform(toLine);
const path = z
  .string()
  .max(2_048)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, "A link is a path on the product's own origin.");
const time = z.int().min(0);
const code = z.string().regex(/^[0-9A-Z-]{4,16}$/);
/** An exact decimal string and what it counts, as on the wire. */
const money = z.strictObject({
  amount: z.string().regex(/^-?[0-9]{1,18}(\.[0-9]{1,18})?$/),
  asset: z.string().regex(/^[A-Z0-9]{2,10}$/),
});
const month = z.string().regex(/^[0-9]{4}-(0[1-9]|1[0-2])$/);
const facts = z.array(z.strictObject({ label: line, value: line })).max(20);

const MAIL = ["email"] as const;
const SMS = ["sms"] as const;
const BOTH = ["email", "inApp"] as const;

export const KINDS = {
  verification: kind("security", MAIL, z.strictObject({ path, expiresAt: time })),
  accountExists: kind("security", MAIL, z.strictObject({ signInPath: path, resetPath: path })),
  reset: kind("security", MAIL, z.strictObject({ path, expiresAt: time })),
  passwordChanged: kind("security", BOTH, z.strictObject({ at: time, path })),
  newDevice: kind("security", BOTH, z.strictObject({ at: time, device: line, place: line.nullable(), path })),
  suspiciousActivity: kind("security", BOTH, z.strictObject({ at: time, what: line, place: line.nullable(), path })),
  accountLocked: kind("security", BOTH, z.strictObject({ at: time, until: time, path })),
  accountStatusChanged: kind(
    "security",
    MAIL,
    z.strictObject({ status: z.enum(["suspended", "active"]), reason: line.nullable() }),
  ),
  twoFactorChanged: kind(
    "security",
    BOTH,
    z.strictObject({
      change: z.enum(["enabled", "disabled", "recoveryCodesRenewed", "recoveryCodeUsed"]),
      at: time,
      path,
    }),
  ),
  loginCode: kind("security", SMS, z.strictObject({ code, expiresAt: time })),
  emailConfirm: kind("security", MAIL, z.strictObject({ path, expiresAt: time })),
  emailChanged: kind("security", BOTH, z.strictObject({ at: time, maskedEmail: line, path })),
  phoneConfirm: kind("security", SMS, z.strictObject({ code, expiresAt: time })),
  phoneChanged: kind("security", BOTH, z.strictObject({ at: time, maskedPhone: line, path })),
  apiKeyChanged: kind(
    "security",
    BOTH,
    z.strictObject({ name: line, change: z.enum(["created", "rotated", "deleted", "usedElsewhere"]), at: time, path }),
  ),
  bankAccountChanged: kind("security", BOTH, z.strictObject({ masked: line, at: time, usableFrom: time, path })),
  withdrawalAddressAdded: kind(
    "security",
    BOTH,
    z.strictObject({ network: line, masked: line, at: time, usableFrom: time, path }),
  ),
  exportReady: kind("security", BOTH, z.strictObject({ path, expiresAt: time })),
  deletionScheduled: kind("security", MAIL, z.strictObject({ on: time, path })),
  welcome: kind("service", BOTH, z.strictObject({ path })),
  receipt: kind(
    "service",
    BOTH,
    z.strictObject({
      number: line,
      lines: z.array(z.strictObject({ description: line, ...money.shape })).max(50),
      tax: money.nullable(),
      total: money,
      paidAt: time,
      path,
    }),
  ),
  paymentFailed: kind("service", BOTH, z.strictObject({ ...money.shape, retryAt: time.nullable(), path })),
  trialEnding: kind("service", BOTH, z.strictObject({ plan: line, endsAt: time, price: money, path })),
  subscriptionChanged: kind(
    "service",
    BOTH,
    z.strictObject({
      plan: line,
      change: z.enum(["started", "renewed", "upgraded", "downgraded", "cancelled", "paused", "resumed", "ended"]),
      from: time,
      path,
    }),
  ),
  depositState: kind(
    "service",
    BOTH,
    z.strictObject({ ...money.shape, state: z.enum(["seen", "credited", "returned"]), path }),
  ),
  withdrawalState: kind(
    "service",
    BOTH,
    z.strictObject({ ...money.shape, state: z.enum(["requested", "sent", "completed", "failed", "cancelled"]), path }),
  ),
  commissionEarned: kind(
    "service",
    BOTH,
    z.strictObject({ ...money.shape, level: z.int().min(1).max(2), availableAt: time, path }),
  ),
  payoutState: kind(
    "service",
    BOTH,
    z.strictObject({
      ...money.shape,
      state: z.enum([
        "requested",
        "approved",
        "processing",
        "completed",
        "cancelled",
        "rejected",
        "failed",
        "reversed",
      ]),
      reason: line.nullable(),
      path,
    }),
  ),
  tradeState: kind(
    "service",
    BOTH,
    z.strictObject({
      ...money.shape,
      state: z.enum(["escrowed", "paid", "released", "cancelled", "expired", "disputed", "resolved"]),
      counterparty: line,
      deadline: time.nullable(),
      path,
    }),
  ),
  dispute: kind(
    "service",
    BOTH,
    z.strictObject({ state: z.enum(["opened", "assigned", "resolved"]), reason: line.nullable(), path }),
  ),
  scanAlert: kind(
    "service",
    BOTH,
    z.strictObject({ scan: line, entered: z.array(line).max(200), left: z.array(line).max(200), at: time, path }),
  ),
  webhookDisabled: kind(
    "service",
    BOTH,
    z.strictObject({ host: line, reason: z.enum(["failures", "gone"]), at: time, path }),
  ),
  ticketAnswered: kind("service", BOTH, z.strictObject({ subject: line, path })),
  operatorAlert: kind("operations", BOTH, z.strictObject({ subject: line, text: line, facts, path })),
  monthlyReport: kind("bulk", BOTH, z.strictObject({ month, facts, path })),
  statusConfirm: kind("service", MAIL, z.strictObject({ path, expiresAt: time })),
  /** Goes to addresses without an account: the way out is part of it. */
  incident: kind(
    "bulk",
    MAIL,
    z.strictObject({
      title: line,
      state: z.enum(["investigating", "identified", "monitoring", "resolved"]),
      message: z.string().min(1).max(2_000),
      at: time,
      path,
      unsubscribePath: path,
    }),
  ),
  broadcast: kind(
    "bulk",
    BOTH,
    z.strictObject({ subject: line, body: z.string().min(1).max(10_000), path: path.nullable() }),
  ),
} as const satisfies Readonly<Record<string, KindDefinition>>;

export type Kind = keyof typeof KINDS;
export type DataOf<K extends Kind> = z.output<(typeof KINDS)[K]["data"]>;
export type InputOf<K extends Kind> = z.input<(typeof KINDS)[K]["data"]>;

export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** Whether nobody can switch a category off. */
export function isAlwaysSent(category: Category): category is "security" | "operations" {
  return category === "security" || category === "operations";
}

export function definitionOf(name: Kind): KindDefinition {
  return KINDS[name];
}

export function isKind(name: string): name is Kind {
  return Object.hasOwn(KINDS, name);
}

function toLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ")
    .trim();
}
