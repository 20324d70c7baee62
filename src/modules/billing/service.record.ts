import { draftEvent } from "#kernel/event";
import { MINUTE } from "#kernel/time";
import { forgetSessions } from "#modules/identity";
import type { CommitOptions } from "#platform/commit";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { subscriptionMoved } from "./events.ts";
import type { Notices } from "./notices.ts";
import { happeningNotice, NO_NOTICE } from "./notices.ts";
import * as signups from "./repository.signups.ts";
import type { Subscription } from "./repository.subscriptions.ts";
import * as repository from "./repository.subscriptions.ts";
import { happeningOf, monthlyRevenue, movementOf, nextTerms, trialOutcome } from "./rules.subscription.ts";
import { ranks } from "./service.plans.ts";
import { newTrial } from "./service.trials.ts";

/** An operation that has not been answered for so long is judged by the subscription's state. */
const ANSWER_MS = 5 * MINUTE;

export interface Change {
  readonly before: Subscription | null;
  readonly after: Subscription;
  readonly along?: readonly Statement[];
  readonly options?: Omit<CommitOptions, "events">;
}

/** Commits a subscription's new state with all that follows from it: movement, trial, notices, events. */
export async function record(ctx: Ctx, change: Change): Promise<void> {
  const { before, after, along = [], options = {} } = change;
  const settled = repository.settleOld(ctx, after.id, { before: ctx.now() - ANSWER_MS, reached: nextTerms(after) });
  if (before && lasting(before) === lasting({ ...before, ...after })) {
    await commit(ctx, [repository.noteSync(ctx, after.id), settled, ...along], options);
    return;
  }
  const told = await tell(ctx, before, after);
  const statements = [
    ...(before ? repository.updateSubscription(ctx, after) : begin(ctx, after)),
    ...(await movement(ctx, before, after)),
    ...(await trial(ctx, before, after)),
    settled,
    ...told.statements,
    ...along,
  ];
  await commit(ctx, statements, { ...options, events: told.events });
  forgetSessions(ctx, after.userId);
}

function begin(ctx: Ctx, after: Subscription): Statement[] {
  return [repository.insertSubscription(ctx, after), signups.deleteSignup(ctx, after.userId, after.id)];
}

/** What the owner and the other modules hear of it. */
async function tell(ctx: Ctx, before: Subscription | null, after: Subscription): Promise<Notices> {
  const happening = happeningOf(before, after, await ranks(ctx));
  if (happening === null) return NO_NOTICE;
  const { statements, events } = await happeningNotice(ctx, after, happening);
  const moved = { userId: after.userId, subscriptionId: after.id, level: after.level, happening };
  return { statements, events: [...events, draftEvent(subscriptionMoved, moved)] };
}

/** A subscription without what changes each time the gateway is asked. */
function lasting(row: Subscription): string {
  return JSON.stringify({ ...row, version: 0, syncedAt: 0, updatedAt: 0 });
}

async function movement(ctx: Ctx, before: Subscription | null, after: Subscription): Promise<Statement[]> {
  const beforeMinor = monthlyRevenue(before);
  const afterMinor = monthlyRevenue(after);
  const kind = movementOf(beforeMinor, afterMinor, await repository.hasPaid(ctx, after.userId));
  if (kind === null) return [];
  const { id: subscriptionId, userId, version, asset, level } = after;
  const row = { subscriptionId, userId, version, kind, asset, level, beforeMinor, afterMinor, at: ctx.now() };
  return [repository.insertMovement(ctx, row)];
}

async function trial(ctx: Ctx, before: Subscription | null, after: Subscription): Promise<Statement[]> {
  if (after.trialEnd === null) return [];
  const outcome = trialOutcome(after.status);
  const { userId, id: subscriptionId, trialEnd: endsAt, createdAt: startedAt } = after;
  const begun = before
    ? []
    : [signups.insertTrial(ctx, await newTrial(ctx, { userId, subscriptionId, startedAt, endsAt }))];
  return [...begun, ...(outcome === null ? [] : [signups.decideTrial(ctx, subscriptionId, outcome)])];
}
