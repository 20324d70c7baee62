import type { Id } from "#kernel/ids";
import { formatAmount } from "#kernel/money";
import type { Notice, NoticeKind } from "#modules/messaging";
import { findContact, notify } from "#modules/messaging";
import { traderSummary } from "#modules/p2p";
import { walletAsset } from "#modules/wallet";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { withGatheredReads } from "#platform/ctx";
import { findDispute } from "./repository.disputes.ts";
import type { Trade } from "./repository.trades.ts";
import { findTrade, tradeAt } from "./repository.trades.ts";
import { isMailed, nextDeadline } from "./rules.ts";

/**
 * Who is told of what: both sides of each transition, and of what becomes of their dispute. All of them are told in one
 * commit, for which each thing is read once for everybody.
 */

type Told<K extends NoticeKind> = Pick<Notice<K>, "kind" | "data" | "dedupeKey" | "channels">;

interface Telling<K extends NoticeKind> {
  readonly people: readonly Id<"user">[];
  readonly toldTo: (userId: Id<"user">, names: Names) => readonly Told<K>[];
}

type Names = Awaited<ReturnType<typeof traderSummary>>;

async function tell<K extends NoticeKind>(ctx: Ctx, { people, toldTo }: Telling<K>): Promise<void> {
  const gathered = withGatheredReads(ctx);
  const [names, ...contacts] = await Promise.all([
    traderSummary(gathered, people),
    ...people.map(async (userId) => await findContact(gathered, userId)),
  ]);
  const notices = people.flatMap((userId, index) => {
    const contact = contacts[index];
    return contact ? toldTo(userId, names).map((told) => ({ contact, ...told })) : [];
  });
  const parts = await Promise.all(notices.map(async (notice) => await notify(gathered, notice)));
  await commit(
    ctx,
    parts.flatMap(({ statements }) => statements),
    { events: parts.flatMap(({ events }) => events) },
  );
}

/** A notice holds a line, not a letter. */
const REASON_MAX = 300;
const brief = (reason: string | null): string | null => reason && reason.slice(0, REASON_MAX).toWellFormed();
const pathOf = (tradeId: string): string => `/app/trades/${tradeId}`;

/** Tells both sides that their trade has moved on. */
export async function tellParties(
  ctx: Ctx,
  { tradeId, version }: { readonly tradeId: string; readonly version: number },
): Promise<void> {
  const found = await findTrade(ctx, tradeId);
  if (!found) return;
  const trade = tradeAt(found, version);
  const { buyerId, sellerId, asset, state } = trade;
  const amount = formatAmount(trade.assetAmount, walletAsset(ctx, asset).ledger.scale);
  const path = pathOf(tradeId);
  const toldTo = (userId: Id<"user">, names: Names): readonly Told<"tradeState" | "dispute">[] => {
    const counterparty = names.get(userId === buyerId ? sellerId : buyerId)?.name ?? "your counterparty";
    const dedupeKey = `${tradeId}.${version}`;
    const data = { amount, asset, state, counterparty, deadline: nextDeadline(trade), path };
    const dispute = disputeNotice(trade, path);
    const side = userId === buyerId ? "buyer" : "seller";
    return [
      { kind: "tradeState", data, dedupeKey, ...(isMailed(trade, side) ? {} : { channels: ["inApp"] }) },
      ...(dispute ? [{ ...dispute, dedupeKey: `${dedupeKey}.dispute` }] : []),
    ];
  };
  await tell(ctx, { people: [buyerId, sellerId], toldTo });
}

function disputeNotice({ state, events }: Trade, path: string): Told<"dispute"> | null {
  const last = events.at(-1);
  if (state === "disputed")
    return { kind: "dispute", data: { state: "opened", reason: brief(last?.reason ?? null), path } };
  if (last?.fromState !== "disputed") return null;
  return { kind: "dispute", data: { state: "resolved", reason: brief(last.reason), path } };
}

/** Tells both sides and the arbitrator that the dispute has one. */
export async function tellAssigned(
  ctx: Ctx,
  { disputeId, assignedTo }: { readonly disputeId: string; readonly assignedTo: string },
): Promise<void> {
  const dispute = await findDispute(ctx, disputeId);
  const trade = dispute && (await findTrade(ctx, dispute.tradeId));
  if (!trade) return;
  const dedupeKey = `${disputeId}.${assignedTo}`;
  const toldTo = (userId: Id<"user">): readonly Told<"dispute">[] => {
    const path = userId === assignedTo ? `/admin/disputes/${disputeId}` : pathOf(trade.id);
    return [{ kind: "dispute", data: { state: "assigned", reason: null, path }, dedupeKey }];
  };
  await tell(ctx, { people: [trade.buyerId, trade.sellerId, assignedTo as Id<"user">], toldTo });
}
