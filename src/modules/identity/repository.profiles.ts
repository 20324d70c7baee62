import { and, eq } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { profiles } from "./tables.ts";

export type ProfileTopic = (typeof profiles.$inferSelect)["topic"];
export type ProfileData = Readonly<Record<string, unknown>>;

export async function findProfile(
  ctx: Ctx,
  userId: Id<"user">,
  topic: ProfileTopic,
): Promise<{ readonly data: ProfileData; readonly updatedAt: number } | null> {
  const [row] = await ctx.db.primary
    .select({ data: profiles.data, updatedAt: profiles.updatedAt })
    .from(profiles)
    .where(and(eq(profiles.userId, userId), eq(profiles.topic, topic)))
    .limit(1);
  return row ?? null;
}

/** Puts answers in the place of those before, or beside them. */
export function putProfile(
  ctx: Ctx,
  userId: Id<"user">,
  { topic, data, merge }: { readonly topic: ProfileTopic; readonly data: ProfileData; readonly merge: boolean },
): Statement {
  return ctx.db.sql(
    `insert into identity_profiles (user_id, topic, data, updated_at) values (?1, ?2, ?3, ?4)
     on conflict (user_id, topic) do update set updated_at = excluded.updated_at,
       data = case when ?5 then json_patch(data, excluded.data) else excluded.data end`,
    userId,
    topic,
    JSON.stringify(data),
    ctx.now(),
    merge ? 1 : 0,
  );
}
