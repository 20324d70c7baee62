import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Module } from "#platform/module";
import { ARTICLES } from "./articles.ts";
import { jobs } from "./jobs.ts";
import { listArticles, upsertArticle } from "./repository.ts";
import { eraseUser, exportUser } from "./repository.privacy.ts";
import { operatorRoutes } from "./routes.operators.ts";
import { routes } from "./routes.ts";
import { statistics } from "./service.operators.ts";

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
export const support = {
  name: "support",
  routes: [...routes, ...operatorRoutes],
  tags,
  jobs,
  seed,
  statistics,
  exportUser,
  eraseUser: async (ctx, userId) => await Promise.resolve(eraseUser(ctx, userId)),
} as const satisfies Module;
