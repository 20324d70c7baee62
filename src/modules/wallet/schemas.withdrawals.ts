import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import type { Id } from "#kernel/ids";
import { toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import { pageQuery, textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { Incident } from "./repository.watch.ts";
import type { Withdrawal } from "./repository.withdrawals.ts";
import { amount, assetCode, networkName } from "./schemas.ts";
import { WITHDRAWAL_STATUSES } from "./tables.ts";

const status = z.enum(WITHDRAWAL_STATUSES);

export const createWithdrawal = z
  .strictObject({
    asset: assetCode,
    network: networkName,
    amount: amountText.openapi({ description: "What arrives; the fee is taken on top.", example: "25.00" }),
    addressId: z
      .string()
      .refine((text): text is Id<"addr"> => isId("addr", text), {
        params: { code: "address_unknown" },
        error: "This is no address of your book.",
      })
      .openapi({ example: "addr_01k0gq2v9eft6tmd4y6n3k9b2x" }),
  })
  .openapi("CreateWithdrawal");

export const withdrawal = z
  .object({
    id: z.string().openapi({ example: "wdr_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    asset: assetCode,
    network: networkName,
    amount,
    fee: amount,
    address: z.string(),
    status,
    txid: z.string().nullable(),
    confirmations: z.int(),
    holds: z.array(z.string()).openapi({
      description:
        "What it waits for: `operator`, `export`, `hot_wallet_low`, `network_unavailable`, `ledger_audit`, `incident`, `account`, `unknown_outcome`.",
      example: ["operator"],
    }),
    reason: z.string().nullable().openapi({ description: "Why it was rejected or has failed." }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Withdrawal");

export const adminWithdrawal = withdrawal
  .extend({
    userId: z.string(),
    approvalsNeeded: z.int().openapi({ description: "How many operators must agree." }),
    hotWallet: z.string().nullable(),
  })
  .openapi("AdminWithdrawal");

export const adminQuery = z.strictObject({ ...pageQuery, status: status.optional() });

export const decision = z
  .strictObject({ reason: textField(500).openapi({ example: "The owner does not know of it." }) })
  .openapi("WithdrawalDecision");

export const exportWithdrawals = z
  .strictObject({ network: z.literal("bitcoin").openapi({ example: "bitcoin" }) })
  .openapi("ExportWithdrawals");

export const markSent = z
  .strictObject({
    txid: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .openapi({ example: "a".repeat(64) }),
  })
  .openapi("MarkWithdrawalSent");

export const resolution = z
  .strictObject({
    outcome: z.enum(["paid", "unpaid"]).openapi({ description: "What the chain shows.", example: "unpaid" }),
    reason: textField(500).openapi({ example: "The nonce was used by a cancellation; see block 21000000." }),
  })
  .openapi("WithdrawalResolution");

export const incident = z
  .object({
    id: z.string().openapi({ example: "inc_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    network: networkName,
    kind: z.enum(["deposit_reorganised", "outcome_unknown"]),
    subject: z.string().openapi({ description: "The deposit or withdrawal that it is about." }),
    openedAt: timestamp,
    closedAt: timestamp.nullable(),
    closedBy: z.string().nullable(),
    note: z.string().nullable(),
  })
  .openapi("WalletIncident");

export function presentWithdrawal(row: Withdrawal): z.infer<typeof withdrawal> {
  const { id, asset, network, address, txid, confirmations, reason, waitsFor } = row;
  return {
    id,
    asset,
    network,
    amount: writeAmount(row.amount, asset),
    fee: writeAmount(row.fee, asset),
    address,
    status: row.status,
    txid,
    confirmations,
    holds: waitsFor === null ? [] : [waitsFor],
    reason,
    createdAt: toTimestamp(row.createdAt),
    updatedAt: toTimestamp(row.updatedAt),
  };
}

export function presentAdminWithdrawal(row: Withdrawal): z.infer<typeof adminWithdrawal> {
  const { userId, approvalsNeeded, hotWallet } = row;
  return { ...presentWithdrawal(row), userId, approvalsNeeded, hotWallet };
}

export function presentIncident(row: Incident): z.infer<typeof incident> {
  return {
    ...row,
    openedAt: toTimestamp(row.openedAt),
    closedAt: row.closedAt === null ? null : toTimestamp(row.closedAt),
  };
}
