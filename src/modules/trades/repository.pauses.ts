import { expectChange } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";

/** When the clocks stopped that stand still now; null while they run. */
export async function findPause(ctx: Ctx): Promise<number | null> {
  const row = await ctx.db
    .sql("select started_at as startedAt from trades_pauses where ended_at is null")
    .first<{ startedAt: number }>();
  return row?.startedAt ?? null;
}

/** Stops the clocks of all trades; they stop once, however often this comes. */
export function openPause(ctx: Ctx, startedAt: number): Statement {
  return ctx.db.sql(
    `insert into trades_pauses (started_at) select ?1
     where not exists (select 1 from trades_pauses where ended_at is null) on conflict do nothing`,
    startedAt,
  );
}

/**
 * Lets the clocks go on with what was left when they stopped: every deadline that lay ahead then moves by the time that
 * they stood, and one of a trade that began meanwhile by as much as it has seen of it. Refused as `trades_pause_over`
 * when somebody else has done it.
 */
export function closePause(ctx: Ctx, startedAt: number): Statement[] {
  const shift = (column: string, state: string): Statement =>
    ctx.db.sql(
      `update trades_trades set ${column} = ${column} + (?1 - max(?2, state_since)) where state = ?3 and ${column} > ?2`,
      ctx.now(),
      startedAt,
      state,
    );
  return [
    ctx.db.sql("update trades_pauses set ended_at = ? where started_at = ? and ended_at is null", ctx.now(), startedAt),
    expectChange(ctx, "trades_pause_over"),
    shift("pay_by", "escrowed"),
    shift("release_by", "paid"),
    shift("appeal_by", "expired"),
  ];
}
