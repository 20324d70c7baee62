import type { GatewayName } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { upsertDifference } from "./repository.differences.ts";

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
    | "dispute_open"
    | "clearing_differs"
    | "fee_unknown";
  readonly subject: string;
  readonly amount: number | null;
  readonly asset: string | null;
}

/** Keeps what no machine may settle, and calls an operator. */
export function noteDifference(ctx: Ctx, provider: GatewayName, note: Note): Statement {
  ctx.log.error("A payment gateway and the books do not agree.", {
    module: "payments",
    code: note.kind,
    target: note.subject,
  });
  return upsertDifference(ctx, { provider, ...note });
}
