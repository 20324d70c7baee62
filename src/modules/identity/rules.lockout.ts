import { DAY, HOUR, MINUTE } from "#kernel/time";
import type { Budget, LockPolicy } from "./repository.counters.ts";

/**
 * What must stay true:
 * - Who guesses locks himself out: failures count for an account and the source or known device that they come from.
 * - A stranger cannot lock the owner out: what counts from everywhere together locks unknown devices alone.
 * - An address that nobody has is counted like any other.
 */

/** Failures for one account from one source, or from one known device. */
export const ACCOUNT_LOCK: LockPolicy = { limit: 5, windowMs: 15 * MINUTE, lockMs: 15 * MINUTE, doublings: 6 };
/** Failures for one account from everywhere; locks devices that the account does not know. */
export const ACCOUNT_DAY_LOCK: LockPolicy = { limit: 50, windowMs: DAY, lockMs: DAY, doublings: 0 };
/** Failures from one source for whatever accounts; locks devices that the account does not know. */
const SOURCE_LOCK: LockPolicy = { limit: 100, windowMs: HOUR, lockMs: 15 * MINUTE, doublings: 4 };
/** Wrong codes for one phone, over all codes that were sent. */
export const PHONE_LOCK: LockPolicy = { limit: 10, windowMs: DAY, lockMs: HOUR, doublings: 4 };

/** `scale` is the operator's factor on limits per source. */
export function sourceLock(scale: number): LockPolicy {
  return { ...SOURCE_LOCK, limit: Math.max(1, Math.round(SOURCE_LOCK.limit * scale)) };
}

/** New accounts from one source, beyond which each is noted: many people may share an address, so none is refused. */
const SOURCE_ACCOUNTS: Budget = { limit: 10, windowMs: DAY };

export function sourceAccounts(scale: number): Budget {
  return { ...SOURCE_ACCOUNTS, limit: Math.max(1, Math.round(SOURCE_ACCOUNTS.limit * scale)) };
}

/** Mails of one kind to one address. */
export const MAIL_BUDGET: Budget = { limit: 3, windowMs: HOUR };

/** Codes to one phone, from one source, for one account's change of number, and to one country on a day. */
export const SMS_PHONE_BUDGET: Budget = { limit: 3, windowMs: HOUR };
export const SMS_COOLDOWN_MS = MINUTE;
const SMS_SOURCE_BUDGET: Budget = { limit: 10, windowMs: HOUR };

export function smsSourceBudget(scale: number): Budget {
  return { ...SMS_SOURCE_BUDGET, limit: Math.max(1, Math.round(SMS_SOURCE_BUDGET.limit * scale)) };
}

export const SMS_ACCOUNT_BUDGET: Budget = { limit: 5, windowMs: DAY };

/** Half of the day's cap, so that no one country can use up what all have; where one alone is served, all of it. */
export function smsCountryBudget(dailyCap: number, countries: readonly string[] | null): Budget {
  return { limit: countries?.length === 1 ? dailyCap : Math.ceil(dailyCap / 2), windowMs: 2 * DAY };
}
