import type { GatewayName } from "#modules/gateways";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { listUnalerted, setAlerted, upsertDifference } from "./repository.differences.ts";

export interface Note {
  readonly kind:
    | "amount_mismatch"
    | "duplicate_payment"
    | "payment_unknown"
    | "payment_missing"
    | "refund_unknown"
    | "refund_overdue"
    | "refund_returned"
    | "refunded_differs"
    | "books_refuse"
    | "clearing_differs"
    | "fee_unknown";
  /** What it is about: an id of the vendor's or of ours, or an account of the books. */
  readonly subject: string;
  readonly amount: number | null;
  readonly asset: string | null;
}

/** Keeps what no machine may settle. */
export function noteDifference(ctx: Ctx, provider: GatewayName, note: Note): Statement {
  return upsertDifference(ctx, { provider, ...note });
}

/** Calls an operator, once for each difference. */
export async function alertDifferences(ctx: Ctx): Promise<void> {
  const fresh = await listUnalerted(ctx);
  for (const { kind, subject, provider } of fresh) {
    const target = `${provider}:${subject}`;
    ctx.log.error("A payment gateway and the books do not agree.", { module: "payments", code: kind, target });
  }
  if (fresh.length > 0) await commit(ctx, [setAlerted(ctx, fresh)]);
}
