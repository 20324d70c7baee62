import { z } from "@hono/zod-openapi";
import { toTimestamp } from "#kernel/time";
import { findAsset, writeAmount } from "#modules/ledger";
import { timestamp } from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import type { CapRow, RateRow } from "./repository.terms.ts";

const bps = z.int().min(0).max(10_000);

export const createRate = z
  .strictObject({
    package: z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .optional()
      .openapi({ description: "All packages, if left out.", example: "gold" }),
    level1Bps: bps.openapi({ example: 2500 }),
    level2Bps: bps.openapi({ example: 700 }),
    startsAt: z.iso
      .datetime()
      .optional()
      .openapi({ description: "From now on, if left out.", example: "2026-12-01T00:00:00Z" }),
    endsAt: z.iso
      .datetime()
      .optional()
      .openapi({ description: "For good, if left out.", example: "2027-06-30T00:00:00Z" }),
  })
  .refine(({ level1Bps, level2Bps }) => level1Bps + level2Bps <= 10_000, {
    path: ["level2Bps"],
    params: { code: "over_the_whole" },
    error: "Both levels together are at most the whole price.",
  })
  .openapi("CreateAffiliateRate");

export const rate = z
  .object({
    id: z.string().openapi({ example: "rate_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    package: z.string().nullable(),
    level1Bps: z.int(),
    level2Bps: z.int(),
    startsAt: timestamp,
    endsAt: timestamp.nullable(),
    createdBy: z.string(),
    createdAt: timestamp,
  })
  .openapi("AffiliateRate");

export const createCap = z
  .strictObject({
    asset: z
      .string()
      .refine((code) => findAsset(code) !== null, { error: "The ledger does not know this asset." })
      .openapi({ example: "INR" }),
    month: amountText.nullable().openapi({ description: "Null for no bound.", example: "50000.00" }),
  })
  .openapi("CreateAffiliateCap");

export const cap = z
  .object({
    id: z.string().openapi({ example: "cap_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    asset: z.string(),
    month: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timestamp,
  })
  .openapi("AffiliateCap");

export function presentRate({ id, slug, level1Bps, level2Bps, createdBy, ...row }: RateRow): z.infer<typeof rate> {
  const [startsAt, createdAt] = [toTimestamp(row.startsAt), toTimestamp(row.createdAt)];
  const endsAt = row.endsAt === null ? null : toTimestamp(row.endsAt);
  return { id, package: slug, level1Bps, level2Bps, startsAt, endsAt, createdBy, createdAt };
}

export function presentCap({ id, asset, monthMinor, createdBy, createdAt }: CapRow): z.infer<typeof cap> {
  const month = monthMinor === null ? null : writeAmount(monthMinor, asset);
  return { id, asset, month, createdBy, createdAt: toTimestamp(createdAt) };
}
