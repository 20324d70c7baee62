import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { ARTICLES } from "./articles.ts";
import { jobs } from "./jobs.ts";
import { listArticles, upsertArticle } from "./repository.ts";
import { routes } from "./routes.ts";

/** Puts the starting articles down where there are none, so that an operator's own wording is never written over. */
async function seed(ctx: Ctx): Promise<void> {
  if ((await listArticles(ctx)).length > 0) return;
  const rows = ARTICLES.map((article, position) => ({ ...article, position, updatedAt: ctx.now() }));
  await commit(
    ctx,
    rows.map((row) => upsertArticle(ctx, row)),
  );
}

async function statistics(ctx: Ctx): Promise<Readonly<Record<string, number>>> {
  const row = await ctx.db
    .sql(
      "select count(*) as open, coalesce(sum(respond_by < ?), 0) as late from support_tickets where status = 'open'",
      ctx.now(),
    )
    .first<{ open: number; late: number }>();
  return { openTickets: row?.open ?? 0, lateTickets: row?.late ?? 0 };
}

const tags = {
  Help: "Articles for everybody.",
  Support: "A customer's tickets.",
} as const;

/** Help articles for everybody, tickets for customers. */
export const support = { name: "support", routes, tags, jobs, seed, statistics } as const satisfies Module;
