import { and, asc, desc, eq, inArray, lt } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { DAY } from "#kernel/time";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { disputes, notes } from "./tables.ts";

export type Dispute = Omit<typeof disputes.$inferSelect, "id" | "tradeId" | "openedBy" | "assignedTo"> & {
  id: Id<"disp">;
  tradeId: Id<"trade">;
  openedBy: Id<"user"> | null;
  assignedTo: Id<"user"> | null;
};

export type DisputeState = Dispute["state"];
export type Note = typeof notes.$inferSelect;

export const OPEN_STATES = ["open", "assigned", "proposed"] as const;

export function openDispute(ctx: Ctx, row: Pick<Dispute, "id" | "tradeId" | "openedBy" | "reason">): Statement {
  return ctx.db.statement(ctx.db.primary.insert(disputes).values({ ...row, state: "open", openedAt: ctx.now() }));
}

/** Ends a dispute because the seller has released or the buyer has cancelled. */
export function settleDispute(ctx: Ctx, tradeId: string): Statement {
  return ctx.db.sql(
    "update trades_disputes set state = 'settled', closed_at = ? where trade_id = ? and state in ('open', 'assigned', 'proposed')",
    ctx.now(),
    tradeId,
  );
}

export interface Resolution {
  readonly tradeId: string;
  readonly buyerShare: number;
  readonly sellerShare: number;
  readonly reason: string;
  readonly assignedTo: string;
  /** Who confirms what was proposed; null where the arbitrator decides alone. */
  readonly confirmedBy: string | null;
}

/**
 * Ends a dispute by its arbitrator's decision; refused as `trades_dispute_moved` where somebody else is the arbitrator by
 * now, or what is confirmed is not what was proposed.
 */
export function resolveDispute(ctx: Ctx, resolution: Resolution): Statement[] {
  const { tradeId, buyerShare, sellerShare, reason, assignedTo, confirmedBy } = resolution;
  return [
    ctx.db.sql(
      `update trades_disputes set state = 'resolved', buyer_share = ?1, seller_share = ?2, resolution = ?3,
         confirmed_by = ?4, closed_at = ?5
       where trade_id = ?6 and assigned_to = ?7
         and iif(?4 is null, state = 'assigned', state = 'proposed' and buyer_share = ?1 and ?4 <> assigned_to)`,
      buyerShare,
      sellerShare,
      reason,
      confirmedBy,
      ctx.now(),
      tradeId,
      assignedTo,
    ),
    expectChange(ctx, "trades_dispute_moved"),
  ];
}

export async function findDispute(ctx: Ctx, id: string): Promise<Dispute | null> {
  const [row] = await ctx.db.primary.select().from(disputes).where(eq(disputes.id, id)).limit(1);
  return (row as Dispute | undefined) ?? null;
}

export async function findDisputeOf(ctx: Ctx, tradeId: string): Promise<Dispute | null> {
  const [row] = await ctx.db.primary.select().from(disputes).where(eq(disputes.tradeId, tradeId)).limit(1);
  return (row as Dispute | undefined) ?? null;
}

export interface DisputeFilter {
  readonly states: readonly DisputeState[];
  readonly assignedTo: string | null;
}

/** Disputes, newest first; one more than the page holds. */
export async function listDisputes(ctx: Ctx, filter: DisputeFilter, page: PageRequest): Promise<Dispute[]> {
  const rows = await ctx.db.primary
    .select()
    .from(disputes)
    .where(
      and(
        filter.states.length === 0 ? undefined : inArray(disputes.state, [...filter.states]),
        filter.assignedTo === null ? undefined : eq(disputes.assignedTo, filter.assignedTo),
        page.after === null ? undefined : lt(disputes.id, page.after),
      ),
    )
    .orderBy(desc(disputes.id))
    .limit(page.limit + 1);
  return rows as Dispute[];
}

/** What waits, what has waited longest first. */
export async function listWaiting(ctx: Ctx): Promise<Dispute[]> {
  const rows = await ctx.db.primary
    .select()
    .from(disputes)
    .where(inArray(disputes.state, [...OPEN_STATES]))
    .orderBy(asc(disputes.openedAt), asc(disputes.id))
    .limit(100);
  return rows as Dispute[];
}

/** Gives a dispute to somebody; refused as `trades_dispute_moved` when it is over. */
export function assignDispute(ctx: Ctx, id: string, to: string): Statement[] {
  const update = ctx.db.primary
    .update(disputes)
    .set({
      state: "assigned",
      assignedTo: to,
      assignedAt: ctx.now(),
      buyerShare: null,
      sellerShare: null,
      resolution: null,
    })
    .where(and(eq(disputes.id, id), inArray(disputes.state, [...OPEN_STATES])));
  return [ctx.db.statement(update), expectChange(ctx, "trades_dispute_moved")];
}

/** Puts a decision before a second administrator. */
export function proposeResolution(
  ctx: Ctx,
  id: string,
  {
    assignedTo,
    buyerShare,
    sellerShare,
    reason,
  }: Pick<Resolution, "assignedTo" | "buyerShare" | "sellerShare" | "reason">,
): Statement[] {
  const update = ctx.db.primary
    .update(disputes)
    .set({ state: "proposed", buyerShare, sellerShare, resolution: reason })
    .where(
      and(eq(disputes.id, id), eq(disputes.assignedTo, assignedTo), inArray(disputes.state, ["assigned", "proposed"])),
    );
  return [ctx.db.statement(update), expectChange(ctx, "trades_dispute_moved")];
}

export function insertNote(ctx: Ctx, note: Note): Statement {
  return ctx.db.statement(ctx.db.primary.insert(notes).values(note));
}

export async function listNotes(ctx: Ctx, disputeId: string): Promise<Note[]> {
  return await ctx.db.primary
    .select()
    .from(notes)
    .where(eq(notes.disputeId, disputeId))
    .orderBy(asc(notes.id))
    .limit(1_000);
}

/** Open disputes whose wait has become longer than their escalation says. */
export async function listToEscalate(ctx: Ctx): Promise<Dispute[]> {
  const { results } = await ctx.db
    .sql(
      `select id, trade_id as tradeId, assigned_to as assignedTo, opened_at as openedAt, escalation from trades_disputes
       where state in ('open', 'assigned', 'proposed')
         and ((escalation = 0 and opened_at <= ?1) or (escalation < 2 and opened_at <= ?2))
       order by opened_at limit 200`,
      ctx.now() - DAY,
      ctx.now() - 3 * DAY,
    )
    .all<Dispute>();
  return results;
}

export function setEscalation(ctx: Ctx, id: string, escalation: number): Statement {
  return ctx.db.sql(
    "update trades_disputes set escalation = ? where id = ? and escalation < ?",
    escalation,
    id,
    escalation,
  );
}

/** How many disputes wait, and since when the oldest does. */
export async function countOpen(ctx: Ctx): Promise<{ n: number; unassigned: number; oldest: number | null }> {
  const row = await ctx.db
    .sql(
      `select count(*) as n, coalesce(sum(assigned_to is null), 0) as unassigned, min(opened_at) as oldest
       from trades_disputes where state in ('open', 'assigned', 'proposed')`,
    )
    .first<{ n: number; unassigned: number; oldest: number | null }>();
  return row ?? { n: 0, unassigned: 0, oldest: null };
}
