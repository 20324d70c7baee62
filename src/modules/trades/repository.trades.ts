import { and, asc, desc, eq, inArray, lt, or, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { PageRequest } from "#kernel/page";
import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { CommandName, Role, Snapshot, TradeState } from "#objects/escrow-trade";
import { trades, transitions } from "./tables.ts";

export type TradeRow = Omit<typeof trades.$inferSelect, "id" | "adId" | "buyerId" | "sellerId" | "makerId"> & {
  id: Id<"trade">;
  adId: Id<"ad">;
  buyerId: Id<"user">;
  sellerId: Id<"user">;
  makerId: Id<"user">;
};

export type Transition = Omit<typeof transitions.$inferSelect, "command" | "role" | "actorId"> & {
  command: CommandName | "begin";
  role: Role;
  actorId: Id<"user"> | null;
};

/** A trade with all that has happened to it, oldest first. */
export interface Trade extends TradeRow {
  readonly events: readonly Transition[];
}

/** A trade as the machine sees it. */
export function snapshotOf({ events, ...row }: Trade): Snapshot {
  const last = events.at(-1);
  const { state, version, payBy, releaseBy, appealBy, createdAt, releaseMinutes } = row;
  return {
    state,
    version,
    payBy,
    releaseBy,
    appealBy,
    createdAt,
    releaseMinutes,
    last: last && last.command !== "begin" ? { command: last.command, role: last.role } : null,
  };
}

/** The trade as it stood after one of its transitions. */
export function tradeAt(trade: Trade, version: number): Trade {
  const event = trade.events.find((candidate) => candidate.version === version);
  if (!event || version === trade.version) return trade;
  const { toState: state, payBy, releaseBy, appealBy, at } = event;
  const events = trade.events.filter((candidate) => candidate.version <= version);
  return { ...trade, state, version, payBy, releaseBy, appealBy, stateSince: at, events };
}

const toTrade = (row: unknown, events: readonly unknown[]): Trade => ({
  ...(row as TradeRow),
  events: events as Transition[],
});

export async function findTrade(ctx: Ctx, id: string): Promise<Trade | null> {
  const { primary } = ctx.db.gathered();
  const [rows, events] = await Promise.all([
    primary.select().from(trades).where(eq(trades.id, id)).limit(1),
    primary.select().from(transitions).where(eq(transitions.tradeId, id)).orderBy(asc(transitions.version)),
  ]);
  return rows[0] ? toTrade(rows[0], events) : null;
}

/** Trades with what has happened to them, by id. */
async function withEvents(ctx: Ctx, rows: readonly { readonly id: string }[]): Promise<Trade[]> {
  if (rows.length === 0) return [];
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const found = await ctx.db.primary
    .select()
    .from(transitions)
    .where(inArray(transitions.tradeId, sql`(select value from json_each(${ids}))`))
    .orderBy(asc(transitions.tradeId), asc(transitions.version));
  const byTrade = Map.groupBy(found, ({ tradeId }) => tradeId);
  return rows.map((row) => toTrade(row, byTrade.get(row.id) ?? []));
}

/** Somebody's trades, newest first; one more than the page holds. */
export async function listTrades(
  ctx: Ctx,
  filter: { readonly userId: string; readonly states: readonly TradeState[] },
  page: PageRequest,
): Promise<Trade[]> {
  const rows = await ctx.db.primary
    .select()
    .from(trades)
    .where(
      and(
        or(eq(trades.buyerId, filter.userId), eq(trades.sellerId, filter.userId)),
        filter.states.length === 0 ? undefined : inArray(trades.state, [...filter.states]),
        page.after === null ? undefined : lt(trades.id, page.after),
      ),
    )
    .orderBy(desc(trades.id))
    .limit(page.limit + 1);
  return await withEvents(ctx, rows);
}

export async function listAllOf(ctx: Ctx, userId: string): Promise<Trade[]> {
  return await listTrades(ctx, { userId, states: [] }, { limit: 10_000, after: null });
}

/** Whether somebody has a trade that may still move their money. */
export async function hasOpenTrade(ctx: Ctx, userId: string): Promise<boolean> {
  const row = await ctx.db
    .sql(
      `select 1 from trades_trades where (buyer_id = ?1 or seller_id = ?1)
         and (state in ('escrowed', 'paid', 'disputed') or (state = 'expired' and appeal_by > ?2)) limit 1`,
      userId,
      ctx.now(),
    )
    .first();
  return row !== null;
}

export function insertTrade(ctx: Ctx, { events, ...row }: Trade): Statement[] {
  return [
    ctx.db.statement(ctx.db.primary.insert(trades).values(row)),
    ...events.map((event) => ctx.db.statement(ctx.db.primary.insert(transitions).values(event))),
  ];
}

/** What a transition changes of its trade. */
export interface Moved {
  readonly trade: Trade;
  readonly event: Transition;
  readonly payer: { readonly name: string; readonly differs: boolean } | null;
  /** The deadline that must have passed in the database too, since a pause may have moved it. */
  readonly due: "pay_by" | "release_by" | null;
}

/** Moves a trade on from the version that was seen; refused as `trades_trade_moved` when it stands elsewhere. */
export function moveTrade(ctx: Ctx, { trade, event, payer, due }: Moved): Statement[] {
  const passed = due === null ? "" : `and ${due} <= ?9`;
  return [
    ctx.db.statement(ctx.db.primary.insert(transitions).values(event)),
    ctx.db.sql(
      `update trades_trades set state = ?1, version = ?2, pay_by = ?3, release_by = ?4, appeal_by = ?5,
         payer_name = coalesce(?6, payer_name), payer_differs = max(payer_differs, ?7),
         state_since = iif(state = ?1, state_since, ?9)
       where id = ?8 and version = ?2 - 1 ${passed}`,
      event.toState,
      event.version,
      event.payBy,
      event.releaseBy,
      event.appealBy,
      payer?.name ?? null,
      payer?.differs === true ? 1 : 0,
      trade.id,
      event.at,
    ),
    expectChange(ctx, "trades_trade_moved"),
  ];
}

export interface DueTrade {
  readonly id: Id<"trade">;
}

/** Trades of which a deadline has passed, the latest first. */
export async function listDue(ctx: Ctx, before: number): Promise<DueTrade[]> {
  const { results } = await ctx.db
    .sql(
      `select id from (
         select id, pay_by as at from trades_trades where state = 'escrowed' and pay_by <= ?1
         union all select id, release_by from trades_trades where state = 'paid' and release_by <= ?1
       ) order by at limit 500`,
      before,
    )
    .all<DueTrade>();
  return results;
}

/** Takes a person's words and name out; who traded what with whom stays, since the ledger says it too. */
export function forgetPayer(ctx: Ctx, userId: string): Statement {
  return ctx.db.sql("update trades_trades set payer_name = null where buyer_id = ? and payer_name is not null", userId);
}
