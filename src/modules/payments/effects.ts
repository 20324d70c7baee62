import type { EventDraft } from "#kernel/event";
import { isId } from "#kernel/ids";
import { account, findAsset, insertAccount } from "#modules/ledger";
import type { AccountCode, Transfer } from "#modules/ledger";
import * as ledger from "#modules/ledger";
import type { CommitOptions } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { isRefusedBy } from "#platform/db";
import { CAPTURED_BEFORE, DECLINED_BEFORE, TAKEN } from "./repository.ts";
import { DISPUTE_KNOWN, DISPUTE_RACED, REFUND_KNOWN, REFUND_RACED } from "./repository.refunds.ts";
import type { PaymentRow } from "./repository.ts";

/** What a vendor's word comes to: rows, transfers and events that are committed together. */
export interface Effects {
  readonly statements: readonly Statement[];
  readonly transfers: readonly Transfer[];
  readonly events: readonly EventDraft[];
  /** Whose it is; null where nobody here knows it. */
  readonly userId: string | null;
  /** Why nothing comes of it. */
  readonly ignored: string | null;
}

export const NOTHING: Effects = { statements: [], transfers: [], events: [], userId: null, ignored: null };

export function ignoredAs(reason: string): Effects {
  return { ...NOTHING, ignored: reason };
}

export function together(...parts: readonly Effects[]): Effects {
  return {
    statements: parts.flatMap((part) => part.statements),
    transfers: parts.flatMap((part) => part.transfers),
    events: parts.flatMap((part) => part.events),
    userId: parts.find((part) => part.userId !== null)?.userId ?? null,
    ignored: parts.every((part) => part.ignored !== null) ? (parts[0]?.ignored ?? null) : null,
  };
}

/** Refusals that say that another run came first: what is there now has to be read again. */
const RACES = [CAPTURED_BEFORE, DECLINED_BEFORE, ...TAKEN, REFUND_RACED, REFUND_KNOWN, DISPUTE_RACED, DISPUTE_KNOWN];
const ROUNDS = 25;

/** What is committed along with effects. */
export interface Closing<E extends Effects = Effects> {
  readonly statements?: (effects: E) => readonly Statement[];
  readonly options?: (effects: E) => CommitOptions;
}

/**
 * Finds out what is to be done and commits it; where another run came between, finds out again. `work` reads the present
 * state each time.
 */
export async function carryOut<E extends Effects>(
  ctx: Ctx,
  work: () => Promise<E>,
  closing: Closing<E> = {},
): Promise<E> {
  for (let round = 1; ; round += 1) {
    const effects = await work();
    try {
      await commitEffects(ctx, effects, closing);
      return effects;
    } catch (error) {
      if (round === ROUNDS || !isRefusedBy(error, ...RACES)) throw error;
    }
  }
}

async function commitEffects<E extends Effects>(ctx: Ctx, effects: E, closing: Closing<E>): Promise<void> {
  const { transfers, events } = effects;
  const statements = [...opening(ctx, transfers), ...effects.statements, ...(closing.statements?.(effects) ?? [])];
  if (ctx.claim === null && statements.length + transfers.length + events.length === 0) return;
  await ledger.commitTransfers(ctx, { transfers, statements }, { events, ...closing.options?.(effects) });
}

/** Opens the accounts that transfers name, all of them the house's own; one that is there stays as it is. */
function opening(ctx: Ctx, transfers: readonly Transfer[]): Statement[] {
  const ids = new Set(
    transfers.flatMap((transfer) =>
      transfer.kind === "posted" || transfer.kind === "pending"
        ? [transfer.debitAccountId, transfer.creditAccountId]
        : [],
    ),
  );
  return [...ids].map((id) => {
    const cut = id.lastIndexOf(":");
    return insertAccount(ctx, account(id.slice(0, cut) as AccountCode, id.slice(cut + 1)));
  });
}

/** What every event says of the payment that it is about. */
export function aboutOf({ id, provider, userId, purpose, reference, asset, subscriptionId, invoiceId }: PaymentRow) {
  return { paymentId: id, provider, userId, purpose, reference, asset, subscriptionId, invoiceId };
}

/** Whether the books count in this asset. */
export function isCounted(asset: string): boolean {
  return findAsset(asset) !== null;
}

export function isOwnCheckout(key: string): boolean {
  return isId("chk", key);
}
