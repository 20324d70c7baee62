import type { Pending, Post, Posted, Void } from "./rules.ts";
import { accountId } from "./chart.ts";

/**
 * What must stay true: every money event has one rule in the files of this name, a rule books whole amounts that add
 * up, and the ids of its transfers follow from the id of the thing, so that the same event booked twice is booked once.
 *
 * Amounts are minor units. A line of nothing is left out.
 */

/** One movement of an event. `part` tells apart what moves for different reasons: tax, fee. */
export interface Line {
  readonly part: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: number;
}

export interface Booked {
  /** What it is about: its id is the reference, and with the event the beginning of each transfer's id. */
  readonly reference: string;
  /** `payment.captured` */
  readonly event: string;
  readonly asset: string;
}

/** `pay_….captured`, `pay_….captured.tax` */
function idOf({ reference, event }: Booked, part: string): string {
  const step = event.slice(event.indexOf(".") + 1).replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [reference, step, ...(part === "" ? [] : [part])].join(".");
}

export function book(booked: Booked, lines: readonly Line[]): Posted[] {
  return lines
    .filter(({ amount }) => amount !== 0)
    .map(({ part, debit, credit, amount }) => ({
      kind: "posted",
      id: idOf(booked, part),
      debitAccountId: debit,
      creditAccountId: credit,
      amount,
      asset: booked.asset,
      code: booked.event,
      reference: booked.reference,
    }));
}

/** Sets the lines aside until the event that ends them. */
export function setAside(booked: Booked, lines: readonly Line[]): Pending[] {
  return book(booked, lines).map((line) => ({ ...line, kind: "pending" }));
}

/** Posts what a rule has set aside, in whole. */
export function postAll(event: string, holds: readonly Pending[]): Post[] {
  return holds.map(({ id }) => ({ kind: "post", id: `${id}.${event}`, pendingId: id }));
}

/** Gives back what a rule has set aside. */
export function voidAll(event: string, holds: readonly Pending[]): Void[] {
  return holds.map(({ id }) => ({ kind: "void", id: `${id}.${event}`, pendingId: id }));
}

export interface Opening {
  /** The import that it belongs to. */
  readonly reference: string;
  readonly accountId: string;
  readonly asset: string;
  readonly amount: number;
}

/** What somebody had before the books began. */
export function openingBalanceBooked(opening: Opening): Posted[] {
  const { reference, asset, amount } = opening;
  return book({ reference, event: "openingBalance.booked", asset }, [
    { part: "", debit: accountId("equity", asset), credit: opening.accountId, amount },
  ]);
}

export interface Dust {
  readonly reference: string;
  readonly asset: string;
  /** Whole minor units that many roundings have left over. */
  readonly amount: number;
  /** Where they lie. */
  readonly fromAccountId: string;
}

/** What rounding has left over, once it makes up a minor unit. */
export function dustBooked({ reference, asset, amount, fromAccountId }: Dust): Posted[] {
  return book({ reference, event: "dust.booked", asset }, [
    { part: "", debit: fromAccountId, credit: accountId("dust", asset), amount },
  ]);
}

/** A correction: the transfer the other way round, with the first one's id as its reference. Nothing is ever changed. */
export function correctionBooked(original: Posted, correctionId: string): Posted {
  return {
    ...original,
    id: correctionId,
    debitAccountId: original.creditAccountId,
    creditAccountId: original.debitAccountId,
    code: "correction.booked",
    reference: original.id,
  };
}
