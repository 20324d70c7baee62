/**
 * A hot wallet: one for each network and address. It turns payments into transactions, one nonce each, and sees them
 * through. A payment that was accepted is signed under one nonce for good; what is sent again is the same bytes, or a
 * dearer transaction under the same nonce, so that the chain takes one of them at most.
 */

export interface Payment {
  /** The withdrawal's id: the same id is paid once. */
  readonly id: string;
  readonly to: string;
  /** In the chain's smallest unit, as a decimal text. */
  readonly raw: string;
  /** The token's contract; null for the chain's own coin. */
  readonly contract: string | null;
  /** It has arrived after so many. */
  readonly confirmations: number;
}

/** Whether a payment could go out now. */
export type Readiness = "ready" | "balance_low" | "network_unavailable";

/** What was accepted is kept, and paid as soon as there are funds. `conflict`: the id was accepted with other content. */
export type Acceptance = "accepted" | "conflict";

export type PaymentState =
  /** It was never accepted here. */
  | "unheard"
  | "accepted"
  | "sent"
  | "confirmed"
  /** The chain has it, and it has moved nothing. */
  | "failed"
  /** Its nonce was used by something else, or the token said nothing of it: nobody knows by itself what was paid. */
  | "quarantined";

export interface PaymentStatus {
  readonly id: string;
  readonly state: PaymentState;
  readonly txid: string | null;
  readonly confirmations: number;
  /** What the chain took for it, in its smallest unit, as a decimal text. */
  readonly fee: string;
}

/** The name of the object. */
export function hotWalletName(network: string, chainId: number, address: string): string {
  return `${network}:${chainId}:${address.toLowerCase()}`;
}
