import type { EventDraft } from "#kernel/event";
import { given } from "#kernel/given";
import type { Id } from "#kernel/ids";
import { applyBps } from "#kernel/money";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import * as ledger from "#modules/ledger";
import { findContact, notify } from "#modules/messaging";
import { commit, describeActor, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Move, Payout, PayoutRow } from "./repository.ts";
import * as repository from "./repository.ts";
import type { Command, State } from "./rules.ts";
import { approvalsNeeded, step } from "./rules.ts";
import { getBankAccount } from "./service.bank-accounts.ts";

export interface RequestPayout {
  readonly grossMinor: number;
}

/** What a payout books, as the ledger's rules take it. */
function booking({ id, userId, asset, grossMinor, taxMinor }: PayoutRow) {
  return { payoutId: id, userId, asset, gross: grossMinor, tax: taxMinor, fee: 0 };
}

/** The house's own accounts that a payout ends in. */
const HOUSE = ["clearing:bank", "tax:withheld", "revenue:fee"] as const;

/** Asks for a payout of the caller's wallet to his bank: the whole amount is set aside at once. */
export const requestPayout = once(async (ctx: Ctx, { grossMinor }: RequestPayout): Promise<Payout> => {
  const userId = customerOf(ctx);
  const account = await getBankAccount(ctx);
  const { minimumMinor, taxBps } = ctx.config.payouts;
  if (grossMinor < minimumMinor) {
    const least = ledger.writeAmount(minimumMinor, account.asset);
    throw problems.belowMinimum({ detail: `The least is ${least} ${account.asset}.` });
  }
  if (account.usableFrom > ctx.now()) {
    throw problems.bankAccountCooling({ extra: { usableFrom: new Date(account.usableFrom).toISOString() } });
  }
  const now = ctx.now();
  const row: PayoutRow = {
    id: ctx.newId("payout"),
    userId,
    bankAccountId: account.id,
    asset: account.asset,
    grossMinor,
    taxMinor: applyBps(grossMinor, taxBps),
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
    ledger.insertAccount(ctx, ledger.account("wallet:user", row.asset, userId)),
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
});

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

/** An operator agrees. Above a limit a second one has to; nobody agrees to his own. */
export const approvePayout = once(async (ctx: Ctx, id: Id<"payout">): Promise<Payout> => {
  await ledger.assertPayoutsOpen(ctx);
  const payout = await decidable(ctx, id);
  const moved = step(payout.state, "approve");
  if (moved.kind !== "move") return await carryOut(ctx, payout, { command: "approve" });
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

/** An operator says what became of a payout. */
export const decidePayout = once(async (ctx: Ctx, { id, ...decision }: Decide): Promise<Payout> => {
  if (decision.command === "complete") await ledger.assertPayoutsOpen(ctx);
  return await carryOut(ctx, await decidable(ctx, id), decision);
});

async function decidable(ctx: Ctx, id: Id<"payout">): Promise<Payout> {
  const payout = await getPayout(ctx, id);
  if (payout.userId === customerOf(ctx)) throw problems.ownPayout();
  return payout;
}

interface Order {
  readonly command: Command;
  readonly reason?: string;
  readonly reference?: string;
  /** Rows that are committed with it. */
  readonly along?: readonly Statement[];
}

async function carryOut(ctx: Ctx, payout: Payout, order: Order): Promise<Payout> {
  const moved = step(payout.state, order.command);
  if (moved.kind === "done") return payout;
  if (moved.kind === "illegal") {
    throw problems.illegalTransition({ extra: { state: payout.state }, detail: `It is ${payout.state}.` });
  }
  const { actor } = describeActor(ctx);
  const { reason, reference, along = [] } = order;
  const move: Move = {
    to: moved.to,
    actor,
    ...given({ reason, reference }),
  };
  const told = await tell(ctx, { ...payout, state: moved.to }, reason ?? null);
  const at = ctx.now();
  const version = payout.version + 1;
  const entry = { payoutId: payout.id, version, state: moved.to, actor, reason: reason ?? null, at };
  const result: Payout = {
    ...payout,
    state: moved.to,
    version,
    reference: reference ?? payout.reference,
    updatedAt: at,
    history: [...payout.history, entry],
  };
  await ledger.commitTransfers(
    ctx,
    {
      transfers: transfersOf(payout, moved.to),
      statements: [...along, ...repository.movePayout(ctx, payout, move), ...told.statements],
    },
    {
      audit: {
        action: `payout.${moved.to}`,
        target: payout.id,
        ...given({ reason }),
        before: { state: payout.state },
        after: { state: moved.to, reference: result.reference },
      },
      events: told.events,
      result,
      refusals: {
        [repository.PAYOUT_RACED]: problems.payoutRaced,
        [repository.APPROVED_BEFORE]: problems.approvedByYou,
      },
    },
  );
  return result;
}

/** What the books say to a payout's way from one state to another. */
export function transfersOf(payout: PayoutRow, to: State): readonly ledger.Transfer[] {
  const booked = booking(payout);
  const sent = payout.state === "processing";
  if (to === "processing") return ledger.payoutSent(booked);
  if (to === "completed") return [...(sent ? [] : ledger.payoutSent(booked)), ...ledger.payoutSettled(booked)];
  if (to === "failed") return sent ? ledger.payoutFailed(booked) : ledger.payoutReleased(booked);
  if (to === "cancelled" || to === "rejected") return ledger.payoutReleased(booked);
  return to === "reversed" ? ledger.payoutReversed(booked) : [];
}

interface Told {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

/** Writes to whom the payout is for. */
export async function tell(ctx: Ctx, row: PayoutRow, reason: string | null): Promise<Told> {
  const contact = await findContact(ctx, row.userId);
  if (!contact) return { statements: [], events: [] };
  const amount = ledger.writeAmount(row.grossMinor, row.asset);
  const data = { amount, asset: row.asset, state: row.state, reason, path: "/app/affiliate/payouts" };
  return await notify(ctx, { contact, kind: "payoutState", data, dedupeKey: `${row.id}.${row.state}` });
}
