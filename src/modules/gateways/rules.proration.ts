import { divideHalfEven } from "#kernel/money";
import type { Millis } from "#kernel/time";
import type { ChangePreview, InvoiceLine, Price } from "./gateway.ts";

/**
 * What must stay true: what a change costs is the sum of its lines; a change to the same price costs nothing; the day of
 * the month on which a subscription renews is the one on which it began, or the last of a shorter month.
 */

export interface Period {
  readonly start: Millis;
  readonly end: Millis;
}

/** So many months or years after a moment, on the same day of the month or the last one of a shorter month. */
export function addIntervals(from: Millis, interval: Price["interval"], count: number): Millis {
  const date = new Date(from);
  const months = date.getUTCMonth() + count * (interval === "year" ? 12 : 1);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  return Date.UTC(date.getUTCFullYear(), months, day) + (from % 86_400_000);
}

/** The lines of a whole period. */
export function periodLines(price: Price, { start, end }: Period): InvoiceLine[] {
  const span = { periodStart: start, periodEnd: end };
  return [
    { description: price.name, amount: price.net, kind: "plan" as const, ...span },
    { description: "Tax", amount: price.tax, kind: "tax" as const, ...span },
  ].filter(({ amount }) => amount !== 0);
}

/**
 * What changing from one price to another costs at a moment of the present period: a credit for what is left of the old
 * one, and a charge for the same time of the new one; with another interval, for a whole new period that begins now.
 * Each line is rounded half to even.
 */
export function prorate(
  change: { readonly from: Price; readonly to: Price },
  period: Period,
  at: Millis,
): ChangePreview {
  const { from, to } = change;
  const left = Math.min(Math.max(period.end - at, 0), period.end - period.start);
  const share = (amount: number): number =>
    Number(divideHalfEven(BigInt(amount) * BigInt(left), BigInt(period.end - period.start)));
  const same = from.interval === to.interval;
  const end = same ? period.end : addIntervals(at, to.interval, 1);
  const old = { kind: "proration" as const, periodStart: at, periodEnd: period.end };
  const fresh = { kind: same ? ("proration" as const) : ("plan" as const), periodStart: at, periodEnd: end };
  const lines: InvoiceLine[] = [
    { ...old, description: `Unused time of ${from.name}`, amount: -share(from.net) },
    { ...old, description: "Tax on unused time", amount: -share(from.tax), kind: "tax" as const },
    { ...fresh, description: to.name, amount: same ? share(to.net) : to.net },
    { ...fresh, description: "Tax", amount: same ? share(to.tax) : to.tax, kind: "tax" as const },
  ].filter(({ amount }) => amount !== 0);
  return { lines, amountDue: lines.reduce((sum, { amount }) => sum + amount, 0), asset: to.asset };
}
