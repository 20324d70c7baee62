import type { SettledPart } from "#modules/gateways";

/**
 * What must stay true: a settlement is explained when the payments, refunds and disputes that it is made of come to its
 * amount by what our own rows say of them, and not by what the vendor says.
 */

export interface Known {
  /** By the vendor's ids. */
  readonly payments: ReadonlyMap<string, { readonly amount: number; readonly fee: number | null }>;
  readonly refunds: ReadonlyMap<string, { readonly amount: number }>;
  readonly disputes: ReadonlyMap<string, { readonly amount: number; readonly fee: number }>;
}

/** What the vendor has kept in a settlement beside the fees of payments; 0 where it gave more back than it kept. */
export function keptIn(parts: readonly SettledPart[]): number {
  return Math.max(0, -parts.filter(({ kind }) => kind === "kept").reduce((sum, { net }) => sum + net, 0));
}

/** What a settlement comes to by our own rows. */
export function explained(parts: readonly SettledPart[], known: Known): number {
  return parts.reduce((sum, part) => sum + netOf(part, known), -keptIn(parts));
}

function netOf({ kind, objectId, net }: SettledPart, { payments, refunds, disputes }: Known): number {
  if (kind === "payment") {
    const payment = payments.get(objectId);
    return payment ? payment.amount - (payment.fee ?? 0) : 0;
  }
  if (kind === "refund") return -(refunds.get(objectId)?.amount ?? 0);
  if (kind !== "dispute") return 0;
  const dispute = disputes.get(objectId);
  if (!dispute) return 0;
  return net < 0 ? -dispute.amount - dispute.fee : dispute.amount;
}
