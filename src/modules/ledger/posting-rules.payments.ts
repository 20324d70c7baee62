import type { AccountCode } from "./chart.ts";
import { accountId } from "./chart.ts";
import type { Line } from "./posting-rules.ts";
import { book, postAll, setAside, voidAll } from "./posting-rules.ts";
import type { Pending, Post, Posted, Void } from "./rules.ts";

/** Posting rules of payments through gateways, and of payouts. */

export type Gateway = "stripe" | "razorpay" | "sandbox";

export interface Payment {
  readonly paymentId: string;
  readonly gateway: Gateway;
  readonly asset: string;
  /** What the customer paid, tax included. */
  readonly amount: number;
  /** The part of it that is tax. */
  readonly tax: number;
  readonly revenue: Extract<AccountCode, `revenue:${string}`>;
}

const gatewayAccount = (gateway: Gateway, asset: string): string => accountId(`clearing:${gateway}`, asset);

/** A customer has paid: the gateway owes us the amount. */
export function paymentCaptured(payment: Payment): Posted[] {
  const { paymentId, asset, amount, tax } = payment;
  const debit = gatewayAccount(payment.gateway, asset);
  return book({ reference: paymentId, event: "payment.captured", asset }, [
    { part: "", debit, credit: accountId(payment.revenue, asset), amount: amount - tax },
    { part: "tax", debit, credit: accountId("tax:collected", asset), amount: tax },
  ]);
}

export interface GatewayCharge {
  readonly reference: string;
  readonly gateway: Gateway;
  readonly asset: string;
  readonly amount: number;
}

/** The gateway keeps its fee of a payment or a dispute. */
export function gatewayFeeKept({ reference, gateway, asset, amount }: GatewayCharge): Posted[] {
  return book({ reference, event: "gateway.feeKept", asset }, [
    { part: "", debit: accountId("expense:gateway", asset), credit: gatewayAccount(gateway, asset), amount },
  ]);
}

export interface Refund extends Omit<Payment, "paymentId"> {
  readonly refundId: string;
}

/** A refund was asked of the gateway: set aside until it answers. */
export function refundBegun(refund: Refund): Pending[] {
  const { refundId, asset, amount, tax } = refund;
  const credit = gatewayAccount(refund.gateway, asset);
  return setAside({ reference: refundId, event: "refund.begun", asset }, [
    { part: "", debit: accountId(refund.revenue, asset), credit, amount: amount - tax },
    { part: "tax", debit: accountId("tax:collected", asset), credit, amount: tax },
  ]);
}

/** The gateway has paid the refund. */
export function refundPaid(refund: Refund): Post[] {
  return postAll("paid", refundBegun(refund));
}

/** The gateway has refused the refund: the sale stands. */
export function refundFailed(refund: Refund): Void[] {
  return voidAll("failed", refundBegun(refund));
}

/** A refund that was paid has come back, because the customer's bank did not take it: the sale stands after all. */
export function refundReturned(refund: Refund): Posted[] {
  const { refundId, asset, amount, tax } = refund;
  const debit = gatewayAccount(refund.gateway, asset);
  return book({ reference: refundId, event: "refund.returned", asset }, [
    { part: "", debit, credit: accountId(refund.revenue, asset), amount: amount - tax },
    { part: "tax", debit, credit: accountId("tax:collected", asset), amount: tax },
  ]);
}

export interface PaymentDispute {
  readonly disputeId: string;
  readonly gateway: Gateway;
  readonly asset: string;
  readonly amount: number;
}

function disputeBooked(dispute: PaymentDispute, event: string, accounts: Pick<Line, "debit" | "credit">): Posted[] {
  const { disputeId, asset, amount } = dispute;
  return book({ reference: disputeId, event, asset }, [{ part: "", ...accounts, amount }]);
}

/** The customer's bank disputes a payment: the gateway takes the amount back for now. */
export function disputeOpened(dispute: PaymentDispute): Posted[] {
  const { gateway, asset } = dispute;
  const debit = accountId("dispute:open", asset);
  return disputeBooked(dispute, "dispute.opened", { debit, credit: gatewayAccount(gateway, asset) });
}

/** The dispute was won: the gateway owes us the amount again. */
export function disputeWon(dispute: PaymentDispute): Posted[] {
  const { gateway, asset } = dispute;
  const credit = accountId("dispute:open", asset);
  return disputeBooked(dispute, "dispute.won", { debit: gatewayAccount(gateway, asset), credit });
}

/** The dispute was lost. */
export function disputeLost(dispute: PaymentDispute): Posted[] {
  const { asset } = dispute;
  const accounts = { debit: accountId("expense:dispute", asset), credit: accountId("dispute:open", asset) };
  return disputeBooked(dispute, "dispute.lost", accounts);
}

/** The gateway has paid out to our bank what it owed us. */
export function settlementReceived({ reference, gateway, asset, amount }: GatewayCharge): Posted[] {
  return book({ reference, event: "settlement.received", asset }, [
    { part: "", debit: accountId("clearing:bank", asset), credit: gatewayAccount(gateway, asset), amount },
  ]);
}

/** A settlement has come back to the gateway: our bank did not take it. */
export function settlementReturned({ reference, gateway, asset, amount }: GatewayCharge): Posted[] {
  return book({ reference, event: "settlement.returned", asset }, [
    { part: "", debit: gatewayAccount(gateway, asset), credit: accountId("clearing:bank", asset), amount },
  ]);
}

export interface Payout {
  readonly payoutId: string;
  readonly userId: string;
  readonly asset: string;
  /** Tax and fee included. */
  readonly gross: number;
  readonly tax: number;
  readonly fee: number;
}

const wallet = (userId: string, asset: string): string => accountId("wallet:user", asset, userId);
const flight = ({ payoutId, asset }: Payout): string => accountId("payout:flight", asset, payoutId);

/** A payout was requested: its gross amount is set aside. */
export function payoutHeld(payout: Payout): Pending[] {
  const { payoutId, userId, asset, gross } = payout;
  return setAside({ reference: payoutId, event: "payout.held", asset }, [
    { part: "", debit: wallet(userId, asset), credit: flight(payout), amount: gross },
  ]);
}

/** The payout was refused or withdrawn before it was sent. */
export function payoutReleased(payout: Payout): Void[] {
  return voidAll("released", payoutHeld(payout));
}

/** The payout was sent: the amount has left the wallet and has not arrived. */
export function payoutSent(payout: Payout): Post[] {
  return postAll("sent", payoutHeld(payout));
}

/** The payout has arrived: net to the bank account, tax and fee where they belong. */
export function payoutSettled(payout: Payout): Posted[] {
  const { payoutId, asset, gross, tax, fee } = payout;
  const debit = flight(payout);
  return book({ reference: payoutId, event: "payout.settled", asset }, [
    { part: "", debit, credit: accountId("clearing:bank", asset), amount: gross - tax - fee },
    { part: "tax", debit, credit: accountId("tax:withheld", asset), amount: tax },
    { part: "fee", debit, credit: accountId("revenue:fee", asset), amount: fee },
  ]);
}

/** The payout did not arrive: all of it goes back to the wallet. */
export function payoutFailed(payout: Payout): Posted[] {
  const { payoutId, userId, asset, gross } = payout;
  return book({ reference: payoutId, event: "payout.failed", asset }, [
    { part: "", debit: flight(payout), credit: wallet(userId, asset), amount: gross },
  ]);
}

/** The payout came back days after it had arrived: once, and with tax and fee. */
export function payoutReversed(payout: Payout): Posted[] {
  const { payoutId, userId, asset, gross, tax, fee } = payout;
  const credit = wallet(userId, asset);
  return book({ reference: payoutId, event: "payout.reversed", asset }, [
    { part: "", debit: accountId("clearing:bank", asset), credit, amount: gross - tax - fee },
    { part: "tax", debit: accountId("tax:withheld", asset), credit, amount: tax },
    { part: "fee", debit: accountId("revenue:fee", asset), credit, amount: fee },
  ]);
}
