import type { z } from "zod";
import type { EventDraft } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import * as ledger from "#modules/ledger";
import { findContact, notify } from "#modules/messaging";
import type { packagePurchased } from "#modules/packages";
import type { paymentRefunded } from "#modules/payments";
import { listDisputed, readTakenBack } from "#modules/payments";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isRefusedBy } from "#platform/db";
import type { CommissionRow } from "./repository.commissions.ts";
import * as repository from "./repository.commissions.ts";
import { countDay, findMember } from "./repository.members.ts";
import * as terms from "./repository.terms.ts";
import type { Share } from "./rules.ts";
import { capped, sharesOf, sourcesOf, toNet, toTakeBack } from "./rules.ts";
import { dayOf } from "./service.members.ts";

const ROUNDS = 10;
const A_PASS = 100;

type Purchased = z.output<typeof packagePurchased.schema>;

/** Grants the commissions of a sale to whoever brought the buyer in, held until the refund window is over. */
export async function grant(ctx: Ctx, sale: Purchased): Promise<void> {
  const buyer = await findMember(ctx, { userId: sale.userId });
  if (!buyer || buyer.review === "refused") return;
  const [first] = await repository.listOfPayment(ctx, sale.paymentId);
  if (first) return;
  const rate = await terms.findRateAt(ctx, sale.slug, ctx.now());
  const { level1Bps, level2Bps } = rate ?? sale;
  const shares = sharesOf({ netMinor: sale.netMinor, level1Bps, level2Bps }, buyer);
  const bounded = await Promise.all(shares.map(async (share) => await bound(ctx, sale.asset, share)));
  const rows = bounded.filter(({ share }) => share.amountMinor > 0).map(({ share }) => commissionOf(ctx, sale, share));
  const [direct] = rows;
  if (!direct) return;
  const day = dayOf(ctx.now());
  const isNew = direct.level === 1 && !(await repository.hasBought(ctx, sale.userId));
  const told = await Promise.all(rows.map(async (row) => await tellEarner(ctx, row)));
  const statements = [
    ...bounded.flatMap(({ guard }) => guard),
    ...rows.flatMap((row) => open(ctx, row.asset, row.userId)),
    ...rows.map((row) => repository.insertCommission(ctx, row)),
    ...rows.flatMap((row) => repository.moveEarnings(ctx, row, { held: row.amountMinor })),
    ...rows.map((row) => terms.countEarned(ctx, row, { day, earned: row.amountMinor })),
    ...(isNew ? [countDay(ctx, { userId: direct.userId, day, counter: "buyers" })] : []),
    ...told.flatMap((part) => part.statements),
  ];
  const transfers = rows.flatMap((row) => ledger.commissionHeld(toBooking(row)));
  await ledger.commitTransfers(ctx, { transfers, statements }, { events: told.flatMap((part) => part.events) });
}

interface Bounded {
  readonly share: Share;
  /** What has to hold when it is committed. */
  readonly guard: readonly Statement[];
}

/** A share as far as the month's cap of its earner allows. */
async function bound(ctx: Ctx, asset: string, share: Share): Promise<Bounded> {
  const cap = await terms.findCap(ctx, asset);
  if (cap === null) return { share, guard: [] };
  const month = dayOf(ctx.now()).slice(0, 7);
  const earner = { userId: share.userId, asset };
  const earned = await terms.sumMonth(ctx, earner, month);
  const amountMinor = capped(share.amountMinor, earned, cap);
  return { share: { ...share, amountMinor }, guard: [terms.expectMonth(ctx, earner, { month, earned })] };
}

function commissionOf(ctx: Ctx, sale: Purchased, { userId, ...share }: Share): CommissionRow {
  const now = ctx.now();
  return {
    ...share,
    id: ctx.newId("comm"),
    userId: userId as Id<"user">,
    buyerId: sale.userId as Id<"user">,
    paymentId: sale.paymentId,
    baseMinor: sale.netMinor,
    asset: sale.asset,
    status: "held",
    released: false,
    takenBackMinor: 0,
    heldUntil: now + ctx.config.commissionHoldDays * DAY,
    correctionOf: null,
    refundId: null,
    createdAt: now,
  };
}

interface Told {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

async function tellEarner(
  ctx: Ctx,
  { id, userId, asset, amountMinor, level, heldUntil }: CommissionRow,
): Promise<Told> {
  const contact = await findContact(ctx, userId);
  if (!contact) return { statements: [], events: [] };
  const amount = ledger.writeAmount(amountMinor, asset);
  const data = { amount, asset, level, availableAt: heldUntil, path: "/app/affiliate" };
  return await notify(ctx, { contact, kind: "commissionEarned", data, dedupeKey: id });
}

/** What a commission books, as the ledger's rules take it. */
function toBooking({ id, userId, asset, amountMinor }: CommissionRow) {
  return { commissionId: id, userId, asset, amount: amountMinor };
}

/** Opens what the rules of commissions move between; an account that is there stays as it is. */
function open(ctx: Ctx, asset: string, userId: string): Statement[] {
  const own = ["commission:held", "commission:debt", "wallet:user"] as const;
  return [
    ledger.insertAccount(ctx, ledger.account("expense:commission", asset)),
    ...own.map((code) => ledger.insertAccount(ctx, ledger.account(code, asset, userId))),
  ];
}

/** Releases every commission whose time has come. One that cannot be is left for the next pass and does not stop the others. */
export async function releaseDue(ctx: Ctx): Promise<void> {
  if (await ledger.payoutsFrozen(ctx)) return;
  const due = await repository.listDue(ctx, ctx.now(), A_PASS);
  const disputed = await listDisputed(
    ctx,
    due.map(({ paymentId }) => paymentId),
  );
  for (const row of due) {
    const work = disputed.has(row.paymentId) ? postpone(ctx, row) : release(ctx, row);
    await work.catch((error: unknown) => {
      ctx.log.error("A commission could not be released.", { module: "affiliate", target: row.id, error });
    });
  }
}

/** While the buyer's bank decides about a sale, its commissions stay held. */
async function postpone(ctx: Ctx, row: CommissionRow): Promise<void> {
  await commit(ctx, repository.updateCommission(ctx, row, { heldUntil: ctx.now() + DAY }));
}

/** What is left of a commission goes to the wallet, less what its earner owes from before. */
async function release(ctx: Ctx, row: CommissionRow): Promise<void> {
  const left = row.amountMinor - row.takenBackMinor;
  const sums = (await repository.listEarnings(ctx, row.userId)).filter(({ asset }) => asset === row.asset);
  const owed = sums.reduce((sum, { owedMinor }) => sum + owedMinor, 0);
  const netted = toNet(left, owed);
  const status = row.takenBackMinor === 0 ? "available" : row.status;
  const moved = { held: -left, available: left - netted, owed: -netted };
  const statements = [
    ...repository.updateCommission(ctx, row, { status, released: true }),
    ...repository.moveEarnings(ctx, row, moved),
  ];
  const transfers = ledger.commissionReleased({ ...toBooking(row), amount: left }, netted);
  try {
    await ledger.commitTransfers(ctx, { transfers, statements });
  } catch (error) {
    if (!isRefusedBy(error, repository.COMMISSION_RACED)) throw error;
  }
}

type Refunded = Pick<z.output<typeof paymentRefunded.schema>, "paymentId" | "refundId" | "captured" | "refunded">;

/** A dispute that was lost takes commissions back as a refund does. */
export async function takeBackDisputed(
  ctx: Ctx,
  { paymentId, disputeId }: { readonly paymentId: string; readonly disputeId: string },
): Promise<void> {
  const taken = await readTakenBack(ctx, paymentId as Id<"pay">);
  if (taken) await takeBack(ctx, { paymentId, refundId: disputeId, ...taken });
}

/** Takes back the part of a payment's commissions that goes with what was refunded of it. */
export async function takeBack(ctx: Ctx, refund: Refunded): Promise<void> {
  for (let round = 1; ; round += 1) {
    const rows = await repository.listOfPayment(ctx, refund.paymentId);
    const parts = await Promise.all(rows.map(async (row) => await takeBackOne(ctx, row, refund)));
    const statements = parts.flatMap((part) => part.statements);
    const transfers = parts.flatMap((part) => part.transfers);
    if (statements.length === 0) return;
    try {
      // Not `commitTransfers`: a wallet that was emptied meanwhile must not spoil the id for the next round.
      const batch = [...statements, ...ledger.insertTransfers(ctx, transfers)];
      await commit(ctx, batch, { refusals: {} });
      return;
    } catch (error) {
      if (round === ROUNDS) throw error;
      ctx.log.warn("A commission is taken back in another round.", {
        module: "affiliate",
        target: refund.refundId,
        error,
      });
    }
  }
}

interface Correction {
  readonly statements: readonly Statement[];
  readonly transfers: readonly ledger.Transfer[];
}

async function takeBackOne(ctx: Ctx, row: CommissionRow, refund: Refunded): Promise<Correction> {
  const amount = toTakeBack(row.amountMinor, row.takenBackMinor, refund);
  if (amount === 0) return { statements: [], transfers: [] };
  const { userId, asset } = row;
  const spendable = await ledger.readSpendable(ctx, ledger.accountId("wallet:user", asset, userId));
  const sources = sourcesOf(amount, row.released, spendable);
  const takenBackMinor = row.takenBackMinor + amount;
  const status = takenBackMinor === row.amountMinor ? "reversed" : "partially_reversed";
  const correction: CommissionRow = {
    ...row,
    id: ctx.newId("comm"),
    amountMinor: -amount,
    status,
    released: row.released,
    takenBackMinor: 0,
    correctionOf: row.id,
    refundId: refund.refundId,
    createdAt: ctx.now(),
  };
  const moved = row.released ? { available: -sources.fromWallet, owed: sources.asDebt } : { held: -amount };
  return {
    statements: [
      ...repository.updateCommission(ctx, row, { status, takenBackMinor }),
      repository.insertCommission(ctx, correction),
      ...repository.moveEarnings(ctx, row, moved),
      terms.countEarned(ctx, row, { day: dayOf(ctx.now()), takenBack: amount }),
    ],
    transfers: ledger.commissionClawedBack({ refundId: refund.refundId, userId, asset, ...sources }),
  };
}
