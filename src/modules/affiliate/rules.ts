import { applyBps, divideHalfEven } from "#kernel/money";

/**
 * What must stay true: a commission is its rate on the net price, rounded half to even; what is taken back of it follows
 * from how much of the payment has been refunded in all, so that the same refund heard twice, or two heard in the wrong
 * order, take back the same; a full refund takes back all.
 */

export interface Sale {
  readonly netMinor: number;
  readonly level1Bps: number;
  readonly level2Bps: number;
}

export interface Upline {
  readonly referrerId: string | null;
  readonly secondReferrerId: string | null;
}

export interface Share {
  readonly level: 1 | 2;
  readonly userId: string;
  readonly rateBps: number;
  readonly amountMinor: number;
}

/** Who earns how much of a sale. A share of nothing is none. */
export function sharesOf({ netMinor, level1Bps, level2Bps }: Sale, { referrerId, secondReferrerId }: Upline): Share[] {
  const levels = [
    { level: 1, userId: referrerId, rateBps: level1Bps },
    { level: 2, userId: secondReferrerId, rateBps: level2Bps },
  ] as const;
  return levels.flatMap(({ userId, ...rest }) => {
    const amountMinor = applyBps(netMinor, rest.rateBps);
    return userId === null || amountMinor === 0 ? [] : [{ ...rest, userId, amountMinor }];
  });
}

/** What of a share is still below a month's cap. */
export function capped(amountMinor: number, earnedMinor: number, capMinor: number): number {
  return Math.min(amountMinor, Math.max(0, capMinor - earnedMinor));
}

export interface Refunded {
  /** Of the payment, tax included. */
  readonly captured: number;
  /** By all refunds so far. */
  readonly refunded: number;
}

/** What is still to be taken back of a commission; never below zero. */
export function toTakeBack(amountMinor: number, takenBackMinor: number, { captured, refunded }: Refunded): number {
  const due = divideHalfEven(BigInt(amountMinor) * BigInt(Math.min(refunded, captured)), BigInt(captured));
  return Math.max(0, Number(due) - takenBackMinor);
}

export interface Sources {
  readonly fromHeld: number;
  readonly fromWallet: number;
  readonly asDebt: number;
}

/** Where what is taken back comes from: the commission itself while it is held, else the wallet, else a debt. */
export function sourcesOf(amountMinor: number, released: boolean, spendableMinor: number): Sources {
  if (!released) return { fromHeld: amountMinor, fromWallet: 0, asDebt: 0 };
  const fromWallet = Math.min(amountMinor, Math.max(0, spendableMinor));
  return { fromHeld: 0, fromWallet, asDebt: amountMinor - fromWallet };
}

/** What of a commission that becomes available pays off what its earner owes. */
export function toNet(amountMinor: number, owedMinor: number): number {
  return Math.min(amountMinor, Math.max(0, owedMinor));
}

export interface Standing {
  /** Released, and still to be asked for. */
  readonly availableMinor: number;
  readonly paidOutMinor: number;
}

/**
 * How released earnings stand. Payouts are of the wallet, whatever it was filled by: they count as earnings first. What is
 * under way is neither available nor paid out.
 */
export function standing(
  releasedMinor: number,
  { openMinor, paidMinor }: { readonly openMinor: number; readonly paidMinor: number },
): Standing {
  const released = Math.max(0, releasedMinor);
  const paidOutMinor = Math.min(paidMinor, released);
  return { paidOutMinor, availableMinor: Math.max(0, released - paidOutMinor - openMinor) };
}

const DEFAULT_LENGTH = 10;

/** The code that somebody begins with: fifty random bits from the end of the id. */
export function defaultCode(userId: string): string {
  return userId.slice(-DEFAULT_LENGTH).toUpperCase();
}

/** A name as others may see it: its first letter. */
export function mask(name: string | null): string {
  const [first] = Array.from(name ?? "");
  return first === undefined ? "•••" : `${first}•••`;
}
