import { and, asc, desc, eq, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import type { RailName, RailPayout } from "#modules/rails";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { comparisons, differences, schedules, sendings } from "./tables.sending.ts";
import { payouts } from "./tables.ts";

export type SendingRow = Omit<typeof sendings.$inferSelect, "payoutId"> & { payoutId: Id<"payout"> };
export type DifferenceRow = Omit<typeof differences.$inferSelect, "id"> & { id: Id<"diff"> };
export type ComparisonRow = typeof comparisons.$inferSelect;
export type ScheduleRow = Omit<typeof schedules.$inferSelect, "userId"> & { userId: Id<"user"> };

/** Another run has moved a sending on since it was read. */
export const SENDING_RACED = "payouts_sending_raced";
export const DIFFERENCE_OVER = "payouts_difference_over";

export function insertSending(ctx: Ctx, payoutId: Id<"payout">, rail: RailName): Statement {
  const now = ctx.now();
  const row: SendingRow = {
    payoutId,
    rail,
    key: payoutId,
    state: "intended",
    vendorId: null,
    vendorState: null,
    askedAt: null,
    createdAt: now,
    updatedAt: now,
  };
  return ctx.db.statement(ctx.db.primary.insert(sendings).values(row));
}

export async function findSending(ctx: Ctx, payoutId: string): Promise<SendingRow | null> {
  const [row] = await ctx.db.primary.select().from(sendings).where(eq(sendings.payoutId, payoutId)).limit(1);
  return (row as SendingRow | undefined) ?? null;
}

/** The sending that a vendor's payout belongs to, by the vendor's id or by our key. */
export async function findSendingOf(ctx: Ctx, rail: RailName, told: RailPayout): Promise<SendingRow | null> {
  const ours = or(eq(sendings.vendorId, told.id), and(isNull(sendings.vendorId), eq(sendings.key, told.key ?? "")));
  const [row] = await ctx.db.primary
    .select()
    .from(sendings)
    .where(and(eq(sendings.rail, rail), ours))
    .limit(1);
  return (row as SendingRow | undefined) ?? null;
}

type SendingChange = Partial<Pick<SendingRow, "state" | "vendorId" | "vendorState" | "askedAt">>;

/** Moves a sending on from what was read; refused as `payouts_sending_raced` when it has moved since. */
export function moveSending(ctx: Ctx, seen: SendingRow, change: SendingChange): Statement[] {
  const known = seen.vendorState === null ? isNull(sendings.vendorState) : eq(sendings.vendorState, seen.vendorState);
  const query = ctx.db.primary
    .update(sendings)
    .set({ ...change, updatedAt: ctx.now() })
    .where(and(eq(sendings.payoutId, seen.payoutId), eq(sendings.state, seen.state), known));
  return [ctx.db.statement(query), expectChange(ctx, SENDING_RACED)];
}

/** Which of these payouts leave by a rail, with the rail. */
export async function listSendings(ctx: Ctx, payoutIds: readonly string[]): Promise<ReadonlyMap<string, RailName>> {
  const rows = await ctx.db.primary
    .select({ payoutId: sendings.payoutId, rail: sendings.rail })
    .from(sendings)
    .where(inArray(sendings.payoutId, sql`(select value from json_each(${JSON.stringify(payoutIds)}))`));
  return new Map(rows.map(({ payoutId, rail }) => [payoutId, rail]));
}

/** The rails that somebody was ever to be paid by: they have been told who he is. */
export async function listRailsOf(ctx: Ctx, userId: string): Promise<RailName[]> {
  const rows = await ctx.db.primary
    .selectDistinct({ rail: sendings.rail })
    .from(sendings)
    .innerJoin(payouts, eq(payouts.id, sendings.payoutId))
    .where(eq(payouts.userId, userId));
  return rows.map(({ rail }) => rail);
}

/** Sendings whose end is not known, and those that may still come back; the longest unseen first. */
export async function listUnsettled(
  ctx: Ctx,
  rail: RailName,
  { endedAfter, limit }: { readonly endedAfter: number; readonly limit: number },
): Promise<SendingRow[]> {
  const flying = or(
    eq(sendings.state, "asked"),
    and(eq(sendings.state, "known"), inArray(sendings.vendorState, ["pending", "scheduled", "queued", "processing"])),
    and(eq(sendings.vendorState, "processed"), sql`${sendings.updatedAt} >= ${endedAfter}`),
  );
  const rows = await ctx.db.primary
    .select()
    .from(sendings)
    .where(and(eq(sendings.rail, rail), flying))
    .orderBy(asc(sendings.updatedAt))
    .limit(limit);
  return rows as SendingRow[];
}

export interface Flying {
  readonly id: Id<"payout">;
  readonly asset: string;
  readonly grossMinor: number;
  readonly updatedAt: number;
}

/** Payouts whose money has left the wallet and has not arrived. */
export async function listFlying(ctx: Ctx, limit: number): Promise<Flying[]> {
  const { id, asset, grossMinor, updatedAt } = payouts;
  const rows = await ctx.db.primary
    .select({ id, asset, grossMinor, updatedAt })
    .from(payouts)
    .where(eq(payouts.state, "processing"))
    .orderBy(asc(updatedAt))
    .limit(limit);
  return rows as Flying[];
}

export interface Note {
  readonly kind:
    | "unknown_at_vendor"
    | "missing_at_vendor"
    | "amount_differs"
    | "contradiction"
    | "books_differ"
    | "outcome_unknown"
    | "overdue";
  readonly subject: string;
  readonly detail: string;
}

/** What may mean that money has left which should not have. */
const BLOCKING: ReadonlySet<Note["kind"]> = new Set([
  "unknown_at_vendor",
  "missing_at_vendor",
  "amount_differs",
  "contradiction",
  "books_differ",
]);

/** Keeps a difference. One that went by itself opens again; one that an operator has ended stays over. */
export function noteDifference(ctx: Ctx, { kind, subject, detail }: Note): Statement {
  return ctx.db.sql(
    `insert into payouts_differences (id, kind, subject, detail, blocking, first_seen_at, last_seen_at)
     values (?1, ?2, ?3, ?4, ?5, ?6, ?6) on conflict (kind, subject) do update set detail = excluded.detail,
       last_seen_at = excluded.last_seen_at,
       alerted_at = case when resolved_at is null or resolved_by is not null then alerted_at end,
       resolved_at = case when resolved_by is not null then resolved_at end`,
    ctx.newId("diff"),
    kind,
    subject,
    detail,
    BLOCKING.has(kind) ? 1 : 0,
    ctx.now(),
  );
}

/** Ends the differences of the given kinds that a comparison begun at `since` has not met again. */
export function resolveUnseen(ctx: Ctx, kinds: readonly Note["kind"][], since: number): Statement {
  return ctx.db.sql(
    `update payouts_differences set resolved_at = ?1 where resolved_at is null and last_seen_at < ?2
       and kind in (select value from json_each(?3))`,
    ctx.now(),
    since,
    JSON.stringify(kinds),
  );
}

export async function findDifference(ctx: Ctx, id: Id<"diff">): Promise<DifferenceRow | null> {
  const [row] = await ctx.db.primary.select().from(differences).where(eq(differences.id, id)).limit(1);
  return (row as DifferenceRow | undefined) ?? null;
}

/** Ends a difference by an operator's word; refused as `payouts_difference_over`. */
export function resolveDifference(ctx: Ctx, id: Id<"diff">, by: string): Statement[] {
  const query = ctx.db.primary
    .update(differences)
    .set({ resolvedAt: ctx.now(), resolvedBy: by })
    .where(and(eq(differences.id, id), isNull(differences.resolvedAt)));
  return [ctx.db.statement(query), expectChange(ctx, DIFFERENCE_OVER)];
}

/** Open differences, newest first; one row more than the page holds. */
export async function listDifferences(ctx: Ctx, page: PageRequest): Promise<DifferenceRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(differences)
    .where(and(isNull(differences.resolvedAt), page.after === null ? undefined : lt(differences.id, page.after)))
    .orderBy(desc(differences.id))
    .limit(page.limit + 1);
  return rows as DifferenceRow[];
}

export async function isBlocked(ctx: Ctx): Promise<boolean> {
  const [row] = await ctx.db.primary
    .select({ id: differences.id })
    .from(differences)
    .where(and(isNull(differences.resolvedAt), eq(differences.blocking, true)))
    .limit(1);
  return row !== undefined;
}

export async function listUnalerted(ctx: Ctx): Promise<DifferenceRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(differences)
    .where(and(isNull(differences.resolvedAt), isNull(differences.alertedAt)))
    .limit(100);
  return rows as DifferenceRow[];
}

export function setAlerted(ctx: Ctx, rows: readonly DifferenceRow[]): Statement {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  return ctx.db.sql(
    "update payouts_differences set alerted_at = ? where id in (select value from json_each(?))",
    ctx.now(),
    ids,
  );
}

export async function listComparisons(ctx: Ctx): Promise<ComparisonRow[]> {
  return await ctx.db.primary.select().from(comparisons);
}

export function putComparison(ctx: Ctx, row: ComparisonRow): Statement {
  const { rail: _rail, ...rest } = row;
  const query = ctx.db.primary
    .insert(comparisons)
    .values(row)
    .onConflictDoUpdate({ target: comparisons.rail, set: rest });
  return ctx.db.statement(query);
}

export async function findSchedule(ctx: Ctx, userId: string): Promise<ScheduleRow | null> {
  const [row] = await ctx.db.primary.select().from(schedules).where(eq(schedules.userId, userId)).limit(1);
  return (row as ScheduleRow | undefined) ?? null;
}

export function putSchedule(ctx: Ctx, row: ScheduleRow): Statement {
  const { interval, leastMinor, nextAt } = row;
  const query = ctx.db.primary
    .insert(schedules)
    .values(row)
    .onConflictDoUpdate({ target: schedules.userId, set: { interval, leastMinor, nextAt } });
  return ctx.db.statement(query);
}

export function deleteSchedule(ctx: Ctx, userId: string): Statement {
  return ctx.db.statement(ctx.db.primary.delete(schedules).where(eq(schedules.userId, userId)));
}

export async function listDueSchedules(ctx: Ctx, limit: number): Promise<ScheduleRow[]> {
  const rows = await ctx.db.primary
    .select()
    .from(schedules)
    .where(lte(schedules.nextAt, ctx.now()))
    .orderBy(asc(schedules.nextAt))
    .limit(limit);
  return rows as ScheduleRow[];
}

/** Puts a schedule's next day down, unless another run has; refused then as `payouts_schedule_raced`. */
export function advanceSchedule(ctx: Ctx, { userId, nextAt }: ScheduleRow, next: number): Statement[] {
  const query = ctx.db.primary
    .update(schedules)
    .set({ nextAt: next })
    .where(and(eq(schedules.userId, userId), eq(schedules.nextAt, nextAt)));
  return [ctx.db.statement(query), expectChange(ctx, "payouts_schedule_raced")];
}
