import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import * as repository from "./repository.ts";
import type { Due } from "./rules.ts";
import { cutOf } from "./rules.ts";
import { SCHEDULE } from "./schedule.ts";

const PORTION = 2_000;
/** What is still left waits for the next day: one run stays within what a scheduled run may ask of the database. */
const PORTIONS_MAX = 400;

/**
 * Takes away what has served its time, in small portions, so that no statement holds the database up. A table that
 * fails is told of and does not keep the others.
 */
export async function enforceRetention(ctx: Ctx): Promise<void> {
  const rules = SCHEDULE.flatMap(({ tables, due }) => (due ? tables.map((table) => ({ table, due })) : []));
  let left = PORTIONS_MAX;
  let failed = 0;
  for (const rule of rules) {
    try {
      left -= await clear(ctx, rule, Math.max(left, 1));
    } catch (error) {
      failed += 1;
      ctx.log.error("A table could not be cleared of what has served its time.", { target: rule.table, error });
    }
  }
  if (failed > 0) throw new Error(`${failed} tables could not be cleared.`);
}

/** Clears one table, in as many portions as are left. Gives back how many it took. */
async function clear(
  ctx: Ctx,
  { table, due }: { readonly table: string; readonly due: Due },
  portions: number,
): Promise<number> {
  const portion = { where: due.where, cut: cutOf(due, ctx.now()), limit: PORTION };
  for (let taken = 1; taken <= portions; taken += 1) {
    const [deleted] = await commit(ctx, [repository.deletePortion(ctx, table, portion)]);
    if ((deleted?.meta.changes ?? 0) < PORTION) return taken;
  }
  return portions;
}
