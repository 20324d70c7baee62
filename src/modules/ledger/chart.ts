import type { NewAccount } from "./repository.ts";

/**
 * The chart of accounts. An account's id follows from what it is, so that whoever writes a transfer knows it without
 * asking: `wallet:user:<user>:<asset>`, `escrow:trade:<trade>`, `clearing:stripe:<asset>`.
 *
 * Balances of what belongs to others (wallets, escrow, commissions) and of income stand on the credit side, those of
 * what is ours or on its way to us (clearing, fees paid) on the debit side.
 */

interface Kind {
  /** What may not be exceeded: `debits` keeps what is spent within what came in. */
  readonly limit: NewAccount["limit"];
  /** Must be empty once it is closed: it holds money for one thing, which has ended. */
  readonly holding: boolean;
  readonly meaning: string;
}

const kind = (meaning: string, limit: Kind["limit"] = null, holding = false): Kind => ({ meaning, limit, holding });

export const CHART = {
  "wallet:user": kind("what a user has with us and may spend", "debits"),
  "escrow:trade": kind("what one trade holds until it ends, fee included", "debits", true),
  "payout:flight": kind("one payout that was sent and is not yet settled", "debits", true),
  "commission:held": kind("commission earned by a user, before the refund window is over", "debits"),
  "commission:debt": kind("commission taken back that its earner no longer had, netted from the next earnings"),
  "clearing:stripe": kind("what Stripe owes us"),
  "clearing:razorpay": kind("what Razorpay owes us"),
  "clearing:sandbox": kind("what the sandbox gateway owes us"),
  "clearing:bank": kind("what lies in our bank account for payouts"),
  "clearing:chain": kind("what lies at our addresses on one network"),
  "clearing:swap": kind("what we have set aside of one asset to swap with", "debits"),
  "revenue:subscription": kind("subscriptions sold"),
  "revenue:package": kind("packages sold"),
  "revenue:fee": kind("fees of trades, withdrawals, payouts and swaps"),
  "expense:gateway": kind("fees that gateways keep"),
  "expense:commission": kind("commissions granted"),
  "expense:network": kind("network fees of withdrawals"),
  "expense:dispute": kind("disputed payments that were lost"),
  "dispute:open": kind("disputed payments that the gateway has taken back for now"),
  "tax:collected": kind("tax on sales, owed to the state"),
  "tax:withheld": kind("tax withheld from payouts, owed to the state"),
  dust: kind("what rounding leaves over"),
  equity: kind("where opening balances come from"),
} as const satisfies Readonly<Record<string, Kind>>;

export type AccountCode = keyof typeof CHART;

/** Codes of accounts that must be empty once they are closed. */
export const HOLDING_CODES: readonly string[] = Object.entries(CHART)
  .filter(([, { holding }]) => holding)
  .map(([code]) => code);

/** The id of an account of the chart. */
export function accountId(code: AccountCode, asset: string, subject?: string): string {
  return subject === undefined ? `${code}:${asset}` : `${code}:${subject}:${asset}`;
}

/**
 * An account of the chart, to be opened.
 *
 * @param subject whose or what it is for, where there are many of a code: a user, a trade, a network
 */
export function account(code: AccountCode, asset: string, subject?: string): NewAccount {
  const owner = subject?.startsWith("user_") === true ? subject : null;
  return { id: accountId(code, asset, subject), asset, code, owner, limit: CHART[code].limit };
}
