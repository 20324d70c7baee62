import { DAY, type Millis } from "#kernel/time";

/**
 * What must stay true: a higher tier never has a lower limit, and nobody who is new has a higher one than the same
 * person has later.
 */

export interface Standing {
  /** 0 unverified, 1 identity shown, 2 identity and address shown. */
  readonly tier: 0 | 1 | 2;
  /** Since when the account exists. */
  readonly since: Millis;
  readonly completed30d: number;
  readonly cancelled30d: number;
}

export interface TraderLimits {
  readonly newcomer: boolean;
  readonly openTrades: number;
  readonly tradesPerDay: number;
  /** How many times the tier's daily limit of withdrawals may be traded on a day. */
  readonly volumeFactor: number;
}

const NEW_FOR = 7 * DAY;
const TRIED_AFTER = 5;
const OPEN_TRADES = [5, 20, 100] as const;
const TRADES_PER_DAY = [20, 200, 2_000] as const;
const VOLUME_FACTOR = 5;
const NEWCOMER = { openTrades: 2, tradesPerDay: 5, volumeFactor: 1 } as const;
const CANCELLED_MIN = 10;

/** Somebody is new for a week, and until some trades were completed or identity was shown. */
export function isNewcomer(standing: Standing, now: Millis): boolean {
  if (now - standing.since < NEW_FOR) return true;
  return standing.tier === 0 && standing.completed30d < TRIED_AFTER;
}

/**
 * How much somebody may trade.
 *
 * @param scale the operator's factor on what is new or unverified; 1 but in development
 */
export function traderLimits(standing: Standing, now: Millis, scale: number): TraderLimits {
  const newcomer = isNewcomer(standing, now);
  const factor = newcomer || standing.tier === 0 ? scale : 1;
  const scaled = (limit: number): number => Math.max(1, Math.round(limit * factor));
  if (newcomer) {
    return {
      newcomer,
      openTrades: scaled(NEWCOMER.openTrades),
      tradesPerDay: scaled(NEWCOMER.tradesPerDay),
      volumeFactor: scaled(NEWCOMER.volumeFactor),
    };
  }
  return {
    newcomer,
    openTrades: scaled(OPEN_TRADES[standing.tier]),
    tradesPerDay: scaled(TRADES_PER_DAY[standing.tier]),
    volumeFactor: scaled(VOLUME_FACTOR),
  };
}

/** Whether somebody lets so many trades end that no new one may be begun: ten in thirty days, and more than come to be. */
export function cancelsTooMuch({ completed30d, cancelled30d }: Standing, scale: number): boolean {
  return cancelled30d >= CANCELLED_MIN * Math.max(1, scale) && cancelled30d > completed30d;
}
