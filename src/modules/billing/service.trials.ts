import type { Id } from "#kernel/ids";
import { DAY } from "#kernel/time";
import { findContact } from "#modules/messaging";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { keyedHash, keyedHashUnder } from "#platform/keyed-hash";
import { trialNotice } from "./notices.ts";
import type { Trial } from "./repository.signups.ts";
import * as repository from "./repository.signups.ts";
import { findLatest } from "./repository.subscriptions.ts";
import { personOf } from "./rules.person.ts";

const PURPOSE = "billing trial";
/** How long before its end a trial's end is announced. */
const NOTICE_MS = 3 * DAY;

/** Whether somebody has had a trial, with this account or with another one of the same address. */
export async function hasTried(ctx: Ctx, userId: Id<"user">): Promise<boolean> {
  const person = await addressOf(ctx, userId);
  const hashes = person === null ? [] : await hashesOf(ctx, person);
  return (await repository.listTrials(ctx, userId, hashes)).length > 0;
}

async function addressOf(ctx: Ctx, userId: Id<"user">): Promise<string | null> {
  const email = (await findContact(ctx, userId))?.email ?? null;
  return email === null ? null : personOf(email);
}

/** The hashes of an address under every key that is configured. */
async function hashesOf(ctx: Ctx, text: string): Promise<string[]> {
  return await Promise.all(
    ctx.config.fieldKeys.map(
      async ({ id }) => `${id}.${(await keyedHashUnder(ctx.config, { purpose: PURPOSE, id }, text)) ?? ""}`,
    ),
  );
}

/** The row of a trial that has begun. */
export async function newTrial(
  ctx: Ctx,
  trial: Pick<Trial, "userId" | "subscriptionId" | "startedAt" | "endsAt">,
): Promise<Trial> {
  const person = await addressOf(ctx, trial.userId);
  const personHash = person === null ? null : await keyedHash(ctx.config, PURPOSE, person);
  return { ...trial, personHash, toldAt: null, outcome: "open", decidedAt: null };
}

/** Announces the end of every trial that ends within three days, once each. */
export async function announceEnds(ctx: Ctx): Promise<void> {
  for (const trial of await repository.listEnding(ctx, ctx.now() + NOTICE_MS)) await announceEnd(ctx, trial.userId);
}

/** Announces the end of somebody's trial, unless that was done. */
export async function announceEnd(ctx: Ctx, userId: Id<"user">): Promise<void> {
  const subscription = await findLatest(ctx, userId);
  if (subscription?.status !== "trialing" || subscription.cancelAtPeriodEnd) return;
  const { statements, events } = await trialNotice(ctx, subscription);
  try {
    await commit(ctx, [...repository.noteTold(ctx, subscription.id), ...statements], { events });
  } catch (error) {
    if (!isRefusedBy(error, "billing_trial_told")) throw error;
  }
}
