import { Problem } from "#kernel/problem";
import type { Millis } from "#kernel/time";
import { LEDGER_WRITER } from "#objects/ledger-writer";
import type { CommitOptions } from "#platform/commit";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { constraintOf } from "#platform/log";
import { problems, refusals, toLedgerProblem } from "./errors.ts";
import * as repository from "./repository.ts";
import * as balances from "./repository.balances.ts";
import type { Outcome, OutcomeCode, Pending, Post, Posted, Transfer, Void } from "./rules.ts";
import { couldPass, parseRefusal } from "./rules.ts";

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Whether this call moved the money, or an earlier one with the same id and content had. */
export type Standing = "created" | "exists";

/** Opens an account; again with the same properties changes nothing. */
export async function openAccount(ctx: Ctx, account: repository.NewAccount): Promise<void> {
  await commit(ctx, [repository.openAccount(ctx, account)], { refusals });
}

/** Closes an account to new transfers. Holds on it can still be released. */
export async function closeAccount(ctx: Ctx, accountId: string): Promise<void> {
  await setClosed(ctx, accountId, true);
}

export async function reopenAccount(ctx: Ctx, accountId: string): Promise<void> {
  await setClosed(ctx, accountId, false);
}

async function setClosed(ctx: Ctx, accountId: string, closed: boolean): Promise<void> {
  await commit(ctx, [repository.setClosed(ctx, accountId, closed)], {
    audit: { action: closed ? "account.closed" : "account.reopened", target: accountId },
  });
}

/** Moves an amount at once. Throws the problem of the first check that fails. */
export async function post(ctx: Ctx, transfer: Without<Posted, "kind">): Promise<Standing> {
  return await one(ctx, { ...transfer, kind: "posted" });
}

/** Sets an amount aside: checked against the limits now, so that settling it later cannot fail for want of funds. */
export async function hold(ctx: Ctx, transfer: Without<Pending, "kind">): Promise<Standing> {
  return await one(ctx, { ...transfer, kind: "pending" });
}

/** Posts a hold, whole or in part; the rest goes back to the payer, and there is no second part. */
export async function settle(ctx: Ctx, transfer: Without<Post, "kind">): Promise<Standing> {
  return await one(ctx, { ...transfer, kind: "post" });
}

/** Gives a hold back. */
export async function release(ctx: Ctx, transfer: Without<Void, "kind">): Promise<Standing> {
  return await one(ctx, { ...transfer, kind: "void" });
}

async function one(ctx: Ctx, transfer: Transfer): Promise<Standing> {
  const [{ code }] = (await submit(ctx, [transfer])) as [Outcome];
  if (code === "created" || code === "exists") return code;
  throw toLedgerProblem(code);
}

/** Above this many in one call, gathering with others gains nothing. */
const GATHERED_MAX = 100;

/**
 * Writes independent transfers, each of which stands or fails by itself; the answer is durable. Free callers are
 * gathered with others by the writer object; a call under a claim, or one with many transfers, has a batch of its own.
 */
export async function submit(ctx: Ctx, transfers: readonly Transfer[]): Promise<Outcome[]> {
  if (transfers.length === 0) return [];
  if (ctx.claim !== null || transfers.length > GATHERED_MAX) return await submitDirectly(ctx, transfers);
  return (await gathered(ctx, transfers)) ?? (await submitDirectly(ctx, transfers));
}

/** A batch of its own. Safe to repeat whatever became of an earlier try: a transfer that stands answers `exists`. */
export async function submitDirectly(ctx: Ctx, transfers: readonly Transfer[]): Promise<Outcome[]> {
  const { statements, read } = repository.insertEach(ctx, transfers);
  return read(await commit(ctx, statements));
}

async function gathered(ctx: Ctx, transfers: readonly Transfer[]): Promise<Outcome[] | null> {
  try {
    const answer = await ctx.env.LEDGER_WRITER.getByName(LEDGER_WRITER).submit(transfers);
    return answer.state === "written" ? answer.outcomes : null;
  } catch (error) {
    ctx.log.warn("The ledger's writer did not answer.", { module: "ledger", error });
    return null;
  }
}

/** Writes what the writer has gathered, without the frame of a request. */
export async function writeEach(pen: repository.Pen, transfers: readonly Transfer[]): Promise<Outcome[]> {
  const { statements, read } = repository.insertEach(pen, transfers);
  return read(await pen.db.batch(statements));
}

/** A change of some module, and the transfers that go with it. */
export interface Booking {
  readonly transfers: readonly Transfer[];
  /** Run before the transfers, so that an account opened here can be moved to. */
  readonly statements?: readonly Statement[];
}

/**
 * Commits a change together with its transfers: all of it or nothing. Where the ledger refuses for a reason that could
 * pass, the id is remembered as failed. `refusals` may name a code alone, or of one transfer: `exceeds_credits.swap_…`.
 * Results come back in the order of `statements`.
 */
export async function commitTransfers(ctx: Ctx, booking: Booking, options: CommitOptions = {}): Promise<D1Result[]> {
  const statements = booking.statements ?? [];
  const own = Object.entries(options.refusals ?? {}).filter(([name]) => parseRefusal(name) === null);
  try {
    const batch = [...statements, ...repository.insertTransfers(ctx, booking.transfers)];
    const results = await commit(ctx, batch, { ...options, refusals: Object.fromEntries(own) });
    return results.slice(0, statements.length);
  } catch (error) {
    const refusal = parseRefusal(constraintOf(error) ?? "");
    if (refusal === null) throw error;
    const code = await remember(ctx, refusal);
    throw toProblem({ code, id: refusal.id }, options.refusals ?? {});
  }
}

/** The caller's own words for a refusal, of this transfer or of the code alone, or else the ledger's. */
function toProblem(
  { code, id }: { readonly code: OutcomeCode; readonly id: string | null },
  words: NonNullable<CommitOptions["refusals"]>,
): Problem {
  const named = words[`${code}.${id}`] ?? words[code];
  return named ? named() : toLedgerProblem(code);
}

/**
 * Keeps an id that failed for a reason that could pass from ever succeeding. This is no part of the commit, which has
 * fallen: if the process dies before it, nobody has been told that the id failed.
 */
async function remember(ctx: Ctx, { code, id }: NonNullable<ReturnType<typeof parseRefusal>>): Promise<OutcomeCode> {
  if (id === null || !couldPass(code)) return code;
  const [, kept] = await ctx.db.batch(repository.recordRefusal(ctx, id, code));
  return kept?.results.length === 1 ? code : "exists";
}

/** Transfers that stand or fall together. Throws the problem of the first check that fails. */
export async function chain(ctx: Ctx, transfers: readonly Transfer[]): Promise<Standing> {
  try {
    await commitTransfers(ctx, { transfers });
    return "created";
  } catch (error) {
    if (!(error instanceof Problem) || error.options.extra?.["outcome"] !== "exists") throw error;
    return await confirm(ctx, transfers, error);
  }
}

/** Whether a chain of which a part exists is the very chain that was written before. */
async function confirm(ctx: Ctx, transfers: readonly Transfer[], problem: Problem): Promise<Standing> {
  const count = await balances.countTransfers(
    ctx,
    transfers.map(({ id }) => id),
  );
  if (count < transfers.length) throw problem;
  const other = (await submitDirectly(ctx, transfers)).find(({ code }) => code !== "exists");
  if (other) throw toLedgerProblem(other.code);
  return "exists";
}

const EXPIRE_BATCH = 500;

/** Ends the holds whose time is over, each by itself. Gives back how many. */
export async function expireDue(ctx: Ctx): Promise<number> {
  let total = 0;
  for (;;) {
    const { statements, read } = repository.expireHolds(ctx, EXPIRE_BATCH);
    const { expired, refused } = read(await commit(ctx, statements));
    for (const { id, code } of refused) ctx.log.error("A hold did not expire.", { module: "ledger", target: id, code });
    total += expired;
    if (expired < EXPIRE_BATCH) return total;
  }
}

/** An account with its counters. Throws when there is none. */
export async function getAccount(ctx: Ctx, accountId: string): Promise<balances.Account> {
  const [account] = await balances.listAccounts(ctx, [accountId]);
  if (!account) throw problems.accountNotFound();
  return account;
}

/** The counters of an account, now or as they stood at a moment. Throws when there is no such account. */
export async function balance(ctx: Ctx, accountId: string, at?: Millis): Promise<balances.Balance> {
  const found = await (at === undefined ? getAccount(ctx, accountId) : balances.findBalanceAt(ctx, accountId, at));
  if (!found) throw problems.accountNotFound();
  return found;
}
