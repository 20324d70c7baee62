import { eq, sql } from "drizzle-orm";
import type { Ctx } from "#platform/ctx";
import type { History, HistoryQuestion } from "./repository.sessions.ts";
import { historyOf } from "./repository.sessions.ts";
import type { UserRow } from "./repository.users.ts";
import { users } from "./tables.ts";

/** What a sign-in is decided by. The same questions are asked whether anybody has the address or not. */
export interface SignInFacts {
  readonly user: UserRow | null;
  /** The password of the newest registration that waits for its proof. */
  readonly registrationHash: string | null;
  readonly history: History;
  /** Until when each counter is locked, for those that have counted anything. */
  readonly locks: ReadonlyMap<string, number>;
}

export interface SignInQuestion extends HistoryQuestion {
  readonly email: string;
  readonly counters: readonly string[];
}

/** All of it in one statement. */
export async function loadSignIn(ctx: Ctx, { email, counters, ...question }: SignInQuestion): Promise<SignInFacts> {
  const [row] = await ctx.db.primary
    .select({
      user: users,
      registrationHash: sql<string | null>`(select password_hash from identity_registrations
        where email = ${email} and expires_at > ${ctx.now()} order by id desc limit 1)`,
      history: historyOf(ctx, sql`${users.id}`, question),
      locks: sql`(select json_group_object(key, locked_until) from identity_counters
        where key in (select value from json_each(${JSON.stringify(counters)})))`.mapWith(toLocks),
    })
    .from(sql`(select 1)`)
    .leftJoin(users, eq(users.email, email));
  if (!row) throw new TypeError("One row answers, whether anybody has the address or not.");
  return { ...row, user: row.user as UserRow | null };
}

function toLocks(text: string): ReadonlyMap<string, number> {
  return new Map(Object.entries(JSON.parse(text) as Record<string, number>));
}
