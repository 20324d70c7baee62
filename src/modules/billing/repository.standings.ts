import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Standing } from "./rules.subscription.ts";

export interface PersonalStanding extends Standing {
  readonly userId: Id<"user">;
}

/** Asks for the subscriptions of some people that are not over. */
export function askStandings(ctx: Ctx, userIds: readonly Id<"user">[]): Statement {
  return ctx.db.sql(
    `select user_id as userId, level, status, past_due_since as pastDueSince from billing_subscriptions
     where user_id in (select value from json_each(?)) and status <> 'canceled'`,
    JSON.stringify(userIds),
  );
}
