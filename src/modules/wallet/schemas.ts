import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { writeAmount } from "#modules/ledger";
import { textField, timestamp } from "#platform/http/fields";
import type { WithdrawalAddress } from "./repository.addresses.ts";
import type { Deposit } from "./repository.deposits.ts";
import type { Wallet, WalletEntry } from "./service.wallets.ts";
import type { NetworkTerms, WalletAsset } from "./terms.ts";

export const assetCode = z.string().min(2).max(10).openapi({ example: "USDT" });
export const assetParam = z
  .string()
  .max(10)
  .openapi({ param: { name: "asset", in: "path" }, description: "An asset's code.", example: "USDT" });
export const amount = z.string().openapi({ description: "An exact decimal.", example: "12.50" });

const network = z.object({
  network: z.string().openapi({ example: "ethereum" }),
  minDeposit: amount.openapi({ description: "Smaller deposits are not credited." }),
  minWithdrawal: amount,
  withdrawalFee: amount.openapi({ description: "Taken on top of what arrives." }),
  confirmations: z.int().openapi({ description: "A deposit is credited after so many.", example: 12 }),
  confirmationsToWithdraw: z.int().openapi({ description: "It can be withdrawn after so many.", example: 12 }),
});

export const asset = z
  .object({
    asset: assetCode,
    name: z.string().openapi({ example: "Tether" }),
    kind: z.enum(["fiat", "crypto"]),
    decimals: z.int().openapi({ example: 6 }),
    networks: z.array(network),
  })
  .openapi("Asset");

export const wallet = z
  .object({
    asset: assetCode,
    available: amount.openapi({ description: "May be spent now." }),
    held: amount.openapi({ description: "Set aside for something that is under way." }),
    total: amount,
  })
  .openapi("Wallet");

export const createWallet = z.strictObject({ asset: assetCode }).openapi("CreateWallet");

export const entry = z
  .object({
    id: z.string().openapi({ example: "dep_01k0gq2v9eft6tmd4y6n3k9b2x.credited" }),
    walletAsset: assetCode,
    amount: amount.openapi({ description: "Below zero where it left the wallet.", example: "-3.00" }),
    balanceAfter: amount,
    kind: z.string().openapi({ example: "deposit.credited" }),
    reference: z
      .string()
      .nullable()
      .openapi({ description: "What caused it.", example: "dep_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    description: z.string().openapi({ example: "Deposit" }),
    createdAt: timestamp,
  })
  .openapi("WalletEntry");

export const deposit = z
  .object({
    id: z.string().openapi({ example: "dep_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    asset: assetCode,
    network: z.string().openapi({ example: "ethereum" }),
    amount,
    txid: z.string(),
    confirmations: z.int(),
    required: z.int().openapi({ description: "It is credited after so many confirmations." }),
    status: z.enum(["detected", "confirming", "credited", "orphaned"]),
    address: z.string(),
    createdAt: timestamp,
    creditedAt: timestamp.nullable(),
  })
  .openapi("Deposit");

export const networkName = z.string().min(1).max(20).openapi({ example: "ethereum" });

export const createDepositAddress = z.strictObject({ network: networkName }).openapi("CreateDepositAddress");

export const depositAddress = z
  .object({ asset: assetCode, network: networkName, address: z.string() })
  .openapi("DepositAddress");

const addressText = z.string().min(1).max(128).openapi({ example: "0x742d35Cc6634C0532925a3b844Bc454e4438f44e" });

export const createAddress = z
  .strictObject({
    network: networkName,
    address: addressText.openapi({ description: "Its checksum must hold: EIP-55, base58check, bech32 or bech32m." }),
    label: textField(60).openapi({ example: "My cold wallet" }),
  })
  .openapi("CreateWithdrawalAddress");

export const withdrawalAddress = z
  .object({
    id: z.string().openapi({ example: "addr_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    network: networkName,
    address: addressText,
    label: z.string(),
    usableFrom: timestamp.openapi({
      description: "A new address waits, so that its owner can notice a stranger's hand.",
    }),
    createdAt: timestamp,
  })
  .openapi("WithdrawalAddress");

export function presentAddress(row: WithdrawalAddress): z.infer<typeof withdrawalAddress> {
  const { id, network: name, address, label, usableFrom, createdAt } = row;
  return {
    id,
    network: name,
    address,
    label,
    usableFrom: toTimestamp(usableFrom),
    createdAt: toTimestamp(createdAt),
  };
}

export function presentAsset({ ledger, kind, networks }: WalletAsset): z.infer<typeof asset> {
  const say = (minor: number): string => writeAmount(minor, ledger.code);
  return {
    asset: ledger.code,
    name: ledger.name,
    kind,
    decimals: ledger.scale,
    networks: networks.map((terms: NetworkTerms) => ({
      network: terms.network,
      minDeposit: say(terms.minDeposit),
      minWithdrawal: say(terms.minWithdrawal),
      withdrawalFee: say(terms.withdrawalFee),
      confirmations: terms.confirmations,
      confirmationsToWithdraw: terms.confirmationsToWithdraw,
    })),
  };
}

export function presentWallet({ asset: { ledger }, available, held, total }: Wallet): z.infer<typeof wallet> {
  const say = (minor: number): string => writeAmount(minor, ledger.code);
  return { asset: ledger.code, available: say(available), held: say(held), total: say(total) };
}

/** What the ledger's codes are called in a statement. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  "deposit.credited": "Deposit",
  "withdrawal.held": "Withdrawal",
  "escrow.locked": "Locked for a trade",
  "escrow.relocked": "Locked for a trade again",
  "escrow.released": "Bought in a trade",
  "escrow.cancelled": "Trade cancelled",
  "escrow.expired": "Trade expired",
  "escrow.resolved": "Trade resolved",
  "swap.executed": "Swap",
  "commission.released": "Commission",
  "commission.clawedBack": "Commission taken back",
  "payout.held": "Payout",
  "payout.failed": "Payout came back",
  "payout.reversed": "Payout came back",
  "openingBalance.booked": "Opening balance",
  "correction.booked": "Correction",
};

export function presentEntry(row: WalletEntry): z.infer<typeof entry> {
  const { code } = row.asset.ledger;
  return {
    id: row.id,
    walletAsset: code,
    amount: writeAmount(row.amount, code),
    balanceAfter: writeAmount(row.balanceAfter, code),
    kind: row.kind,
    reference: row.reference,
    description: DESCRIPTIONS[row.kind] ?? row.kind,
    createdAt: toTimestamp(row.at),
  };
}

export function presentDeposit(row: Deposit): z.infer<typeof deposit> {
  const { id, asset: code, network: name, txid, confirmations, required, status, address } = row;
  return {
    id,
    asset: code,
    network: name,
    amount: writeAmount(row.amount, code),
    txid,
    confirmations: Math.min(confirmations, 1_000_000),
    required,
    status,
    address,
    createdAt: toTimestamp(row.createdAt),
    creditedAt: row.creditedAt === null ? null : toTimestamp(row.creditedAt),
  };
}
