import type { z } from "zod";
import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { findAccount } from "#modules/identity";
import { taxFor } from "#modules/invoicing";
import type { CreatedCheckout, GatewayName, paymentCaptured, paymentRefunded } from "#modules/payments";
import { createCheckout, readTakenBack, refundPayment } from "#modules/payments";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import { packagePurchased, packageUnneeded } from "./events.ts";
import type { PackageRow, PurchaseRow } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Bought, Owned } from "./rules.ts";
import { creditOf, fallingWith, quote } from "./rules.ts";
import { getPackage, priceOf } from "./service.ts";

/** What payments write beside the money, and what comes back in their events. */
const PURPOSE = "package";
const OWNED = "packages_purchases.user_id, packages_purchases.slug";

export interface PurchasePackage {
  readonly slug: string;
  readonly provider: GatewayName;
  /** The first of the package's currencies, if left out. */
  readonly asset?: string;
}

export interface Opened {
  readonly checkout: CreatedCheckout;
  /** What is to be paid, tax included. */
  readonly amountMinor: number;
  readonly asset: string;
}

/** Opens the checkout of a package. Whoever has a smaller one pays the difference. */
export const purchasePackage = once(async (ctx: Ctx, input: PurchasePackage): Promise<Opened> => {
  const userId = customerOf(ctx);
  const [offered, owned, account] = await Promise.all([
    getPackage(ctx, input.slug),
    listOwned(ctx, userId),
    findAccount(ctx, userId),
  ]);
  const { slug, version, rank, name } = offered;
  const { asset, amountMinor } = priceOf(offered, input.asset);
  const cost = quote({ slug, rank, asset, priceMinor: amountMinor }, owned);
  if (cost.kind === "owned") throw problems.packageOwned({ detail: "GET /api/v1/me/packages lists what you have." });
  const { netMinor, creditMinor } = cost;
  const taxes = await taxFor(ctx, account?.country ?? null, netMinor);
  const tax = taxes.reduce((sum, line) => sum + line.amountMinor, 0);
  const checkout = await createCheckout(ctx, {
    provider: input.provider,
    mode: "payment",
    userId,
    purpose: PURPOSE,
    reference: slug,
    revenue: "revenue:package",
    amount: netMinor + tax,
    tax,
    asset,
    description: creditMinor === 0 ? name : `${name}, the difference`,
    successPath: "/app/academy",
    cancelPath: "/app/academy",
  });
  if (checkout.paymentId === null) throw new TypeError("A one-off payment has a row of its own.");
  const now = ctx.now();
  const bought = { paymentId: checkout.paymentId, userId, slug, version, asset, netMinor, creditMinor };
  const pending: PurchaseRow = { ...bought, state: "pending", createdAt: now, activatedAt: null, endedAt: null };
  const opened: Opened = { checkout, amountMinor: netMinor + tax, asset };
  await commit(ctx, [repository.insertPending(ctx, pending)], { result: opened });
  return opened;
});

type Captured = z.output<typeof paymentCaptured.schema>;

/** Opens the package that a captured payment was for; a payment that buys nothing goes back. */
export async function openPurchase(ctx: Ctx, payment: Captured): Promise<void> {
  if (payment.purpose !== PURPOSE) return;
  const [offered, known, owned] = await Promise.all([
    repository.findPackage(ctx, payment.reference),
    repository.findPurchase(ctx, payment.paymentId),
    listOwned(ctx, payment.userId as Id<"user">),
  ]);
  if (known && known.state !== "pending") return;
  const row = known ?? unrecorded(ctx, payment, offered);
  if (!offered) return await giveBack(ctx, row, "The package is gone.");
  const reason = refusalOf(offered, row, owned);
  await (reason === null ? activate(ctx, row, offered) : giveBack(ctx, row, reason));
}

async function activate(ctx: Ctx, row: PurchaseRow, { level1Bps, level2Bps }: PackageRow): Promise<void> {
  const { paymentId, userId, slug, asset, netMinor } = row;
  const told = { paymentId, userId, slug, asset, netMinor, level1Bps, level2Bps };
  try {
    await commit(ctx, [repository.settlePurchase(ctx, { ...row, state: "active", activatedAt: ctx.now() })], {
      events: [draftEvent(packagePurchased, told)],
    });
  } catch (error) {
    if (!isRefusedBy(error, OWNED)) throw error;
    await giveBack(ctx, row, "The package was bought twice.");
  }
}

/** The row of a payment whose buyer's call had died before it was put down. */
function unrecorded(ctx: Ctx, payment: Captured, offered: PackageRow | null): PurchaseRow {
  const netMinor = payment.amount - payment.tax;
  const price = offered?.prices.find(({ asset }) => asset === payment.asset)?.amountMinor ?? netMinor;
  return {
    paymentId: payment.paymentId as Id<"pay">,
    userId: payment.userId as Id<"user">,
    slug: payment.reference,
    version: offered?.version ?? 1,
    asset: payment.asset,
    netMinor,
    creditMinor: Math.max(0, price - netMinor),
    state: "pending",
    createdAt: ctx.now(),
    activatedAt: null,
    endedAt: null,
  };
}

/** Why a payment buys nothing; null when it does. */
function refusalOf({ rank }: PackageRow, { asset, creditMinor }: PurchaseRow, owned: readonly Owned[]): string | null {
  if (owned.some((other) => other.rank >= rank)) return "The package was there already.";
  return creditOf({ rank, asset }, owned) < creditMinor ? "The package that this one stood on is gone." : null;
}

async function giveBack(ctx: Ctx, row: PurchaseRow, reason: string): Promise<void> {
  const settled: PurchaseRow = { ...row, state: "unneeded", endedAt: ctx.now() };
  await commit(ctx, [repository.settlePurchase(ctx, settled)], {
    events: [draftEvent(packageUnneeded, { paymentId: row.paymentId, reason })],
  });
}

/** Pays back a payment that bought nothing. */
export async function refundUnneeded(ctx: Ctx, paymentId: Id<"pay">, reason: string): Promise<void> {
  await refundPayment(ctx, { paymentId, reason });
}

type Refunded = Pick<
  z.output<typeof paymentRefunded.schema>,
  "purpose" | "userId" | "paymentId" | "captured" | "refunded"
>;

/** Ends a package whose payment has been refunded in full, and what was bought for the difference to it. */
export async function closePurchase(ctx: Ctx, refund: Refunded): Promise<void> {
  if (refund.purpose !== PURPOSE || refund.refunded < refund.captured) return;
  const bought = await listBought(ctx, refund.userId as Id<"user">);
  const fallen = fallingWith(refund.paymentId, bought);
  await commit(
    ctx,
    [refund.paymentId, ...fallen].map((paymentId) => repository.endPurchase(ctx, paymentId)),
    {
      events: fallen.map((paymentId) =>
        draftEvent(packageUnneeded, { paymentId, reason: "The package that this one stood on was refunded." }),
      ),
    },
  );
}

/** A dispute that was lost ends a package as a refund does. */
export async function closeDisputed(ctx: Ctx, dispute: Omit<Refunded, "captured" | "refunded">): Promise<void> {
  const taken = await readTakenBack(ctx, dispute.paymentId as Id<"pay">);
  if (taken) await closePurchase(ctx, { ...dispute, ...taken });
}

async function listBought(ctx: Ctx, userId: Id<"user">): Promise<(Bought & Owned)[]> {
  const [rows, all] = await Promise.all([repository.listPurchases(ctx, userId), repository.listPackages(ctx)]);
  const active = rows.filter(({ state }) => state === "active");
  return all.flatMap(({ slug, rank }) =>
    active
      .filter((row) => row.slug === slug)
      .map(({ paymentId, asset, netMinor, creditMinor }) => ({ paymentId, slug, rank, asset, netMinor, creditMinor })),
  );
}

async function listOwned(ctx: Ctx, userId: Id<"user">): Promise<readonly Owned[]> {
  return await listBought(ctx, userId);
}
