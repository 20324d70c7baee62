import type { Millis } from "#kernel/time";
import type { Ctx } from "#platform/ctx";

/**
 * The one interface that every road to somebody's bank is spoken to through. Amounts are minor units of the asset.
 *
 * What must stay true:
 * - What moves money carries a `key` that was stored before; the key is the vendor's own reference too, so that a payout
 *   whose answer was lost can be asked for by it.
 * - A call either answers, or throws a `GatewayFailure` that says whether it may have had an effect.
 */

export type RailName = "razorpayx" | "stripe";

/** How far a payout has come at a vendor. */
export type RailState =
  | "pending"
  | "scheduled"
  | "queued"
  | "processing"
  | "processed"
  | "cancelled"
  | "rejected"
  | "failed"
  | "reversed";

export interface Destination {
  readonly type: "ifsc" | "iban" | "upi" | "stripe";
  readonly holderName: string;
  readonly number: string;
  readonly ifsc: string | null;
}

export interface RailRequest {
  readonly key: string;
  readonly userId: string;
  readonly amount: number;
  readonly asset: string;
  readonly destination: Destination;
}

/** A payout as a vendor has it. */
export interface RailPayout {
  readonly id: string;
  /** The key that we gave it; null where it was made at the vendor. */
  readonly key: string | null;
  readonly amount: number;
  readonly asset: string;
  readonly state: RailState;
  /** The banks' own reference, once there is one. */
  readonly reference: string | null;
  /** One word that is safe to store: why it did not arrive. */
  readonly reason: string | null;
}

export interface Rail {
  readonly name: RailName;
  accepts(destination: { readonly type: Destination["type"]; readonly asset: string }): boolean;
  /** Makes the destination known to the vendor, which moves nothing and may be repeated. Gives the vendor's id of it. */
  prepare(ctx: Ctx, request: RailRequest): Promise<string>;
  /** Has the vendor use nothing more of what it keeps of somebody who is gone; may be repeated. */
  forget(ctx: Ctx, userId: string): Promise<void>;
  send(ctx: Ctx, request: RailRequest, destinationId: string): Promise<RailPayout>;
  /** Asks for a payout by its key; null when the vendor has none. */
  find(ctx: Ctx, key: string): Promise<RailPayout | null>;
  read(ctx: Ctx, id: string): Promise<RailPayout>;
  /** Every payout that was made from `since` on, whoever has made it. */
  listSince(ctx: Ctx, since: Millis): Promise<RailPayout[]>;
}
