import type { Module } from "#platform/module";
import { crons } from "./jobs.ts";

export type { Outcome, OutcomeCode, Pending, Post, Posted, Transfer, Void } from "./rules.ts";
export type { Account, Balance, Entry, EntryQuery, TrialBalanceRow } from "./repository.balances.ts";
export type { NewAccount } from "./repository.ts";
export { insertTransfers, openAccount as insertAccount, setClosed } from "./repository.ts";
export { listAccounts, listEntries, listTrialBalance } from "./repository.balances.ts";
export { refusals } from "./errors.ts";
export {
  balance,
  chain,
  closeAccount,
  commitTransfers,
  expireDue,
  getAccount,
  hold,
  openAccount,
  post,
  release,
  reopenAccount,
  settle,
  submit,
  writeEach,
} from "./service.ts";

/** The books: accounts, transfers and what must stay true of them. */
export const ledger = { name: "ledger", required: true, crons } as const satisfies Module;
