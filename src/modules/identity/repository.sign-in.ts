import type { Ctx } from "#platform/ctx";
import { columnsOf, readRow } from "#platform/db";
import type { History, HistoryQuestion } from "./repository.sessions.ts";
import { HISTORY, historyParams, toHistory } from "./repository.sessions.ts";
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

const FACTS = `select ${columnsOf(users, "u")},
    (select password_hash from identity_registrations
      where email = ?6 and expires_at > ?7 order by id desc limit 1) as registrationHash,
    ${HISTORY} as history,
    (select json_group_object(key, locked_until) from identity_counters
      where key in (select value from json_each(?8))) as locks
  from (select 1) left join identity_users u on u.email = ?6`;

interface Found extends Readonly<Record<string, unknown>> {
  readonly id: string | null;
  readonly registrationHash: string | null;
  readonly history: string;
  readonly locks: string;
}

/** All of it in one statement. */
export async function loadSignIn(ctx: Ctx, { email, counters, ...question }: SignInQuestion): Promise<SignInFacts> {
  const params = [...historyParams(ctx, question), email, ctx.now(), JSON.stringify(counters)];
  const row = await ctx.db.sql(FACTS, ...params).first<Found>();
  if (!row) throw new TypeError("One row answers, whether anybody has the address or not.");
  return {
    user: row.id === null ? null : (readRow(users, row) as UserRow),
    registrationHash: row.registrationHash,
    history: toHistory(row.history),
    locks: new Map(Object.entries(JSON.parse(row.locks) as Record<string, number>)),
  };
}
