import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import { desc, eq, inArray, or, sql } from "drizzle-orm";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { expectChange } from "#platform/commit";
import { restand } from "./repository.ads.ts";
import type { Outcome } from "./rules.reputation.ts";
import { blocks, feedback, tradeEnds, traderDays, traders } from "./tables.ts";

export type TraderRow = Omit<typeof traders.$inferSelect, "userId"> & { userId: Id<"user"> };
export type FeedbackRow = Omit<typeof feedback.$inferSelect, "tradeId" | "fromId" | "toId"> & {
  tradeId: Id<"trade">;
  fromId: Id<"user">;
  toId: Id<"user">;
};

export type BlockRow = Omit<typeof blocks.$inferSelect, "userId" | "blockedId"> & {
  userId: Id<"user">;
  blockedId: Id<"user">;
};

const THIRTY_DAYS = 30;
export const dayOf = (at: number): number => Math.floor(at / DAY);

export async function listTraders(ctx: Ctx, ids: readonly Id<"user">[]): Promise<Map<Id<"user">, TraderRow>> {
  const wanted = sql`(select value from json_each(${JSON.stringify(ids)}))`;
  const rows = (await ctx.db.read.select().from(traders).where(inArray(traders.userId, wanted))) as TraderRow[];
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Makes sure that somebody has a row to count in. */
function ensureTrader(ctx: Ctx, userId: Id<"user">): Statement {
  return ctx.db.sql("insert into p2p_traders (user_id) values (?) on conflict do nothing", userId);
}

export interface Admitted {
  readonly userId: Id<"user">;
  readonly asset: string;
  readonly assetAmount: number;
  readonly openTrades: number;
  readonly tradesPerDay: number;
  /** Of the asset, minor units. */
  readonly volumePerDay: number;
}

/** Counts a trade that begins, refused as `limit` where it would be more than its side may have. */
export function countStart(ctx: Ctx, admitted: Admitted, limit: string): Statement[] {
  const { userId, asset, assetAmount, openTrades, tradesPerDay, volumePerDay } = admitted;
  const day = dayOf(ctx.now());
  return [
    ensureTrader(ctx, userId),
    ctx.db.sql(
      "update p2p_traders set open_trades = open_trades + 1 where user_id = ? and open_trades < ?",
      userId,
      openTrades,
    ),
    expectChange(ctx, limit),
    ctx.db.sql(
      `insert into p2p_trader_days (user_id, day, asset, started, started_volume) values (?, ?, ?, 1, ?)
       on conflict do update set started = started + 1, started_volume = started_volume + excluded.started_volume`,
      userId,
      day,
      asset,
      assetAmount,
    ),
    ctx.db.sql(
      `insert into platform_expectations (name, holds)
       select ?1, sum(started) <= ?4 and sum(iif(asset = ?5, started_volume, 0)) <= ?6
       from p2p_trader_days where user_id = ?2 and day = ?3`,
      limit,
      userId,
      day,
      tradesPerDay,
      asset,
      volumePerDay,
    ),
  ];
}

export interface EndRow {
  readonly tradeId: Id<"trade">;
  readonly userId: Id<"user">;
  readonly asset: string;
  readonly amount: number;
  readonly outcome: Outcome;
  readonly releaseSeconds: number | null;
}

/** Counts a trade's end for one side, once: a second time is refused by the row's key. */
export function insertEnd(ctx: Ctx, end: EndRow): Statement[] {
  const { tradeId, userId, asset, amount, outcome, releaseSeconds } = end;
  const at = ctx.now();
  const day = dayOf(at);
  const row = { tradeId, userId, asset, amount, outcome, releaseSeconds, day, at };
  return [
    ctx.db.statement(ctx.db.primary.insert(tradeEnds).values(row)),
    ctx.db.sql(
      `insert into p2p_trader_days (user_id, day, asset, completed, cancelled, volume) values (?, ?, ?, ?, ?, ?)
       on conflict do update set completed = completed + excluded.completed,
         cancelled = cancelled + excluded.cancelled, volume = volume + excluded.volume`,
      userId,
      day,
      asset,
      outcome === "completed" ? 1 : 0,
      outcome === "cancelled" ? 1 : 0,
      outcome === "completed" ? amount : 0,
    ),
    ensureTrader(ctx, userId),
    ctx.db.sql("update p2p_traders set open_trades = max(open_trades - 1, 0) where user_id = ?", userId),
    ...recount(ctx, userId),
  ];
}

/** Takes the end of a trade back that goes on after all, for one side. */
export function removeEnd(ctx: Ctx, tradeId: Id<"trade">, userId: Id<"user">): Statement[] {
  return [
    ctx.db.sql(
      `update p2p_trader_days set completed = completed - (e.outcome = 'completed'),
         cancelled = p2p_trader_days.cancelled - (e.outcome = 'cancelled'),
         volume = volume - iif(e.outcome = 'completed', e.amount, 0)
       from p2p_trade_ends e where e.trade_id = ?1 and e.user_id = ?2
         and p2p_trader_days.user_id = ?2 and p2p_trader_days.day = e.day and p2p_trader_days.asset = e.asset`,
      tradeId,
      userId,
    ),
    ctx.db.sql("delete from p2p_trade_ends where trade_id = ? and user_id = ?", tradeId, userId),
    expectChange(ctx, "p2p_trade_not_ended"),
    ctx.db.sql("update p2p_traders set open_trades = open_trades + 1 where user_id = ?", userId),
    ...recount(ctx, userId),
  ];
}

const lately = (column: string): string =>
  `(select coalesce(sum(${column}), 0) from p2p_trader_days where user_id = ?1 and day > ?2 - ${THIRTY_DAYS})`;

/** The thirty days' figures and the standing, counted anew from the days. */
export function recount(ctx: Ctx, userId: Id<"user">): Statement[] {
  const today = dayOf(ctx.now());
  return [
    ctx.db.sql(
      `update p2p_traders set completed30d = ${lately("completed")}, cancelled30d = ${lately("cancelled")}, counted_to = ?2
       where user_id = ?1`,
      userId,
      today,
    ),
    ctx.db.sql(
      "update p2p_traders set standing = 100 * (completed30d + 1) / (completed30d + cancelled30d + 2) where user_id = ?",
      userId,
    ),
    ...restand(ctx, userId),
  ];
}

/** Traders whose thirty days ended before today, some at a time. */
export async function listStale(ctx: Ctx): Promise<Id<"user">[]> {
  const { results } = await ctx.db
    .sql("select user_id as id from p2p_traders where counted_to < ? order by counted_to limit 50", dayOf(ctx.now()))
    .all<{ id: Id<"user"> }>();
  return results.map(({ id }) => id);
}

export interface Volume {
  readonly asset: string;
  readonly completed: number;
  readonly volume: number;
}

/** What somebody has traded, by asset, since a day. */
export async function listVolumes(ctx: Ctx, userId: Id<"user">, sinceDay: number): Promise<Volume[]> {
  const { results } = await ctx.db
    .sql(
      `select asset, sum(completed) as completed, sum(volume) as volume from p2p_trader_days
       where user_id = ? and day > ? group by asset having sum(completed) > 0 order by asset`,
      userId,
      sinceDay,
    )
    .all<Volume>();
  return results;
}

/** How long somebody's latest releases took, in seconds. */
export async function listReleaseSeconds(ctx: Ctx, userId: Id<"user">, most: number): Promise<number[]> {
  const { results } = await ctx.db
    .sql(
      `select release_seconds as seconds from p2p_trade_ends
       where user_id = ? and release_seconds is not null order by at desc limit ?`,
      userId,
      most,
    )
    .all<{ seconds: number }>();
  return results.map(({ seconds }) => seconds);
}

/** Keeps feedback and counts it; a second one of the same side is refused by the row's key. */
export function insertFeedback(ctx: Ctx, row: FeedbackRow): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.insert(feedback).values(row)),
    ensureTrader(ctx, row.toId),
    ctx.db.sql(
      "update p2p_traders set rating_count = rating_count + 1, rating_sum = rating_sum + ? where user_id = ?",
      row.rating,
      row.toId,
    ),
  ];
}

export async function listFeedbackOf(ctx: Ctx, tradeIds: readonly Id<"trade">[]): Promise<FeedbackRow[]> {
  const wanted = sql`(select value from json_each(${JSON.stringify(tradeIds)}))`;
  return (await ctx.db.read.select().from(feedback).where(inArray(feedback.tradeId, wanted))) as FeedbackRow[];
}

/** How often each rating was given to somebody. */
export async function countRatings(ctx: Ctx, userId: Id<"user">): Promise<Map<number, number>> {
  const { results } = await ctx.db
    .sql("select rating, count(*) as count from p2p_feedback where to_id = ? group by rating", userId)
    .all<{ rating: number; count: number }>();
  return new Map(results.map(({ rating, count }) => [rating, count]));
}

/** Whether one of two people has blocked the other. */
export async function areBlocked(ctx: Ctx, one: Id<"user">, other: Id<"user">): Promise<boolean> {
  const [row] = await ctx.db.primary
    .select({ userId: blocks.userId })
    .from(blocks)
    .where(
      or(
        sql`(${blocks.userId}, ${blocks.blockedId}) = (${one}, ${other})`,
        sql`(${blocks.userId}, ${blocks.blockedId}) = (${other}, ${one})`,
      ),
    )
    .limit(1);
  return row !== undefined;
}

export async function listBlocked(ctx: Ctx, userId: Id<"user">): Promise<BlockRow[]> {
  const mine = ctx.db.read.select().from(blocks).where(eq(blocks.userId, userId)).orderBy(desc(blocks.createdAt));
  return (await mine) as BlockRow[];
}

export function insertBlock(ctx: Ctx, userId: Id<"user">, blockedId: Id<"user">): Statement {
  const row = { userId, blockedId, createdAt: ctx.now() };
  return ctx.db.statement(ctx.db.primary.insert(blocks).values(row).onConflictDoNothing());
}

/** Lifts a block, refused as `p2p_block_missing` where there is none. */
export function deleteBlock(ctx: Ctx, userId: Id<"user">, blockedId: Id<"user">): Statement[] {
  const gone = "delete from p2p_blocks where user_id = ? and blocked_id = ?";
  return [ctx.db.sql(gone, userId, blockedId), expectChange(ctx, "p2p_block_missing")];
}

/** Everything about somebody but the ads. */
export async function exportTrader(ctx: Ctx, userId: Id<"user">) {
  const { read } = ctx.db;
  const [row, days, ends, given, received, blocked] = await Promise.all([
    read.select().from(traders).where(eq(traders.userId, userId)),
    read.select().from(traderDays).where(eq(traderDays.userId, userId)),
    read.select().from(tradeEnds).where(eq(tradeEnds.userId, userId)),
    read.select().from(feedback).where(eq(feedback.fromId, userId)),
    read
      .select({ rating: feedback.rating, comment: feedback.comment, at: feedback.at })
      .from(feedback)
      .where(eq(feedback.toId, userId)),
    read.select().from(blocks).where(eq(blocks.userId, userId)),
  ]);
  return { trader: row[0] ?? null, days, trades: ends, feedbackGiven: given, feedbackReceived: received, blocked };
}

/** Takes out what somebody has said of others, and whom somebody has blocked. What was traded stays, without a person. */
export function eraseTrader(ctx: Ctx, userId: Id<"user">): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.update(feedback).set({ comment: null }).where(eq(feedback.fromId, userId))),
    ctx.db.statement(ctx.db.primary.delete(blocks).where(or(eq(blocks.userId, userId), eq(blocks.blockedId, userId)))),
  ];
}
