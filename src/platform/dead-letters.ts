import type { PageRequest } from "#kernel/page";
import type { Problem } from "#kernel/problem";
import type { Ctx } from "./ctx.ts";
import { commit, expectChange } from "./commit.ts";
import { relay } from "./outbox.ts";

/** A delivery that was given up on. Its id is the event's id, a dot and the handler's name. */
export interface DeadLetter {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string | null;
  readonly handler: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: number;
}

const COLUMNS = `d.event_id || '.' || d.handler as id, d.event_id as eventId, e.type as eventType, d.handler, d.attempts,
  d.last_error as lastError, d.created_at as createdAt`;
const FROM = "platform_deliveries d left join platform_events e on e.id = d.event_id";

/** Dead letters, newest first; one row more than the page holds. */
export async function listDeadLetters(ctx: Ctx, page: PageRequest): Promise<DeadLetter[]> {
  const { results } = await ctx.db
    .sql(
      `select ${COLUMNS} from ${FROM} where d.state = 'dead' and (?1 is null or d.event_id || '.' || d.handler < ?1)
       order by id desc limit ?2`,
      page.after,
      page.limit + 1,
    )
    .all<DeadLetter>();
  return results;
}

const NOT_DEAD = "platform_delivery_not_dead";

/** Makes a dead letter a delivery again and sends it; throws `absent` when it is not dead or is so no longer. */
export async function reviveDeadLetter(ctx: Ctx, id: string, absent: () => Problem): Promise<DeadLetter> {
  const dot = id.indexOf(".");
  const ref = { eventId: id.slice(0, dot), handler: id.slice(dot + 1) };
  const place = [ref.eventId, ref.handler] as const;
  const letter = await ctx.db
    .sql(`select ${COLUMNS} from ${FROM} where d.state = 'dead' and d.event_id = ? and d.handler = ?`, ...place)
    .first<DeadLetter>();
  if (!letter) throw absent();
  const revive = ctx.db.sql(
    `update platform_deliveries set state = 'pending', attempts = 0, lease_until = 0, last_error = null, next_at = ?
     where event_id = ? and handler = ? and state = 'dead'`,
    ctx.now(),
    ...place,
  );
  const revived: DeadLetter = { ...letter, attempts: 0, lastError: null };
  await commit(ctx, [revive, expectChange(ctx, NOT_DEAD)], {
    audit: { action: "job.retried", target: id, before: { attempts: letter.attempts, lastError: letter.lastError } },
    result: revived,
    refusals: { [NOT_DEAD]: absent },
  });
  ctx.defer(relay(ctx, [ref]));
  return revived;
}
