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

const tags = {
  Help: "Articles for everybody.",
  Support: "A customer's tickets.",
} as const;

/** Help articles for everybody, tickets for customers. */
export const support = { name: "support", routes, tags, jobs, seed } as const satisfies Module;
