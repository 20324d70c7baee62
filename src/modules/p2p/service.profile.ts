import type { Id } from "#kernel/ids";
import { findAccount } from "#modules/identity";
import { commit, once } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { customerOf } from "#platform/http/access";
import { problems } from "./errors.ts";
import type { Volume } from "./repository.traders.ts";
import * as repository from "./repository.traders.ts";
import { median } from "./rules.reputation.ts";
import type { TraderSummary } from "./service.traders.ts";
import { traderSummary } from "./service.traders.ts";

/** The releases that the median is taken of. */
const RELEASES = 100;

/** What everybody may see of a trader. */
export interface TraderProfile extends TraderSummary {
  readonly since: number;
  readonly medianReleaseSeconds: number | null;
  /** By asset, of all time. */
  readonly volumes: readonly Volume[];
  readonly ratings: ReadonlyMap<number, number>;
  /** Whether the reader has blocked this trader. */
  readonly blocked: boolean;
}

export async function getTrader(ctx: Ctx, id: Id<"user">): Promise<TraderProfile> {
  const account = await findAccount(ctx, id);
  if (!account || account.status === "deleted") throw problems.traderNotFound();
  const [summaries, releases, volumes, ratings, blocked] = await Promise.all([
    traderSummary(ctx, [id]),
    repository.listReleaseSeconds(ctx, id, RELEASES),
    repository.listVolumes(ctx, id, 0),
    repository.countRatings(ctx, id),
    repository.listBlocked(ctx, customerOf(ctx)),
  ]);
  const summary = summaries.get(id);
  if (!summary) throw problems.traderNotFound();
  const since = account.createdAt;
  const isBlocked = blocked.some((block) => block.blockedId === id);
  return { ...summary, since, medianReleaseSeconds: median(releases), volumes, ratings, blocked: isBlocked };
}

export interface Blocked extends TraderSummary {
  readonly at: number;
}

export async function listBlocks(ctx: Ctx): Promise<Blocked[]> {
  const blocks = await repository.listBlocked(ctx, customerOf(ctx));
  const summaries = await traderSummary(
    ctx,
    blocks.map(({ blockedId }) => blockedId),
  );
  return blocks.flatMap(({ blockedId, createdAt }) => {
    const summary = summaries.get(blockedId);
    return summary ? [{ ...summary, at: createdAt }] : [];
  });
}

/** Stops trading with somebody, both ways; again it changes nothing. */
export const blockTrader = once(async (ctx: Ctx, traderId: Id<"user">): Promise<Blocked> => {
  const userId = customerOf(ctx);
  if (traderId === userId) throw problems.blockSelf();
  if (!(await findAccount(ctx, traderId))) throw problems.traderNotFound();
  const summary = (await traderSummary(ctx, [traderId])).get(traderId);
  if (!summary) throw problems.traderNotFound();
  const result = { ...summary, at: ctx.now() };
  await commit(ctx, [repository.insertBlock(ctx, userId, traderId)], { result });
  return result;
});

export async function unblockTrader(ctx: Ctx, traderId: Id<"user">): Promise<void> {
  await commit(ctx, repository.deleteBlock(ctx, customerOf(ctx), traderId), {
    refusals: { p2p_block_missing: () => problems.blockNotFound() },
  });
}
