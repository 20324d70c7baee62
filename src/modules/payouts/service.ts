import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import { applyBps } from "#kernel/money";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { DAY } from "#kernel/time";
import { findAccount } from "#modules/identity";
import * as ledger from "#modules/ledger";
import { commit, describeActor, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { BankAccountRow, Payout, PayoutRow } from "./repository.ts";
import * as repository from "./repository.ts";
import { findSending } from "./repository.sending.ts";
import type { Command, State } from "./rules.ts";
import { approvalsNeeded, step } from "./rules.ts";
import { isInVain } from "./rules.sending.ts";
import { getBankAccount } from "./service.bank-accounts.ts";
import { assertOpen, booking, carryOut, tell } from "./service.moves.ts";

export interface RequestPayout {
  readonly grossMinor: number;
}

/** The house's own accounts that a payout ends in. */
const HOUSE = ["clearing:bank", "tax:withheld", "revenue:fee"] as const;

/** Asks for a payout of the caller's wallet to his bank: the whole amount is set aside at once. */
export const requestPayout = once(async (ctx: Ctx, { grossMinor }: RequestPayout): Promise<Payout> => {
  return await openPayout(ctx, await getBankAccount(ctx), grossMinor);
});

/** Opens a payout to an account, for whoever's it is. */
export async function openPayout(ctx: Ctx, account: BankAccountRow, grossMinor: number): Promise<Payout> {
  await assertAllowed(ctx, account, grossMinor);
  const now = ctx.now();
  const row: PayoutRow = {
    id: ctx.newId("payout"),
    userId: account.userId,
    bankAccountId: account.id,
    asset: account.asset,
    grossMinor,
    taxMinor: applyBps(grossMinor, ctx.config.payouts.taxBps),
    state: "requested",
    version: 1,
    batchId: null,
    reference: null,
    requestedAt: now,
    updatedAt: now,
  };
  const { actor } = describeActor(ctx);
  const first = { payoutId: row.id, version: 1, state: row.state, actor, reason: null, at: now };
  const payout: Payout = { ...row, account, history: [first] };
  const told = await tell(ctx, row, null);
  const statements = [
    ...HOUSE.map((code) => ledger.insertAccount(ctx, ledger.account(code, row.asset))),
    ledger.insertAccount(ctx, ledger.account("wallet:user", row.asset, row.userId)),
    ledger.insertAccount(ctx, ledger.account("payout:flight", row.asset, row.id)),
    ...repository.insertPayout(ctx, row, { actor }),
    ...told.statements,
  ];
  await ledger.commitTransfers(
    ctx,
    { transfers: ledger.payoutHeld(booking(row)), statements },
    {
      audit: { action: "payout.requested", target: row.id, after: { grossMinor, asset: row.asset } },
      events: told.events,
      result: payout,
      refusals: { [repository.PAYOUT_OPEN]: problems.payoutOpen },
    },
  );
  return payout;
}

async function assertAllowed(ctx: Ctx, account: BankAccountRow, grossMinor: number): Promise<void> {
  const { minimumMinor, dayLimitMinor } = ctx.config.payouts;
  const say = (minor: number): string => `${ledger.writeAmount(minor, account.asset)} ${account.asset}`;
  if (grossMinor < minimumMinor) throw problems.belowMinimum({ detail: `The least is ${say(minimumMinor)}.` });
  if (account.usableFrom > ctx.now()) {
    throw problems.bankAccountCooling({ extra: { usableFrom: new Date(account.usableFrom).toISOString() } });
  }
  const before = await repository.sumSince(ctx, account, ctx.now() - DAY);
  if (before + grossMinor > dayLimitMinor) {
    ctx.log.warn("Somebody asks for more than a day's payouts.", { module: "payouts", target: account.userId });
    throw problems.dayLimitReached({ detail: `${say(Math.max(0, dayLimitMinor - before))} are left of it.` });
  }
}

export async function listPayouts(ctx: Ctx, page: PageRequest): Promise<Page<Payout>> {
  return toPage(await repository.listPayouts(ctx, { userId: customerOf(ctx) }, page), page, ({ id }) => id);
}

export async function listAllPayouts(ctx: Ctx, state: State | undefined, page: PageRequest): Promise<Page<Payout>> {
  return toPage(await repository.listPayouts(ctx, given({ state }), page), page, ({ id }) => id);
}

export async function getPayout(ctx: Ctx, id: Id<"payout">): Promise<Payout> {
  const payout = await repository.findPayout(ctx, id);
  if (!payout) throw problems.payoutNotFound();
  return payout;
}

/** The caller takes a request back, as long as nobody has decided. */
export const cancelPayout = once(async (ctx: Ctx, id: Id<"payout">): Promise<Payout> => {
  const payout = await repository.findPayout(ctx, id);
  if (payout?.userId !== customerOf(ctx)) throw problems.payoutNotFound();
  return await carryOut(ctx, payout, { command: "cancel" });
});

/** Whether money may go to this person now: nobody is paid who is suspended. */
export async function isPayable(ctx: Ctx, userId: Id<"user">): Promise<boolean> {
  const account = await findAccount(ctx, userId);
  return account === null || account.status === "active";
}

/** An operator agrees. Above a limit a second one has to; nobody agrees to his own. */
export const approvePayout = once(async (ctx: Ctx, id: Id<"payout">): Promise<Payout> => {
  await assertOpen(ctx);
  const payout = await decidable(ctx, id);
  const moved = step(payout.state, "approve");
  if (moved.kind !== "move") return await carryOut(ctx, payout, { command: "approve" });
  if (!(await isPayable(ctx, payout.userId))) throw problems.ownerNotActive();
  const adminId = customerOf(ctx);
  const others = (await repository.listApprovals(ctx, id)).filter((known) => known !== adminId);
  const needed = approvalsNeeded(payout.grossMinor, ctx.config.payouts.secondAboveMinor);
  const approval = repository.insertApproval(ctx, id, adminId);
  if (others.length + 1 >= needed) return await carryOut(ctx, payout, { command: "approve", along: [approval] });
  await commit(ctx, [approval], {
    audit: { action: "payout.approvedFirst", target: id },
    result: payout,
    refusals: { [repository.APPROVED_BEFORE]: problems.approvedByYou },
  });
  return payout;
});

export interface Decide {
  readonly id: Id<"payout">;
  readonly command: Extract<Command, "reject" | "complete" | "fail" | "reverse">;
  readonly reason?: string;
  /** The bank's own, for what has arrived. */
  readonly reference?: string;
}

/** An operator says what became of a payout, as long as no vendor does. */
export const decidePayout = once(async (ctx: Ctx, { id, ...decision }: Decide): Promise<Payout> => {
  if (decision.command === "complete") await assertOpen(ctx);
  const payout = await decidable(ctx, id);
  await assertNoRail(ctx, id);
  return await carryOut(ctx, payout, decision);
});

/** A payout at a vendor is the vendor's to decide, unless it has been asked in vain for long. */
async function assertNoRail(ctx: Ctx, id: Id<"payout">): Promise<void> {
  const sending = await findSending(ctx, id);
  if (sending === null || sending.state === "refused") return;
  const { rail, state, vendorState, askedAt } = sending;
  if (state !== "asked" || !isInVain(askedAt, ctx.now())) throw problems.railDecides({ extra: { rail, vendorState } });
}

async function decidable(ctx: Ctx, id: Id<"payout">): Promise<Payout> {
  const payout = await getPayout(ctx, id);
  if (payout.userId === customerOf(ctx)) throw problems.ownPayout();
  return payout;
}
