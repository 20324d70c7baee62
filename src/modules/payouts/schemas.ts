import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { BankAccountRow, Payout } from "./repository.ts";
import { STATES } from "./rules.ts";
import { maskOf } from "./service.bank-accounts.ts";

const type = z.enum(["ifsc", "iban", "upi"]);
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
    accountNumber: z
      .string()
      .min(5)
      .max(64)
      .openapi({ description: "An account number, an IBAN, or a UPI address.", example: "000111222333" }),
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

export const batch = z
  .object({
    id: z.string().nullable().openapi({ description: "Null in a preview." }),
    count: z.int(),
    totals: z.array(z.object({ asset: z.string(), net: amount })),
    payouts: z.array(z.string()),
  })
  .openapi("PayoutBatch");

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

export function presentBatch(id: string | null, payouts: readonly Payout[]): z.infer<typeof batch> {
  const sums = new Map<string, number>();
  for (const { asset, grossMinor, taxMinor } of payouts)
    sums.set(asset, (sums.get(asset) ?? 0) + grossMinor - taxMinor);
  const totals = [...sums].map(([asset, net]) => ({ asset, net: writeAmount(net, asset) }));
  return { id, count: payouts.length, totals, payouts: payouts.map((row) => row.id) };
}
