import type { Output } from "#modules/chains";
import type { NetworkTerms } from "./terms.ts";

/**
 * What becomes of a deposit, given the chain as it stands.
 *
 * What must stay true: nothing is credited before its confirmations; nothing is given up before it was missing from
 * three further blocks; what was credited is never taken back by itself.
 */

/** A deposit is orphaned once it was missing from so many further blocks. */
export const ORPHAN_BLOCKS = 3;
/** Credited deposits are watched for so many blocks more. */
export const DEEP_BLOCKS = 64;

export interface Tracked {
  readonly status: "detected" | "confirming" | "credited" | "orphaned";
  readonly output: string;
  readonly address: string;
  readonly amount: number;
  readonly required: number;
  readonly missingSince: number | null;
}

/** Where the chain has it: what was found at its place in the transaction, in minor units. */
export interface Sighting extends Pick<Output, "output" | "address" | "height" | "blockHash"> {
  readonly amount: number;
}

export interface Standing {
  readonly blockHeight: number | null;
  readonly blockHash: string | null;
  readonly confirmations: number;
  readonly missingSince: number | null;
}

export type Verdict =
  /** Nothing but where it stands has changed. */
  | { readonly kind: "track"; readonly status: Tracked["status"]; readonly standing: Standing }
  | { readonly kind: "credit"; readonly standing: Standing }
  | { readonly kind: "orphan"; readonly standing: Standing }
  /** It was credited, and the chain no longer has it. */
  | { readonly kind: "incident"; readonly standing: Standing };

/** How many confirmations a deposit needs. */
export function requiredConfirmations(terms: NetworkTerms, amount: number): number {
  return amount >= terms.largeDeposit ? terms.confirmationsOfLarge : terms.confirmations;
}

interface Chain {
  readonly tip: number;
  readonly minDeposit: number;
}

/** @param sightings what the chain has of the deposit's transaction; empty when it has nothing */
export function judgeDeposit(deposit: Tracked, sightings: readonly Sighting[], chain: Chain): Verdict {
  const found = sightings.find(
    ({ output, address, amount }) =>
      output === deposit.output && address === deposit.address && amount === deposit.amount,
  );
  if (!found) return judgeMissing(deposit, chain.tip);
  const { height, blockHash } = found;
  const confirmations = height === null ? 0 : Math.max(0, chain.tip - height + 1);
  const standing = { blockHeight: height, blockHash, confirmations, missingSince: null };
  if (deposit.status === "credited") return { kind: "track", status: "credited", standing };
  if (deposit.amount < chain.minDeposit) return { kind: "track", status: "detected", standing };
  if (confirmations >= deposit.required) return { kind: "credit", standing };
  return { kind: "track", status: confirmations === 0 ? "detected" : "confirming", standing };
}

function judgeMissing(deposit: Tracked, tip: number): Verdict {
  const missingSince = Math.min(deposit.missingSince ?? tip, tip);
  const standing = { blockHeight: null, blockHash: null, confirmations: 0, missingSince };
  if (tip - missingSince < ORPHAN_BLOCKS) return { kind: "track", status: deposit.status, standing };
  return { kind: deposit.status === "credited" ? "incident" : "orphan", standing };
}
