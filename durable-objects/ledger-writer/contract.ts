/**
 * The writer gathers the transfers of many callers into one batch of D1. Each caller hears what became of its own, and
 * hears it once that is durable. Nothing is kept here: what was not answered may be sent again under the same ids.
 */

/** One writer is enough: D1 takes one transaction at a time. */
export const LEDGER_WRITER = "main";

/** Transfers in one batch at most. */
export const GROUP_MAX = 500;

/** Transfers that may wait at most; beyond, callers write by themselves. */
export const WAITING_MAX = 5_000;

export type Submitted<Outcome> =
  | { readonly state: "written"; readonly outcomes: Outcome[] }
  /** Too many are waiting already: nothing was written. */
  | { readonly state: "busy" }
  /** It is not known whether it was written: the caller asks again under the same ids, by itself. */
  | { readonly state: "unknown" };
