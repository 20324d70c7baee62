import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";

/** Answers to common questions. */

export async function findAnswer(ctx: Ctx, key: string): Promise<string | null> {
  const row = await ctx.db
    .sql("select content from assistant_answers where key = ? and expires_at > ?", key, ctx.now())
    .first<{ content: string }>();
  return row?.content ?? null;
}

export interface NewAnswer {
  readonly key: string;
  readonly question: string;
  readonly content: string;
  readonly expiresAt: number;
}

export function keepAnswer(ctx: Ctx, { key, question, content, expiresAt }: NewAnswer): Statement {
  return ctx.db.sql(
    `insert into assistant_answers (key, question, content, created_at, expires_at) values (?, ?, ?, ?, ?)
     on conflict (key) do update set content = excluded.content, created_at = excluded.created_at, expires_at = excluded.expires_at`,
    key,
    question,
    content,
    ctx.now(),
    expiresAt,
  );
}

/** Counts how a look went. */
export function countLook(ctx: Ctx, day: string, hit: boolean): Statement {
  return ctx.db.sql(
    `insert into assistant_answer_days (day, hits, misses) values (?1, ?2, 1 - ?2)
     on conflict (day) do update set hits = hits + excluded.hits, misses = misses + excluded.misses`,
    day,
    hit ? 1 : 0,
  );
}

export interface Looks {
  readonly hits: number;
  readonly misses: number;
}

export async function sumLooks(ctx: Ctx, since: string): Promise<Looks> {
  const row = await ctx.db
    .sql(
      "select coalesce(sum(hits), 0) as hits, coalesce(sum(misses), 0) as misses from assistant_answer_days where day >= ?",
      since,
    )
    .first<Looks>();
  return row ?? { hits: 0, misses: 0 };
}
