import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { CapRow, RateRow } from "./repository.terms.ts";
import * as repository from "./repository.terms.ts";

/** What members earn, by package and by period, and how much of it in a month: set by operators, kept for good. */

export type CreateRate = Pick<RateRow, "slug" | "level1Bps" | "level2Bps" | "endsAt"> & {
  /** From now on, if left out. */
  readonly startsAt: number | null;
};

/** Adds a rate. It holds for sales from its beginning on, never for one of before. */
export const createRate = once(async (ctx: Ctx, input: CreateRate): Promise<RateRow> => {
  const now = ctx.now();
  const startsAt = input.startsAt ?? now;
  if (startsAt < now) throw problems.rateInThePast();
  if (input.endsAt !== null && input.endsAt <= startsAt) throw problems.rateEndsFirst();
  const row: RateRow = { ...input, id: ctx.newId("rate"), startsAt, createdBy: customerOf(ctx), createdAt: now };
  await commit(ctx, [repository.insertRate(ctx, row)], {
    audit: { action: "affiliateRate.created", target: row.id, after: { ...input, startsAt } },
    result: row,
  });
  return row;
});

export async function listRates(ctx: Ctx, page: PageRequest): Promise<Page<RateRow>> {
  return toPage(await repository.listRates(ctx, page), page, ({ id }) => id);
}

/** Ends a rate now; one that has not begun never holds. */
export const endRate = once(async (ctx: Ctx, id: Id<"rate">): Promise<RateRow> => {
  const row = await repository.findRate(ctx, id);
  if (!row) throw problems.rateNotFound();
  const result = { ...row, endsAt: Math.max(ctx.now(), row.startsAt) };
  await commit(ctx, repository.endRate(ctx, row), {
    audit: { action: "affiliateRate.ended", target: id, before: { endsAt: row.endsAt } },
    result,
    refusals: { [repository.RATE_OVER]: problems.rateOver },
  });
  return result;
});

export type CreateCap = Pick<CapRow, "asset" | "monthMinor">;

/** Sets what one member earns at most in a month. What was granted stays. */
export const createCap = once(async (ctx: Ctx, input: CreateCap): Promise<CapRow> => {
  const row: CapRow = { ...input, id: ctx.newId("cap"), createdBy: customerOf(ctx), createdAt: ctx.now() };
  await commit(ctx, [repository.insertCap(ctx, row)], {
    audit: { action: "affiliateCap.set", target: row.id, after: input },
    result: row,
  });
  return row;
});

export async function listCaps(ctx: Ctx, page: PageRequest): Promise<Page<CapRow>> {
  return toPage(await repository.listCaps(ctx, page), page, ({ id }) => id);
}
