import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Limit, Meter } from "./rules.allowance.ts";
import { INSTALLATION } from "./rules.allowance.ts";

export interface Demand {
  readonly turnId: string;
  readonly userId: string;
  readonly tokens: number;
  readonly micros: number;
  readonly promptVersion: string;
  readonly expiresAt: number;
}

/** Adds to what is reserved, if every limit holds afterwards; refused as `assistant_allowance_used`. */
function takeFromMeters(ctx: Ctx, limits: readonly Limit[], demand: Pick<Demand, "tokens" | "micros">): Statement[] {
  const rows = JSON.stringify(limits);
  return [
    ctx.db.sql(
      `insert into assistant_meters (scope, period)
       select value ->> 'scope', value ->> 'period' from json_each(?) where true on conflict do nothing`,
      rows,
    ),
    ctx.db.sql(
      `update assistant_meters set reserved_tokens = reserved_tokens + cast(?1 as integer), reserved_micros = reserved_micros + cast(?2 as integer)
       from (select value ->> 'scope' as whose, value ->> 'period' as of, value ->> 'tokens' as tokens, value ->> 'micros' as micros
             from json_each(?3)) as allowed
       where scope = allowed.whose and period = allowed.of
         and used_tokens + reserved_tokens + ?1 <= allowed.tokens and used_micros + reserved_micros + ?2 <= allowed.micros`,
      demand.tokens,
      demand.micros,
      rows,
    ),
    ctx.db.sql(
      "insert into platform_expectations (name, holds) values ('assistant_allowance_used', changes() = ?)",
      limits.length,
    ),
  ];
}

export function readMeters(ctx: Ctx, limits: readonly Pick<Limit, "scope" | "period">[]): Statement {
  return ctx.db.sql(
    `select scope, period, used_tokens as usedTokens, reserved_tokens as reservedTokens,
            used_micros as usedMicros, reserved_micros as reservedMicros
     from assistant_meters
     where (scope, period) in (select value ->> 'scope', value ->> 'period' from json_each(?))`,
    JSON.stringify(limits),
  );
}

/** Reserves for a turn that has not begun; the last statement reads the meters. */
export function reserve(ctx: Ctx, limits: readonly Limit[], demand: Demand): Statement[] {
  const [month, day] = [limits[0]?.period ?? "", limits[1]?.period ?? ""];
  return [
    ...takeFromMeters(ctx, limits, demand),
    ctx.db.sql(
      `insert into assistant_turns (id, user_id, month, day, state, reserved_tokens, reserved_micros, prompt_version, created_at, expires_at)
       values (?, ?, ?, ?, 'reserved', ?, ?, ?, ?, ?)`,
      demand.turnId,
      demand.userId,
      month,
      day,
      demand.tokens,
      demand.micros,
      demand.promptVersion,
      ctx.now(),
      demand.expiresAt,
    ),
    readMeters(ctx, limits),
  ];
}

/** Reserves more for a turn that is under way; refused as `assistant_turn_over` when it is no longer. */
export function reserveMore(ctx: Ctx, limits: readonly Limit[], demand: Demand): Statement[] {
  return [
    ...takeFromMeters(ctx, limits, demand),
    ctx.db.sql(
      `update assistant_turns set reserved_tokens = reserved_tokens + cast(?1 as integer),
         reserved_micros = reserved_micros + cast(?2 as integer), expires_at = ?3
       where id = ?4 and state = 'reserved'`,
      demand.tokens,
      demand.micros,
      demand.expiresAt,
      demand.turnId,
    ),
    ctx.db.sql("insert into platform_expectations (name, holds) values ('assistant_turn_over', changes() > 0)"),
    readMeters(ctx, limits),
  ];
}

export interface Settled {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number;
  readonly model: string | null;
}

/** Turns what was reserved into what was used, once: a repeat finds the turn settled and changes nothing. */
export function settle(ctx: Ctx, turnId: string, settled: Settled): Statement[] {
  return [
    ctx.db.sql(
      `update assistant_meters set
         reserved_tokens = assistant_meters.reserved_tokens - case turn.state when 'reserved' then turn.reserved_tokens else 0 end,
         reserved_micros = assistant_meters.reserved_micros - case turn.state when 'reserved' then turn.reserved_micros else 0 end,
         used_tokens = used_tokens + cast(?1 as integer), used_micros = used_micros + cast(?2 as integer)
       from assistant_turns as turn
       where turn.id = ?3 and turn.state in ('reserved', 'expired')
         and ((scope = turn.user_id and period in (turn.month, turn.day))
           or (scope = '${INSTALLATION}' and period in (turn.month, turn.day)))`,
      settled.inputTokens + settled.outputTokens,
      settled.costMicros,
      turnId,
    ),
    ctx.db.sql(
      `update assistant_turns set state = 'settled', input_tokens = ?, output_tokens = ?, cost_micros = ?, model = ?, settled_at = ?
       where id = ? and state in ('reserved', 'expired')`,
      settled.inputTokens,
      settled.outputTokens,
      settled.costMicros,
      settled.model,
      ctx.now(),
      turnId,
    ),
  ];
}

/** Gives back what was got ready and not used: the turn never was. */
export function cancelTurn(ctx: Ctx, turnId: string): Statement[] {
  return [
    ...settle(ctx, turnId, { inputTokens: 0, outputTokens: 0, costMicros: 0, model: null }),
    ctx.db.sql("delete from assistant_turns where id = ? and state = 'settled' and model is null", turnId),
  ];
}

/** Gives back what turns reserved whose time is over: their object died, or is still owed a report. */
export function expireTurns(ctx: Ctx): Statement[] {
  const due = "state = 'reserved' and expires_at <= ?1";
  return [
    ctx.db.sql(
      `update assistant_meters set reserved_tokens = reserved_tokens - due.tokens, reserved_micros = reserved_micros - due.micros
       from (
         select whose, of, sum(tokens) as tokens, sum(micros) as micros from (
           select user_id as whose, month as of, reserved_tokens as tokens, reserved_micros as micros from assistant_turns where ${due}
           union all select user_id, day, reserved_tokens, reserved_micros from assistant_turns where ${due}
           union all select '${INSTALLATION}', month, reserved_tokens, reserved_micros from assistant_turns where ${due}
           union all select '${INSTALLATION}', day, reserved_tokens, reserved_micros from assistant_turns where ${due}
         ) group by whose, of
       ) as due where scope = due.whose and period = due.of`,
      ctx.now(),
    ),
    ctx.db.sql(`update assistant_turns set state = 'expired' where ${due}`, ctx.now()),
  ];
}

export async function findMeters(ctx: Ctx, limits: readonly Pick<Limit, "scope" | "period">[]): Promise<Meter[]> {
  return (await readMeters(ctx, limits).all<Meter>()).results;
}
