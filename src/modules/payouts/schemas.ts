import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { BankAccountRow, Payout } from "./repository.ts";
import type { DifferenceRow } from "./repository.sending.ts";
import { STATES } from "./rules.ts";
import { maskOf } from "./service.bank-accounts.ts";
import type { Scheduled } from "./service.schedules.ts";

const type = z.enum(["ifsc", "iban", "upi", "stripe"]);
const amount = z.string().openapi({ example: "1500.00" });

export const bankAccount = z
  .object({
    type,
    holderName: z.string(),
    accountNumber: z.string().openapi({ description: "Masked.", example: "••••4321" }),
    ifsc: z.string().nullable(),
    asset: z.string().openapi({ description: "What it is paid in.", example: "INR" }),
    usableFrom: timestamp,
  })
  .openapi("BankAccount");

export const putBankAccount = z
  .strictObject({
    type: type.default("ifsc").openapi({ example: "ifsc" }),
    holderName: textField(120).openapi({ example: "Ada Lovelace" }),
    accountNumber: z.string().min(5).max(64).openapi({
      description: "An account number, an IBAN, a UPI address, or a connected account of Stripe.",
      example: "000111222333",
    }),
    ifsc: z.string().max(20).optional().openapi({ example: "HDFC0001234" }),
  })
  .openapi("PutBankAccount");

export const state = z.enum(STATES);

export const payout = z
  .object({
    id: z.string().openapi({ example: "payout_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    amount: amount.openapi({ description: "What leaves the wallet." }),
    taxWithheld: amount,
    net: amount.openapi({ description: "What arrives." }),
    asset: z.string(),
    status: state,
    bankAccount: z.string().openapi({ description: "Masked.", example: "••••4321" }),
    requestedAt: timestamp,
    decidedBy: z.string().nullable(),
    reference: z.string().nullable().openapi({ description: "The bank's own." }),
    history: z.array(z.object({ at: timestamp, status: z.string(), actor: z.string(), reason: z.string().nullable() })),
  })
  .openapi("Payout");

export const adminPayout = payout.extend({ userId: z.string(), holderName: z.string() }).openapi("AdminPayout");

export const requestPayout = z.strictObject({ amount: amountText }).openapi("RequestPayout");
export const withReason = z
  .strictObject({ reason: textField(500).openapi({ example: "The name differs from the account's." }) })
  .openapi("PayoutReason");
export const withReference = z
  .strictObject({ reference: textField(100).openapi({ example: "UTR 2026112100042" }) })
  .openapi("PayoutReference");

export const difference = z
  .object({
    id: z.string().openapi({ example: "diff_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    kind: z.string().openapi({ example: "unknown_at_vendor" }),
    subject: z.string().openapi({ description: "A payout, or what a vendor calls one that is not known here." }),
    detail: z.string(),
    blocking: z.boolean().openapi({ description: "Whether payouts stand still because of it." }),
    firstSeenAt: timestamp,
    lastSeenAt: timestamp,
    resolvedAt: timestamp.nullable(),
  })
  .openapi("PayoutDifference");

export const putSchedule = z
  .strictObject({
    interval: z.enum(["weekly", "monthly"]),
    least: amountText.openapi({ description: "Less than this waits for the next day.", example: "1000.00" }),
  })
  .openapi("PutPayoutSchedule");

export const schedule = z
  .object({ interval: z.enum(["weekly", "monthly"]), least: amount, asset: z.string(), nextAt: timestamp })
  .openapi("PayoutSchedule");

export function presentBankAccount(row: BankAccountRow): z.infer<typeof bankAccount> {
  const { holderName, ifsc, asset } = row;
  const usableFrom = toTimestamp(row.usableFrom);
  return { type: row.type, holderName, accountNumber: maskOf(row), ifsc, asset, usableFrom };
}

const DECIDED: ReadonlySet<string> = new Set(["approved", "rejected"]);

/** To its owner operators are one and the same; to operators each goes by his id. */
function presentHistory({ history, userId }: Payout, named: boolean) {
  return history.map(({ at, state: status, actor, reason }) => ({
    at: toTimestamp(at),
    status,
    actor: named || actor === userId ? actor : "operator",
    reason,
  }));
}

export function presentPayout(row: Payout, named = false): z.infer<typeof payout> {
  const { id, grossMinor, taxMinor, asset, reference } = row;
  const history = presentHistory(row, named);
  return {
    id,
    amount: writeAmount(grossMinor, asset),
    taxWithheld: writeAmount(taxMinor, asset),
    net: writeAmount(grossMinor - taxMinor, asset),
    asset,
    status: row.state,
    bankAccount: maskOf(row.account),
    requestedAt: toTimestamp(row.requestedAt),
    decidedBy: history.findLast(({ status }) => DECIDED.has(status))?.actor ?? null,
    reference,
    history,
  };
}

export function presentAdminPayout(row: Payout): z.infer<typeof adminPayout> {
  return { ...presentPayout(row, true), userId: row.userId, holderName: row.account.holderName };
}

export function presentDifference(row: DifferenceRow): z.infer<typeof difference> {
  const { id, kind, subject, detail, blocking, resolvedAt } = row;
  return {
    id,
    kind,
    subject,
    detail,
    blocking,
    firstSeenAt: toTimestamp(row.firstSeenAt),
    lastSeenAt: toTimestamp(row.lastSeenAt),
    resolvedAt: resolvedAt === null ? null : toTimestamp(resolvedAt),
  };
}

export function presentSchedule({ interval, leastMinor, asset, nextAt }: Scheduled): z.infer<typeof schedule> {
  return { interval, least: writeAmount(leastMinor, asset), asset, nextAt: toTimestamp(nextAt) };
}
