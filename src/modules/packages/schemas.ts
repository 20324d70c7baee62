import { z } from "@hono/zod-openapi";
import { parseAmount } from "#kernel/money";
import { toTimestamp } from "#kernel/time";
import { findAsset, writeAmount } from "#modules/ledger";
import { GATEWAY_NAMES } from "#modules/payments";
import { textField, timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { PackageRow, PurchaseRow, VersionRow } from "./repository.ts";
import type { Opened } from "./service.purchases.ts";
import type { PackagePrice } from "./tables.ts";

const money = z.object({ amount: z.string().openapi({ example: "2999.00" }), asset: z.string() });
const commission = z.object({ level1Bps: z.int(), level2Bps: z.int() });
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const slugParam = z
  .string()
  .max(100)
  .openapi({ param: { name: "slug", in: "path" }, example: "silver" });

const shape = {
  slug: z.string().openapi({ example: "silver" }),
  name: z.string().openapi({ example: "Silver" }),
  price: money.openapi({ description: "Before tax, in the first of its currencies." }),
  prices: z.array(money),
  courses: z.array(z.string()).nullable().openapi({ description: "Slugs; null for all courses." }),
  commission,
};

export const packageAnswer = z.object(shape).openapi("Package");
export const adminPackage = z
  .object({ ...shape, rank: z.int(), offered: z.boolean(), version: z.int(), updatedAt: timestamp })
  .openapi("AdminPackage");
export const packageVersion = z
  .object({ ...shape, rank: z.int(), offered: z.boolean(), version: z.int(), changedBy: z.string(), at: timestamp })
  .openapi("PackageVersion");

export const purchasePackage = z
  .strictObject({
    provider: z.enum(GATEWAY_NAMES).openapi({ example: "sandbox" }),
    asset: z
      .string()
      .max(10)
      .optional()
      .openapi({ description: "One of the package's currencies; the first, if left out.", example: "INR" }),
  })
  .openapi("PurchasePackage");

export const checkout = z
  .object({
    checkoutId: z.string(),
    checkoutUrl: z.string().nullable().openapi({ description: "Where to pay; null with Razorpay." }),
    orderId: z.string().optional(),
    keyId: z.string().optional(),
    amount: z.string().optional(),
    asset: z.string().optional(),
  })
  .openapi("PackageCheckout");

export const purchase = z
  .object({
    package: z.string(),
    status: z.enum(["active", "ended", "unneeded"]),
    amount: z.string().openapi({ description: "What was charged, before tax." }),
    asset: z.string(),
    paymentId: z.string(),
    activatedAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
  })
  .openapi("PackagePurchase");

/** A price that the books can hold to the last digit. */
const priceInput = z.strictObject({ asset: z.string().max(10), amount: amountText }).transform((input, context) => {
  const known = findAsset(input.asset);
  const read = known ? parseAmount(input.amount, known) : ({ ok: false, error: "asset_unknown" } as const);
  if (read.ok) return { asset: input.asset, amountMinor: read.minor };
  context.addIssue({
    code: "custom",
    path: [known ? "amount" : "asset"],
    params: { code: read.error },
    message: known ? "This is no amount of the asset." : "The ledger does not know this asset.",
  });
  return z.NEVER;
});
const changes = {
  name: textField(100).openapi({ example: "Silver" }),
  rank: z.int().min(1).max(1_000).openapi({ description: "A dearer package has a higher rank.", example: 1 }),
  prices: z
    .array(priceInput)
    .min(1)
    .max(10)
    .openapi({ example: [{ asset: "INR", amount: "2999.00" }] }),
  courses: z
    .array(z.string().max(100).regex(SLUG))
    .max(200)
    .nullable()
    .openapi({ example: ["personal-budgeting"] }),
  level1Bps: z.int().min(0).max(10_000).openapi({ example: 2_000 }),
  level2Bps: z.int().min(0).max(10_000).openapi({ example: 500 }),
  offered: z.boolean().openapi({ example: true }),
};
const RATES = { path: ["level2Bps"], error: "Both levels together may be 10,000 at most." };

export const createPackage = z
  .strictObject({ slug: z.string().max(100).regex(SLUG).openapi({ example: "bronze" }), ...changes })
  .refine(({ level1Bps, level2Bps }) => level1Bps + level2Bps <= 10_000, RATES)
  .openapi("CreatePackage");

export const updatePackage = z
  .strictObject(changes)
  .partial()
  .refine(({ level1Bps = 0, level2Bps = 0 }) => level1Bps + level2Bps <= 10_000, RATES)
  .openapi("UpdatePackage");

const presentMoney = ({ asset, amountMinor }: PackagePrice) => ({
  amount: writeAmount(amountMinor, asset),
  asset,
});

type Contents = Omit<PackageRow, "updatedAt" | "version">;

function presentContents({ slug, name, prices, courses, level1Bps, level2Bps }: Contents) {
  const shown = prices.map(presentMoney);
  return {
    slug,
    name,
    price: shown[0] ?? { amount: "0", asset: "INR" },
    prices: shown,
    courses: courses && [...courses],
    commission: { level1Bps, level2Bps },
  };
}

export function presentPackage(row: PackageRow): z.infer<typeof packageAnswer> {
  return presentContents(row);
}

export function presentAdminPackage(row: PackageRow): z.infer<typeof adminPackage> {
  const { rank, offered, version } = row;
  return { ...presentContents(row), rank, offered, version, updatedAt: toTimestamp(row.updatedAt) };
}

export function presentVersion(row: VersionRow): z.infer<typeof packageVersion> {
  const { rank, offered, version, changedBy } = row;
  return { ...presentContents(row), rank, offered, version, changedBy, at: toTimestamp(row.at) };
}

export function presentPurchase(row: PurchaseRow): z.infer<typeof purchase> {
  const { slug, state, netMinor, asset, paymentId } = row;
  return {
    package: slug,
    status: state === "pending" ? "active" : state,
    amount: writeAmount(netMinor, asset),
    asset,
    paymentId,
    activatedAt: row.activatedAt === null ? null : toTimestamp(row.activatedAt),
    endedAt: row.endedAt === null ? null : toTimestamp(row.endedAt),
  };
}

export function presentCheckout({ checkout: opened, amountMinor, asset }: Opened): z.infer<typeof checkout> {
  const { checkoutId, checkoutUrl, order } = opened;
  if (order === null) return { checkoutId, checkoutUrl };
  return { checkoutId, checkoutUrl, ...order, ...presentMoney({ asset, amountMinor }) };
}
