import { and, inArray, ne, sql } from "drizzle-orm";
import type { Id } from "#kernel/ids";
import type { Ctx } from "#platform/ctx";
import { subscriptions } from "./tables.subscriptions.ts";

export type Subscription = Omit<typeof subscriptions.$inferSelect, "id" | "userId"> & {
  id: Id<"sub">;
  userId: Id<"user">;
};

/** Of some people, the subscription that is not over. */
export async function listLive(ctx: Ctx, userIds: readonly Id<"user">[]): Promise<Subscription[]> {
  const ids = JSON.stringify(userIds);
  const rows = await ctx.db.primary
    .select()
    .from(subscriptions)
    .where(
      and(
        inArray(subscriptions.userId, sql`(select value from json_each(${ids}))`),
        ne(subscriptions.status, "canceled"),
      ),
    );
  return rows as Subscription[];
}
