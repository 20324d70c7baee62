import { divideHalfEven } from "#kernel/money";
import { accountId } from "./chart.ts";
import { book, postAll, setAside, voidAll } from "./posting-rules.ts";
import type { Pending, Post, Posted, Void } from "./rules.ts";

/** Posting rules of what users have with us: deposits, withdrawals, escrow, swaps and commissions. */

const wallet = (userId: string, asset: string): string => accountId("wallet:user", asset, userId);
const fees = (asset: string): string => accountId("revenue:fee", asset);

export interface Deposit {
  readonly depositId: string;
  readonly userId: string;
  /** `ethereum`, `bitcoin`, `sandbox` */
  readonly network: string;
  readonly asset: string;
  readonly amount: number;
}

/** A deposit has its confirmations. */
export function depositCredited({ depositId, userId, network, asset, amount }: Deposit): Posted[] {
  return book({ reference: depositId, event: "deposit.credited", asset }, [
    { part: "", debit: accountId("clearing:chain", asset, network), credit: wallet(userId, asset), amount },
  ]);
}

export interface Withdrawal {
  readonly withdrawalId: string;
  readonly userId: string;
  readonly network: string;
  readonly asset: string;
  /** What arrives. */
  readonly amount: number;
  /** What we take for it, on top. */
  readonly fee: number;
}

/** A withdrawal was requested: amount and fee are set aside. */
export function withdrawalHeld({ withdrawalId, userId, network, asset, amount, fee }: Withdrawal): Pending[] {
  const debit = wallet(userId, asset);
  return setAside({ reference: withdrawalId, event: "withdrawal.held", asset }, [
    { part: "", debit, credit: accountId("clearing:chain", asset, network), amount },
    { part: "fee", debit, credit: fees(asset), amount: fee },
  ]);
}

/** The withdrawal is confirmed on its network. */
export function withdrawalSettled(withdrawal: Withdrawal): Post[] {
  return postAll("settled", withdrawalHeld(withdrawal));
}

/** The withdrawal was rejected, cancelled or has failed: all of it goes back. */
export function withdrawalVoided(withdrawal: Withdrawal): Void[] {
  return voidAll("voided", withdrawalHeld(withdrawal));
}

export interface NetworkFee {
  /** The withdrawal or sweep that cost it. */
  readonly reference: string;
  readonly network: string;
  readonly asset: string;
  readonly amount: number;
}

/** The network took its fee from our address. */
export function networkFeePaid({ reference, network, asset, amount }: NetworkFee): Posted[] {
  return book({ reference, event: "network.feePaid", asset }, [
    {
      part: "",
      debit: accountId("expense:network", asset),
      credit: accountId("clearing:chain", asset, network),
      amount,
    },
  ]);
}

export interface Escrow {
  readonly tradeId: string;
  readonly sellerId: string;
  readonly buyerId: string;
  readonly asset: string;
  /** What the buyer is to get. */
  readonly amount: number;
  /** What the seller pays for the trade, locked with it. */
  readonly fee: number;
}

const escrow = ({ tradeId, asset }: Escrow): string => accountId("escrow:trade", asset, tradeId);

function locked(trade: Escrow, event: string): Posted[] {
  const { tradeId, sellerId, asset, amount, fee } = trade;
  return book({ reference: tradeId, event, asset }, [
    { part: "", debit: wallet(sellerId, asset), credit: escrow(trade), amount: amount + fee },
  ]);
}

/** A trade begins: the seller's asset and the fee are locked. */
export function escrowLocked(trade: Escrow): Posted[] {
  return locked(trade, "escrow.locked");
}

/** A trade that had expired is disputed: what went back to the seller is locked again. */
export function escrowRelocked(trade: Escrow): Posted[] {
  return locked(trade, "escrow.relocked");
}

/** The seller releases: the asset to the buyer, the fee to us. */
export function escrowReleased(trade: Escrow): Posted[] {
  const { tradeId, buyerId, asset, amount, fee } = trade;
  const debit = escrow(trade);
  return book({ reference: tradeId, event: "escrow.released", asset }, [
    { part: "", debit, credit: wallet(buyerId, asset), amount },
    { part: "fee", debit, credit: fees(asset), amount: fee },
  ]);
}

/** The trade expired: all of it goes back to the seller. May still be disputed, and then end otherwise. */
export function escrowExpired(trade: Escrow): Posted[] {
  return returned(trade, "escrow.expired");
}

/** The trade was cancelled: all of it goes back to the seller. */
export function escrowCancelled(trade: Escrow): Posted[] {
  return returned(trade, "escrow.cancelled");
}

function returned(trade: Escrow, event: string): Posted[] {
  const { tradeId, sellerId, asset, amount, fee } = trade;
  return book({ reference: tradeId, event, asset }, [
    { part: "", debit: escrow(trade), credit: wallet(sellerId, asset), amount: amount + fee },
  ]);
}

/**
 * An arbitrator shares the asset out. The fee goes to us pro rata with the buyer's share, rounded half to even, and the
 * rest of it back to the seller.
 *
 * @param buyerShare of `amount`; the seller gets the rest. Throws `RangeError` when it is not within it.
 */
export function escrowResolved(trade: Escrow, buyerShare: number): Posted[] {
  const { tradeId, sellerId, buyerId, asset, amount, fee } = trade;
  if (buyerShare < 0 || buyerShare > amount) throw new RangeError("A share must be within the amount.");
  const earned = Number(divideHalfEven(BigInt(fee) * BigInt(buyerShare), BigInt(amount)));
  const debit = escrow(trade);
  return book({ reference: tradeId, event: "escrow.resolved", asset }, [
    { part: "buyer", debit, credit: wallet(buyerId, asset), amount: buyerShare },
    { part: "seller", debit, credit: wallet(sellerId, asset), amount: amount - buyerShare + fee - earned },
    { part: "fee", debit, credit: fees(asset), amount: earned },
  ]);
}

export interface Liquidity {
  readonly reference: string;
  readonly asset: string;
  readonly amount: number;
}

const reserve = (asset: string): string => accountId("clearing:swap", asset);

/** We set some of our own aside to swap with. */
export function liquidityFunded({ reference, asset, amount }: Liquidity): Posted[] {
  return book({ reference, event: "liquidity.funded", asset }, [
    { part: "", debit: accountId("equity", asset), credit: reserve(asset), amount },
  ]);
}

/** We take some of it back. */
export function liquidityWithdrawn({ reference, asset, amount }: Liquidity): Posted[] {
  return book({ reference, event: "liquidity.withdrawn", asset }, [
    { part: "", debit: reserve(asset), credit: accountId("equity", asset), amount },
  ]);
}

export interface Swap {
  readonly swapId: string;
  readonly userId: string;
  readonly fromAsset: string;
  readonly toAsset: string;
  /** What the user gives, fee included. */
  readonly give: number;
  /** The part of it that we keep. */
  readonly fee: number;
  readonly receive: number;
}

/** A user changes one asset for another: two legs that stand or fall together, and fall when we have too little set aside. */
export function swapExecuted({ swapId, userId, fromAsset, toAsset, give, fee, receive }: Swap): Posted[] {
  const debit = wallet(userId, fromAsset);
  const swapped = { reference: swapId, event: "swap.executed" };
  return [
    ...book({ ...swapped, asset: fromAsset }, [
      { part: "give", debit, credit: reserve(fromAsset), amount: give - fee },
      { part: "fee", debit, credit: fees(fromAsset), amount: fee },
    ]),
    ...book({ ...swapped, asset: toAsset }, [
      { part: "receive", debit: reserve(toAsset), credit: wallet(userId, toAsset), amount: receive },
    ]),
  ];
}

export interface Commission {
  readonly commissionId: string;
  readonly userId: string;
  readonly asset: string;
  readonly amount: number;
}

const held = ({ userId, asset }: Commission): string => accountId("commission:held", asset, userId);
const granted = (asset: string): string => accountId("expense:commission", asset);

/** A commission was earned, and waits for the refund window to end. */
export function commissionHeld(commission: Commission): Posted[] {
  const { commissionId, asset, amount } = commission;
  return book({ reference: commissionId, event: "commission.held", asset }, [
    { part: "", debit: granted(asset), credit: held(commission), amount },
  ]);
}

/**
 * The refund window is over: the commission goes to the wallet, less what the earner owes from before.
 *
 * @param netted the part that pays off debt; at most the amount
 */
export function commissionReleased(commission: Commission, netted = 0): Posted[] {
  const { commissionId, userId, asset, amount } = commission;
  const debit = held(commission);
  return book({ reference: commissionId, event: "commission.released", asset }, [
    { part: "", debit, credit: wallet(userId, asset), amount: amount - netted },
    { part: "debt", debit, credit: accountId("commission:debt", asset, userId), amount: netted },
  ]);
}

/** Where a commission that is taken back comes from. The parts add up to what is taken back. */
export interface Clawback {
  /** The refund that caused it. */
  readonly refundId: string;
  readonly userId: string;
  readonly asset: string;
  readonly fromHeld: number;
  readonly fromWallet: number;
  /** What the earner no longer has, netted from the next earnings. */
  readonly asDebt: number;
}

/** The sale was refunded: its commission is taken back from what is held, else from the wallet, else as a debt. */
export function commissionClawedBack(clawback: Clawback): Posted[] {
  const { refundId, userId, asset } = clawback;
  const credit = granted(asset);
  return book({ reference: `${refundId}.${userId}`, event: "commission.clawedBack", asset }, [
    { part: "held", debit: accountId("commission:held", asset, userId), credit, amount: clawback.fromHeld },
    { part: "wallet", debit: wallet(userId, asset), credit, amount: clawback.fromWallet },
    { part: "debt", debit: accountId("commission:debt", asset, userId), credit, amount: clawback.asDebt },
  ]);
}
