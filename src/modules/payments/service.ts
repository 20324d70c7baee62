import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { PaymentRow } from "./repository.ts";
import * as repository from "./repository.ts";
import type { RefundRow } from "./repository.refunds.ts";
import { listDisputed as listOpen, listRefunds, sumLost } from "./repository.refunds.ts";

export interface Payment extends PaymentRow {
  readonly refunds: readonly RefundRow[];
}

export async function listPayments(ctx: Ctx, page: PageRequest): Promise<Page<Payment>> {
  const found = toPage(await repository.listPayments(ctx, customerOf(ctx), page), page, ({ id }) => id);
  return { ...found, data: await withRefunds(ctx, found.data) };
}

/** Anybody's payment, for operators and for what has looked at whose it is. */
export async function getRow(ctx: Ctx, id: Id<"pay">): Promise<PaymentRow> {
  const row = await repository.findPayment(ctx, id);
  if (!row) throw problems.paymentNotFound();
  return row;
}

export async function getPayment(ctx: Ctx, id: Id<"pay">): Promise<Payment> {
  const row = await repository.findPayment(ctx, id);
  if (row?.userId !== customerOf(ctx)) throw problems.paymentNotFound();
  return await describe(ctx, row);
}

export interface TakenBack {
  readonly captured: number;
  readonly refunded: number;
}

/** What of a payment is no longer ours: refunded, or lost in disputes; null for no payment. */
export async function readTakenBack(ctx: Ctx, id: Id<"pay">): Promise<TakenBack | null> {
  const [row, lost] = await Promise.all([repository.findPayment(ctx, id), sumLost(ctx, id)]);
  return row && { captured: row.amount, refunded: Math.min(row.amount, row.refunded + lost) };
}

/** Which of these payments are with a customer's bank that has not decided yet. */
export async function listDisputed(ctx: Ctx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(await listOpen(ctx, ids));
}

/** A payment with its refunds. */
export async function describe(ctx: Ctx, row: PaymentRow): Promise<Payment> {
  return { ...row, refunds: await listRefunds(ctx, [row.id]) };
}

async function withRefunds(ctx: Ctx, rows: readonly PaymentRow[]): Promise<Payment[]> {
  const found = await listRefunds(
    ctx,
    rows.map(({ id }) => id),
  );
  const byPayment = Map.groupBy(found, ({ paymentId }) => paymentId);
  return rows.map((row) => ({ ...row, refunds: byPayment.get(row.id) ?? [] }));
}
