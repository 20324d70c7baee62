import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";

/** Takes a portion of what has served its time out of a table. Its names are the schedule's own, never a caller's. */
export function deletePortion(
  ctx: Ctx,
  table: string,
  { where, cut, limit }: { readonly where: string; readonly cut: number | string; readonly limit: number },
): Statement {
  return ctx.db.sql(
    `delete from ${table} where rowid in (select rowid from ${table} where ${where} limit ?2)`,
    cut,
    limit,
  );
}
