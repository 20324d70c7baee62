import { writeAmount } from "#modules/ledger";
import type { Notice, NoticeKind } from "#modules/messaging";
import { findContact, notify } from "#modules/messaging";
import type { EventDraft } from "#kernel/event";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import type { Subscription } from "./repository.subscriptions.ts";
import type { Happening } from "./rules.subscription.ts";
import { entitlementsOfPlan } from "./service.entitlements.ts";

/** What is added to a commit so that people are told of it. */
export interface Notices {
  readonly statements: readonly Statement[];
  readonly events: readonly EventDraft[];
}

export const NO_NOTICE: Notices = { statements: [], events: [] };
const PATH = "/app/billing";

async function tell<K extends NoticeKind>(
  ctx: Ctx,
  userId: Subscription["userId"],
  notice: Omit<Notice<K>, "contact">,
): Promise<Notices> {
  const contact = await findContact(ctx, userId);
  return contact ? await notify(ctx, { contact, ...notice }) : NO_NOTICE;
}

/** What happened to a subscription; a renewal is told by its receipt. */
export async function happeningNotice(ctx: Ctx, row: Subscription, happening: Happening): Promise<Notices> {
  if (happening === "renewed") return NO_NOTICE;
  const later = happening === "downgraded" || happening === "cancelled";
  const level = happening === "downgraded" ? (row.scheduledLevel ?? row.level) : row.level;
  const { planName } = await entitlementsOfPlan(ctx, level);
  const from = later ? row.currentPeriodEnd : ctx.now();
  const data = { plan: planName, change: happening, from, path: PATH };
  return await tell(ctx, row.userId, {
    kind: "subscriptionChanged",
    data,
    dedupeKey: `subscription:${row.id}:${row.version}`,
  });
}

/** That a trial ends, and what it costs from then on. */
export async function trialNotice(ctx: Ctx, row: Subscription): Promise<Notices> {
  const { planName } = await entitlementsOfPlan(ctx, row.level);
  const price = { amount: writeAmount(row.amountMinor, row.asset), asset: row.asset };
  const data = { plan: planName, endsAt: row.trialEnd ?? row.currentPeriodEnd, price, path: PATH };
  return await tell(ctx, row.userId, { kind: "trialEnding", data, dedupeKey: `trial:${row.id}` });
}

export interface FailedPayment {
  readonly tryOf: string;
  readonly amountMinor: number;
  readonly asset: string;
  readonly retryAt: number | null;
  /** Which try it was. */
  readonly attempts: number;
}

/** That a payment was declined, and when it is tried again. */
export async function failureNotice(ctx: Ctx, userId: Subscription["userId"], failed: FailedPayment): Promise<Notices> {
  const { amountMinor, asset, retryAt, tryOf, attempts } = failed;
  const data = { amount: writeAmount(amountMinor, asset), asset, retryAt, path: PATH };
  return await tell(ctx, userId, { kind: "paymentFailed", data, dedupeKey: `failed:${tryOf}:${attempts}` });
}
