import { toTimestamp } from "#kernel/time";
import type { GatewayName } from "#modules/gateways";
import { writeAmount } from "#modules/ledger";
import { alertOperators } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { DifferenceRow } from "./repository.differences.ts";
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
    | "fee_unknown"
    | "not_compared"
    | "settlement_differs";
  /** What it is about: an id of the vendor's or of ours, or an account of the books. */
  readonly subject: string;
  readonly amount: number | null;
  readonly asset: string | null;
}

/** Keeps what no machine may settle. */
export function noteDifference(ctx: Ctx, provider: GatewayName, note: Note): Statement {
  return upsertDifference(ctx, { provider, ...note });
}

/** As many as one mail names; the page has them all. */
const NAMED = 10;

/** Calls the operators, once for each difference. */
export async function alertDifferences(ctx: Ctx): Promise<void> {
  const fresh = await listUnalerted(ctx);
  const [first] = fresh;
  if (!first) return;
  for (const { kind, subject, provider } of fresh) {
    const target = `${provider}:${subject}`;
    ctx.log.error("A payment gateway and the books do not agree.", { module: "payments", code: kind, target });
  }
  const told = await alertOperators(ctx, {
    subject: "Payment gateways and the books do not agree",
    text: `${fresh.length === 1 ? "A difference" : `${fresh.length} differences`} that no machine may settle.`,
    facts: fresh.slice(0, NAMED).map(factOf),
    path: "/admin/reconciliation",
    dedupeKey: `differences:${first.id}:${first.firstSeenAt}`,
  });
  await commit(ctx, [setAlerted(ctx, fresh), ...told.statements], { events: told.events });
}

function factOf({ kind, provider, subject, amount, asset, firstSeenAt }: DifferenceRow): {
  label: string;
  value: string;
} {
  const sum = amount === null || asset === null ? [] : [`${writeAmount(amount, asset)} ${asset}`];
  const value = [`${provider} ${subject}`, ...sum, `since ${toTimestamp(firstSeenAt)}`].join(", ");
  return { label: kind.replaceAll("_", " "), value };
}
